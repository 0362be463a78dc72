"""What can be seen from outside: one module a place, all places at once, one deadline."""

from asyncio import gather as together
from datetime import datetime

from launchready.gather import discovery, domain, spf, tls, web
from launchready.model.facts import Sight
from launchready.model.launch import Launch
from launchready.wire.deadline import Deadline
from launchready.wire.dns import Dns
from launchready.wire.http import Http
from launchready.wire.tls import Tls


async def gather(launch: Launch, now: datetime) -> Sight:
    """Look at every place of the launch at once; what is not seen by the deadline is a Gap in its fact."""
    deadline = Deadline(launch.network.deadline_s)
    async with (
        Dns(launch.network, deadline) as dns,
        Http(launch.network, deadline, dns) as http,
        Tls(launch.network, deadline) as tls_wire,
    ):
        launch = await discovery.discover(launch, dns)
        places = await together(
            domain.look(launch, dns, http, now),
            tls.look(launch, dns, tls_wire, http, now),
            web.look(launch, dns, http, now),
            spf.look(launch, dns, now),
        )
    return Sight(launch=launch, at=now, facts=tuple(fact for place in places for fact in place))

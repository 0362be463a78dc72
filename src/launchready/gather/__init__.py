"""What can be seen from outside: one module a place, all places at once, one deadline."""

from asyncio import gather as together
from asyncio import to_thread
from datetime import datetime

from launchready.gather import caching, deploy, discovery, domain, edge, exposure, mail_policies, private, spf, tls, web
from launchready.gather.registration import load_suffixes
from launchready.model.facts import Fact, Sight
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
        launch, _ = await together(discovery.discover(launch, dns), to_thread(load_suffixes))
        places = await together(
            domain.look(launch, dns, http, now),
            tls.look(launch, dns, tls_wire, http, now),
            mail_policies.look(launch, dns, http, now),
            spf.look(launch, dns, now),
            _web(launch, dns, http, now),
        )
    seen = tuple(fact for place in places for fact in place)
    return Sight(launch=launch, at=now, facts=(*seen, *deploy.declared(launch, now)))


async def _web(launch: Launch, dns: Dns, http: Http, now: datetime) -> tuple[Fact, ...]:
    """First how fast the pages are, then the many small requests that would make them slower."""
    pages = await web.look(launch, dns, http, now)
    rest = await together(
        *(place.look(launch, dns, http, now) for place in (exposure, caching, edge, private)),
    )
    return (*pages, *(fact for facts in rest for fact in facts))

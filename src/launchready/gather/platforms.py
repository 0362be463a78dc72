"""Does the app also answer on its hosting platform's own name for it?"""

from datetime import datetime
from typing import Any

from launchready.errors import WireError
from launchready.formats.urls import host_of
from launchready.gather.pages import alike
from launchready.gather.walks import Walked, walk
from launchready.known.platforms import platform_of
from launchready.model.facts import PlatformFacts
from launchready.model.gap import Gap
from launchready.wire.dns import Dns
from launchready.wire.http import Http


async def platform(host: str, own: Walked, dns: Dns, http: Http, now: datetime) -> tuple[PlatformFacts, ...]:
    """The platform's name for `host`, if its CNAMEs lead through one, and whether the app is served there."""
    try:
        chain = (await dns.look_up(host, "A")).chain
    except WireError:
        return ()
    name = next((target for target in chain if platform_of(target)), None)
    if name is None:
        return ()
    theirs = await walk(f"https://{name}/", dns, http)
    return (
        PlatformFacts(
            subject=name,
            source="probe",
            at=now,
            host=host,
            platform=platform_of(name) or "",
            serves_app=_same(own, theirs, name),
        ),
    )


def _same(own: Walked, theirs: Walked, name: str) -> Any:
    """Whether both names end on the same page without the platform's one leading to the other; a Gap when unseen."""
    if isinstance(theirs.landed, Gap):
        return False if theirs.walk.refused else theirs.landed
    if host_of(theirs.landed.url) != name or theirs.landed.status != 200:
        return False
    return own.landed if isinstance(own.landed, Gap) else alike(own.landed, theirs.landed)

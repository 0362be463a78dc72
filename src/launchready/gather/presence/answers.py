"""What the hosts of a launch answer to the paths that it may have: health addresses, and pages."""

from asyncio import gather as together
from dataclasses import dataclass, replace
from datetime import datetime

from launchready.gather.exposure import MISSING
from launchready.gather.health import health
from launchready.gather.looking import or_gap
from launchready.gather.polite import PoliteHost
from launchready.gather.presence.doors import Door
from launchready.model.facts import HealthAnswer, HealthFacts, Says
from launchready.model.gap import Gap, peek
from launchready.model.launch import Host, Role
from launchready.model.presence import HostSeen
from launchready.model.repository import Sighting
from launchready.wire.http import Http, Response

MOST_HEALTH = 5
MOST_ROUTES = 20
_ABSENT = frozenset({404, 410})
_SERVING = (Role.SITE, Role.APP, Role.API)


@dataclass(frozen=True, slots=True)
class Asked:
    """Paths that the repository has: those that say how the backend is, and those that show pages."""

    health: tuple[str, ...]
    routes: tuple[str, ...]


async def with_answers(
    hosts: tuple[HostSeen, ...], found: tuple[Door, ...], asked: Asked, http: Http, now: datetime
) -> tuple[HostSeen, ...]:
    """The hosts with the health address that answers (the site's where there is no backend), and what they lack."""
    backend = any(host.role in (Role.APP, Role.API) for host in hosts)
    by_name = {door.name: door for door in found}
    return tuple(
        await together(
            *(
                _looked(host, by_name[host.name], asked, http, now, well=host.role is not Role.SITE or not backend)
                for host in hosts
            )
        )
    )


async def _looked(host: HostSeen, door: Door, asked: Asked, http: Http, now: datetime, *, well: bool) -> HostSeen:
    if host.role not in _SERVING or isinstance(door.landed, Gap):
        return host
    polite = PoliteHost(host.name, http)
    missing = await or_gap(polite.ask(MISSING))
    routes = asked.routes[:MOST_ROUTES]
    answers = await together(*(or_gap(polite.ask(route)) for route in routes))
    absent = tuple(
        route
        for route, answer in zip(routes, answers, strict=True)
        if isinstance(answer, Response) and answer.status in _ABSENT
    )
    seen = await _health(polite, host, door, asked.health[:MOST_HEALTH], missing, now) if well else None
    return replace(host, absent=absent, health=seen)


async def _health(
    polite: PoliteHost,
    host: HostSeen,
    door: Door,
    expected: tuple[str, ...],
    missing: Response | Gap | None,
    now: datetime,
) -> Sighting | None:
    for path in (*expected, None):  # None stands for the usual ones
        facts = await health(polite, Host(name=host.name, role=Role.APP, health=path), door.front, missing, now)
        answers = facts[0].answers if isinstance(facts[0], HealthFacts) else ()
        if seen := next(filter(None, map(_address, answers)), None):
            return seen
    return None


def _address(answer: HealthAnswer) -> Sighting | None:
    status, says = peek(answer, "status"), peek(answer, "says")
    if isinstance(status, Gap) or says is Says.PAGE or not (200 <= status < 300 or status == 503):
        return None
    return Sighting(answer.path, f"answers {status}")

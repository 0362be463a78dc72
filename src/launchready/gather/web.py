"""What a visitor meets on the way in: redirects, pages, policies, platform names."""

from asyncio import gather as together
from datetime import datetime

from launchready.formats import headers
from launchready.formats.urls import host_of
from launchready.gather import pages
from launchready.gather.platforms import platform
from launchready.gather.walks import Walked, walk
from launchready.model.facts import Door, Fact, HstsFacts, RouteFacts, SiteFacts
from launchready.model.gap import Gap, gap, with_gaps
from launchready.model.launch import Host, Launch, Role
from launchready.wire.dns import Dns
from launchready.wire.http import Http

# A path and a query that no app has: whether a redirect keeps them is a matter of its rule, not of the page.
DEEP = "/launchready/path-check?from=audit"
HALF_A_YEAR_S = 15_768_000

Entrance = tuple[Walked, Walked, Walked]


async def look(launch: Launch, dns: Dns, http: Http, now: datetime) -> tuple[Fact, ...]:
    """Every host of the launch over HTTP and HTTPS, as a browser without an account would."""
    entrances = dict(
        zip(
            (host.name for host in launch.hosts),
            await together(*(_entrance(host, dns, http) for host in launch.hosts)),
            strict=True,
        )
    )
    facts: list[Fact] = [_site(launch, entrances, now)]
    for host in launch.hosts:
        facts += [_routes(host, *entrances[host.name], now), _hsts(host, entrances, now)]
    for found in await together(*(_behind(host, entrances[host.name], dns, http, now) for host in launch.hosts)):
        facts += found
    return tuple(facts)


async def _entrance(host: Host, dns: Dns, http: Http) -> Entrance:
    """The walks from http://host/, https://host/ and a deep http:// link."""
    starts = (f"http://{host.name}/", f"https://{host.name}/", f"http://{host.name}{DEEP}")
    plain, secure, deep = await together(*(walk(start, dns, http) for start in starts))
    return plain, secure, deep


def _routes(host: Host, plain: Walked, secure: Walked, deep: Walked, now: datetime) -> RouteFacts:
    return RouteFacts(subject=host.name, source="probe", at=now, http=plain.walk, https=secure.walk, deep=deep.walk)


async def _behind(host: Host, entrance: Entrance, dns: Dns, http: Http, now: datetime) -> list[Fact]:
    """The core routes of a host that serves pages, how fast they answer, and the platform's name for the host."""
    plain, front, _ = entrance
    open_ = pages.ends_plain(plain)  # then the front page's own finding tells of all of them
    facts: list[Fact] = []
    for route in host.routes if host.role is not Role.REDIRECT else ():
        there, here = (plain, front) if route == "/" else await _route(host.name, route, dns, http)
        facts += [
            pages.page(host.name, route, here, False if open_ is True else pages.ends_plain(there), now),
            await pages.latency(host.name, route, here, http, now),
        ]
    if host.role is Role.REDIRECT and _fails_itself(host.name, front):
        facts.append(pages.page(host.name, "/", front, False, now))
    return [*facts, *await platform(host.name, front, dns, http, now)]


async def _route(host: str, route: str, dns: Dns, http: Http) -> tuple[Walked, Walked]:
    """The walks to one path over plain HTTP and over HTTPS."""
    plain, secure = await together(*(walk(f"{scheme}://{host}{route}", dns, http) for scheme in ("http", "https")))
    return plain, secure


def _fails_itself(host: str, front: Walked) -> bool:
    """Whether a host that is only to lead on answers with an error of its own instead."""
    return not isinstance(front.landed, Gap) and front.landed.status >= 400 and host_of(front.landed.url) == host


def _hsts(host: Host, entrances: dict[str, Entrance], now: datetime) -> HstsFacts:
    """The host's own policy, as sent with its first HTTPS answer, and a parent host's that covers it."""
    secure = entrances[host.name][1]
    if not secure.answers:
        missing = secure.landed if isinstance(secure.landed, Gap) else Gap(f"nothing answers HTTPS on {host.name}")
        return with_gaps(HstsFacts, missing, subject=host.name, source="probe", at=now)
    policy = headers.hsts(secure.answers[0].headers)
    return HstsFacts(
        subject=host.name,
        source="probe",
        at=now,
        max_age_s=policy.max_age_s if policy else None,
        include_subdomains=bool(policy and policy.include_subdomains),
        covered_by=_covering(host.name, entrances),
    )


def _covering(name: str, entrances: dict[str, Entrance]) -> str | None:
    """A parent host whose policy includes its subdomains for half a year or more (RFC 6797, section 8.2)."""
    for parent, (_, secure, _) in entrances.items():
        if name.endswith(f".{parent}") and secure.answers:
            policy = headers.hsts(secure.answers[0].headers)
            if policy and policy.include_subdomains and policy.max_age_s >= HALF_A_YEAR_S:
                return parent
    return None


def _site(launch: Launch, entrances: dict[str, Entrance], now: datetime) -> SiteFacts:
    """The front doors: the domain, its www, the canonical host, and every host that is to lead to one of them."""
    doors = {launch.domain, f"www.{launch.domain}", launch.canonical}
    names = [
        host.name
        for host in launch.hosts
        if host.role is Role.REDIRECT or (host.role is Role.SITE and host.name in doors)
    ]
    return SiteFacts(
        subject=launch.domain,
        source="probe",
        at=now,
        doors=tuple(_door(name, entrances[name][1]) for name in names),
    )


def _door(name: str, secure: Walked) -> Door:
    landed = secure.landed
    if isinstance(landed, Gap):
        return Door(host=name, landed=gap(landed.reason), status=gap(landed.reason), canonical=gap(landed.reason))
    return Door(host=name, landed=host_of(landed.url), status=landed.status, canonical=pages.canonical(landed))

"""What a host gives away to strangers who try the usual addresses: files, error pages, cookies, permissions, health."""

from asyncio import gather as together
from collections.abc import Callable, Iterable
from datetime import datetime

from launchready.formats import cors, error_page, set_cookie
from launchready.formats.headers import values
from launchready.formats.turned_away import STATUSES, turned_away
from launchready.formats.urls import host_of, parse
from launchready.gather.exposed_files import NOBODY_HAS, exposed_files, source_maps
from launchready.gather.health import health
from launchready.gather.looking import or_gap
from launchready.gather.polite import PoliteHost
from launchready.gather.walks import Walked, walk
from launchready.model.facts import (
    CookieFacts,
    CookieSeen,
    CorsAnswer,
    CorsFacts,
    ErrorPage,
    ErrorPageFacts,
    ExposureFacts,
    Fact,
    HealthFacts,
    Leak,
    LeakKind,
    SourceMapFacts,
)
from launchready.model.gap import Gap, with_gaps
from launchready.model.launch import Host, Launch, Role
from launchready.wire.dns import Dns
from launchready.wire.http import Http, Response

LOOKED_AT = frozenset({Role.SITE, Role.REDIRECT, Role.APP, Role.API, Role.ADMIN})  # status pages are others' servers
MOST_ROUTES = 6
MOST_COOKIES = 30
# A path that no app has, and one that is no UTF-8 once decoded, at which careless routers fail.
MISSING = f"/{NOBODY_HAS}"
MALFORMED = f"/{NOBODY_HAS}/%E0%A4"
# Dangerous ways of checking an origin let one of these through: any, "begins with ours", "ends with ours", null.
STRANGE_ORIGINS = ("https://{host}.launchready-check.example", "https://launchready-check-{domain}", "null")

_KINDS: tuple[Callable[..., Fact], ...] = (
    ExposureFacts,
    SourceMapFacts,
    ErrorPageFacts,
    CookieFacts,
    CorsFacts,
    HealthFacts,
)


async def look(launch: Launch, dns: Dns, http: Http, now: datetime) -> tuple[Fact, ...]:
    """Every host that serves pages, a few small requests at a time; nothing is sent that could change anything."""
    found = await together(*(_host(host, launch, dns, http, now) for host in launch.hosts if host.role in LOOKED_AT))
    return tuple(fact for facts in found for fact in facts)


async def _host(host: Host, launch: Launch, dns: Dns, http: Http, now: datetime) -> tuple[Fact, ...]:
    walks = [await walk(f"https://{host.name}/", dns, http)]
    front = _front(walks[0], host.name)
    if not walks[0].answers:
        missing = walks[0].landed
        assert isinstance(missing, Gap)
        return tuple(with_gaps(kind, missing, subject=host.name, source="probe", at=now) for kind in _KINDS)
    if host.role is Role.REDIRECT and front is None:  # it leads elsewhere, as it should; else it is looked at too
        return ()
    for route in [route for route in host.routes if route != "/"][: MOST_ROUTES - 1]:
        walks.append(await walk(f"https://{host.name}{route}", dns, http))
    polite = PoliteHost(host.name, http)
    missing_page, malformed = await together(
        *(or_gap(polite.ask(path, body_limit_bytes=error_page.READ_BYTES)) for path in (MISSING, MALFORMED))
    )
    if turned := _turned_away(host.name, walks[0], missing_page):
        kinds = [kind for kind in _KINDS if kind is not HealthFacts]
        unseen = tuple(with_gaps(kind, turned, subject=host.name, source="probe", at=now) for kind in kinds)
        return (*unseen, *await health(polite, host, front, missing_page, now))
    files, maps, origins, well = await together(
        exposed_files(polite, now),
        source_maps(polite, front, now),
        _cors(polite, host, launch, now),
        health(polite, host, front, missing_page, now),
    )
    errors = _errors(host.name, ((MISSING, missing_page), (MALFORMED, malformed)), walks, now)
    return files, maps, errors, _cookies(host.name, walks, now), origins, *well


def _turned_away(host: str, front: Walked, missing_page: Response | Gap | None) -> Gap | None:
    """Why nothing that this host answers says what it would answer a visitor: a bot filter, a login, a limit."""
    landed = front.landed
    if isinstance(landed, Gap) or isinstance(missing_page, Gap) or missing_page is None:
        return None
    away = turned_away(host, landed.status)
    return Gap(away) if away and missing_page.status in STATUSES else None


def _front(walked: Walked, host: str) -> Response | None:
    """The page that the host's front address ends on, if it is the host's own."""
    landed = walked.landed
    return None if isinstance(landed, Gap) or host_of(landed.url) != host else landed


def _own(walks: Iterable[Walked], host: str) -> list[Response]:
    """Every answer of `host` itself over HTTPS on these walks."""
    answers = [answer for walked in walks for answer in walked.answers]
    return [one for one in answers if one.url.startswith("https:") and host_of(one.url) == host]


def _errors(
    host: str, asked: Iterable[tuple[str, Response | Gap | None]], walks: list[Walked], now: datetime
) -> ErrorPageFacts:
    """The two requests that had to fail, and core routes that failed by themselves."""
    front = _front(walks[0], host)
    harmless = error_page.leaks(front.body) if front and front.status < 400 else ()
    pages = [_error_page(path, answer, harmless) for path, answer in asked]
    failed = [one for one in _own(walks, host) if one.status >= 400]
    pages += [_error_page(parse(one.url).path, one, harmless) for one in failed]
    return ErrorPageFacts(subject=host, source="probe", at=now, pages=tuple(pages))


def _error_page(path: str, answer: Response | Gap | None, harmless: tuple[Leak, ...]) -> ErrorPage:
    if isinstance(answer, Gap):
        return with_gaps(ErrorPage, answer, path=path)
    if answer is None:
        return ErrorPage(path=path, status=0, leaks=())
    leaks = tuple(leak for leak in error_page.leaks(answer.body) if leak not in harmless)
    if answer.status < 400:  # an app's own page for every address: only what no page says on purpose counts
        leaks = tuple(leak for leak in leaks if leak.kind in (LeakKind.DEBUG_PAGE, LeakKind.STACK_TRACE))
    return ErrorPage(path=path, status=answer.status, leaks=leaks)


def _cookies(host: str, walks: list[Walked], now: datetime) -> CookieFacts:
    """What the host's own answers set on the way to its core routes, each name once; forgetting one is no setting."""
    found: dict[str, CookieSeen] = {}
    for answer in _own(walks, host):
        for header in values(answer.headers, "set-cookie"):
            cookie = set_cookie.read(header)
            if cookie and not cookie.gone(now) and len(found) < MOST_COOKIES:
                found.setdefault(
                    cookie.name,
                    CookieSeen(
                        name=cookie.name[:100],
                        path=parse(answer.url).path,
                        secure=cookie.secure,
                        http_only=cookie.http_only,
                        same_site=cookie.same_site,
                        rejected=cookie.rejected(),
                    ),
                )
    return CookieFacts(subject=host, source="probe", at=now, cookies=tuple(found.values()))


async def _cors(polite: PoliteHost, host: Host, launch: Launch, now: datetime) -> CorsFacts:
    """The core and the private routes, asked for in the name of pages that nobody has."""
    origins = [origin.format(host=host.name, domain=launch.domain) for origin in STRANGE_ORIGINS]
    asked = [(host.routes[0], origin) for origin in origins] if host.routes else []
    asked += [(route, origins[0]) for route in (*host.routes[1:], *host.private)[:MOST_ROUTES]]
    answers = await together(*(_permission(polite, path, origin) for path, origin in asked))
    return CorsFacts(subject=host.name, source="probe", at=now, answers=tuple(answers))


async def _permission(polite: PoliteHost, path: str, origin: str) -> CorsAnswer:
    answer = await or_gap(polite.ask(path, f"Origin: {origin}"))
    if isinstance(answer, Gap):
        return with_gaps(CorsAnswer, answer, path=path, origin=origin)
    said = cors.read(answer.headers if answer else ())
    return CorsAnswer(
        path=path, origin=origin, allow_origin=said.allow_origin, allow_credentials=said.allow_credentials
    )

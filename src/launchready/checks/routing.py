"""Does every address lead to the one right page, safely and without detours?"""

from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from launchready.checks.registry import check
from launchready.formats.turned_away import turned_away
from launchready.formats.urls import host_of, scheme_of
from launchready.model.facts import Hop, HstsFacts, PlatformFacts, RouteFacts, SiteFacts, Walk
from launchready.model.finding import Evidence, Impact, Remedy, RemedyKind, Severity, Stage
from launchready.model.gap import Gap, Unseen
from launchready.model.launch import Launch, Role

LONGEST_CHAIN = 2  # http://www → https://www → https://apex, as HSTS preloading asks for
SHORT_HSTS_S = 30 * 24 * 3600
GOOD_HSTS_S = 15_768_000  # half a year

_SERVER = "whoever runs the server"


@check(
    stage=Stage.STABLE_INFRASTRUCTURE,
    impact=Impact.MISSING_TLS,
    severity=Severity.BLOCKER,
    title="Pages are served over plain HTTP",
    why="Passwords and chats typed on such a page can be read and changed by anyone on the same network, "
    "and browsers mark it as not secure.",
    fix="Redirect every http:// address to the same https:// address.",
    source="RFC 9110, section 4.2.2",
)
def http_not_redirected(routes: RouteFacts, launch: Launch) -> Iterator[Evidence]:
    """The front page is asked for over plain HTTP: it must redirect to HTTPS, or nothing may be served there."""
    walk = routes.http
    if walk.refused:
        return
    for hop in walk.hops:
        if hop.location is None and hop.url.startswith("http:") and _serves(hop, routes.subject, launch):
            yield Evidence(f"{hop.url} answers {hop.status} instead of redirecting", remedy=_to_https(routes.subject))
    _arrived(walk)


@check(
    stage=Stage.STABLE_INFRASTRUCTURE,
    impact=Impact.BROKEN_LOGIN,
    severity=Severity.BLOCKER,
    title="The address redirects in a circle",
    why="Visitors see “too many redirects” and never reach the page.",
    fix="Find the two rules that send visitors to each other, and keep one. Behind a proxy such as Cloudflare, "
    "set its TLS mode to full (strict), so that it does not ask your server over plain HTTP.",
    source="Fetch standard, HTTP-redirect fetch",
)
def redirect_loop(routes: RouteFacts) -> Iterator[Evidence]:
    """Redirects are followed as a browser would, with its cookies, until one comes round again or twenty are over."""
    for walk in (routes.http, routes.https):
        if walk.looped:
            yield Evidence(f"{_way(walk.hops[:4])} …")
            return
    for walk in (routes.http, routes.https):
        _arrived(walk)


@check(
    stage=Stage.STABLE_INFRASTRUCTURE,
    impact=Impact.SLOW,
    severity=Severity.MINOR,
    title="Visitors are redirected more often than needed",
    why="Each redirect is another round trip before the first page shows, most felt on phones.",
    fix="Let http:// go to https:// on the same host, and that host to the final one: two steps at most.",
    source="hstspreload.org, submission requirements",
)
def redirect_chain_long(routes: RouteFacts) -> Iterator[Evidence]:
    """Redirects to another scheme or host are counted from the plain address on; more than two are too many."""
    steps = [hop for hop in routes.http.hops if hop.location and _moves(hop)]
    if len(steps) > LONGEST_CHAIN and not routes.http.looped:
        yield Evidence(f"{len(steps)} redirects: {_way(steps)}")
    _arrived(routes.http)


@check(
    stage=Stage.STABLE_INFRASTRUCTURE,
    impact=Impact.MISSING_TLS,
    severity=Severity.BLOCKER,
    title="A redirect leads from HTTPS back to plain HTTP",
    why="What the visitor sends next travels in the open, although they came by a safe address.",
    fix="Make the redirect's target start with https://; behind a proxy, tell the app which scheme it is served under.",
    source="RFC 9110, section 17.9",
)
def redirect_downgrades(routes: RouteFacts) -> Iterator[Evidence]:
    """Every redirect of the front page's addresses is looked at: none may lead from https: to http:."""
    hops = dict.fromkeys((*routes.https.hops, *routes.http.hops))
    for hop in hops:
        if hop.location and hop.url.startswith("https:") and hop.location.startswith("http:"):
            yield Evidence(f"{hop.url} leads to {hop.location}")
            return
    for walk in (routes.http, routes.https):
        _arrived(walk)


@check(
    stage=Stage.STABLE_INFRASTRUCTURE,
    impact=Impact.BROKEN_LOGIN,
    severity=Severity.MAJOR,
    title="A redirect forgets which page was asked for",
    why="Links in mails, ads and password resets that use the other address all end on the front page.",
    fix="Keep path and query in the redirect.",
    source="RFC 9110, section 15.4",
)
def redirect_loses_path(routes: RouteFacts, launch: Launch) -> Iterator[Evidence]:
    """A made-up path with a query is asked for over plain HTTP; a redirect within the domain must keep both."""
    asked = urlsplit(routes.deep.start)
    for hop in routes.deep.hops:
        if hop.location is None or not _moves(hop) or not launch.holds(host_of(hop.location)):
            continue
        kept = unquote(hop.location)
        if asked.path not in kept or asked.query not in kept:
            yield Evidence(f"{hop.url} leads to {hop.location}", remedy=_to_https(routes.subject))
            return
    _arrived(routes.deep)


@check(
    stage=Stage.STABLE_INFRASTRUCTURE,
    impact=Impact.BROKEN_LOGIN,
    severity=Severity.MAJOR,
    title="The site answers under more than one name",
    why="A visitor who logs in under one name is logged out under the other, and search engines split the ranking.",
    fix="Choose one name and redirect the others to it.",
    source="RFC 6596; RFC 6265, section 5.1.3",
)
def second_canonical_host(site: SiteFacts, launch: Launch) -> Iterator[Evidence]:
    """Every front door (the domain, www, and hosts declared as site or redirect) must end on one and the same host: the
    canonical one where launch.toml names it, else the domain itself if it lets visitors in."""
    ends: dict[str, str] = {}
    stuck = []
    for door in site.doors:
        try:
            if away := turned_away(door.host, door.status):
                stuck.append(Unseen(Gap(away)))
            elif door.status < 400:
                ends[door.host] = door.landed
        except Unseen as unseen:
            stuck.append(unseen)
    names = dict.fromkeys(ends.values())
    wanted = launch.canonical or next((name for name in names if name == launch.domain), next(iter(names), None))
    for door_host, landed in ends.items():
        itself = door_host == landed
        if landed != wanted and (itself or not launch.holds(landed)):
            text = f"{landed} answers by itself, and so does {wanted}" if itself else f"{door_host} leads to {landed}"
            text += "" if itself else f", not to {wanted}"
            yield Evidence(text, remedy=_to_host(door_host, str(wanted)))
    if stuck:
        raise stuck[0]


@check(
    stage=Stage.STABLE_INFRASTRUCTURE,
    impact=Impact.UNMAINTAINABLE,
    severity=Severity.MINOR,
    title="The app also answers on its hosting platform's own name",
    why="That name goes around your edge, its rate limits and its rules, and people bookmark it; "
    "it breaks the day you move.",
    fix="Redirect the platform's name to yours, or switch it off.",
    source="RFC 6596, section 3",
)
def platform_hostname_public(platform: PlatformFacts) -> Iterator[Evidence]:
    """The platform's name behind a host's CNAME is asked for over HTTPS: it should redirect to the host, or refuse."""
    if platform.serves_app:
        yield Evidence(f"{platform.host} is also public as {platform.subject} ({platform.platform})")


@check(
    stage=Stage.STABLE_INFRASTRUCTURE,
    impact=Impact.MISSING_TLS,
    severity=Severity.MAJOR,
    title="Browsers are not told to stay on HTTPS",
    why="Without HSTS (Strict-Transport-Security) the first request of a visit can be caught in the open "
    "and sent to a copy of your login page.",
    fix="Send the Strict-Transport-Security header with every HTTPS answer.",
    source="RFC 6797, section 7.2",
)
def hsts_missing(policy: HstsFacts) -> Iterator[Evidence]:
    """The first HTTPS answer of every host must carry a valid policy, unless a parent host's covers its subdomains."""
    remedy = Remedy(kind=RemedyKind.HEADER, text="Strict-Transport-Security: max-age=31536000", who=_SERVER, minutes=10)
    if policy.covered_by is not None:
        return
    if policy.max_age_s is None:
        yield Evidence("no valid Strict-Transport-Security header", remedy=remedy)
    elif policy.max_age_s < SHORT_HSTS_S:
        yield Evidence(f"it ends after {_days(policy.max_age_s)} (max-age={policy.max_age_s})", remedy=remedy)
    elif policy.max_age_s < GOOD_HSTS_S:
        yield Evidence(f"it ends after {_days(policy.max_age_s)}", remedy=remedy, severity=Severity.MINOR)


def _arrived(walk: Walk) -> bool:
    """Whether a walk came to an end that can be judged; raises Unseen when it got stuck on the way."""
    return walk.refused or walk.looped or bool(walk.landed)


def _serves(hop: Hop, host: str, launch: Launch) -> bool:
    """Whether a plain HTTP answer is one to mend: an API may well refuse plain HTTP with an error."""
    declared = launch.host(host)
    return hop.status < 300 or declared is None or declared.role is not Role.API


def _moves(hop: Hop) -> bool:
    """Whether a redirect leads to another scheme or host; what an app does within itself is its own business."""
    location = hop.location or ""
    return (scheme_of(hop.url), host_of(hop.url)) != (scheme_of(location), host_of(location))


def _way(hops: list[Hop] | tuple[Hop, ...]) -> str:
    return " → ".join([hop.url for hop in hops] + [hop.location for hop in hops[-1:] if hop.location])


def _days(seconds: int) -> str:
    days = seconds // 86400
    return f"{days} day{'' if days == 1 else 's'}"


def _to_https(host: str) -> Remedy:
    return Remedy(
        kind=RemedyKind.SETTING,
        text=f"server {{ listen 80; server_name {host}; return 301 https://$host$request_uri; }}",
        who=f"{_SERVER} (nginx; Caddy does it by itself)",
        minutes=10,
    )


def _to_host(host: str, canonical: str) -> Remedy:
    return Remedy(
        kind=RemedyKind.SETTING,
        text=f"server {{ listen 443 ssl; server_name {host}; return 301 https://{canonical}$request_uri; }}",
        who=f"{_SERVER} (nginx)",
        minutes=15,
    )

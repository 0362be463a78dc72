"""Do the pages themselves work, quickly and with everything they load?"""

from collections.abc import Iterator

from launchready.checks.registry import DoesNotApply, check
from launchready.formats.turned_away import turned_away
from launchready.formats.urls import host_of, scheme_of
from launchready.model.facts import LatencyFacts, PageFacts
from launchready.model.finding import Evidence, Impact, Remedy, RemedyKind, Severity, Stage
from launchready.model.gap import Gap, Unseen
from launchready.model.launch import Launch, Role

FEWEST_FOR_P95 = 20  # below, the 95th percentile is only the slowest one


@check(
    stage=Stage.STABLE_INFRASTRUCTURE,
    impact=Impact.UNMAINTAINABLE,
    severity=Severity.MINOR,
    title="The page names another address as the real one",
    why="Search engines and link previews show the address that the page names, not the one you want people to see.",
    fix="Let rel=canonical name the public https:// address of the page itself.",
    source="RFC 6596, section 3",
)
def canonical_link_wrong(page: PageFacts, launch: Launch) -> Iterator[Evidence]:
    """A page's rel=canonical links must be one https: address on the host that serves it, or on the canonical one."""
    _shown(page, launch)
    if page.status >= 400:
        return
    here = host_of(page.url)
    right = {here} | ({launch.canonical} if launch.canonical else set())
    for link in page.canonical:
        if scheme_of(link) != "https" or host_of(link) not in right:
            yield Evidence(_wrong_canonical(link, here), severity=_canonical_severity(link, launch))
            return
    if len(page.canonical) > 1:
        yield Evidence(f"{len(page.canonical)} different ones: {', '.join(page.canonical[:3])}")


@check(
    stage=Stage.STABLE_INFRASTRUCTURE,
    impact=Impact.MISSING_TLS,
    severity=Severity.MAJOR,
    title="A secure page loads parts over plain HTTP",
    why="Browsers block such scripts and styles, so the page breaks; pictures lose the page its lock.",
    fix="Load everything over https://, or send Content-Security-Policy: upgrade-insecure-requests meanwhile.",
    source="W3C Mixed Content, section 3",
)
def mixed_content(page: PageFacts, launch: Launch) -> Iterator[Evidence]:
    """The page's scripts, styles, frames, pictures and media are looked at; links that a visitor may click are not."""
    _shown(page, launch)
    active = [one.url for one in page.insecure if one.active]
    passive = [one.url for one in page.insecure if not one.active]
    remedy = Remedy(
        kind=RemedyKind.HEADER,
        text="Content-Security-Policy: upgrade-insecure-requests",
        who="whoever runs the server",
        minutes=10,
    )
    if active:
        yield Evidence(f"blocked or warned of by browsers: {_listed(active)}", remedy=remedy)
    elif passive:
        yield Evidence(f"pictures or media: {_listed(passive)}", remedy=remedy, severity=Severity.MINOR)


@check(
    stage=Stage.QUICK_AUDIT,
    impact=Impact.BROKEN_LOGIN,
    severity=Severity.BLOCKER,
    title="A core page answers with a server error",
    why="Whoever comes here cannot go on: not to the signup, not to the first chat.",
    fix="Look into the server's log for this path; then add the page to the checks before each deploy.",
    source="RFC 9110, section 15.6",
)
def server_error(page: PageFacts) -> Iterator[Evidence]:
    """Every core route is asked for once over HTTPS, redirects followed; a status of 500 or above is an error."""
    if page.status >= 500:
        yield Evidence(f"{page.url} answers {page.status}")


@check(
    stage=Stage.QUICK_AUDIT,
    impact=Impact.BROKEN_LOGIN,
    severity=Severity.BLOCKER,
    title="A core page is not there",
    why="Whoever comes here is told that the page does not exist, and leaves.",
    fix="Deploy the page, or correct the routes of this host in launch.toml.",
    source="RFC 9110, section 15.5",
)
def core_route_fails(page: PageFacts, launch: Launch) -> Iterator[Evidence]:
    """Every core route must answer a visitor without an account; one that turns the audit away (401, 403, 429) is
    unknown. The front page of a host that is no site or app needs not exist."""
    host = launch.host(page.host)
    if host is not None and host.role not in (Role.SITE, Role.APP, Role.REDIRECT) and page.subject == page.host:
        raise DoesNotApply
    if away := turned_away(page.host, page.status):
        raise Unseen(Gap(away))
    if 400 <= page.status < 500:
        sure = host is not None and (host.declared or host.role in (Role.SITE, Role.REDIRECT))
        yield Evidence(f"{page.url} answers {page.status}", severity=None if sure else Severity.MAJOR)


@check(
    stage=Stage.STABLE_INFRASTRUCTURE,
    impact=Impact.MISSING_TLS,
    severity=Severity.BLOCKER,
    title="A core page is served over plain HTTP",
    why="The password or chat that is typed there can be read and changed by anyone on the same network.",
    fix="Redirect every http:// address of this host to https://, not only its front page.",
    source="RFC 9110, section 4.2.2",
)
def core_page_insecure(page: PageFacts) -> Iterator[Evidence]:
    """Each core route besides the front page is asked for over HTTPS and over plain HTTP, redirects followed: neither
    may end in a page over plain HTTP."""
    if page.subject == page.host:
        raise DoesNotApply
    remedy = Remedy(
        kind=RemedyKind.SETTING,
        text=f"server {{ listen 80; server_name {page.host}; return 301 https://$host$request_uri; }}",
        who="whoever runs the server (nginx; Caddy does it by itself)",
        minutes=10,
    )
    if scheme_of(page.url) == "http":
        yield Evidence(f"https://{page.subject} leads to {page.url}", remedy=remedy)
    elif page.served_plain:
        yield Evidence(f"http://{page.subject} ends in a page over plain HTTP", remedy=remedy)


@check(
    stage=Stage.PERFORMANCE,
    impact=Impact.SLOW,
    severity=Severity.MAJOR,
    title="An endpoint takes too long before it answers",
    why="People leave while the screen is empty, and under load it only gets worse.",
    fix="Look at what the endpoint does before its first byte: queries without an index, the same data read again "
    "on every request, calls to other services one after another.",
    source="the roadmap's guardrail: p95 under 800 ms before the model answers",
)
def endpoint_slow(latency: LatencyFacts, launch: Launch) -> Iterator[Evidence]:
    """Time to first byte without connecting, against [guardrails] backend_p95_ms: p95, or the median of under 20."""
    few = latency.n < FEWEST_FOR_P95
    measured_ms, name = (latency.p50_ms, "median") if few else (latency.p95_ms, "p95")
    if measured_ms > launch.guardrails.backend_p95_ms:
        yield Evidence(
            f"{name} {measured_ms:.0f} ms of {latency.n} requests (measured by {latency.measured_by}); "
            f"the guardrail is {launch.guardrails.backend_p95_ms:.0f} ms"
        )


def _shown(page: PageFacts, launch: Launch) -> None:
    """Raises when the audit was turned away: what a visitor is shown there cannot be judged."""
    host = launch.host(page.host)
    if away := turned_away(page.host, page.status):
        if host is not None and host.role not in (Role.SITE, Role.APP):
            raise DoesNotApply
        raise Unseen(Gap(away))


def _listed(urls: list[str]) -> str:
    more = f" and {len(urls) - 3} more" if len(urls) > 3 else ""
    return ", ".join(urls[:3]) + more


def _wrong_canonical(link: str, here: str) -> str:
    if scheme_of(link) == "http" and host_of(link) == here:
        return f"it names {link}, which is not https"
    return f"the page on {here} names {link}"


def _canonical_severity(link: str, launch: Launch) -> Severity | None:
    """Worse when search engines are sent to a name that is not the launch's at all."""
    if scheme_of(link) not in ("http", "https") or launch.holds(host_of(link)):
        return None
    return Severity.MAJOR

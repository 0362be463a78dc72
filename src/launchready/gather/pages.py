"""One core route as a visitor gets it, and how long it takes before it answers."""

from datetime import datetime
from statistics import median, quantiles

from launchready.errors import WireError
from launchready.formats import headers, set_cookie
from launchready.formats.html import Page, read
from launchready.formats.urls import joined
from launchready.gather.walks import Walked
from launchready.model.facts import InsecureResource, LatencyFacts, PageFacts
from launchready.model.gap import Gap, with_gaps
from launchready.wire.http import Http, Response

PROBES = 5
PROBE_S = 5.0
PROBE_BYTES = 64 * 1024
_NO_PAGE = Page(title=None, canonical=(), insecure=())


def page(host: str, route: str, walked: Walked, served_plain: bool | Gap, now: datetime) -> PageFacts:
    """What the answer at the end of a walk says of itself; `served_plain` is seen by another walk."""
    landed = walked.landed
    if isinstance(landed, Gap):
        return with_gaps(PageFacts, landed, subject=subject(host, route), source="probe", at=now, host=host)
    said = read_page(landed)
    return PageFacts(
        subject=subject(host, route),
        source="probe",
        at=now,
        host=host,
        url=landed.url,
        status=landed.status,
        headers=to_keep(landed.headers),
        title=said.title,
        canonical=canonical(landed),
        insecure=_insecure(landed, said),  # type: ignore[arg-type]
        served_plain=served_plain,  # type: ignore[arg-type]
    )


def ends_plain(plain: Walked) -> bool | Gap:
    """Whether the walk ends in a page over plain HTTP; where nothing listens, nothing is served."""
    if plain.walk.refused:
        return False
    landed = plain.landed
    return landed if isinstance(landed, Gap) else landed.url.startswith("http:") and landed.status < 400


def _insecure(landed: Response, said: Page) -> tuple[InsecureResource, ...] | Gap:
    """What the page loads over plain HTTP; a Gap when nothing was found in a page that was not read to its end."""
    if headers.upgrades_insecure(landed.headers):
        return ()
    if not said.insecure and (landed.truncated or not said.whole):
        return Gap(f"the page at {landed.url} is too large to be read whole")
    return said.insecure


def to_keep(sent: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Headers without the values of cookies: they are credentials."""
    return tuple((name, set_cookie.without_value(value) if name == "set-cookie" else value) for name, value in sent)


def canonical(landed: Response) -> tuple[str, ...]:
    """Canonical links of an answer, from its header and from the page."""
    sent = (joined(landed.url, link) for link in headers.canonical_links(landed.headers))
    return tuple(dict.fromkeys((*sent, *read_page(landed).canonical)))


def read_page(landed: Response) -> Page:
    """The page that an answer holds; an empty one when it is something else than HTML."""
    if not headers.is_html(landed.headers) or not landed.body.strip():
        return _NO_PAGE
    return read(landed.body, landed.url)


def alike(one: Response, other: Response) -> bool:
    """Whether two answers are the same page: the same bytes, or at least the same title."""
    titles = read_page(one).title, read_page(other).title
    return one.body == other.body or (titles[0] is not None and titles[0] == titles[1])


async def latency(host: str, route: str, walked: Walked, http: Http, now: datetime) -> LatencyFacts:
    """A few requests one after another, connecting left out: what the server itself takes."""
    landed = walked.landed
    if not isinstance(landed, Gap):
        try:
            times = [
                (await http.fetch(landed.url, timeout_s=PROBE_S, body_limit_bytes=PROBE_BYTES)).phases.answer_ms
                for _ in range(PROBES)
            ]
            return LatencyFacts(
                subject=subject(host, route),
                source="probe",
                at=now,
                measured_by="probe",
                n=len(times),
                p50_ms=round(median(times), 1),
                p95_ms=round(quantiles(times, n=20, method="inclusive")[-1], 1),
            )
        except WireError as error:
            landed = Gap(str(error))
    return with_gaps(LatencyFacts, landed, subject=subject(host, route), source="probe", at=now, measured_by="probe")


def subject(host: str, route: str) -> str:
    """A route as people say it: the host alone for its front page."""
    return host if route == "/" else host + route

"""What a visitor meets over HTTP: redirects, pages, policies, times."""

from dataclasses import dataclass
from datetime import datetime

from launchready.model.gap import seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One answer on the way: the URL asked, the status, and where it sends the visitor (absolute), if anywhere."""

    url: str
    status: int
    location: str | None


@seen
class Walk:
    """The redirects from `start`, one at a time, with a browser's cookies.

    `hops` is what was seen before it ended. `looped` when a URL came round again or the walk went past twenty hops.
    `landed` is the last URL, the one that did not redirect; a Gap when the walk never got there.
    `refused` is True when the first connection was refused: nothing is served there at all.
    """

    start: str
    hops: tuple[Hop, ...]
    looped: bool
    refused: bool
    landed: str
    status: int


@seen
class RouteFacts:
    """How one host's addresses lead on (subject: the host). `deep` asks plain HTTP for a path with a query."""

    subject: str
    source: str
    at: datetime
    http: Walk
    https: Walk
    deep: Walk


@dataclass(frozen=True, slots=True, kw_only=True)
class InsecureResource:
    """Something a page loads over plain HTTP; `active` when it can change the page (script, frame, style)."""

    url: str
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseTimes:
    """Milliseconds that each phase of one request took, on a connection of its own; `connect_ms` with the name's
    lookup, `first_byte_ms` from the request to the answer's first byte, `total_ms` all of it."""

    connect_ms: float
    tls_ms: float
    first_byte_ms: float
    total_ms: float


@seen
class PageFacts:
    """One core route as a visitor gets it over HTTPS, redirects followed (subject: host and path).

    `headers` are the landing answer's, names lower case, in order. `canonical` are the absolute URLs of its
    rel=canonical links. `insecure` are the parts that it loads over http:, empty when it upgrades them itself.
    `served_plain` when the same path over plain HTTP ends in a page without leading to HTTPS, although the front page
    of the host does lead there. `phases` is None where nothing but the answer was wanted.
    """

    subject: str
    source: str
    at: datetime
    host: str
    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    title: str | None
    canonical: tuple[str, ...]
    insecure: tuple[InsecureResource, ...]
    served_plain: bool
    phases: PhaseTimes | None = None


@seen
class HstsFacts:
    """One host's Strict-Transport-Security over HTTPS, as first sent (RFC 6797); `max_age_s` None when absent."""

    subject: str
    source: str
    at: datetime
    max_age_s: int | None
    include_subdomains: bool
    covered_by: str | None


@seen
class LatencyFacts:
    """How long one endpoint takes before its first byte, connection time left out (subject: host and path).

    `measured_by` is "probe", "telemetry" or "rehearsal"; times are milliseconds over `n` requests.
    """

    subject: str
    source: str
    at: datetime
    measured_by: str
    n: int
    p50_ms: float
    p95_ms: float


@seen
class PlatformFacts:
    """The platform's own name for a host (subject: that name, e.g. parley.fly.dev), asked over HTTPS.

    `serves_app` when it answers with the app itself instead of redirecting to `host` or refusing.
    """

    subject: str
    source: str
    at: datetime
    host: str
    platform: str
    serves_app: bool


@seen
class Door:
    """Where one public address of the site lets a visitor in: the host it ends on, and that page's canonical links."""

    host: str
    landed: str
    status: int
    canonical: tuple[str, ...]


@seen
class SiteFacts:
    """The launch's front doors side by side (subject: the domain): every host whose role is site or redirect."""

    subject: str
    source: str
    at: datetime
    doors: tuple[Door, ...]

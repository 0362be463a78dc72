"""What was seen: frozen, serialisable, each about one subject, from one source, with the time.

Reading a field that holds a Gap raises `Unseen` (see `model.gap`), which makes the check that read it unknown.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from launchready.model.gap import seen
from launchready.model.launch import Launch


class Fact(Protocol):
    """What every fact carries: whom it is about, who looked, and when."""

    @property
    def subject(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def at(self) -> datetime: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """All that one look at a launch saw; `launch` is what was declared, with the hosts that were found beside it."""

    launch: Launch
    at: datetime
    facts: tuple[Fact, ...]


# Domain ------------------------------------------------------------------------------------------------------------


class Existence(Enum):
    """What DNS says of a name: it has addresses, it exists without any, or it does not exist."""

    FOUND = "found"
    NODATA = "nodata"
    NXDOMAIN = "nxdomain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caa:
    """One CAA record (RFC 8659): `tag` is lower case; `value` is the issuer domain for issue and issuewild."""

    owner: str
    critical: bool
    tag: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What the registry's RDAP says (RFC 9083): `statuses` as written there, e.g. "client transfer prohibited"."""

    expires: datetime | None
    statuses: tuple[str, ...]
    registrar: str | None = None


@seen
class Dnssec:
    """`signed` when the parent publishes a DS; `problem` is why validators reject the zone, None when they accept."""

    signed: bool
    problem: str | None


@seen
class DomainFacts:
    """One registered domain. `nameservers` are the names in the delegation and in the zone, each once."""

    subject: str
    source: str
    at: datetime
    apex: Existence
    apex_cname: str | None
    nameservers: tuple[str, ...]
    nameserver_addresses: tuple[str, ...]
    dnssec: Dnssec
    registration: Registration


@seen
class NameserverFacts:
    """One nameserver of the domain (subject: its name), asked directly for the zone's SOA.

    `problem` is None when it answered with authority, else what it did instead: "REFUSED", "answers without authority".
    """

    subject: str
    source: str
    at: datetime
    domain: str
    addresses: tuple[str, ...]
    problem: str | None


class Reach(Enum):
    """What a TCP connection to an address came to."""

    OPEN = "open"
    REFUSED = "refused"
    SILENT = "silent"


@seen
class HostFacts:
    """One host name in DNS.

    `cname_chain` are the names it points through, in order. `dangling` is the last of them when that does not exist,
    or when its platform says that nobody has claimed it. `ipv6_reach` is port 443 on the AAAA addresses, tried from
    here: a Gap when this machine has no IPv6, None when there is no AAAA. `caa` is the set that applies (tree climbed).
    """

    subject: str
    source: str
    at: datetime
    existence: Existence
    ipv4: tuple[str, ...]
    ipv6: tuple[str, ...]
    cname_chain: tuple[str, ...]
    dangling: str | None
    ipv6_reach: Reach | None
    caa: tuple[Caa, ...]


@seen
class RecordFacts:
    """A declared record (subject: "NAME TYPE") beside what DNS holds; both normalised, `found` sorted."""

    subject: str
    source: str
    at: datetime
    wanted: str
    found: tuple[str, ...]


# TLS ---------------------------------------------------------------------------------------------------------------


class Trust(Enum):
    """Whether the chain leads to a root that clients know, expiry left aside.

    INCOMPLETE: it would if the server sent the missing intermediate. UNTRUSTED: it leads to no known root.
    EXPIRED_ISSUER: it does, but through an intermediate whose time is over.
    """

    TRUSTED = "trusted"
    EXPIRED_ISSUER = "expired-issuer"
    INCOMPLETE = "incomplete"
    SELF_SIGNED = "self-signed"
    UNTRUSTED = "untrusted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """One X.509 certificate (RFC 5280). `names` are the DNS and IP subject alternative names, lower case."""

    subject: str
    issuer: str
    issuer_organisation: str | None
    names: tuple[str, ...]
    not_before: datetime
    not_after: datetime
    serial: str
    key: str
    sha256: str


@seen
class TlsFacts:
    """One host on port 443 (subject: the host).

    `problem` is None when HTTPS answers, else what happened instead ("connection refused", "not TLS"); a Gap when
    nothing came in time. `chain` is what the server sent, leaf first. `versions` are those it accepts, of "TLSv1",
    "TLSv1.1", "TLSv1.2", "TLSv1.3".
    """

    subject: str
    source: str
    at: datetime
    problem: str | None
    chain: tuple[Certificate, ...]
    trust: Trust
    matches_host: bool
    versions: tuple[str, ...]


# Web ---------------------------------------------------------------------------------------------------------------


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


@seen
class PageFacts:
    """One core route as a visitor gets it over HTTPS, redirects followed (subject: host and path).

    `headers` are the landing answer's, names lower case, in order. `canonical` are the absolute URLs of its
    rel=canonical links. `insecure` are the parts that it loads over http:, empty when it upgrades them itself.
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

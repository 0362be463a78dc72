"""What DNS and the registry say: the domain, its nameservers, hosts and declared records."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from launchready.model.gap import seen


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

"""What a host shows on port 443: certificates and protocol versions."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from launchready.model.gap import seen


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
    "TLSv1.1", "TLSv1.2", "TLSv1.3". `dead` are its addresses that do not answer HTTPS although another one does.
    """

    subject: str
    source: str
    at: datetime
    problem: str | None
    chain: tuple[Certificate, ...]
    trust: Trust
    matches_host: bool
    versions: tuple[str, ...]
    dead: tuple[str, ...]

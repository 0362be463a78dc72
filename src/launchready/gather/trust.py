"""Does the chain that a host sends lead to a root that clients know, and if not, what is amiss?"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from launchready.gather.issuers import issuers
from launchready.model.facts import Trust
from launchready.model.gap import Gap
from launchready.wire.certificates import Parsed
from launchready.wire.dns import Dns, Endpoint
from launchready.wire.http import Http
from launchready.wire.tls import Handshake, Look, Span, Tls

# Verification errors of OpenSSL (X509_V_ERR_*): the chain ends before a known root; the leaf signed itself.
_ENDS_EARLY = frozenset({2, 20, 21})
_SELF_SIGNED_LEAF = 18

Lend = Callable[[], Awaitable[tuple[bytes, ...]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One host's answer: where, in which versions, the chain as sent, and why the chain was not accepted.

    `dead` are its other addresses that gave no answer.
    """

    host: str
    endpoint: Endpoint
    span: Span
    shaken: Handshake
    rejected: int | None
    dead: tuple[str, ...] | Gap = ()


class Verifier:
    """Judges chains as a client would; `lend` waits for the intermediates (DER) that other hosts of the launch send."""

    def __init__(self, dns: Dns, http: Http, tls: Tls, lend: Lend, now: datetime) -> None:
        self._dns = dns
        self._http = http
        self._tls = tls
        self._lend = lend
        self._now = now

    async def trust(self, shown: Shown, chain: tuple[Parsed, ...]) -> Trust:
        """Whether the chain leads to a known root; raises WireError when a further handshake gets no answer.

        A chain that ends early is INCOMPLETE when it holds as soon as the verifier is lent the missing links: those
        that the certificates point to, or those that other hosts of this launch send.
        """
        if shown.rejected is None:
            return await self._trust_today(shown, chain)
        if shown.rejected == _SELF_SIGNED_LEAF:
            return Trust.SELF_SIGNED
        if shown.rejected in _ENDS_EARLY:
            missing = (*await issuers(chain, self._dns, self._http), *await self._lend())
            if missing and await self._holds(shown, Look(span=shown.span, verify=True, links=missing)):
                return Trust.INCOMPLETE
        return Trust.UNTRUSTED

    async def _trust_today(self, shown: Shown, chain: tuple[Parsed, ...]) -> Trust:
        """An expired link matters only when no other way leads to a root; the leaf's own end is judged apart."""
        ends = [one.certificate.not_after for one in chain]
        if not ends or ends[0] < self._now or min(ends) > self._now:
            return Trust.TRUSTED
        today = Look(span=shown.span, verify=True, dates=True)
        return Trust.TRUSTED if await self._holds(shown, today) else Trust.EXPIRED_ISSUER

    async def _holds(self, shown: Shown, look: Look) -> bool:
        return (await self._tls.handshake(shown.host, shown.endpoint, look)).rejected is None

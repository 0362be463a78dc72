"""How each host answers HTTPS: its certificate, whether the chain holds, and the versions it speaks."""

from asyncio import gather as together
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from launchready.errors import Garbled, NoAnswer, Refused, WireError
from launchready.formats.host_match import matches
from launchready.gather.looking import or_gap
from launchready.model.facts import Fact, TlsFacts, Trust
from launchready.model.gap import Gap, gap, with_gaps
from launchready.model.launch import Launch
from launchready.wire.certificates import Parsed, links, parse, parse_bundle
from launchready.wire.dns import Dns, Endpoint
from launchready.wire.http import Http
from launchready.wire.tls import LEGACY, MODERN, VERSIONS, Handshake, Look, Span, Tls

# Verification errors of OpenSSL (X509_V_ERR_*): the chain ends before a known root; it ends in a stranger's root.
_ENDS_EARLY = frozenset({2, 20, 21})
_SELF_SIGNED_LEAF = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """One host's answer: where, in which versions, the chain as sent, and why the chain was not accepted."""

    endpoint: Endpoint
    span: Span
    shaken: Handshake
    rejected: int | None


async def look(launch: Launch, dns: Dns, tls: Tls, http: Http, now: datetime) -> tuple[Fact, ...]:
    """One TlsFacts for every host of the launch."""
    names = [host.name for host in launch.hosts]
    seen = await together(*(_see(name, dns, tls) for name in names))
    lent = links({der for one in seen if isinstance(one, _Seen) for der in one.shaken.chain[1:]})
    return tuple(
        await together(*(_facts(name, one, lent, tls, http, now) for name, one in zip(names, seen, strict=True)))
    )


async def _see(name: str, dns: Dns, tls: Tls) -> _Seen | WireError:
    """The first address that answers; a refusal outweighs silence, since it is certain."""
    failures: list[WireError] = []
    try:
        for endpoint in await dns.endpoints(name, 443):
            try:
                return await _see_at(name, endpoint, tls)
            except WireError as error:
                failures.append(error)
    except WireError as error:
        return NoAnswer(str(error))
    return next((failure for failure in failures if not isinstance(failure, NoAnswer)), failures[0])


async def _see_at(name: str, endpoint: Endpoint, tls: Tls) -> _Seen:
    """Modern versions first; a server that has only old ones still shows its certificate."""
    try:
        return await _see_in(MODERN, name, endpoint, tls)
    except (Refused, Garbled) as refusal:
        try:
            return await _see_in(LEGACY, name, endpoint, tls)
        except WireError:
            raise refusal from None


async def _see_in(span: Span, name: str, endpoint: Endpoint, tls: Tls) -> _Seen:
    shaken = await tls.handshake(name, endpoint, Look(span=span, verify=True))
    rejected = shaken.rejected
    if rejected is not None:
        shaken = await tls.handshake(name, endpoint, Look(span=span))
    return _Seen(endpoint=endpoint, span=span, shaken=shaken, rejected=rejected)


async def _facts(
    name: str, seen: _Seen | WireError, lent: tuple[bytes, ...], tls: Tls, http: Http, now: datetime
) -> TlsFacts:
    if isinstance(seen, NoAnswer):
        return with_gaps(TlsFacts, Gap(str(seen)), subject=name, source="probe", at=now)
    if isinstance(seen, WireError):
        missing = Gap(f"nothing answers HTTPS on {name}")
        return with_gaps(TlsFacts, missing, subject=name, source="probe", at=now, problem=str(seen))
    versions = await or_gap(_versions(name, seen, tls))
    try:
        parsed = tuple(map(parse, seen.shaken.chain))
    except Garbled as error:
        gaps = Gap(str(error))
        return with_gaps(TlsFacts, gaps, subject=name, source="probe", at=now, problem=None, versions=versions)
    chain = tuple(one.certificate for one in parsed)
    return TlsFacts(
        subject=name,
        source="probe",
        at=now,
        problem=None,
        chain=chain or gap(f"{name} sends no certificate"),
        trust=await or_gap(_trust(name, seen, parsed, lent, tls, http, now)),  # type: ignore[arg-type]
        matches_host=matches(name, chain[0].names) if chain else gap(f"{name} sends no certificate"),
        versions=versions,  # type: ignore[arg-type]
    )


async def _versions(name: str, seen: _Seen, tls: Tls) -> tuple[str, ...]:
    """The versions that the host accepts, each asked for by itself; raises NoAnswer when one was met by silence."""

    async def accepts(version: str) -> bool:
        if version == seen.shaken.version:
            return True
        only = VERSIONS[version]
        try:
            return not (await tls.handshake(name, seen.endpoint, Look(span=(only, only)))).rejected
        except (Refused, Garbled):
            return False

    answers = await together(*map(accepts, VERSIONS))
    return tuple(version for version, accepted in zip(VERSIONS, answers, strict=True) if accepted)


async def _trust(
    name: str, seen: _Seen, parsed: tuple[Parsed, ...], lent: tuple[bytes, ...], tls: Tls, http: Http, now: datetime
) -> Trust:
    """Whether the chain leads to a known root.

    A chain that ends early is INCOMPLETE when it holds as soon as the verifier is lent the missing links: those that
    the certificate itself points to, or those that other hosts of this launch send.
    """
    if seen.rejected is None:
        return await _trust_today(name, seen, parsed, tls, now)
    if seen.rejected == _SELF_SIGNED_LEAF:
        return Trust.SELF_SIGNED
    if seen.rejected in _ENDS_EARLY:
        missing = lent + await _fetched(parsed[-1:], http)
        verified = await tls.handshake(name, seen.endpoint, Look(span=seen.span, verify=True, links=missing))
        if missing and verified.rejected is None:
            return Trust.INCOMPLETE
    return Trust.UNTRUSTED


async def _trust_today(name: str, seen: _Seen, parsed: tuple[Parsed, ...], tls: Tls, now: datetime) -> Trust:
    """An expired link matters only when no other way leads to a root; the leaf's own end is judged apart."""
    leaf, *above = (one.certificate for one in parsed)
    if leaf.not_after > now and any(one.not_after < now for one in above):
        today = await tls.handshake(name, seen.endpoint, Look(span=seen.span, verify=True, dates=True))
        if today.rejected is not None:
            return Trust.EXPIRED_ISSUER
    return Trust.TRUSTED


async def _fetched(last: Iterable[Parsed], http: Http) -> tuple[bytes, ...]:
    """The issuers that the last certificate sent points to (RFC 5280, section 4.2.2.1)."""
    found: list[bytes] = []
    for url in (url for one in last for url in one.issuer_urls if url.startswith("http://")):
        try:
            found += parse_bundle((await http.fetch(url)).body)
        except WireError:
            continue
    return links(found)

"""How each host answers HTTPS: its certificate, whether the chain holds, and the versions it speaks."""

from asyncio import Task, create_task, wait
from asyncio import gather as together
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from launchready.errors import Garbled, NoAnswer, Refused, WireError
from launchready.formats.host_match import matches
from launchready.gather.looking import or_gap
from launchready.gather.trust import Shown, Verifier
from launchready.model.facts import Fact, TlsFacts
from launchready.model.gap import Gap, with_gaps
from launchready.model.launch import Launch
from launchready.wire.certificates import links, parse
from launchready.wire.dns import Dns, Endpoint
from launchready.wire.http import Http
from launchready.wire.reach import has_route
from launchready.wire.tls import LEGACY, MODERN, VERSIONS, Look, Span, Tls

PATIENT_S = 5.0  # a shorter wait tells a slow address from a dead one no better than a coin
ADDRESSES_LIMIT = 6  # of one host, asked at once


async def look(launch: Launch, dns: Dns, tls: Tls, http: Http, now: datetime) -> tuple[Fact, ...]:
    """One TlsFacts for every host of the launch."""
    shows = {host.name: create_task(_show(host.name, dns, tls, now)) for host in launch.hosts}

    async def sent_by_others() -> tuple[bytes, ...]:
        await wait(shows.values(), timeout=tls.patience_s)
        return _intermediates(shows.values())

    async def facts(name: str) -> TlsFacts:
        return await _facts(name, await shows[name], Verifier(dns, http, tls, sent_by_others, now), tls, now)

    return tuple(await together(*map(facts, shows)))


def _intermediates(shows: Iterable[Task[Shown | WireError]]) -> tuple[bytes, ...]:
    """What the hosts that have answered so far sent above their own certificate."""
    shown = [show.result() for show in shows if show.done()]
    return links({der for one in shown if isinstance(one, Shown) for der in one.shaken.chain[1:]})


async def _show(name: str, dns: Dns, tls: Tls, now: datetime) -> Shown | WireError:
    """The worst certificate that the addresses of a host show, since some visitors get that one.

    When none shows one, silence outweighs a refusal: the silent address may yet answer others.
    """
    try:
        endpoints = await dns.endpoints(name, 443)
    except WireError as error:
        return NoAnswer(str(error))  # whether the name is missing or DNS is silent, HTTPS was not seen to fail
    reachable = [endpoint for endpoint in endpoints if has_route(endpoint[0])]
    if not reachable:
        return NoAnswer(f"this machine has no way to {endpoints[0][0]}")
    found = await together(*(_show_at(name, endpoint, tls) for endpoint in reachable[:ADDRESSES_LIMIT]))
    shown = [one for one in found if isinstance(one, Shown)]
    if shown:
        failed = [(way[0], one) for way, one in zip(reachable, found, strict=False) if isinstance(one, WireError)]
        hasty = [one for _, one in failed if isinstance(one, NoAnswer) and tls.patience_s < PATIENT_S]
        dead = Gap(str(hasty[0])) if hasty else tuple(address for address, _ in failed)
        return replace(max(shown, key=lambda one: _badness(one, now)), dead=dead)
    failures = [one for one in found if isinstance(one, WireError)]
    return next((failure for failure in failures if isinstance(failure, NoAnswer)), failures[0])


async def _show_at(name: str, endpoint: Endpoint, tls: Tls) -> Shown | WireError:
    """Modern versions first; a server that has only old ones still shows its certificate."""
    try:
        return await _show_in(MODERN, name, endpoint, tls)
    except NoAnswer as silence:
        return silence
    except WireError as refusal:
        try:
            return await _show_in(LEGACY, name, endpoint, tls)
        except WireError:
            return refusal


async def _show_in(span: Span, name: str, endpoint: Endpoint, tls: Tls) -> Shown:
    shaken = await tls.handshake(name, endpoint, Look(span=span, verify=True))
    rejected = shaken.rejected
    if rejected is not None:
        shaken = await tls.handshake(name, endpoint, Look(span=span))
    return Shown(host=name, endpoint=endpoint, span=span, shaken=shaken, rejected=rejected)


def _badness(shown: Shown, now: datetime) -> tuple[bool, bool, bool, float]:
    """How far a chain is from what a browser accepts; of good ones, the one that ends first is the worst."""
    try:
        leaf = parse(shown.shaken.chain[0]).certificate
    except (Garbled, IndexError):
        return True, True, True, 0
    wrong_time = not leaf.not_before <= now <= leaf.not_after
    return wrong_time, shown.rejected is not None, not matches(shown.host, leaf.names), -leaf.not_after.timestamp()


async def _facts(name: str, shown: Shown | WireError, verifier: Verifier, tls: Tls, now: datetime) -> TlsFacts:
    if isinstance(shown, NoAnswer):
        return with_gaps(TlsFacts, Gap(str(shown)), subject=name, source="probe", at=now)
    if isinstance(shown, WireError):
        missing = Gap(f"nothing answers HTTPS on {name}")
        return with_gaps(TlsFacts, missing, subject=name, source="probe", at=now, problem=str(shown))
    try:
        chain = tuple(map(parse, shown.shaken.chain))
    except Garbled as error:
        chain, missing = (), Gap(str(error))
    else:
        missing = Gap(f"{name} sends no certificate")
    versions, trusted = await together(or_gap(_versions(shown, tls)), or_gap(verifier.trust(shown, chain)))
    known: dict[str, object] = {"problem": None, "versions": versions, "dead": shown.dead}
    if chain:
        known |= {"chain": tuple(one.certificate for one in chain), "trust": trusted}
        known["matches_host"] = matches(name, chain[0].certificate.names)
    return with_gaps(TlsFacts, missing, subject=name, source="probe", at=now, **known)


async def _versions(shown: Shown, tls: Tls) -> tuple[str, ...]:
    """The versions that the host accepts, each asked for by itself; raises NoAnswer when one was met by silence."""

    async def accepts(version: str) -> bool:
        if version == shown.shaken.version:
            return True
        only = VERSIONS[version]
        try:
            await tls.handshake(shown.host, shown.endpoint, Look(span=(only, only)))
        except (Refused, Garbled):
            return False
        return True

    answers = await together(*map(accepts, VERSIONS))
    return tuple(version for version, accepted in zip(VERSIONS, answers, strict=True) if accepted)

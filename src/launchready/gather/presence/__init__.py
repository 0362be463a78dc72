"""What a domain shows before anybody has declared anything: its hosts, its mail services, the edge in front."""

from asyncio import gather as together
from asyncio import to_thread
from collections.abc import Iterable
from datetime import datetime

from launchready.gather.edge import signs_of
from launchready.gather.looking import or_gap
from launchready.gather.presence.answers import Asked, with_answers
from launchready.gather.presence.doors import Door, doors
from launchready.gather.presence.mail import MailSeen, mail
from launchready.gather.presence.roles import canonical, sorted_out
from launchready.gather.registration import load_suffixes
from launchready.model.launch import Network
from launchready.model.presence import HostSeen, Presence
from launchready.model.repository import Sighting
from launchready.wire.deadline import Deadline
from launchready.wire.dns import Answer, Dns
from launchready.wire.http import Http


async def look(
    domain: str, network: Network, now: datetime, *, named: Iterable[str], health: Iterable[str], routes: Iterable[str]
) -> Presence:
    """Look at a domain, at the usual hosts below it and at those that are `named`; nothing raises.

    `health` and `routes` are paths that the repository has: health addresses to ask for before the usual ones, and
    pages whose host is to be found.
    """
    deadline = Deadline(network.deadline_s)
    async with Dns(network, deadline) as dns, Http(network, deadline, dns) as http:
        found, sent, _ = await together(doors(domain, named, dns, http), mail(domain, dns), to_thread(load_suffixes))
        if all(door.silence for door in found) and not sent.answered:
            reasons = dict.fromkeys(door.silence.reason for door in found if door.silence)
            return Presence(domain=domain, unseen=tuple(reasons), silent=True)
        main = canonical(domain, found)
        hosts, passed_over = sorted_out(domain, main, found)
        hosts = await with_answers(hosts, found, Asked(tuple(health), tuple(routes)), http, now)
        edge, doubts = await _edge(hosts, found, dns)
    return _presence(domain, main, hosts, passed_over, sent, edge, (*_unseen(found), *sent.unseen, *doubts))


def _presence(
    domain: str,
    main: Sighting | None,
    hosts: tuple[HostSeen, ...],
    passed_over: tuple[Sighting, ...],
    sent: MailSeen,
    edge: Sighting | None,
    unseen: tuple[str, ...],
) -> Presence:
    return Presence(
        domain=domain,
        canonical=main,
        hosts=hosts,
        passed_over=passed_over,
        senders=sent.senders,
        strangers=sent.strangers,
        selectors=sent.selectors,
        edge=edge,
        unseen=tuple(dict.fromkeys(unseen)),
    )


def _unseen(found: tuple[Door, ...]) -> tuple[str, ...]:
    """One sentence a reason: without a network it is the same for every name."""
    names: dict[str, list[str]] = {}
    for door in found:
        if door.silence:
            names.setdefault(door.silence.reason, []).append(door.name)
    return tuple(f"{', '.join(silent)}: {reason}" for reason, silent in names.items())


async def _edge(
    hosts: tuple[HostSeen, ...], found: tuple[Door, ...], dns: Dns
) -> tuple[Sighting | None, tuple[str, ...]]:
    """The edge that answers for the first of the hosts that has one; what only one sign speaks for is a doubt."""
    doubts: list[str] = []
    for door in (door for host in hosts for door in found if door.name == host.name):
        if door.front is None or dns.mapped(door.name, 443):
            continue
        answers = await together(*(or_gap(dns.look_up(door.name, kind, unchecked=True)) for kind in ("A", "AAAA")))
        chain = [name for answer in answers if isinstance(answer, Answer) for name in answer.chain]
        by_header, by_place = signs_of(door.front, chain)
        if by_header and by_header == by_place:
            return Sighting(by_header, f"{door.name} answers with its headers, from its addresses"), ()
        if by_header or by_place:
            sign = "its headers say so" if by_header else "its address or CNAME says so"
            doubts.append(f"{door.name} may be behind {by_header or by_place}: only {sign}")
    return None, tuple(doubts[:1])

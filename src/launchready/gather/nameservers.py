"""Each nameserver of a zone, asked directly: does it know the zone that it is named for?"""

from asyncio import gather as together
from dataclasses import dataclass
from datetime import datetime

from dns import rdatatype

from launchready.errors import NoAnswer, WireError
from launchready.gather.looking import or_gap
from launchready.gather.zones import Zone, names_in, soa_owner
from launchready.model.facts import NameserverFacts
from launchready.model.gap import Gap
from launchready.wire.dns import Answer, Dns, Outcome
from launchready.wire.reach import has_route

MOST = 13  # as many as the root has; more is no zone's need


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """One nameserver and where it is; a Gap when nobody would say."""

    name: str
    addresses: tuple[str, ...] | Gap


async def servers_named(zone: Zone, dns: Dns) -> tuple[Server, ...]:
    """The nameservers in the delegation and in the zone, each once; raises WireError when neither can be seen."""
    try:
        inside = names_in((await dns.look_up(zone.name, "NS", unchecked=True)).rrset)
    except WireError:
        if not zone.delegation:
            raise
        inside = ()
    names = tuple(dict.fromkeys((*zone.delegation, *inside)))[:MOST]
    return tuple(await together(*(_server(name, zone, dns) for name in names)))


async def _server(name: str, zone: Zone, dns: Dns) -> Server:
    """Addresses as the world resolves them; the parent's glue when only that leads there."""
    found = await or_gap(dns.addresses(name))
    if not isinstance(found, Gap) and found.all:
        return Server(name=name, addresses=found.all)
    if name in zone.glue:
        return Server(name=name, addresses=zone.glue[name])
    unchecked = await or_gap(dns.addresses(name, unchecked=True))  # its own zone may be what is broken
    if isinstance(found, Gap) and isinstance(unchecked, Gap):
        return Server(name=name, addresses=found)
    return Server(name=name, addresses=() if isinstance(unchecked, Gap) else unchecked.all)


async def nameserver_facts(server: Server, zone: Zone, dns: Dns, now: datetime) -> NameserverFacts:
    """What one nameserver says when it is asked for the zone's SOA, at every address this machine has a way to."""
    return NameserverFacts(
        subject=server.name,
        source="probe",
        at=now,
        domain=zone.name,
        addresses=server.addresses,  # type: ignore[arg-type]
        problem=await _problem(server, zone, dns),  # type: ignore[arg-type]
    )


async def _problem(server: Server, zone: Zone, dns: Dns) -> str | Gap | None:
    if isinstance(server.addresses, Gap):
        return server.addresses
    if not server.addresses:
        return "has no address"
    tried = [address for address in server.addresses if has_route(dns.road(server.name, address, 53)[0])]
    if not tried:
        return Gap("this machine has no IPv6" if ":" in server.addresses[0] else "this machine has no IPv4")
    answers = await together(*(_problem_at(server.name, address, zone, dns) for address in tried))
    certain = next((answer for answer in answers if isinstance(answer, str)), None)
    return certain or next((answer for answer in answers if isinstance(answer, Gap)), None)


async def _problem_at(name: str, address: str, zone: Zone, dns: Dns) -> str | Gap | None:
    try:
        answer = await dns.ask(zone.name, "SOA", at=[(name, address)])
    except NoAnswer as error:
        return Gap(str(error))
    except WireError as error:
        return str(error)
    if answer.outcome in (Outcome.REFUSED, Outcome.SERVFAIL):
        return f"{address} answers {answer.outcome.value}"
    return None if _speaks_for(zone, answer) else f"{address} answers without authority"


def _speaks_for(zone: Zone, answer: Answer) -> bool:
    """Authority over this very zone: a server of the parent says with authority too that it knows no such SOA."""
    alias = any(rrset.rdtype == rdatatype.CNAME for rrset in answer.message.answer)
    return answer.authoritative and (alias or soa_owner(answer.message) == zone.name)

"""Where a zone begins and who serves it, as its parent and the zone itself say."""

from asyncio import gather as together
from collections.abc import Mapping
from dataclasses import dataclass

from dns import rdatatype
from dns.message import Message
from dns.name import Name
from dns.rrset import RRset

from launchready.errors import Refused, WireError
from launchready.wire.dns import Answer, Dns, Outcome
from launchready.wire.reach import has_route

Servers = tuple[tuple[str, str], ...]  # name and address of each

SERVERS_TO_ASK = 4  # of a parent, one after the other until one answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A zone, the nameservers that its parent delegates it to, and the addresses that came with them (glue)."""

    name: str
    delegation: tuple[str, ...]
    glue: Mapping[str, tuple[str, ...]]


async def find_zone(domain: str, dns: Dns) -> Zone:
    """The zone that holds a domain; raises WireError.

    The parent is asked for the delegation, since a zone with a CNAME at its apex, or none but dead nameservers,
    gives no SOA of its own.
    """
    parent = await _enclosing(domain.partition(".")[2], dns)
    if not domain:
        return Zone(name="", delegation=(), glue={})
    try:
        referral = await _referral(domain, parent, dns)
    except WireError:  # the parent's servers cannot be asked from here: what the resolver knows must do
        return Zone(name=await _enclosing(domain, dns), delegation=(), glue={})
    if referral is None:
        return await find_zone(parent, dns)
    return referral


async def _enclosing(name: str, dns: Dns) -> str:
    """The deepest zone at or above a name that gives its SOA; raises WireError."""
    while name:
        answer = await dns.ask(name, "SOA", unchecked=True)
        owner = soa_owner(answer.message)
        if not answer.chain and owner is not None and f".{name}".endswith(f".{owner}"):
            return owner
        name = name.partition(".")[2]
    return ""


async def _referral(domain: str, parent: str, dns: Dns) -> Zone | None:
    """What the parent's servers say of the domain: a delegation, or None when it is no zone of its own."""
    names = names_in((await dns.look_up(parent, "NS", unchecked=True)).rrset)
    servers = await servers_of(names[:SERVERS_TO_ASK], dns)
    answer = await ask_one_of(servers[:SERVERS_TO_ASK], domain, "NS", dns)
    for section in (answer.message.answer, answer.message.authority):
        for rrset in section:
            owner = plain(rrset.name)
            below = len(owner) > len(parent) and f".{domain}".endswith(f".{owner}")
            if rrset.rdtype == rdatatype.NS and below:
                return Zone(name=owner, delegation=names_in(rrset), glue=_glue(answer))
    return None


async def servers_of(names: tuple[str, ...], dns: Dns) -> Servers:
    """Name and address of each nameserver that can be asked from here, those with a mapped road too."""
    found = await together(*(dns.addresses(name) for name in names), return_exceptions=True)
    return tuple(
        (name, address)
        for name, addresses in zip(names, found, strict=True)
        if not isinstance(addresses, BaseException)
        for address in addresses.all
        if has_route(dns.road(name, address, 53)[0])
    )


async def ask_one_of(
    servers: Servers, name: str, rdtype: str, dns: Dns, *, dnssec: bool = False, authoritative: bool = False
) -> Answer:
    """The first usable answer: a lame server says something too, and must not speak for the others.

    Raises the last one's failure when none has a usable answer.
    """
    failure: WireError = Refused(f"no nameserver that knows {name} can be asked from here")
    for server in servers:
        try:
            answer = await dns.ask(name, rdtype, at=[server], dnssec=dnssec)
        except WireError as error:
            failure = error
            continue
        if answer.outcome not in (Outcome.REFUSED, Outcome.SERVFAIL) and answer.authoritative >= authoritative:
            return answer
    raise failure


def names_in(rrset: RRset | None) -> tuple[str, ...]:
    """The targets of NS records, sorted."""
    return tuple(sorted(plain(rdata.target) for rdata in rrset or ()))


def soa_owner(message: Message) -> str | None:
    """The zone whose SOA an answer carries, whether asked for or as the sign of "no such thing" (RFC 2308)."""
    for rrset in (*message.answer, *message.authority):
        if rrset.rdtype == rdatatype.SOA:
            return plain(rrset.name)
    return None


def plain(name: Name) -> str:
    """A name in lower case without its final dot; the root is nothing."""
    return name.to_text(omit_final_dot=True).lower() if len(name) > 1 else ""


def _glue(answer: Answer) -> Mapping[str, tuple[str, ...]]:
    glue: dict[str, tuple[str, ...]] = {}
    for rrset in answer.message.additional:
        if rrset.rdtype in (rdatatype.A, rdatatype.AAAA):
            glue[plain(rrset.name)] = glue.get(plain(rrset.name), ()) + tuple(rdata.address for rdata in rrset)
    return glue

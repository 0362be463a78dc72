"""What DNS and the registry say of the domain: its zone, nameservers, hosts, declared records and registration."""

from asyncio import gather as together
from datetime import datetime

from launchready.gather.dnssec import dnssec
from launchready.gather.hosts import host_facts
from launchready.gather.looking import or_gap
from launchready.gather.nameservers import Server, nameserver_facts, servers_named
from launchready.gather.records import record_facts, subjects
from launchready.gather.registration import registrable, registration
from launchready.gather.zones import Zone, find_zone
from launchready.model.facts import DomainFacts, Fact, HostFacts, NameserverFacts
from launchready.model.gap import Gap, peek, with_gaps
from launchready.model.launch import Launch
from launchready.wire.dns import Dns
from launchready.wire.http import Http
from launchready.wire.reach import has_route


async def look(launch: Launch, dns: Dns, http: Http, now: datetime) -> tuple[Fact, ...]:
    """DomainFacts, NameserverFacts for every nameserver, HostFacts for the apex and every host, RecordFacts."""
    names = dict.fromkeys((launch.domain, *(host.name for host in launch.hosts)))
    records = together(*(record_facts(subject, record, dns, now) for subject, record in subjects(launch)))
    hosts = together(*(host_facts(name, dns, http, now) for name in names))
    registered = or_gap(registration(launch.domain, http))
    seen = await together(_zone_and_servers(launch.domain, dns), hosts, registered, records)
    (zone, servers), (apex, *others), registry, declared = seen
    domain, nameservers = await together(
        _domain_facts(launch.domain, zone, servers, apex, registry, dns, now),
        _nameserver_facts(launch.domain, zone, servers, dns, now),
    )
    return (domain, *nameservers, apex, *others, *declared)


async def _zone_and_servers(domain: str, dns: Dns) -> tuple[Zone | Gap, tuple[Server, ...] | Gap]:
    zone = await or_gap(find_zone(domain, dns))
    if not isinstance(zone, Gap) and len(zone.name) < len(registrable(domain) or ""):
        zone = Gap(f"no nameservers are set for {domain}")  # what holds it is the registry's own zone
    if isinstance(zone, Gap):
        return zone, zone
    return zone, await or_gap(servers_named(zone, dns))


async def _nameserver_facts(
    domain: str, zone: Zone | Gap, servers: tuple[Server, ...] | Gap, dns: Dns, now: datetime
) -> tuple[NameserverFacts, ...]:
    if isinstance(zone, Gap) or isinstance(servers, Gap):
        missing = zone if isinstance(zone, Gap) else servers
        return (with_gaps(NameserverFacts, missing, subject=domain, source="probe", at=now),)  # type: ignore[arg-type]
    return tuple(await together(*(nameserver_facts(server, zone, dns, now) for server in servers)))


async def _domain_facts(
    domain: str,
    zone: Zone | Gap,
    servers: tuple[Server, ...] | Gap,
    apex: HostFacts,
    registry: object,
    dns: Dns,
    now: datetime,
) -> DomainFacts:
    return DomainFacts(
        subject=domain,
        source="probe",
        at=now,
        apex=peek(apex, "existence"),
        apex_cname=_apex_cname(domain, zone, apex),  # type: ignore[arg-type]
        nameservers=servers if isinstance(servers, Gap) else tuple(server.name for server in servers),  # type: ignore[arg-type]
        nameserver_addresses=_addresses(servers),  # type: ignore[arg-type]
        dnssec=await or_gap(_dnssec(domain, zone, servers, dns, now)),  # type: ignore[arg-type]
        registration=registry,  # type: ignore[arg-type]
    )


def _apex_cname(domain: str, zone: Zone | Gap, apex: HostFacts) -> str | Gap | None:
    """The CNAME of a name that is a zone of its own; below one, a CNAME is as it should be."""
    chain = peek(apex, "cname_chain")
    if isinstance(zone, Gap) or isinstance(chain, Gap):
        return zone if isinstance(zone, Gap) else chain
    return chain[0] if chain and zone.name == domain else None


def _addresses(servers: tuple[Server, ...] | Gap) -> tuple[str, ...] | Gap:
    if isinstance(servers, Gap):
        return servers
    found: dict[str, None] = {}
    for server in servers:
        if isinstance(server.addresses, Gap):
            return server.addresses
        found.update(dict.fromkeys(server.addresses))
    return tuple(found)


async def _dnssec(domain: str, zone: Zone | Gap, servers: tuple[Server, ...] | Gap, dns: Dns, now: datetime) -> object:
    if isinstance(zone, Gap) or isinstance(servers, Gap):
        return zone if isinstance(zone, Gap) else servers
    ways = tuple(
        (server.name, address)
        for server in servers
        if not isinstance(server.addresses, Gap)
        for address in server.addresses
        if has_route(dns.road(server.name, address, 53)[0])
    )
    return await dnssec(zone.name, domain, ways, dns, now)

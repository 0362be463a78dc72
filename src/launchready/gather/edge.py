"""Which edge (CDN) stands in front of each host, and whether the server behind it can be reached past it."""

from asyncio import gather as together
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from launchready.errors import NoAnswer, WireError
from launchready.formats import spf
from launchready.formats.addresses import is_private
from launchready.formats.urls import joined
from launchready.gather.looking import or_gap
from launchready.gather.pages import alike
from launchready.gather.texts import texts
from launchready.known.edges import edge_of, edges
from launchready.model.facts import EdgeFacts, Fact, Origin
from launchready.model.gap import Gap, with_gaps
from launchready.model.launch import Host, Launch, Role
from launchready.wire.dns import Dns
from launchready.wire.http import Http, Response
from launchready.wire.reach import has_route

PAGE_BYTES = 64 * 1024
ORIGIN_S = 5.0
MOST_CANDIDATES = 8
# Names that are often left to point at the server itself when the site moves behind an edge.
TELLING_NAMES = ("origin", "direct", "server", "mail", "ftp", "cpanel", "webmail", "ssh", "vps", "old")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """One host's front answer, its addresses, and the edge that either names."""

    host: str
    front: Response | None
    addresses: tuple[str, ...]
    by_header: str | None
    by_place: str | None

    @property
    def edge(self) -> str | None:
        return self.by_header if self.by_header == self.by_place else None


async def look(launch: Launch, dns: Dns, http: Http, now: datetime) -> tuple[Fact, ...]:
    """Every host that DNS leads to; one that `connect_to` leads elsewhere says nothing of its edge."""
    hosts = [host for host in launch.hosts if _concerned(host, dns)]
    found = await together(*(or_gap(_seen(host.name, dns, http)) for host in hosts))
    behind = tuple(one.host for one in found if not isinstance(one, Gap) and one.edge)
    candidates = await _candidates(launch, dns) if behind else ()
    return tuple(
        await together(
            *(_facts(host, one, behind, candidates, dns, http, now) for host, one in zip(hosts, found, strict=True))
        )
    )


def _concerned(host: Host, dns: Dns) -> bool:
    return host.role is not Role.STATUS and not dns.mapped(host.name, 443)


async def _facts(
    host: Host,
    seen: _Seen | Gap,
    behind: tuple[str, ...],
    candidates: tuple[Origin, ...],
    dns: Dns,
    http: Http,
    now: datetime,
) -> EdgeFacts:
    if isinstance(seen, Gap):
        return with_gaps(EdgeFacts, seen, subject=host.name, source="probe", at=now)
    return EdgeFacts(
        subject=host.name,
        source="probe",
        at=now,
        addresses=seen.addresses,
        edge=seen.edge,
        by_header=seen.by_header,
        by_place=seen.by_place,
        elsewhere=tuple(name for name in behind if name != host.name),
        origins=await _origins(seen, candidates, dns, http) if seen.edge and seen.front else (),  # type: ignore[arg-type]
    )


async def _seen(host: str, dns: Dns, http: Http) -> _Seen:
    """Raises WireError when neither a name nor an answer could be had."""
    ipv4, ipv6 = await together(or_gap(dns.look_up(host, "A")), or_gap(dns.look_up(host, "AAAA")))
    answers = [answer for answer in (ipv4, ipv6) if not isinstance(answer, Gap)]
    addresses = tuple(address for answer in answers for address in answer.records if not is_private(address))
    front = await http.fetch(f"https://{host}/", body_limit_bytes=PAGE_BYTES)
    chain = [name for answer in answers for name in answer.chain]
    by_header, by_place = signs_of(front, chain)
    return _Seen(
        host=host,
        front=front,
        addresses=addresses,
        by_header=by_header,
        by_place=by_place,
    )


def signs_of(front: Response, chain: Iterable[str]) -> tuple[str | None, str | None]:
    """The edge that an answer's headers name, and the one that its address or its CNAME chain names."""
    names = tuple(chain)
    signs = [edge.name for edge in edges() if edge.signs(front.headers)]
    places = [edge.name for edge in edges() if edge.holds(front.address) or edge.named(names)]
    both = next((name for name in signs if name in places), None)
    return both or next(iter(signs), None), both or next(iter(places), None)


async def _origins(seen: _Seen, candidates: tuple[Origin, ...], dns: Dns, http: Http) -> tuple[Origin, ...] | Gap:
    """The addresses past the edge at which the same page is served for the same name; a Gap when none of those that
    could be asked is, but not all could."""
    own = tuple(
        Origin(address=address, found_by=f"{seen.host} {'AAAA' if ':' in address else 'A'}")
        for address in seen.addresses
        if seen.by_place and edge_of(address) is None and _has_ranges(seen.by_place)
    )
    tried = list({one.address: one for one in (*candidates, *own)}.values())[:MOST_CANDIDATES]
    served = await together(*(or_gap(_serves(seen, one.address, dns, http)) for one in tried))
    found = tuple(one for one, yes in zip(tried, served, strict=True) if yes is True)
    return found or next((one for one in served if isinstance(one, Gap)), ())


async def _serves(seen: _Seen, address: str, dns: Dns, http: Http) -> bool:
    """Whether an address serves the host's page, by HTTPS or else by HTTP: an edge may speak to its origin in either.

    Silence is a no: so answers a firewall that lets only the edge in. Raises NoAnswer when this machine has no IPv6,
    or the run no time left.
    """
    assert seen.front
    if ":" in address and not has_route(dns.road(address, address, 443)[0]):
        raise NoAnswer("this machine has no IPv6")
    for scheme in ("https", "http"):
        try:
            answer = await http.fetch(
                f"{scheme}://{seen.host}/", at=address, timeout_s=ORIGIN_S, body_limit_bytes=PAGE_BYTES
            )
        except WireError as error:
            dns.deadline.left_s(ORIGIN_S)
            if isinstance(error, NoAnswer):
                return False
        else:
            return _same(seen.front, answer, seen.host)
    return False


def _same(front: Response, answer: Response, host: str) -> bool:
    """Whether two answers can only be the same site's: a page that is alike, or the same redirect within the host.

    Errors are no proof, since web servers and frameworks all have the same ones.
    """
    if front.status != answer.status or front.status >= 400:
        return False
    if front.header("location") is None:
        return bool(front.body.strip()) and alike(front, answer)
    targets = [urlsplit(joined(one.url, one.header("location") or "")) for one in (front, answer)]
    return all(one.hostname == host for one in targets) and targets[0][2:4] == targets[1][2:4]


def _has_ranges(name: str) -> bool:
    return any(edge.ranges for edge in edges() if edge.name == name)


async def _candidates(launch: Launch, dns: Dns) -> tuple[Origin, ...]:
    """Public addresses that DNS gives away under other names of the domain, those of edges left out."""
    names = [f"{label}.{launch.domain}" for label in TELLING_NAMES]
    exchanges, named = await together(_exchanges(launch, dns), _spf_addresses(launch, dns))
    found = await together(*(or_gap(dns.addresses(name)) for name in (*names, *exchanges)))
    wildcard = await or_gap(dns.addresses(f"launchready-check.{launch.domain}"))
    everywhere = () if isinstance(wildcard, Gap) else wildcard.all
    origins = [
        Origin(address=address, found_by=name)
        for name, addresses in zip((*names, *exchanges), found, strict=True)
        if not isinstance(addresses, Gap)
        for address in addresses.all
        if address not in everywhere
    ]
    return tuple(one for one in (*origins, *named) if not is_private(one.address) and edge_of(one.address) is None)


async def _exchanges(launch: Launch, dns: Dns) -> tuple[str, ...]:
    """The domain's own mail servers; a mail service's are no server of the site."""
    answer = await or_gap(dns.look_up(launch.domain, "MX"))
    if isinstance(answer, Gap):
        return ()
    names = (record.partition(" ")[2].rstrip(".").lower() for record in answer.records)
    return tuple(name for name in names if launch.holds(name))


async def _spf_addresses(launch: Launch, dns: Dns) -> tuple[Origin, ...]:
    """The single addresses that the domain's SPF record names."""
    found = await or_gap(texts(launch.domain, dns))
    records = [] if isinstance(found, Gap) else [spf.parse(text) for text in found if spf.is_spf(text)]
    terms = [term for record in records for term in record.mechanisms if term.network is not None]
    return tuple(
        Origin(address=str(term.network.network_address), found_by=f"SPF {term.text}")
        for term in terms
        if term.network is not None and term.network.num_addresses == 1
    )

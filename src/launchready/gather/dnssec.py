"""Would a validating resolver accept the zone? DNSSEC from the parent's DS down (RFC 4035, section 5)."""

from asyncio import gather as together
from collections.abc import Collection
from datetime import UTC, datetime

import dns.dnssec
import dns.exception
import dns.name
import dns.rdataclass
import dns.rdataset
import dns.rdatatype
import dns.rdtypes.ANY.DNSKEY
import dns.rrset

from launchready.errors import Garbled, Refused
from launchready.gather.looking import or_gap
from launchready.gather.zones import Servers, ask_one_of
from launchready.model.facts import Dnssec
from launchready.model.gap import Gap
from launchready.wire.dns import Answer, Dns, Outcome

# RFC 8624: what validators must or should support. A zone signed only with others counts as unsigned (RFC 4035, 5.2);
# so do those with SHA-1, which validators are giving up (RFC 9905).
ALGORITHMS = frozenset({8, 10, 13, 14, 15, 16})
DIGESTS = frozenset({1, 2, 4})
MOST_KEYS = 16  # times as many signatures: what a validator would try at most (KeyTrap, CVE-2023-50387)

Keys = dict[dns.name.Name, dns.node.Node | dns.rdataset.Rdataset]


async def dnssec(zone: str, domain: str, servers: Servers, dns_: Dns, now: datetime) -> Dnssec:
    """Whether the zone is signed, and why validators reject it, if they do; raises WireError."""
    published = await dns_.look_up(zone, "DS", unchecked=True)
    if published.rrset is None:
        return Dnssec(signed=False, problem=None)
    usable = [ds for ds in published.rrset if ds.algorithm in ALGORITHMS and ds.digest_type in DIGESTS]
    if not usable:
        return Dnssec(signed=True, problem=None)
    problem = await _zone_problem(zone, domain, usable, servers, dns_, now)
    return Dnssec(signed=True, problem=problem or await _resolver_problem(domain, dns_))


async def _zone_problem(
    zone: str, domain: str, usable: Collection[dns.rdata.Rdata], servers: Servers, dns_: Dns, now: datetime
) -> str | None:
    """The first problem at any nameserver, since a resolver may ask whichever; raises when none can be asked.

    One that does not answer for the zone is a lame nameserver's problem, not that of the signatures.
    """
    names = tuple(dict.fromkeys(name for name, _ in servers))
    found = await together(
        *(
            or_gap(_problem_at(zone, domain, usable, tuple(way for way in servers if way[0] == name), dns_, now))
            for name in names
        )
    )
    seen = [one for one in found if not isinstance(one, Gap)]
    if not seen:
        raise Refused(found[0].reason if found else f"no nameserver of {zone} can be asked from here")  # type: ignore[union-attr]
    problem = next((one for one in seen if one), None)
    if problem is None or all(one == problem for one in seen):
        return problem
    return f"{problem} at {names[found.index(problem)]}"


async def _problem_at(
    zone: str, domain: str, usable: Collection[dns.rdata.Rdata], servers: Servers, dns_: Dns, now: datetime
) -> str | None:
    """Why the answers of one nameserver do not validate; `servers` are its addresses."""

    async def asked(name: str, rdtype: str) -> Answer:
        return await ask_one_of(servers, name, rdtype, dns_, dnssec=True, authoritative=True)

    answer = await asked(zone, "DNSKEY")
    if answer.rrset is None:
        return "the registry holds a DS record, but the zone has no DNSKEY"
    if len(answer.rrset) > MOST_KEYS:
        raise Garbled(f"{zone} has more than {MOST_KEYS} DNSKEY records")
    trusted = [key for key in answer.rrset if any(_is_of(zone, ds, key) for ds in usable)]
    if not trusted:
        return "none of the zone's keys matches the DS record at the registry"
    problem = _problem(answer, _keys(zone, trusted), now)
    if problem:
        return problem
    answers = await together(asked(zone, "SOA"), asked(domain, "A"), asked(domain, "AAAA"))
    keys = _keys(zone, list(answer.rrset))
    return next((problem for each in answers if (problem := _problem(each, keys, now))), None)


async def _resolver_problem(domain: str, dns_: Dns) -> str | None:
    """A validator sees more than we do, such as the proofs that a name does not exist."""
    checked, unchecked = await together(dns_.ask(domain, "A"), dns_.ask(domain, "A", unchecked=True))
    if checked.outcome is Outcome.SERVFAIL and unchecked.outcome is not Outcome.SERVFAIL:
        return "a validating resolver rejects its answers"
    return None


def _is_of(zone: str, ds: dns.rdata.Rdata, key: dns.rdata.Rdata) -> bool:
    """Whether the parent's DS is the digest of this key (RFC 4034, section 5.1.4)."""
    if dns.dnssec.key_id(key) != ds.key_tag or key.algorithm != ds.algorithm:  # type: ignore[attr-defined,arg-type]
        return False
    name = dns.name.from_text(zone)
    digest = ds.digest_type  # type: ignore[attr-defined]
    return bool(ds == dns.dnssec.make_ds(name, key, digest, policy=dns.dnssec.allow_all_policy))


def _keys(zone: str, keys: Collection[dns.rdata.Rdata]) -> Keys:
    return {dns.name.from_text(zone): dns.rdataset.from_rdata_list(0, keys)}


def _problem(answer: Answer, keys: Keys, now: datetime) -> str | None:
    """Why the records of one answer do not validate; what lies behind a CNAME is another zone's business."""
    rrset = answer.rrset
    if rrset is None or answer.chain:
        return None
    kind = dns.rdatatype.to_text(rrset.rdtype)
    signatures = answer.message.get_rrset(
        answer.message.answer, rrset.name, dns.rdataclass.IN, dns.rdatatype.RRSIG, rrset.rdtype
    )
    if not signatures:
        return f"its {kind} records are not signed"
    if len(signatures) > MOST_KEYS:
        raise Garbled(f"its {kind} records have more than {MOST_KEYS} signatures")
    try:
        dns.dnssec.validate(rrset, signatures, keys, now=now.timestamp(), policy=dns.dnssec.allow_all_policy)
    except (dns.exception.DNSException, ValueError):
        return f"the signature of its {kind} records {_fault(signatures, now)}"
    return None


def _fault(signatures: dns.rrset.RRset, now: datetime) -> str:
    ends = max(signature.expiration for signature in signatures)
    starts = min(signature.inception for signature in signatures)
    if ends < now.timestamp():
        return f"ended {datetime.fromtimestamp(ends, UTC):%Y-%m-%d}"
    if starts > now.timestamp():
        return f"is not valid before {datetime.fromtimestamp(starts, UTC):%Y-%m-%d}"
    return "does not match them"

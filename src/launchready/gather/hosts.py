"""Each host in DNS: where it leads, whether its IPv6 answers, and who may issue certificates for it."""

from asyncio import gather as together
from datetime import datetime

from launchready.errors import NoAnswer, Refused, WireError
from launchready.gather.caa import relevant_caa
from launchready.gather.claims import unclaimed
from launchready.gather.looking import or_gap
from launchready.model.facts import Existence, HostFacts, Reach
from launchready.model.gap import Gap
from launchready.wire.dns import Answer, Dns, Outcome
from launchready.wire.http import Http
from launchready.wire.reach import connect, has_route


async def host_facts(name: str, dns: Dns, http: Http, now: datetime) -> HostFacts:
    """One host as DNS has it; signatures are judged apart, so answers that fail validation count here."""
    ipv4, ipv6, caa = await together(
        or_gap(dns.look_up(name, "A", unchecked=True)),
        or_gap(dns.look_up(name, "AAAA", unchecked=True)),
        or_gap(relevant_caa(name, dns)),
    )
    addresses6 = ipv6 if isinstance(ipv6, Gap) else ipv6.records
    chain = _longest_chain(ipv4, ipv6)
    return HostFacts(
        subject=name,
        source="probe",
        at=now,
        existence=existence(ipv4, ipv6),  # type: ignore[arg-type]
        ipv4=ipv4 if isinstance(ipv4, Gap) else ipv4.records,  # type: ignore[arg-type]
        ipv6=addresses6,  # type: ignore[arg-type]
        cname_chain=chain,  # type: ignore[arg-type]
        dangling=await or_gap(_dangling(name, ipv4, ipv6, chain, http)),  # type: ignore[arg-type]
        ipv6_reach=addresses6 if isinstance(addresses6, Gap) else await or_gap(_reach(name, addresses6, dns)),  # type: ignore[arg-type]
        caa=caa,  # type: ignore[arg-type]
    )


def existence(ipv4: Answer | Gap, ipv6: Answer | Gap) -> Existence | Gap:
    """Found when either question brought an address; a question without answer leaves it open otherwise."""
    answers = [answer for answer in (ipv4, ipv6) if not isinstance(answer, Gap)]
    if any(answer.records for answer in answers):
        return Existence.FOUND
    for answer in (ipv4, ipv6):
        if isinstance(answer, Gap):
            return answer
    # A CNAME that leads to nothing is answered with NXDOMAIN, yet the name itself exists (RFC 6604, section 3).
    gone = any(answer.outcome is Outcome.NXDOMAIN and not answer.chain for answer in answers)
    return Existence.NXDOMAIN if gone else Existence.NODATA


def _longest_chain(*answers: Answer | Gap) -> tuple[str, ...] | Gap:
    chains = [answer.chain for answer in answers if not isinstance(answer, Gap)]
    return max(chains, key=len) if chains else next(answer for answer in answers if isinstance(answer, Gap))


async def _dangling(
    name: str, ipv4: Answer | Gap, ipv6: Answer | Gap, chain: tuple[str, ...] | Gap, http: Http
) -> str | Gap | None:
    """The target that does not exist, or that nobody has claimed at its platform; raises WireError."""
    seen = [answer for answer in (ipv4, ipv6) if not isinstance(answer, Gap)]
    if isinstance(chain, Gap):
        return chain
    if any(answer.chain and answer.outcome is Outcome.NXDOMAIN for answer in seen):
        return chain[-1]  # a name exists or not for all types alike (RFC 8020)
    if not any(answer.records for answer in seen):
        return None
    return await unclaimed(name, chain, http)


async def _reach(name: str, addresses: tuple[str, ...], dns: Dns) -> Reach | None:
    """The worst that port 443 of the IPv6 addresses does; raises Refused when it cannot be tried from here."""
    if not addresses:
        return None
    reaches = await together(*(_reach_one(name, address, dns) for address in addresses))
    return max(reaches, key=list(Reach).index)


async def _reach_one(name: str, address: str, dns: Dns) -> Reach:
    target, port = dns.road(name, address, 443)
    if ":" not in target:
        raise Refused(f"connect_to leads {name} past its IPv6 address")
    if not has_route(target):
        raise Refused("this machine has no IPv6")
    try:
        await connect(target, port, dns.deadline)
    except NoAnswer:
        return Reach.SILENT
    except WireError:
        return Reach.REFUSED
    return Reach.OPEN

"""What each mail domain publishes about its mail, SPF aside: DKIM, DMARC, MX, MTA-STS."""

from asyncio import gather as together
from datetime import datetime

from launchready.formats.mailboxes import mail_domains
from launchready.gather import dkim, dmarc, mta_sts
from launchready.gather.looking import or_gap
from launchready.gather.registration import lent
from launchready.model.facts import Fact, MxFacts
from launchready.model.gap import Gap, with_gaps
from launchready.model.launch import Launch
from launchready.wire.dns import Addresses, Dns
from launchready.wire.http import Http

EXCHANGES_LIMIT = 10  # those with the best preference; real domains have five at most


async def look(launch: Launch, dns: Dns, http: Http, now: datetime) -> tuple[Fact, ...]:
    """The launch's own domain and those that its mail comes from, all at once."""
    if lent(launch):
        return ()
    keys, each = await together(
        dkim.keys(launch, dns, now), together(*(_domain(name, dns, http, now) for name in mail_domains(launch)))
    )
    return (*keys, *(fact for facts in each for fact in facts))


async def _domain(name: str, dns: Dns, http: Http, now: datetime) -> tuple[Fact, ...]:
    return await together(dmarc.policy(name, dns, now), exchanges(name, dns, now), mta_sts.policy(name, dns, http, now))


async def exchanges(domain: str, dns: Dns, now: datetime) -> MxFacts:
    """Where mail for the domain goes, and which of those places do not exist."""
    answer = await or_gap(dns.look_up(domain, "MX"))
    if isinstance(answer, Gap):
        return with_gaps(MxFacts, answer, subject=domain, source="probe", at=now)
    ranked = sorted((rdata.preference, _name(rdata.exchange)) for rdata in answer.rrset or ())
    names = tuple(dict.fromkeys(name for _, name in ranked))[:EXCHANGES_LIMIT]
    own = await or_gap(dns.addresses(domain))
    return MxFacts(
        subject=domain,
        source="probe",
        at=now,
        exchanges=names,
        dead=await _dead(names, dns),  # type: ignore[arg-type]
        has_address=own if isinstance(own, Gap) else bool(own.all),  # type: ignore[arg-type]
    )


def _name(exchange: object) -> str:
    return str(exchange).lower().rstrip(".") or "."


async def _dead(names: tuple[str, ...], dns: Dns) -> tuple[str, ...] | Gap:
    hosts = [name for name in names if name != "."]
    looked: list[Addresses | Gap] = list(await together(*(or_gap(dns.addresses(host)) for host in hosts)))
    missing = next((found for found in looked if isinstance(found, Gap)), None)
    if missing:
        return missing
    known = zip(hosts, looked, strict=True)
    return tuple(host for host, found in known if not isinstance(found, Gap) and not found.all)

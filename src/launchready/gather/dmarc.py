"""Whose DMARC policy applies to a mail domain, and whether those who are to get its reports agree to it."""

from asyncio import gather as together
from datetime import datetime

from launchready.errors import WireError
from launchready.formats import dmarc
from launchready.formats.dmarc_walk import Walk, walk
from launchready.gather.looking import or_gap
from launchready.gather.registration import held
from launchready.gather.texts import texts
from launchready.model.facts import DmarcFacts, Inherited, ReportTarget
from launchready.model.gap import Gap, gap
from launchready.wire.dns import Dns

LONGEST_NAME = 253
TARGETS_LIMIT = 10


async def policy(domain: str, dns: Dns, now: datetime) -> DmarcFacts:
    """The domain's own record, the policy that it inherits, and the permissions of foreign report addresses."""
    own = await or_gap(texts(f"_dmarc.{domain}", dns))
    walked = own if isinstance(own, Gap) else await or_gap(walked_from(domain, dns))
    exists = await or_gap(_exists(domain, dns))
    return DmarcFacts(
        subject=domain,
        source="probe",
        at=now,
        texts=own,  # type: ignore[arg-type]
        inherited=walked if isinstance(walked, Gap) else await _inherited(domain, walked, dns),  # type: ignore[arg-type]
        organisation=walked if isinstance(walked, Gap) else walked.organisation,  # type: ignore[arg-type]
        misplaced=None if isinstance(walked, Gap) or walked.policy else await _misplaced(domain, dns),
        exists=exists,  # type: ignore[arg-type]
        foreign_targets=walked if isinstance(walked, Gap) else await _foreign(domain, walked, dns),  # type: ignore[arg-type]
    )


async def walked_from(domain: str, dns: Dns) -> Walk:
    """The tree walk from a domain; raises WireError when one of its names could not be looked up.

    A record at a public suffix counts only when it says that it is one (psd=y): receivers that go by the Public Suffix
    List never look there, and what it says was not said for those who register below it.
    """
    walking = walk(domain)
    wanted = next(walking)
    while True:
        name = wanted.removeprefix("_dmarc.")
        found = await texts(wanted, dns) if len(wanted) <= LONGEST_NAME else ()
        if name != domain and held(name) is None:
            found = tuple(text for text in found if (record := dmarc.parse(text)) and record.psd == "y")
        try:
            wanted = walking.send(found)
        except StopIteration as end:
            result: Walk = end.value
            return result


async def _inherited(domain: str, walked: Walk, dns: Dns) -> Inherited | Gap | None:
    if walked.policy_at is not None and walked.policy is not None:
        if walked.policy_at == domain:
            return None
        owner, suffix = walked.policy_at, held(walked.policy_at) is None or walked.policy.psd == "y"
        return Inherited(owner=owner, text=walked.policy.text, suffix=suffix)
    return None


async def _misplaced(domain: str, dns: Dns) -> str | None:
    """Where a record stands by mistake: at the domain itself, or below it twice, as DNS panels complete names."""
    for name in (domain, f"_dmarc.{domain}.{domain}"):
        found = await or_gap(texts(name, dns)) if len(name) <= LONGEST_NAME else ()
        if not isinstance(found, Gap) and dmarc.records(found):
            return name
    return None


async def _exists(domain: str, dns: Dns) -> bool:
    """Whether the domain has an address or takes mail (RFC 9989, section 3.2.13)."""
    if (await dns.addresses(domain)).all:
        return True
    return bool((await dns.look_up(domain, "MX")).records)


async def _foreign(domain: str, walked: Walk, dns: Dns) -> tuple[ReportTarget, ...]:
    record, owner = walked.policy, walked.policy_at
    if record is None or owner is None:
        return ()
    targets = tuple(dict.fromkeys((*record.rua, *record.ruf)))[:TARGETS_LIMIT]
    abroad = [target for target in targets if not _same_holder(target.host, owner)]
    looked = await together(*(_target(target, owner, walked.organisation, dns) for target in abroad))
    return tuple(target for target in looked if target is not None)


def _same_holder(one: str, other: str) -> bool:
    """Whether both lie in one registered domain: receivers that go by the Public Suffix List ask no permission then."""
    return one == other or (held(one) is not None and held(one) == held(other))


async def _target(target: dmarc.Destination, owner: str, organisation: str, dns: Dns) -> ReportTarget | None:
    """What the target's side says; None when a tree walk shows that it is of the same organisation."""
    at = dmarc.report_permission(owner, target.host)
    try:
        found = await texts(at, dns) if len(at) <= LONGEST_NAME else ()
        authorised = bool(dmarc.records(found))
        if not authorised and (await walked_from(target.host, dns)).organisation == organisation:
            return None
    except WireError as error:
        authorised = gap(str(error))
    return ReportTarget(address=target.address, host=target.host, permission_at=at, authorised=authorised)

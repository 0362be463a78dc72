"""Do receivers know what to do with mail that only pretends to be yours?"""

from collections.abc import Iterator

from launchready.checks.registry import DoesNotApply, check
from launchready.formats import dmarc
from launchready.formats.dmarc import Policy, Record
from launchready.formats.mailboxes import mail_domains, senders_domains
from launchready.formats.records import line
from launchready.model.facts import DmarcFacts, MxFacts
from launchready.model.finding import Evidence, Impact, Remedy, RemedyKind, Severity, Stage
from launchready.model.gap import Gap, peek
from launchready.model.launch import Launch

_DNS = "whoever manages DNS"


@check(
    stage=Stage.EMAIL_AND_SECRETS,
    impact=Impact.EMAIL_UNDELIVERED,
    severity=Severity.MAJOR,
    title="There is no DMARC record",
    why="Gmail, Yahoo and Outlook want one from everybody who sends in bulk, and without it anybody can write to your "
    "customers in your name.",
    fix="Add the record, which only asks for reports, with a mailbox that exists; when the reports show only your own "
    "mail, go on to p=quarantine.",
    source="RFC 9989, section 4.10.1",
)
def dmarc_missing(policy: DmarcFacts, mx: MxFacts, launch: Launch) -> Iterator[Evidence]:
    """The policy is looked for at _dmarc below each mail domain, then at the domains above it, as receivers do; what a
    registry or a platform publishes for everybody below it is not yours. A domain that neither sends nor gets mail
    needs one too, against forgers, but that is minor."""
    if dmarc.records(policy.texts):
        return
    if any(map(dmarc.spoilt, policy.texts)) or _has_parent(policy.subject, launch):
        raise DoesNotApply  # the record that stands there, or the domain above, is what must be mended
    if policy.inherited is not None and not policy.inherited.suffix:
        return
    text = f"no policy at _dmarc.{policy.subject}"
    if policy.inherited is not None:
        text += f"; that of {policy.inherited.owner} is for everybody below it"
    misplaced = peek(policy, "misplaced")
    if isinstance(misplaced, str):
        text += f"; one stands at {misplaced}, where nobody looks"
    mailless = _mailless(mx, launch)
    value = "v=DMARC1; p=reject" if mailless else f"v=DMARC1; p=none; rua={_reports_to(policy.subject)}"
    severity = Severity.MINOR if mailless else None
    yield Evidence(text, remedy=_record(policy.subject, value), severity=severity)


@check(
    stage=Stage.EMAIL_AND_SECRETS,
    impact=Impact.EMAIL_UNDELIVERED,
    severity=Severity.MAJOR,
    title="There are several DMARC records",
    why="Receivers that find two ignore both, as if you had none.",
    fix="Keep the record you mean and delete the others.",
    source="RFC 9989, section 4.10",
)
def dmarc_multiple(policy: DmarcFacts) -> Iterator[Evidence]:
    """The TXT records at _dmarc below each mail domain that begin with v=DMARC1 are counted."""
    found = dmarc.records(policy.texts)
    if len(found) > 1:
        kept = max(found, key=lambda record: ((record.policy or Policy.NONE).rank, len(record.rua)))
        text = f"{len(found)} DMARC records stand at _dmarc.{policy.subject}"
        yield Evidence(text, remedy=_record(policy.subject, kept.text))


@check(
    stage=Stage.EMAIL_AND_SECRETS,
    impact=Impact.EMAIL_UNDELIVERED,
    severity=Severity.MINOR,
    title="The DMARC record has a mistake in it",
    why="Receivers ignore the part that they cannot read; when that is the beginning or the policy, they ignore the "
    "whole record.",
    fix="Replace the record by the one below.",
    source="RFC 9989, sections 4.7 and 4.8",
)
def dmarc_syntax(policy: DmarcFacts, launch: Launch) -> Iterator[Evidence]:
    """The record is read as receivers read it. Tags that nobody knows, obsolete ones (pct, rf, ri) and other TXT
    records beside it are no mistake; a record that is ignored as a whole is a major one."""
    if not dmarc.records(policy.texts):
        for text in policy.texts:
            if why := dmarc.spoilt(text):
                remedy = _record(policy.subject, dmarc.mended(text))
                yield Evidence(f"receivers ignore it: {why}", remedy=remedy, severity=Severity.MAJOR)
                return
    record, owner = _applying(policy, launch)
    major = record.p is None or record.faulty_policy
    if record.problems:
        remedy = _record(owner, dmarc.mended(record.text))
        yield Evidence("; ".join(record.problems), remedy=remedy, severity=Severity.MAJOR if major else None)


@check(
    stage=Stage.EMAIL_AND_SECRETS,
    impact=Impact.EMAIL_UNDELIVERED,
    severity=Severity.MINOR,
    title="Mail that only pretends to be yours is let through",
    why="The DMARC policy asks receivers to do nothing about forged mail, so a phishing mail in your name arrives as "
    "well as your own.",
    fix="Read the reports for two weeks; when only your own services send mail, set the policy to quarantine.",
    source="RFC 9989, section 5.1",
)
def dmarc_not_enforced(policy: DmarcFacts, launch: Launch) -> Iterator[Evidence]:
    """The policy that applies to each mail domain, and to its subdomains, must be quarantine or reject: test mode (t=y)
    takes it down by one step, and a quarantine for a part of the mail (pct) leaves the rest alone."""
    record, owner = _applying(policy, launch)
    if record.p is None or record.faulty_policy:
        raise DoesNotApply  # there is no policy that a receiver can read: a mistake of its own
    asked, name = record.policy, "p"
    if owner != policy.subject:
        asked = record.subdomain_policy if policy.exists else record.nonexistent_policy
        name = _deciding(record, exists=policy.exists)
    text = _left_open(record, asked, name)
    below = _subdomains_left_open(record) if owner == policy.subject else None
    if text is None and below is not None and policy.organisation == owner:
        text = below
    if text is not None:
        yield Evidence(text, remedy=_record(owner, _enforced(record)))


@check(
    stage=Stage.EMAIL_AND_SECRETS,
    impact=Impact.BLIND,
    severity=Severity.MINOR,
    title="The DMARC record asks for no reports",
    why="The reports say who sends mail in your name, and whether your own mail passes; without them a broken "
    "signature goes unnoticed until customers complain.",
    fix="Name a mailbox that exists, or a service that reads such reports, in rua=.",
    source="RFC 9989, section 4.7",
)
def dmarc_without_reports(policy: DmarcFacts, mx: MxFacts, launch: Launch) -> Iterator[Evidence]:
    """The record must name at least one mailto: address in rua; one of a domain without mail need not."""
    record, owner = _applying(policy, launch)
    if not record.rua:
        if record.rua_problems or (record.policy is Policy.REJECT and _mailless(mx, launch)):
            raise DoesNotApply
        remedy = _record(owner, record.changed({"rua": _reports_to(owner)}))
        yield Evidence(f"the policy of {owner} names no address in rua=", remedy=remedy)


@check(
    stage=Stage.EMAIL_AND_SECRETS,
    impact=Impact.BLIND,
    severity=Severity.MINOR,
    title="DMARC reports are sent to somebody who has not agreed to get them",
    why="Receivers ask the other domain first whether it wants reports about yours; it does not say yes, so none are "
    "sent.",
    fix="Let whoever runs the other domain add the record below, or give an address at your own domain.",
    source="RFC 9990, section 4",
)
def dmarc_reports_unauthorised(policy: DmarcFacts, launch: Launch) -> Iterator[Evidence]:
    """For each report address in another organisation, that domain is asked for the record with which it agrees; a
    wildcard record counts."""
    _applying(policy, launch)
    for target in policy.foreign_targets:
        if not target.authorised:
            remedy = Remedy(
                kind=RemedyKind.DNS_RECORD,
                text=line(target.permission_at, "TXT", "v=DMARC1;"),
                who=f"whoever manages DNS for {target.host}",
                minutes=10,
            )
            yield Evidence(f"{target.host} does not agree to get reports at {target.address}", remedy=remedy)


def _applying(policy: DmarcFacts, launch: Launch) -> tuple[Record, str]:
    """The one record that applies and where it stands; raises DoesNotApply when another subject's findings tell of it.

    That is so when there is no record or several, when it is a registry's, and when a mail domain above has it.
    """
    found = dmarc.records(policy.texts)
    if len(found) == 1:
        return found[0], policy.subject
    inherited = policy.inherited
    if found or inherited is None or inherited.suffix or inherited.owner in mail_domains(launch):
        raise DoesNotApply
    record = dmarc.parse(inherited.text)
    if record is None:
        raise DoesNotApply
    return record, inherited.owner


def _left_open(record: Record, asked: Policy | None, name: str) -> str | None:
    """How forged mail gets through under one of the record's policies."""
    if asked is None or asked is Policy.NONE:
        return f"the policy is {name}=none: receivers report forged mail and deliver it"
    if record.applied(asked) is Policy.NONE:
        return f"the policy {name}={asked.value} is in test mode (t=y), so receivers deliver forged mail"
    if asked is Policy.QUARANTINE and record.percent < 100:
        return f"the policy {name}=quarantine is only for {record.percent}% of the mail (pct={record.percent})"
    return None


def _subdomains_left_open(record: Record) -> str | None:
    for exists, asked in ((True, record.subdomain_policy), (False, record.nonexistent_policy)):
        name = _deciding(record, exists=exists)
        if name != "p" and (text := _left_open(record, asked, name)):
            return f"subdomains are left open: {text}"
    return None


def _deciding(record: Record, *, exists: bool) -> str:
    """The tag that a subdomain's policy is taken from (RFC 9989, section 4.10.1)."""
    if not exists and record.np is not None:
        return "np"
    return "p" if record.sp is None else "sp"


def _enforced(record: Record) -> str:
    """The same record with quarantine in place of none, for all of the mail, and out of test mode."""
    changes: dict[str, str | None] = {}
    for name, asked in (("p", record.p), ("sp", record.sp), ("np", record.np)):
        if asked is Policy.NONE or (name == "p" and asked is None):
            changes[name] = "quarantine"
    if record.testing:
        changes["t"] = None
    if record.percent < 100:
        changes["pct"] = None
    return record.changed(changes)


def _has_parent(domain: str, launch: Launch) -> bool:
    """Whether another mail domain lies above: it has none either then, and a finding of its own that mends both."""
    return any(domain.endswith(f".{other}") for other in mail_domains(launch))


def _mailless(mx: MxFacts, launch: Launch) -> bool:
    """Whether the domain says that it takes no mail, and none is declared to come from it."""
    exchanges = peek(mx, "exchanges")
    return not isinstance(exchanges, Gap) and mx.null and mx.subject not in senders_domains(launch)


def _reports_to(domain: str) -> str:
    return f"mailto:dmarc@{domain}"


def _record(domain: str, value: str) -> Remedy:
    return Remedy(kind=RemedyKind.DNS_RECORD, text=line(f"_dmarc.{domain}", "TXT", value), who=_DNS, minutes=10)

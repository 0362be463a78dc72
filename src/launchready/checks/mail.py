"""Does mail for you arrive, and do encrypting senders find their way?"""

from collections.abc import Iterator
from datetime import datetime

from launchready.checks.registry import DoesNotApply, check
from launchready.formats import mta_sts, tls_rpt
from launchready.formats.mailboxes import senders_domains
from launchready.formats.records import line
from launchready.model.facts import MtaStsFacts, MxFacts
from launchready.model.finding import Evidence, Impact, Remedy, RemedyKind, Severity, Stage
from launchready.model.gap import peek
from launchready.model.launch import Launch

SHORTEST_AGE_S = 86_400
USUAL_AGE_S = 604_800

_DNS = "whoever manages DNS"


@check(
    stage=Stage.EMAIL_AND_SECRETS,
    impact=Impact.EMAIL_UNDELIVERED,
    severity=Severity.MAJOR,
    title="Mail to this domain goes nowhere",
    why="Replies from customers, invoices and the bounces of your own mail are lost, and some receivers refuse mail "
    "from a domain that cannot be answered.",
    fix="Add the MX records of the service where you read your mail; a domain that is to get none says so with the "
    "record “0 .”.",
    source="RFC 5321, section 5.1; RFC 7505",
)
def mx_missing(mx: MxFacts, launch: Launch) -> Iterator[Evidence]:
    """The MX records of each mail domain are looked up, and the addresses of the servers in them. A null MX (“0 .”) is
    good unless mail is declared to come from the domain; no MX at all is minor then."""
    sends = mx.subject in senders_domains(launch)
    severity = None if sends else Severity.MINOR
    if mx.null and not sends:
        raise DoesNotApply
    if mx.null:
        text = "its MX record says that it takes no mail, but launch.toml says that mail comes from it"
    elif not mx.exchanges:
        to_site = peek(mx, "has_address") is True
        text = "no MX record" + (", so mail is tried at the address of the website" if to_site else "")
    elif set(mx.exchanges) <= {*mx.dead, "."}:
        text = f"its MX record leads to {' and '.join(mx.dead[:3])}, which has no address in DNS"
    else:
        return
    yield Evidence(text, remedy=_mx_record(mx.subject, sends=sends), severity=severity)


@check(
    stage=Stage.EMAIL_AND_SECRETS,
    impact=Impact.EMAIL_UNDELIVERED,
    severity=Severity.MAJOR,
    title="The rule that mail to you must be encrypted is broken",
    why="Gmail and Outlook keep to such a rule (MTA-STS): when it names the wrong servers they do not deliver, and "
    "when they cannot read it, it protects nobody.",
    fix="Mend the part that is named, then give the record at _mta-sts a new id, so that senders fetch the rule again.",
    source="RFC 8461, sections 3 and 4",
)
def mta_sts_broken(sts: MtaStsFacts, mx: MxFacts, now: datetime) -> Iterator[Evidence]:
    """Where a record at _mta-sts announces a policy, it is fetched as a sender does, with a valid certificate and no
    redirect, and compared with the MX records. A domain without the record is not concerned."""
    standing = mta_sts.records(sts.texts)
    if not standing:
        raise DoesNotApply
    record = _sts_record(sts.subject, now)
    if len(standing) > 1:
        yield Evidence(f"{len(standing)} records stand at _mta-sts.{sts.subject}, so none counts", remedy=record)
    elif problem := mta_sts.record_problem(standing[0]):
        yield Evidence(f"the record at _mta-sts.{sts.subject}: {problem}", remedy=record)
    if sts.problem is not None:
        yield Evidence(f"senders cannot fetch the policy: {sts.problem}", remedy=_policy_server(sts.subject))
    elif sts.policy is not None:
        yield from _of_policy(mta_sts.policy(sts.policy), mx)
    if problem := tls_rpt.problem(sts.reports):
        text = f"the record at _smtp._tls.{sts.subject} brings no reports: {problem}"
        yield Evidence(text, remedy=_reports_record(sts.subject), severity=Severity.MINOR)


def _of_policy(policy: mta_sts.Policy, mx: MxFacts) -> Iterator[Evidence]:
    for problem in policy.problems:
        yield Evidence(f"senders reject the policy: {problem}", remedy=_policy_file(policy, mx))
    age = policy.max_age_s
    if age is not None and age > mta_sts.LONGEST_AGE_S:
        text = f"max_age is {age} seconds; at most a year ({mta_sts.LONGEST_AGE_S}) is allowed"
        yield Evidence(text, remedy=_policy_file(policy, mx), severity=Severity.MINOR)
    elif age is not None and age < SHORTEST_AGE_S and policy.mode == "enforce":
        text = f"max_age is {age} seconds; senders should keep the policy for weeks"
        yield Evidence(text, remedy=_policy_file(policy, mx), severity=Severity.MINOR)
    if policy.mx and policy.mode in ("enforce", "testing") and not mx.null:
        yield from _of_servers(policy, mx)


def _of_servers(policy: mta_sts.Policy, mx: MxFacts) -> Iterator[Evidence]:
    """What the policy would keep out; a domain without MX takes its mail itself (RFC 5321, section 5.1)."""
    servers = mx.exchanges or (mx.subject,)
    left_out = [server for server in servers if not policy.allows(server)]
    if not left_out:
        return
    enforced = policy.mode == "enforce"
    severity = Severity.MINOR if not enforced else Severity.BLOCKER if len(left_out) == len(servers) else None
    text = f"the policy does not name {' and '.join(left_out[:3])}, where mail for {mx.subject} goes"
    yield Evidence(text, remedy=_policy_file(policy, mx), severity=severity)


def _mx_record(domain: str, *, sends: bool) -> Remedy:
    text = line(domain, "MX", "1 smtp.google.com") + "  ; Google Workspace: another mail service shows its own"
    if not sends:
        text += "\n" + line(domain, "MX", "0 .") + "  ; or this one alone, if it is to get no mail"
    return Remedy(kind=RemedyKind.DNS_RECORD, text=text, who=_DNS, minutes=15)


def _sts_record(domain: str, now: datetime) -> Remedy:
    text = line(f"_mta-sts.{domain}", "TXT", f"v=STSv1; id={now:%Y%m%d%H%M%S}")
    return Remedy(kind=RemedyKind.DNS_RECORD, text=text, who=_DNS, minutes=10)


def _reports_record(domain: str) -> Remedy:
    text = line(f"_smtp._tls.{domain}", "TXT", f"v=TLSRPTv1; rua=mailto:tls-reports@{domain}")
    return Remedy(kind=RemedyKind.DNS_RECORD, text=text, who=_DNS, minutes=10)


def _policy_server(domain: str) -> Remedy:
    text = (
        f"mta-sts.{domain} {{\n    root * /var/www/mta-sts  # with .well-known/mta-sts.txt in it\n    file_server\n}}"
    )
    who = "whoever runs the server (Caddy; it gets the certificate by itself)"
    return Remedy(kind=RemedyKind.SETTING, text=text, who=who, minutes=20)


def _policy_file(policy: mta_sts.Policy, mx: MxFacts) -> Remedy:
    """The policy with the servers that mail really goes to; a mode nobody can read becomes testing."""
    servers = [server for server in mx.exchanges if server != "."] or [mx.subject]
    age = policy.max_age_s or USUAL_AGE_S
    kept = age if SHORTEST_AGE_S <= age <= mta_sts.LONGEST_AGE_S else USUAL_AGE_S
    lines = ["version: STSv1", f"mode: {policy.mode or 'testing'}", *(f"mx: {server}" for server in servers)]
    return Remedy(
        kind=RemedyKind.SETTING,
        text="\n".join([*lines, f"max_age: {kept}"]),
        who="whoever runs the server of mta-sts." + mx.subject,
        minutes=10,
    )

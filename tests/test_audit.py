"""From what was seen to a verdict: unknown is never a pass, accepted is never hidden."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from launchready.audit import compared, report
from launchready.gather.completeness import completed
from launchready.model.facts import Certificate, Existence, Fact, HostFacts, Sight, TlsFacts, Trust
from launchready.model.finding import Accepted, Report, Severity, Signal, Stage, StageState, Standing, Verdict
from launchready.model.gap import Gap, with_gaps
from launchready.model.launch import DnsRecord, Host, Launch, Role
from tests.checks.cases_spf import GOOD, spf

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LAUNCH = Launch(domain="parley.example", name="Parley")
SILENT = Gap("no answer from 192.0.2.1")


def tls(subject: str, days_left: int = 60) -> TlsFacts:
    end = NOW + timedelta(days=days_left)
    leaf = Certificate(
        subject="CN=x",
        issuer="CN=y",
        issuer_organisation=None,
        names=(subject,),
        not_before=NOW - timedelta(days=30),
        not_after=end,
        serial="01",
        key="ECDSA P-256",
        sha256="00",
    )
    return TlsFacts(
        subject=subject,
        source="probe",
        at=NOW,
        problem=None,
        chain=(leaf,),
        trust=Trust.TRUSTED,
        matches_host=True,
        versions=("TLSv1.2", "TLSv1.3"),
        dead=(),
    )


def host(subject: str) -> HostFacts:
    return HostFacts(
        subject=subject,
        source="dns",
        at=NOW,
        existence=Existence.FOUND,
        ipv4=("9.9.9.9",),
        ipv6=(),
        cname_chain=(),
        dangling=None,
        ipv6_reach=None,
        caa=(),
    )


def unseen(subject: str) -> TlsFacts:
    return with_gaps(TlsFacts, SILENT, subject=subject, source="probe", at=NOW)


def judged(*facts: Fact, launch: Launch = LAUNCH) -> Report:
    return report(Sight(launch=launch, at=NOW, facts=facts), NOW)


def standing(report_: Report, stage: Stage) -> Standing:
    return next(one for one in report_.stages if one.stage is stage)


def test_all_well_is_ready() -> None:
    names = ("parley.example", "app.parley.example")
    seen = judged(*map(tls, names), *map(host, names))
    assert seen.verdict is Verdict.READY
    assert seen.score == 100
    assert "certificate-expired" in seen.passed
    assert standing(seen, Stage.STABLE_INFRASTRUCTURE).state is StageState.DONE
    assert standing(seen, Stage.HANDOVER).state is StageState.UNKNOWN


def test_one_subject_of_two_unseen_is_unknown_not_passed() -> None:
    seen = judged(tls("parley.example"), unseen("app.parley.example"))
    assert seen.verdict is Verdict.UNKNOWN
    assert "certificate-expired" not in seen.passed
    assert [one.reason for one in seen.unknown if one.check == "certificate-expired"] == [SILENT.reason]
    assert seen.score == 0


def test_a_finding_outweighs_an_unknown() -> None:
    seen = judged(tls("parley.example", -4), unseen("app.parley.example"))
    assert seen.verdict is Verdict.NOT_READY
    assert [finding.evidence for finding in seen.findings if finding.check == "certificate-expired"] == [
        "expired 2026-11-20 (4 days ago)"
    ]
    assert standing(seen, Stage.STABLE_INFRASTRUCTURE).state is StageState.OPEN


def test_the_failure_signal_follows_blockers_and_majors_only() -> None:
    def signal(*facts: Fact) -> tuple[StageState, Signal]:
        stands = standing(judged(*facts), Stage.STABLE_INFRASTRUCTURE)
        return stands.state, stands.signal

    name = "app.parley.example"
    outdated = replace(tls(name), versions=("TLSv1", "TLSv1.2"))
    assert signal(tls(name), host(name)) == (StageState.DONE, Signal.ABSENT)
    assert signal(tls(name, -4), host(name)) == (StageState.OPEN, Signal.PRESENT)
    assert signal(outdated, host(name)) == (StageState.OPEN, Signal.ABSENT)
    assert signal(tls("parley.example"), unseen(name)) == (StageState.UNKNOWN, Signal.UNKNOWN)
    assert signal() == (StageState.UNKNOWN, Signal.UNKNOWN)


def test_a_stage_whose_deliverable_no_check_sees_is_never_done() -> None:
    mail = standing(judged(*spf(GOOD)), Stage.EMAIL_AND_SECRETS)
    assert (mail.state, mail.signal) == (StageState.UNKNOWN, Signal.ABSENT)


def test_nothing_seen_at_all_is_unknown_and_everything_not_applicable() -> None:
    seen = judged()
    assert seen.verdict is Verdict.UNKNOWN
    assert not seen.passed
    assert "certificate-expired" in seen.not_applicable
    assert seen.score == 0


@pytest.mark.parametrize(
    ("subject", "expires", "verdict"),
    [
        ("parley.example", None, Verdict.READY),
        ("*", date(2026, 11, 24), Verdict.READY),
        ("parley.example", date(2026, 11, 23), Verdict.NOT_READY),
        ("other.example", None, Verdict.NOT_READY),
    ],
)
def test_accepted_risks_do_not_block_until_they_expire(subject: str, expires: date | None, verdict: Verdict) -> None:
    acceptance = Accepted(check="certificate-expired", subject=subject, reason="moving", expires=expires)
    seen = judged(tls("parley.example", -4), launch=replace(LAUNCH, accepted=(acceptance,)))
    (finding,) = (one for one in seen.findings if one.check == "certificate-expired")
    assert seen.verdict is verdict
    assert (finding.accepted is not None) == (verdict is Verdict.READY)
    assert (finding.lapsed is not None) == (expires == date(2026, 11, 23))
    assert seen.unmatched == (() if subject != "other.example" else (acceptance,))


def test_an_acceptance_of_what_could_not_be_seen_is_no_typing_error() -> None:
    acceptance = Accepted(check="certificate-expired", subject="parley.example", reason="moving")
    assert judged(unseen("parley.example"), launch=replace(LAUNCH, accepted=(acceptance,))).unmatched == ()


def test_what_changed_since_an_earlier_look() -> None:
    yesterday = judged(tls("parley.example", -4), tls("app.parley.example", -4), tls("www.parley.example", -4))
    today = compared(
        judged(tls("parley.example", -4), tls("www.parley.example"), unseen("app.parley.example"), tls("x.example", 5)),
        yesterday,
    )
    assert today.changes is not None
    assert today.changes.since == NOW
    assert today.changes.new == {("certificate-expires-soon", "x.example")}
    assert [one.subject for one in today.changes.mended] == ["www.parley.example"]
    assert [one.subject for one in today.changes.unseen] == ["app.parley.example"]
    assert today.changes.still == 1


def test_a_check_that_no_longer_applies_has_mended_nothing() -> None:
    gone = compared(judged(host("parley.example")), judged(tls("parley.example", -4)))
    assert gone.changes is not None
    assert gone.changes.mended == ()
    assert [one.check for one in gone.changes.unseen] == ["certificate-expired"]


def test_what_was_declared_after_the_facts_were_saved_is_unknown() -> None:
    new = Host(name="app.parley.example", role=Role.APP, routes=("/login",))
    record = DnsRecord(name="parley.example", type="A", value="192.0.2.1")
    launch = replace(LAUNCH, hosts=(new,), records=(record,))
    seen = completed(Sight(launch=launch, at=NOW, facts=(tls("parley.example"), host("parley.example"))))
    said = report(seen, NOW)
    assert said.verdict is Verdict.UNKNOWN
    unknown = {(one.check, one.subject) for one in said.unknown}
    assert ("certificate-expired", new.name) in unknown
    assert ("server-error", f"{new.name}/login") in unknown
    assert ("record-differs", "parley.example A") in unknown
    assert ("domain-does-not-resolve", "parley.example") in unknown
    assert completed(seen).facts == seen.facts


def test_an_accepted_risk_that_could_not_be_looked_at_does_not_hold_the_launch_up() -> None:
    names = ("parley.example", "app.parley.example")
    facts: tuple[Fact, ...] = (tls(names[0]), unseen(names[1]), *map(host, names))
    assert judged(*facts).verdict is Verdict.UNKNOWN
    blocking = {one.check for one in judged(*facts).unknown if one.severity is Severity.BLOCKER}
    accepted = tuple(Accepted(check=check, subject=names[1], reason="behind a firewall") for check in blocking)
    assert judged(*facts, launch=replace(LAUNCH, accepted=accepted)).verdict is Verdict.READY
    lapsed = tuple(replace(one, expires=date(2026, 11, 23)) for one in accepted)
    assert judged(*facts, launch=replace(LAUNCH, accepted=lapsed)).verdict is Verdict.UNKNOWN


def test_each_source_says_of_whom_it_told_and_from_when_to_when() -> None:
    hour = timedelta(hours=1)
    first, last, saved = tls("a.example"), tls("b.example"), replace(tls("c.example"), source="saved")
    told = report(Sight(launch=LAUNCH, at=NOW, facts=(replace(last, at=NOW + hour), first, saved)), NOW).sources
    assert [(one.name, one.facts, one.subjects) for one in told] == [
        ("probe", 2, ("a.example", "b.example")),
        ("saved", 1, ("c.example",)),
    ]
    assert (told[0].first, told[0].last) == (NOW, NOW + hour)

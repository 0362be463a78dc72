"""The registry runs a check once per subject, and unknown on one subject is never a pass."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from launchready.checks import domain, registry, routing, tls
from launchready.checks.registry import Check, Judgement, judge, registered
from launchready.model.facts import Fact, HostFacts, TlsFacts, Trust
from launchready.model.finding import Accepted, Evidence, Impact, Severity, Stage
from launchready.model.gap import Gap, with_gaps
from launchready.model.launch import Launch

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LAUNCH = Launch(domain="parley.example", name="Parley")
SILENT = Gap("no answer from 192.0.2.1")
ONE, OTHER = "parley.example", "app.parley.example"


def fact(subject: str, **known: Any) -> TlsFacts:
    return with_gaps(TlsFacts, SILENT, subject=subject, source="probe", at=NOW, **known)


def made(look: registry.CheckFunction, *needs: type[Any], severity: Severity = Severity.MAJOR) -> Check:
    """A check that is in no registry."""
    return Check(
        id="made-here",
        topic="test",
        stage=Stage.STABLE_INFRASTRUCTURE,
        impact=Impact.MISSING_TLS,
        severity=severity,
        title="A title",
        why="A reason.",
        fix="A way out.",
        source="RFC 0",
        how="As it is.",
        needs=needs,
        look=look,
    )


def untrusted(seen: TlsFacts) -> Iterator[Evidence]:
    if seen.trust is Trust.UNTRUSTED:
        yield Evidence("nobody knows it")


def both(seen: TlsFacts) -> Iterator[Evidence]:
    if not seen.matches_host:
        yield Evidence("another name", severity=Severity.MINOR)
    yield from untrusted(seen)


def judged(look: registry.CheckFunction, *facts: Fact, launch: Launch = LAUNCH, needs: Any = (TlsFacts,)) -> Judgement:
    return judge([made(look, *needs)], facts, launch, NOW)


def test_two_subjects_of_which_one_times_out_are_unknown_not_passed() -> None:
    seen = judged(untrusted, fact(ONE, trust=Trust.TRUSTED), fact(OTHER))
    assert not seen.passed
    assert not seen.findings
    assert [(one.check, one.subject, one.reason) for one in seen.unknown] == [("made-here", OTHER, SILENT.reason)]


def test_a_fault_on_one_subject_and_silence_on_the_other_are_both_said() -> None:
    seen = judged(untrusted, fact(ONE), fact(OTHER, trust=Trust.UNTRUSTED))
    assert [one.subject for one in seen.findings] == [OTHER]
    assert [one.subject for one in seen.unknown] == [ONE]
    assert not seen.passed


def test_all_subjects_clean_is_passed_once() -> None:
    assert judged(untrusted, fact(ONE, trust=Trust.TRUSTED), fact(OTHER, trust=Trust.TRUSTED)).passed == ("made-here",)


def test_evidence_before_a_gap_is_kept_beside_it() -> None:
    seen = judged(both, fact(ONE, matches_host=False))
    assert [(one.evidence, one.severity) for one in seen.findings] == [("another name", Severity.MINOR)]
    assert [one.reason for one in seen.unknown] == [SILENT.reason]
    assert not seen.passed


def test_a_check_without_subjects_is_not_applicable() -> None:
    seen = judged(untrusted)
    assert seen.not_applicable == ("made-here",)
    assert not (seen.passed or seen.unknown or seen.findings)


def test_a_second_fact_that_nobody_gathered_is_unknown() -> None:
    def needs_two(seen: TlsFacts, host: HostFacts) -> Iterator[Evidence]:
        yield from ()

    seen = judged(needs_two, fact(ONE, trust=Trust.TRUSTED), needs=(TlsFacts, HostFacts))
    assert [one.subject for one in seen.unknown] == [ONE]
    assert not seen.passed


def test_launch_and_clock_are_given_to_those_that_ask() -> None:
    def tells(seen: TlsFacts, launch: Launch, now: datetime) -> Iterator[Evidence]:
        yield Evidence(f"{seen.subject} {launch.name} {now:%Y}")

    seen = judged(tells, fact(ONE), needs=(TlsFacts, Launch, datetime))
    assert [one.evidence for one in seen.findings] == [f"{ONE} Parley 2026"]


@pytest.mark.parametrize(
    ("subject", "expires", "accepted", "lapsed"),
    [
        (ONE, None, True, False),
        ("*", None, True, False),
        (OTHER, None, False, False),
        (ONE, date(2026, 11, 25), True, False),
        (ONE, date(2026, 11, 24), True, False),
        (ONE, date(2026, 11, 23), False, True),
    ],
)
def test_a_risk_is_accepted_until_its_last_day_is_over(
    subject: str, expires: date | None, *, accepted: bool, lapsed: bool
) -> None:
    risk = Accepted(check="made-here", subject=subject, reason="moving", expires=expires)
    launch = replace(LAUNCH, accepted=(risk,))
    (finding,) = judged(untrusted, fact(ONE, trust=Trust.UNTRUSTED), launch=launch).findings
    assert finding.accepted == (risk if accepted else None)
    assert finding.lapsed == (risk if lapsed else None)


def test_a_lapsed_acceptance_does_not_undo_a_valid_one() -> None:
    lapsed = Accepted(check="made-here", subject=ONE, reason="first", expires=date(2026, 1, 1))
    valid = Accepted(check="made-here", subject="*", reason="again", expires=date(2027, 1, 1))
    launch = replace(LAUNCH, accepted=(lapsed, valid))
    (finding,) = judged(untrusted, fact(ONE, trust=Trust.UNTRUSTED), launch=launch).findings
    assert finding.accepted == valid
    assert finding.lapsed is None


def test_an_accepted_risk_is_still_no_pass() -> None:
    risk = Accepted(check="made-here", subject="*", reason="moving")
    seen = judged(untrusted, fact(ONE, trust=Trust.UNTRUSTED), launch=replace(LAUNCH, accepted=(risk,)))
    assert not seen.passed


def test_two_checks_cannot_share_an_id_and_none_goes_without_facts() -> None:
    words: dict[str, Any] = {
        "stage": Stage.QUICK_AUDIT,
        "impact": Impact.SLOW,
        "severity": Severity.MINOR,
        "title": "",
        "why": "",
        "fix": "",
        "source": "",
    }

    def certificate_expired(seen: TlsFacts) -> Iterator[Evidence]:
        yield from ()

    def asks_for_nothing(launch: Launch) -> Iterator[Evidence]:
        yield from ()

    with pytest.raises(ValueError, match="two checks are called certificate-expired"):
        registry.check(**words)(certificate_expired)
    with pytest.raises(TypeError, match="asks-for-nothing asks for no fact"):
        registry.check(**words)(asks_for_nothing)


def test_checks_are_found_by_topic_in_the_order_they_are_written() -> None:
    names = list(registered((tls,)))
    assert names[:2] == ["https-not-answering", "certificate-expired"]
    assert set(registered((domain, tls, routing))) > set(names)
    assert list(registered((tls, domain)))[: len(names)] == names

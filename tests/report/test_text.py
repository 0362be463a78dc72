"""The terminal report: worst first, 80 columns, and nothing from outside steers the terminal."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from launchready.model.finding import (
    Accepted,
    Finding,
    Impact,
    Remedy,
    RemedyKind,
    Report,
    Severity,
    Signal,
    Stage,
    StageState,
    Standing,
    Unknown,
    Verdict,
)
from launchready.report import json, text

SILENCE = "no answer from 9.9.9.9"
AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
FINDING = Finding(
    check="certificate-expired",
    stage=Stage.STABLE_INFRASTRUCTURE,
    impact=Impact.MISSING_TLS,
    severity=Severity.BLOCKER,
    subject="app.parley.example",
    evidence="expired 2026-11-20 (4 days ago)",
    title="The certificate has expired",
    why="Every browser shows a warning.",
    fix="Renew it.",
    source="RFC 5280, section 4.1.2.5",
    remedy=Remedy(kind=RemedyKind.COMMAND, text="certbot renew", who="whoever runs the server", minutes=10),
)
ACCEPTED = Accepted(check="certificate-expired", subject="*", reason="moving in January", expires=date(2027, 2, 1))
REPORT = Report(
    at=AT,
    name="Parley",
    domain="parley.example",
    verdict=Verdict.NOT_READY,
    score=41,
    findings=(FINDING,),
    unknown=tuple(
        Unknown(
            check=check,
            severity=Severity.BLOCKER,
            stage=Stage.QUICK_AUDIT,
            subject="h",
            reason="no answer from 9.9.9.9",
        )
        for check in ("tls-outdated", "hsts-missing")
    ),
    passed=("mixed-content",),
    not_applicable=("record-differs",),
    stages=tuple(Standing(stage=one, state=StageState.UNKNOWN, signal=Signal.UNKNOWN) for one in Stage),
)
HOSTILE = "\x1b[2J\x07\u202e\x9b31m\ud800</script>\r\nFAKE: READY"


def test_the_first_screen_says_verdict_worst_and_next_step() -> None:
    first = text.render(REPORT, colour=False).splitlines()[:12]
    assert first[0].startswith("Parley · parley.example") and first[0].endswith("24 Nov 2026 09:00 UTC")
    assert "NOT READY   1 blocker · 0 major · 0 minor · 2 unknown" in first[2] and first[2].endswith("score 41")
    assert "  1. The certificate has expired" in first
    assert "     app.parley.example: expired 2026-11-20 (4 days ago)" in first
    assert "Next: Renew it." in first
    assert "      certbot renew" in first


def test_unknowns_are_folded_by_their_reason() -> None:
    assert "  no answer from 9.9.9.9: 2 checks unknown" in text.render(REPORT, colour=False).splitlines()


def test_no_line_is_wider_than_80_columns() -> None:
    wordy = replace(FINDING, evidence="several words " * 30, title="A long title " * 12, fix="Do this and that. " * 20)
    rendered = text.render(replace(REPORT, findings=(wordy,), not_applicable=("some-check",) * 40), colour=False)
    assert max(map(len, rendered.splitlines())) <= 80


def test_a_remedy_is_not_wrapped() -> None:
    record = "parley.example. TXT " + "v=spf1 " * 20
    remedy = Remedy(kind=RemedyKind.DNS_RECORD, text=record.strip(), who="whoever runs DNS", minutes=1)
    assert record.strip() in text.render(replace(REPORT, findings=(replace(FINDING, remedy=remedy),)), colour=False)


def test_colour_only_when_asked_for() -> None:
    assert "\x1b" not in text.render(REPORT, colour=False)
    assert "\x1b[31;1mNOT READY\x1b[0m" in text.render(REPORT, colour=True)


@pytest.mark.parametrize("field", ["subject", "evidence"])
def test_a_hostile_site_does_not_steer_the_terminal(field: str) -> None:
    report = replace(
        REPORT,
        findings=(replace(FINDING, **{field: HOSTILE}),),  # type: ignore[arg-type]
        unknown=(replace(REPORT.unknown[0], reason=HOSTILE, subject=HOSTILE),),
    )
    rendered = text.render(report, colour=False)
    assert not any(ord(character) < 32 and character != "\n" for character in rendered)
    assert not set(rendered) & set("\x7f\x9b\u202e\ud800")
    assert "\\x1b[2J" in rendered
    assert "FAKE: READY" not in rendered.splitlines()
    rendered.encode()


def test_json_of_a_hostile_site_is_valid_unicode() -> None:
    report = replace(REPORT, findings=(replace(FINDING, evidence=HOSTILE),))
    assert json.render(report).encode().decode().count("FAKE") == 1


def test_accepted_risks_are_shown_apart_and_lapsed_ones_named() -> None:
    accepted = text.render(replace(REPORT, findings=(replace(FINDING, accepted=ACCEPTED),)), colour=False)
    assert "Accepted risks" in accepted
    assert "    accepted until 2027-02-01: moving in January" in accepted.splitlines()
    lapsed = text.render(replace(REPORT, findings=(replace(FINDING, lapsed=ACCEPTED),)), colour=False)
    assert "      was accepted until 2027-02-01: moving in January" in lapsed.splitlines()


def test_an_acceptance_that_matches_nothing_is_named() -> None:
    rendered = text.render(replace(REPORT, unmatched=(ACCEPTED,)), colour=False)
    assert "[[accepted]] certificate-expired * matches nothing: mend the name or delete it." in rendered


def keys(count: int, kind: str | None = "stripe-key") -> tuple[Finding, ...]:
    remedy = FINDING.remedy
    assert remedy is not None
    return tuple(
        replace(
            FINDING,
            kind=kind,
            subject=f"src/{number}.py:1",
            evidence=f"Stripe key. Moves money; {number} characters; brought in by Ann",
            remedy=replace(remedy, text=f"rotate {number}"),
        )
        for number in range(count)
    )


def test_what_is_said_of_many_of_one_kind_is_said_once() -> None:
    shown = text.found(replace(REPORT, findings=keys(4)), colour=False)
    assert shown.count("Moves money") == 1
    assert "Stripe key. Moves money (×4)" in shown
    assert "src/3.py:1: 3 characters; brought in by Ann" in shown
    for findings in (keys(2), keys(4, kind=None)):
        shown = text.found(replace(REPORT, findings=findings), colour=False)
        assert shown.count("Moves money") == len(findings)


def test_hundreds_of_one_kind_are_cut_short() -> None:
    shown = text.found(replace(REPORT, findings=keys(300)), colour=False)
    assert "and 280 more; --format json lists every one" in shown
    assert "and 294 more; --format json has each" in shown
    assert len(shown.splitlines()) < 60

"""The board: what each stage says of itself, and the next thing to do."""

from dataclasses import replace

import pytest

from launchready.model.finding import Report, Severity, Signal, Stage, StageState, Standing
from launchready.report.board import next_step, render, signs
from tests.report.test_text import ACCEPTED, FINDING, HOSTILE, REPORT

STAGE = Stage.STABLE_INFRASTRUCTURE


def standing(state: StageState, signal: Signal = Signal.UNKNOWN, stage: Stage = STAGE) -> Standing:
    return Standing(stage=stage, state=state, signal=signal)


def test_the_worst_open_finding_of_the_stage_is_next() -> None:
    later = replace(FINDING, subject="www.parley.example")
    accepted = replace(FINDING, subject="parley.example", accepted=ACCEPTED)
    elsewhere = replace(FINDING, stage=Stage.QUICK_AUDIT)
    step = next_step(replace(REPORT, findings=(accepted, elsewhere, FINDING, later)), standing(StageState.OPEN))
    assert step
    assert (step.check, step.minutes) == ("certificate-expired", 10)
    assert step.text == "app.parley.example: Renew it."


def test_without_a_finding_what_could_not_be_seen_is_next() -> None:
    unknown = tuple(replace(one, stage=STAGE) for one in REPORT.unknown)
    step = next_step(replace(REPORT, findings=(), unknown=unknown), standing(StageState.UNKNOWN))
    assert step
    assert step.text == "Make it possible to look at h: no answer from 9.9.9.9."


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage.by_hand])
def test_what_no_check_sees_is_done_by_hand(stage: Stage) -> None:
    step = next_step(replace(REPORT, findings=(), unknown=()), standing(StageState.UNKNOWN, stage=stage))
    assert step and stage.by_hand
    assert stage.by_hand in step.text


def test_a_stage_that_is_done_has_no_next_step_and_one_never_looked_at_does() -> None:
    seen_whole = replace(REPORT, findings=(), unknown=())
    assert next_step(seen_whole, standing(StageState.DONE)) is None
    step = next_step(seen_whole, standing(StageState.UNKNOWN))
    assert step and "launchready audit" in step.text


def test_minor_and_accepted_findings_do_not_show_the_failure_signal() -> None:
    minor = replace(FINDING, severity=Severity.MINOR)
    accepted = replace(FINDING, accepted=ACCEPTED)
    major = replace(FINDING, severity=Severity.MAJOR, subject="major.example")
    report = replace(REPORT, findings=(minor, accepted, major))
    assert signs(report, standing(StageState.OPEN, Signal.PRESENT)) == [major]


def full() -> Report:
    stages = tuple(
        standing(StageState.OPEN, Signal.PRESENT, one)
        if one is STAGE
        else standing(StageState.DONE, Signal.ABSENT, one)
        for one in Stage
    )
    return replace(
        REPORT, stages=stages, unknown=(), findings=(FINDING, replace(FINDING, subject="www.parley.example"))
    )


def test_the_board_names_each_stage_with_its_four_lines() -> None:
    shown = render(full(), colour=False)
    assert "NOT READY   6 of 7 stages done" in shown
    for stage in Stage:
        assert f"{stage.value}  {stage.title}" in shown
    flat = " ".join(shown.split())
    assert "failure signal present: a browser warns, or a name leads nowhere" in flat
    assert "app.parley.example: expired 2026-11-20 (4 days ago) (and 1 more)" in flat
    assert "next app.parley.example: Renew it. (about 10 minutes) launchready explain certificate-expired" in flat
    assert flat.count("next nothing; an audit in CI keeps it so") == 6


def test_the_board_fits_80_columns_and_obeys_nobody() -> None:
    report = full()
    report = replace(report, findings=tuple(replace(one, subject=HOSTILE, evidence=HOSTILE) for one in report.findings))
    shown = render(report, colour=False)
    assert max(map(len, shown.splitlines())) <= 80
    assert not set(shown) & set("\x1b\x07\u202e\x9b\r\ud800")
    assert "\x1b[31;1mopen\x1b[0m" in render(report, colour=True)

"""What a walk came to, as a fact to be judged."""

from datetime import datetime

from launchready.model.facts import FailedStep, JourneyFacts, StepTime
from launchready.model.gap import Gap
from launchready.model.journey import Outcome, StepResult

SHOWN_CHARACTERS = 400


def facts(outcome: Outcome, now: datetime) -> JourneyFacts:
    """The outcome without bodies and commands; no text in it holds a secret."""
    return JourneyFacts(
        subject=outcome.journey,
        source="journey",
        at=now,
        failed=_failed(outcome.failed) if outcome.failed else None,  # type: ignore[arg-type]
        steps=tuple(_time(step) for step in outcome.steps if step.timing and not step.is_cleanup),
        left_behind=tuple(step.step for step in outcome.left_behind),
        mails=tuple(step.step for step in outcome.steps if step.of_a_mail and not step.problem),
    )


def _failed(step: StepResult) -> FailedStep | Gap:
    """A visitor before a closed door has not failed at the login: the door has checks of its own."""
    if step.no_way:
        return Gap(step.problem or "")
    problem = step.problem or ""
    if step.expected is not None:
        problem = f"expected {step.expected}, and {step.came} came"
    return FailedStep(
        journey=step.journey,
        name=step.step,
        problem=problem[:SHOWN_CHARACTERS],
        of_a_stream=step.of_a_stream,
        of_a_mail=step.of_a_mail,
    )


def _time(step: StepResult) -> StepTime:
    assert step.timing
    return StepTime(
        name=step.step,
        measure=step.measure,
        total_ms=round(step.timing.total_ms, 1),
        first_token_ms=step.timing.first_token_ms,
    )

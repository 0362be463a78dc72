"""What journeys came to, on a terminal and as JSON."""

from collections.abc import Iterable, Iterator
from json import dumps
from typing import Any

from launchready.formats.printable import printable
from launchready.model.finding import Report
from launchready.model.journey import Outcome, StepResult, Timing
from launchready.report import login
from launchready.report.text import WIDTH, block

SCHEMA = "launchready.journeys/1"


def render(outcomes: Iterable[Outcome], tried: Report | None = None) -> str:
    """Each journey with its steps and times; of a step that failed, what was expected, what came, how to repeat it.

    `tried` is what trying the login found.
    """
    parts = ["\n".join(_journey(outcome)) + "\n" for outcome in outcomes]
    return "\n".join([*parts, login.render(tried)] if tried else parts)


def document(outcomes: Iterable[Outcome], tried: Report | None = None) -> str:
    """The same as one JSON document."""
    plain: dict[str, Any] = {"schema": SCHEMA, "journeys": [_plain(outcome) for outcome in outcomes]}
    if tried:
        plain["login"] = login.plain(tried)
    return dumps(plain, indent=2) + "\n"


def _journey(outcome: Outcome) -> Iterator[str]:
    verdict = "FAILED" if outcome.failed else "passed"
    yield f"{printable(outcome.journey)}{verdict:>{max(2, WIDTH - len(outcome.journey))}}"
    for step in outcome.steps:
        yield from _step(step, outcome.journey)


def _step(step: StepResult, journey: str) -> Iterator[str]:
    name = printable(step.step if step.journey == journey else f"{step.journey}: {step.step}", 55)
    name = f"cleanup: {name}" if step.is_cleanup else name
    took = _took(step.timing) if step.timing else ""
    yield f"  {'✗' if step.problem else '✓'} {name}{took:>{max(2, WIDTH - 4 - len(name))}}"
    if step.problem is None:
        return
    if step.expected is None:
        yield from block(printable(step.problem), indent=6)
    else:
        yield from block(f"expected  {printable(step.expected)}", indent=6, hang=10)
        yield from block(f"came      {printable(step.came or '')}", indent=6, hang=10)
    if step.repeat:
        yield f"      repeat    {printable(step.repeat, 4000)}"


def _took(timing: Timing) -> str:
    if timing.first_token_ms is not None:
        return f"first token {timing.first_token_ms:.0f} ms, {timing.tokens} pieces, {timing.total_ms:.0f} ms"
    return f"{timing.total_ms:.0f} ms"


def _plain(outcome: Outcome) -> dict[str, Any]:
    return {"name": outcome.journey, "passed": outcome.failed is None, "steps": list(map(_plain_step, outcome.steps))}


def _plain_step(step: StepResult) -> dict[str, Any]:
    timing = step.timing
    return {
        "journey": step.journey,
        "name": step.step,
        "cleanup": step.is_cleanup,
        "passed": step.problem is None,
        "problem": step.problem,
        "expected": step.expected,
        "came": step.came,
        "repeat": step.repeat,
        "measure": step.measure,
        "timing": {
            "first_byte_ms": round(timing.first_byte_ms, 1),
            "total_ms": round(timing.total_ms, 1),
            "first_token_ms": None if timing.first_token_ms is None else round(timing.first_token_ms, 1),
            "longest_gap_ms": None if timing.longest_gap_ms is None else round(timing.longest_gap_ms, 1),
            "tokens": timing.tokens,
            "server": dict(timing.server) if timing.server else None,
        }
        if timing
        else None,
    }

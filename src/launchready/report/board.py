"""The board: the seven stages, how each stands, whether its failure signal was seen, and the next thing to do."""

from collections.abc import Iterator
from dataclasses import dataclass

from launchready.formats.printable import printable
from launchready.model.finding import Finding, Report, Severity, Signal, StageState, Standing
from launchready.report.text import WIDTH, block, head, many, paint, verdict

_COLOUR = {StageState.OPEN: "31;1", StageState.UNKNOWN: "33;1", StageState.DONE: "32;1"}
_LABEL = 19


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The next thing to do for a stage; `check` is what found it, and `minutes` about how long it takes."""

    text: str
    check: str | None = None
    minutes: int | None = None


def next_step(report: Report, standing: Standing) -> Step | None:
    """Mend the worst that was found, else make seen what was not, else look by hand; None when nothing is left."""
    for finding in report.findings:
        if finding.stage is standing.stage and finding.accepted is None:
            minutes = finding.remedy.minutes if finding.remedy else None
            return Step(text=f"{finding.subject}: {finding.fix}", check=finding.check, minutes=minutes)
    for unknown in report.unknown:
        if unknown.stage is standing.stage:
            return Step(text=f"Make it possible to look at {unknown.subject}: {unknown.reason}.", check=unknown.check)
    if standing.state is StageState.DONE:
        return None
    if standing.stage.by_hand:
        return Step(text=f"By hand, since no check sees it: {standing.stage.by_hand}.")
    return Step(text="Nobody has looked yet: launchready audit")


def signs(report: Report, standing: Standing) -> list[Finding]:
    """What shows the failure signal, worst first."""
    return [
        finding
        for finding in report.findings
        if finding.stage is standing.stage and finding.accepted is None and finding.severity is not Severity.MINOR
    ]


def render(report: Report, *, colour: bool) -> str:
    """The board as text at 80 columns that ends in a newline; nothing from outside can steer the terminal."""
    done = sum(standing.state is StageState.DONE for standing in report.stages)
    lines = [
        *head(report),
        "",
        f"{verdict(report.verdict, colour=colour)}   {done} of {many(len(report.stages), 'stage')} done",
    ]
    for standing in report.stages:
        lines += ["", *_stage(report, standing, colour=colour)]
    return "\n".join(lines) + "\n"


def _stage(report: Report, standing: Standing, *, colour: bool) -> Iterator[str]:
    state = standing.state.value
    painted = paint(state, _COLOUR[standing.state], colour=colour)
    yield f"{standing.stage.value}  {standing.stage.title:<{WIDTH - 3 - len(state)}}{painted}"
    yield from _labelled("deliverable", standing.stage.deliverable)
    yield from _labelled("failure signal", f"{standing.signal.value}: {standing.stage.failure_signal}")
    if standing.signal is Signal.PRESENT:
        first, *others = signs(report, standing)
        more = f" (and {len(others)} more)" if others else ""
        yield from _labelled("", f"{first.subject}: {first.evidence}{more}")
    yield from _next(next_step(report, standing))


def _next(step: Step | None) -> Iterator[str]:
    if step is None:
        yield from _labelled("next", "nothing; an audit in CI keeps it so")
        return
    about = f" (about {many(step.minutes, 'minute')})" if step.minutes else ""
    yield from _labelled("next", step.text + about)
    if step.check:
        yield from _labelled("", f"launchready explain {step.check}")


def _labelled(label: str, text: str) -> list[str]:
    first, *rest = block(printable(text), indent=_LABEL)
    return [f"   {label:<{_LABEL - 3}}{first[_LABEL:]}", *rest]

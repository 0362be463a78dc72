"""Two reports of one launch side by side: what was wrong before, and what became of it."""

from dataclasses import dataclass
from enum import Enum
from textwrap import wrap

from launchready.formats.printable import printable
from launchready.model.finding import Finding, Report, Verdict

WIDTH = 80
COLUMN = 11
LEFT = WIDTH - 2 * COLUMN

_VERDICT = {Verdict.NOT_READY: "NOT READY", Verdict.UNKNOWN: "UNKNOWN", Verdict.READY: "READY"}


class Mark(Enum):
    """What one report says of a problem: it is there, it was looked for and is gone, or nobody could see."""

    PRESENT = "✗"
    GONE = "✓"
    UNSEEN = "?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One check's findings, from the report before where it found any, and what both reports say of it."""

    findings: tuple[Finding, ...]
    before: Mark
    after: Mark


def problems(before: Report, after: Report) -> list[Problem]:
    """Every problem of either report once, worst first."""
    checks = dict.fromkeys(finding.check for finding in (*before.findings, *after.findings))
    return [
        Problem(
            findings=_found(check, before) or _found(check, after),
            before=_mark(check, before),
            after=_mark(check, after),
        )
        for check in checks
    ]


def mended(before: Report, after: Report) -> int:
    """How many findings of the report before were looked for again and are gone."""
    return sum(_mark(finding.check, after) is Mark.GONE for finding in before.findings)


def side_by_side(before: Report, after: Report) -> str:
    """The comparison as text that ends in a newline: verdict and score, then every problem, then the next step.

    ✗ present, ✓ looked at and gone, ? not seen well enough to say.
    """
    lines = [
        f"{printable(after.name)} · {printable(after.domain)}",
        "",
        _row("", "before", "after"),
        _row("Verdict", _VERDICT[before.verdict], _VERDICT[after.verdict]),
        _row("Score", str(before.score), str(after.score)),
        _row("Problems", str(len(before.findings)), str(len(after.findings))),
        _row("Unknown", str(len(before.unknown)), str(len(after.unknown))),
    ]
    for problem in problems(before, after):
        lines += ["", *_problem(problem)]
    return "\n".join([*lines, "", *_conclusion(before, after)]) + "\n"


def _problem(problem: Problem) -> list[str]:
    """One problem: its title with both marks, then where it was seen first."""
    first = problem.findings[0]
    title, *rest = wrap(f"{first.severity.value}: {first.title}", LEFT - 2)
    lines = [_row(title, problem.before.value, problem.after.value), *(f"  {line}" for line in rest)]
    for finding in problem.findings:
        seen = f"{printable(finding.subject)}: {printable(finding.evidence)}"
        lines += wrap(seen, WIDTH, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)
    return lines


def _found(check: str, report: Report) -> tuple[Finding, ...]:
    return tuple(finding for finding in report.findings if finding.check == check)


def _mark(check: str, report: Report) -> Mark:
    if _found(check, report):
        return Mark.PRESENT
    return Mark.GONE if check in report.passed else Mark.UNSEEN


def _conclusion(before: Report, after: Report) -> list[str]:
    told = f"{mended(before, after)} of {len(before.findings)} problems mended."
    nothing = "No problem was found, before or after."
    return [
        told if before.findings or after.findings else nothing,
        "",
        "Now yours:  launchready audit your-domain",
    ]


def _row(left: str, before: str, after: str) -> str:
    return f"{left:<{LEFT}}{before:>{COLUMN}}{after:>{COLUMN}}"

"""Two reports of one launch side by side: what was wrong before, and what became of it."""

from textwrap import wrap

from launchready.formats.printable import printable
from launchready.model.finding import Finding, Report, Verdict

WIDTH = 80
COLUMN = 11
LEFT = WIDTH - 2 * COLUMN

_VERDICT = {Verdict.NOT_READY: "NOT READY", Verdict.UNKNOWN: "UNKNOWN", Verdict.READY: "READY"}
_PRESENT, _GONE, _UNSEEN = "✗", "✓", "?"


def side_by_side(before: Report, after: Report) -> str:
    """The comparison as text that ends in a newline: verdict and score, then every problem, then the next step.

    ✗ present, ✓ looked at and gone, ? not seen well enough to say.
    """
    checks = list(dict.fromkeys(finding.check for finding in (*before.findings, *after.findings)))
    lines = [
        f"{printable(after.name)} · {printable(after.domain)}",
        "",
        _row("", "before", "after"),
        _row("Verdict", _VERDICT[before.verdict], _VERDICT[after.verdict]),
        _row("Score", str(before.score), str(after.score)),
        _row("Problems", str(len(before.findings)), str(len(after.findings))),
        _row("Unknown", str(len(before.unknown)), str(len(after.unknown))),
    ]
    for check in checks:
        lines += ["", *_problem(check, before, after)]
    return "\n".join([*lines, "", *_conclusion(before, after)]) + "\n"


def _problem(check: str, before: Report, after: Report) -> list[str]:
    """One problem: its title with both marks, then where it was seen first."""
    found = _found(check, before) or _found(check, after)
    title, *rest = wrap(f"{found[0].severity.value}: {found[0].title}", LEFT - 2)
    lines = [_row(title, _mark(check, before), _mark(check, after)), *(f"  {line}" for line in rest)]
    for finding in found:
        seen = f"{printable(finding.subject)}: {printable(finding.evidence)}"
        lines += wrap(seen, WIDTH, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)
    return lines


def _found(check: str, report: Report) -> list[Finding]:
    return [finding for finding in report.findings if finding.check == check]


def _mark(check: str, report: Report) -> str:
    if _found(check, report):
        return _PRESENT
    return _GONE if check in report.passed else _UNSEEN


def _conclusion(before: Report, after: Report) -> list[str]:
    mended = sum(_mark(finding.check, after) == _GONE for finding in before.findings)
    nothing = "No problem was found, before or after."
    return [
        f"{mended} of {len(before.findings)} problems mended." if before.findings or after.findings else nothing,
        "",
        "Now yours:  launchready audit your-domain",
    ]


def _row(left: str, before: str, after: str) -> str:
    return f"{left:<{LEFT}}{before:>{COLUMN}}{after:>{COLUMN}}"

"""The report as one self-contained HTML file: it opens offline, prints, and asks nobody for anything."""

from functools import cache

from jinja2 import Environment, PackageLoader, Template

from launchready.formats.printable import printable
from launchready.model.finding import Finding, Report, Severity, Unknown, Verdict
from launchready.report.board import next_step, signs
from launchready.report.comparison import Mark, mended, problems

_VERDICT = {Verdict.READY: "Ready", Verdict.NOT_READY: "Not ready", Verdict.UNKNOWN: "Unknown"}
_SAYS = {
    Verdict.READY: "Nothing that was looked at stands in the way of taking money.",
    Verdict.NOT_READY: "Something stands in the way of taking money. Mend it from the top.",
    Verdict.UNKNOWN: "Too much could not be seen to say that this is ready; the reasons are below.",
}


_MARK = {Mark.PRESENT: "there", Mark.GONE: "gone", Mark.UNSEEN: "not seen"}


def render(report: Report) -> str:
    """One HTML document; everything from outside is escaped, and invisible characters are spelled out."""
    open_ = [finding for finding in report.findings if finding.accepted is None]
    return _template("report.html").render(
        report=report,
        verdict=_VERDICT[report.verdict],
        says=_SAYS[report.verdict],
        groups=[(severity, _by_check([one for one in open_ if one.severity is severity])) for severity in Severity],
        accepted=[finding for finding in report.findings if finding.accepted],
        counts=[(severity.value, sum(one.severity is severity for one in open_)) for severity in Severity],
        unknown=_by_reason(report.unknown),
        found={finding.check for finding in open_},
        stages=[(one, next_step(report, one), signs(report, one)) for one in report.stages],
    )


def render_comparison(before: Report, after: Report) -> str:
    """Two reports of one launch as one HTML document: every problem, and what became of it."""
    found = problems(before, after)
    return _template("comparison.html").render(
        before=before,
        after=after,
        verdict=_VERDICT,
        says=_MARK,
        mended=mended(before, after),
        problems=found,
        grades=[(severity, [one for one in found if one.findings[0].severity is severity]) for severity in Severity],
        unknowns=[("before", _by_reason(before.unknown)), ("after", _by_reason(after.unknown))],
    )


@cache
def _template(name: str) -> Template:
    environment = Environment(
        loader=PackageLoader("launchready", "report/pages"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["printable"] = lambda text: printable(str(text), 4000)
    return environment.get_template(name)


def _by_check(findings: list[Finding]) -> list[list[Finding]]:
    """Findings of one check together, in the order of the report."""
    return [[one for one in findings if one.check == check] for check in dict.fromkeys(one.check for one in findings)]


def _by_reason(unknown: tuple[Unknown, ...]) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """Each reason once, with its checks and their subjects."""
    folded = []
    for reason in dict.fromkeys(one.reason for one in unknown):
        same = [one for one in unknown if one.reason == reason]
        checks = dict.fromkeys(one.check for one in same)
        folded.append((reason, [(check, [one.subject for one in same if one.check == check]) for check in checks]))
    return folded

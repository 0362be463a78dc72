"""The report as Markdown (CommonMark with GitHub's tables), for a pull request, an issue or a mail to a client."""

import re
from collections.abc import Iterator

from launchready.formats.printable import printable
from launchready.model.finding import Remedy, Report, Severity, Stage, Verdict
from launchready.report import origin
from launchready.report.board import next_step
from launchready.report.text import public

_VERDICT = {Verdict.READY: "ready", Verdict.NOT_READY: "not ready", Verdict.UNKNOWN: "unknown"}
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~&@:-])")


def render(report: Report) -> str:
    """The same findings in the same order as everywhere; whatever came from outside is text, never markup."""
    parts = (_head(report), _changes(report), _stages(report), _findings(report), _unknown(report), _rest(report))
    return "\n".join(line for part in parts for line in part) + "\n"


def _head(report: Report) -> Iterator[str]:
    counts = [sum(one.severity is grade and not one.accepted for one in report.findings) for grade in Severity]
    yield f"# {escaped(report.name)}: {_VERDICT[report.verdict]}"
    yield ""
    yield (
        f"{escaped(report.domain)}, {report.at:%d %b %Y %H:%M} UTC. {counts[0]} blockers, {counts[1]} major, "
        f"{counts[2]} minor, {len(report.unknown)} unknown. Score {report.score}."
    )


def _changes(report: Report) -> Iterator[str]:
    changes = report.changes
    if changes is None:
        return
    yield ""
    yield (
        f"Since {changes.since:%d %b %Y %H:%M} UTC: {len(changes.new)} new, {len(changes.mended)} mended, "
        f"{changes.still} still there, {len(changes.unseen)} not seen this time."
    )
    for finding in changes.mended:
        yield from ("", f"- mended: {finding.title} ({escaped(finding.subject)})")


def _stages(report: Report) -> Iterator[str]:
    if not report.stages:
        return
    yield from ("", "| stage | state | deliverable | failure signal | next |", "|---|---|---|---|---|")
    for standing in report.stages:
        stage, step = standing.stage, next_step(report, standing)
        cells = (
            f"{stage.value}. {stage.title}",
            standing.state.value,
            stage.deliverable,
            f"{standing.signal.value}: {stage.failure_signal}",
            escaped(step.text) if step else "nothing",
        )
        yield f"| {' | '.join(cells)} |"


def _findings(report: Report) -> Iterator[str]:
    for number, finding in enumerate(report.findings, start=1):
        grade = "accepted" if finding.accepted else finding.severity.value
        if report.changes and (finding.check, finding.subject) in report.changes.new:
            grade += ", new"
        yield from ("", f"## {number}. {finding.title} ({grade})", "")
        yield f"**{escaped(finding.subject)}**: {escaped(finding.evidence)}"
        yield from ("", f"{finding.why} {finding.fix}")
        if finding.remedy:
            yield from _remedy(finding.remedy)
        if finding.accepted:
            until = f" until {finding.accepted.expires}" if finding.accepted.expires else ""
            yield from ("", f"Accepted{until}: {escaped(finding.accepted.reason)}")
        yield from ("", f"`{finding.check}` · {_stage(finding.stage)} · {finding.source}")


def _remedy(remedy: Remedy) -> Iterator[str]:
    """A fence longer than any in the text, so that nothing in it ends the block."""
    lines = [printable(line, 4000) for line in remedy.text.splitlines()]
    fence = "`" * max(3, 1 + max((len(run) for line in lines for run in re.findall("`+", line)), default=0))
    yield from ("", f"{escaped(remedy.who)}, about {remedy.minutes} minutes:", "", fence, *lines, fence)


def _unknown(report: Report) -> Iterator[str]:
    if not report.unknown:
        return
    yield from ("", "## Unknown, and therefore not passed", "")
    for reason in dict.fromkeys(one.reason for one in report.unknown):
        checks = dict.fromkeys(one.check for one in report.unknown if one.reason == reason)
        yield f"- {escaped(reason)}: {', '.join(f'`{check}`' for check in checks)}"


def _rest(report: Report) -> Iterator[str]:
    yield from ("", f"Passed: {len(report.passed)} checks.")
    if told := public(report):
        yield from ("", escaped(told))
    if report.not_applicable:
        yield from ("", f"Does not apply here: {', '.join(f'`{check}`' for check in report.not_applicable)}.")
    for source in report.sources:
        counted = f"{source.facts} fact{'s' if source.facts != 1 else ''}"
        yield from ("", f"{escaped(origin.described(source))}: {counted}, {origin.when(source)}.")


def _stage(stage: Stage) -> str:
    return f"stage {stage.value}, {stage.title}"


def escaped(text: str) -> str:
    """Text as text: no link, mention, table cell or HTML comes of it."""
    return _SPECIAL.sub(r"\\\1", printable(text, 4000))

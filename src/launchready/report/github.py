"""GitHub Actions annotations: one workflow command a finding (docs.github.com, "Workflow commands for GitHub Actions").

GitHub shows the first ten of each level in a step: the verdict comes first and then the worst, so those are the ones.
"""

from launchready.formats.printable import printable
from launchready.model.finding import Finding, Report, Severity, Unknown, Verdict

_LEVEL = {Severity.BLOCKER: "error", Severity.MAJOR: "warning", Severity.MINOR: "notice"}

_TITLE_LIMIT = 255  # GitHub's REST API, "Check runs": annotations.title


def render(report: Report) -> str:
    """Lines that end in a newline, the verdict first; accepted risks are notices, unknown blockers are warnings."""
    lines = [_finding(one) for one in report.findings]
    lines += [_unknown(one) for one in report.unknown if one.severity is Severity.BLOCKER]
    return "".join(f"{line}\n" for line in [_verdict(report), *lines])


def _finding(finding: Finding) -> str:
    words = [f"{finding.subject}: {finding.evidence}", finding.fix]
    if finding.remedy:
        words.append(finding.remedy.text)
    words.append(f"{finding.check}, {finding.docs}")
    if finding.accepted:
        return _command("notice", f"Accepted: {finding.title}", [*words, f"accepted: {finding.accepted.reason}"])
    return _command(_LEVEL[finding.severity], finding.title, words, finding.place)


def _unknown(one: Unknown) -> str:
    return _command("warning", f"Unknown: {one.check}", [f"{one.subject}: {one.reason}"])


def _verdict(report: Report) -> str:
    level = {Verdict.READY: "notice", Verdict.NOT_READY: "error", Verdict.UNKNOWN: "warning"}[report.verdict]
    blockers = sum(finding.blocks for finding in report.findings)
    told = f"{report.domain}: {report.verdict.value}, {blockers} blocking, {len(report.unknown)} unknown"
    return _command(level, "Launch Ready", [told])


def _command(level: str, title: str, lines: list[str], place: tuple[str, int] | None = None) -> str:
    text = "%0A".join(_escaped(printable(line, 4000)) for paragraph in lines for line in paragraph.splitlines())
    where = f"file={_property(place[0], 4000)},line={place[1]}," if place else ""
    return f"::{level} {where}title={_property(title, _TITLE_LIMIT)}::{text}"


def _property(text: str, limit: int) -> str:
    return _escaped(printable(text, limit)).replace(":", "%3A").replace(",", "%2C")


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

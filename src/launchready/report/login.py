"""What came of trying a login, on a terminal and as JSON."""

from collections.abc import Iterator
from typing import Any

from launchready.formats.printable import printable
from launchready.model.finding import Report
from launchready.report import json
from launchready.report.text import WIDTH, block


def render(report: Report) -> str:
    """One line for each check of the login; of one that found something, what was seen and what to do."""
    return "\n".join(_lines(report)) + "\n"


def plain(report: Report) -> dict[str, Any]:
    """The same for a JSON document."""
    whole = json.document(report)
    return {name: whole[name] for name in ("verdict", "findings", "passed", "not_applicable", "unknown")}


def _lines(report: Report) -> Iterator[str]:
    verdict = "FAILED" if any(finding.blocks for finding in report.findings) else "tried"
    title = "The login, tried with wrong passwords"
    yield f"{title}{verdict:>{max(2, WIDTH - len(title))}}"
    for check in report.passed:
        yield f"  ✓ {check}"
    for finding in report.findings:
        accepted = ", accepted" if finding.accepted else ""
        yield f"  ✗ {finding.check} ({finding.severity.value}{accepted})"
        yield from block(printable(finding.evidence), indent=6)
        yield from block(f"→ {finding.fix}", indent=6, hang=2)
    for unknown in report.unknown:
        yield f"  ? {unknown.check}"
        yield from block(printable(unknown.reason), indent=6)

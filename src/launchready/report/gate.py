"""What the gate says on a terminal: only what blocks and how to pass, or one line when nothing does."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from json import dumps

from launchready.formats.printable import printable
from launchready.model.finding import Finding, Report, Unknown, Verdict
from launchready.model.ruling import Ruling
from launchready.report.text import block, head, many, one_check, paint

_COLOUR = {Verdict.NOT_READY: "31;1", Verdict.UNKNOWN: "33;1"}
_WORD = {Verdict.NOT_READY: "BLOCKED", Verdict.UNKNOWN: "UNKNOWN"}
_ACCEPT_FOR = timedelta(days=7)


def render(ruling: Ruling, today: date, *, colour: bool) -> str:
    """Text at 80 columns that ends in a newline."""
    if ruling.passes:
        return passed(ruling)
    report = ruling.report
    counted = f"{_blocking(len(report.findings))}, {len(report.unknown)} unknown"
    lines = [*_head(report), "", f"{paint(_WORD[report.verdict], _COLOUR[report.verdict], colour=colour)}   {counted}"]
    found = [replace(finding, lapsed=None) for finding in report.findings]  # the evidence says it
    for check in dict.fromkeys(finding.check for finding in found):
        lines += ["", *one_check([finding for finding in found if finding.check == check], one_line=True)]
    if report.unknown:
        lines += ["", "Not seen, and therefore not passed", *_unknown(report.unknown)]
    lines += ["", *_how_to_pass(ruling)]
    if report.findings:
        lines += ["", *_acceptance(report.findings[0], today)]
    return "\n".join(lines) + "\n"


def passed(ruling: Ruling) -> str:
    """The one line of a gate that lets by."""
    others = f", {many(ruling.let_by, 'finding')} let by" if ruling.let_by else ""
    seen = f"seen {ruling.report.at:%d %b %Y %H:%M} UTC"
    return f"Gate passed: nothing blocks {ruling.report.domain} ({many(ruling.judged, 'check')}{others}; {seen}).\n"


def _head(report: Report) -> list[str]:
    """Whose launch, and when it was seen last."""
    return head(report) if report.seen else [printable(report.domain)]


def _blocking(count: int) -> str:
    return "1 finding blocks" if count == 1 else f"{count} findings block"


def _unknown(unknown: tuple[Unknown, ...]) -> Iterator[str]:
    """Each reason once, with the checks and subjects it leaves open."""
    for reason in dict.fromkeys(one.reason for one in unknown):
        yield from block(printable(reason), indent=2, hang=2)
        open_ = [f"{one.check} ({printable(one.subject)})" for one in unknown if one.reason == reason]
        yield from block(", ".join(open_), indent=4)


def _how_to_pass(ruling: Ruling) -> Iterator[str]:
    """Mend, look again, ask again: with facts in a file, since CI has no ledger."""
    yield "How to pass: mend the above, then look again." if ruling.report.findings else "How to pass:"
    files = [f"{command.split()[1]}.json" for command in ruling.commands]
    for command, file in zip(ruling.commands, files, strict=True):
        yield f"  {command} --facts-out {file}"
    yield f"  launchready gate {' '.join(f'--facts {file}' for file in files)}"


def _acceptance(finding: Finding, today: date) -> Iterator[str]:
    yield "Or live with a risk until a day that you choose; in launch.toml:"
    yield "  [[accepted]]"
    yield f"  check = {dumps(finding.check)}"
    yield f"  subject = {dumps(printable(finding.subject))}"
    yield '  reason = "why, for whoever reads this in a year"'
    yield f"  expires = {today + _ACCEPT_FOR}"

"""JUnit XML, as CI servers read it: a suite of findings, one of what is unknown and one of what passed.

A check that blocks and could not be looked at is an error, so that no CI counts it as passed.
"""

from collections.abc import Iterable, Iterator, Mapping
from html import escape

from launchready.formats.printable import printable
from launchready.model.finding import Finding, Report, Severity, Unknown


def render(report: Report) -> str:
    """One document; a case for each check and subject, in the order of the report."""
    blind = sum(one.severity is Severity.BLOCKER for one in report.unknown)
    accepted = sum(one.accepted is not None for one in report.findings)
    suites = (
        _suite("Findings", _findings(report.findings), failures=len(report.findings) - accepted, skipped=accepted),
        _suite("Unknown", _unknowns(report.unknown), errors=blind, skipped=len(report.unknown) - blind),
        _suite("Passed", (_case("passed", id_, report.domain, "") for id_ in report.passed)),
    )
    attributes = {"name": f"launchready {report.domain}", "timestamp": f"{report.at:%Y-%m-%dT%H:%M:%S}"}
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + _element("testsuites", attributes, "".join(suites))


def _suite(name: str, cases: Iterable[str], *, failures: int = 0, errors: int = 0, skipped: int = 0) -> str:
    inside = list(cases)
    counts = {"tests": len(inside), "failures": failures, "errors": errors, "skipped": skipped}
    return _element("testsuite", {"name": name, **counts}, "".join(inside)) if inside else ""


def _findings(found: Iterable[Finding]) -> Iterator[str]:
    for one in found:
        if one.accepted:
            told = _element("skipped", {"message": f"accepted: {one.accepted.reason}"}, "")
        else:
            remedy = f"\n\n{one.remedy.text}\n({one.remedy.who})" if one.remedy else ""
            stage = f"stage {one.stage.value}, {one.stage.title}"
            text = f"{one.evidence}\n\n{one.why}\n\n{one.fix}{remedy}\n\n{stage}\n{one.docs}"
            told = _element("failure", {"type": one.severity.value, "message": one.title}, _text(text))
        yield _case(one.impact.value, one.check, one.subject, told)


def _unknowns(unknown: Iterable[Unknown]) -> Iterator[str]:
    for one in unknown:
        kind = "error" if one.severity is Severity.BLOCKER else "skipped"
        told = _element(kind, {"message": f"unknown: {one.reason}"}, "")
        yield _case("unknown", one.check, one.subject, told)


def _case(group: str, check: str, subject: str, inside: str) -> str:
    return _element("testcase", {"classname": f"launchready.{group}.{check}", "name": f"{check} {subject}"}, inside)


def _element(name: str, attributes: Mapping[str, object], inside: str) -> str:
    words = "".join(f' {key}="{_text(str(value))}"' for key, value in attributes.items())
    return f"<{name}{words}>{inside}</{name}>\n" if inside else f"<{name}{words}/>\n"


def _text(text: str) -> str:
    """Characters that XML 1.0 forbids are gone with everything else that does not print (section 2.2)."""
    return "\n".join(escape(printable(line, 4000)) for line in text.split("\n"))

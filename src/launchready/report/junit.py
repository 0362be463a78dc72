"""JUnit XML, as CI servers read it: a suite for each stage, a case for each check and subject.

A check that blocks and could not be looked at is an error, so that no CI counts it as passed.
"""

from collections.abc import Iterable, Iterator, Mapping
from html import escape

from launchready.formats.printable import printable
from launchready.model.finding import Finding, Report, Severity, Stage, Unknown


def render(report: Report) -> str:
    """One document; findings come first in each suite, in the order of the report."""
    suites = [suite for stage in Stage if (suite := _suite(stage, report))]
    passed = [_case("passed", id_, report.domain, "") for id_ in report.passed]
    if passed:
        suites.append(_element("testsuite", {"name": "Passed", "tests": len(passed), "failures": 0}, "".join(passed)))
    attributes = {"name": f"launchready {report.domain}", "timestamp": f"{report.at:%Y-%m-%dT%H:%M:%S}"}
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + _element("testsuites", attributes, "".join(suites))


def _suite(stage: Stage, report: Report) -> str:
    found = [one for one in report.findings if one.stage is stage]
    unknown = [one for one in report.unknown if one.stage is stage]
    if not found and not unknown:
        return ""
    counts = {
        "tests": len(found) + len(unknown),
        "failures": sum(one.accepted is None for one in found),
        "errors": sum(one.severity is Severity.BLOCKER for one in unknown),
        "skipped": sum(one.accepted is not None for one in found)
        + sum(one.severity is not Severity.BLOCKER for one in unknown),
    }
    name = f"{stage.value}. {stage.title}"
    return _element("testsuite", {"name": name, **counts}, "".join([*_findings(found), *_unknowns(unknown)]))


def _findings(found: Iterable[Finding]) -> Iterator[str]:
    for one in found:
        if one.accepted:
            told = _element("skipped", {"message": f"accepted: {one.accepted.reason}"}, "")
        else:
            remedy = f"\n\n{one.remedy.text}\n({one.remedy.who})" if one.remedy else ""
            text = f"{one.evidence}\n\n{one.why}\n\n{one.fix}{remedy}\n\n{one.docs}"
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

"""SARIF 2.1.0 (OASIS Standard): findings as code-scanning services read them."""

from hashlib import sha256
from json import dumps
from typing import Any
from urllib.parse import quote

from launchready import __version__
from launchready.formats.printable import printable
from launchready.model.finding import Finding, Report, Severity, Unknown

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
# What is looked at is out on the net; the file that declares it is where a reader can act.
DECLARATION = "launch.toml"

_LEVEL = {Severity.BLOCKER: "error", Severity.MAJOR: "warning", Severity.MINOR: "note"}
_SECURITY = {Severity.BLOCKER: "9.0", Severity.MAJOR: "6.0", Severity.MINOR: "3.0"}  # GitHub: high, medium, low


def render(report: Report) -> str:
    """One JSON document with a single run; accepted risks are there, suppressed, with their reason."""
    first = {finding.check: finding for finding in reversed(report.findings)}
    rules = [first[check] for check in dict.fromkeys(finding.check for finding in report.findings)]
    places = {finding.check: index for index, finding in enumerate(rules)}
    run = {
        "tool": {"driver": {"name": "launchready", "version": __version__, "rules": list(map(_rule, rules))}},
        "invocations": [
            {
                "executionSuccessful": True,
                "endTimeUtc": f"{report.at:%Y-%m-%dT%H:%M:%SZ}",
                "toolExecutionNotifications": list(map(_notification, report.unknown)),
            }
        ],
        "results": [_result(finding, places[finding.check]) for finding in report.findings],
        "columnKind": "unicodeCodePoints",
        "properties": {"domain": report.domain, "verdict": report.verdict.value, "score": report.score},
    }
    return dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=True) + "\n"


def _rule(finding: Finding) -> dict[str, Any]:
    help_ = f"{finding.fix}\n\nSource: {finding.source}\n{finding.docs}"
    return {
        "id": finding.check,
        "shortDescription": {"text": finding.title},
        "fullDescription": {"text": finding.why},
        "help": {"text": help_},
        "defaultConfiguration": {"level": _LEVEL[finding.severity]},
        "properties": {
            "tags": ["launch", finding.impact.value],
            "security-severity": _SECURITY[finding.severity],
        },
    }


def _result(finding: Finding, rule: int) -> dict[str, Any]:
    subject = printable(finding.subject)
    remedy = f"\n{finding.remedy.text}" if finding.remedy else ""
    path, line = finding.place or (DECLARATION, 1)
    result: dict[str, Any] = {
        "ruleId": finding.check,
        "ruleIndex": rule,
        "level": _LEVEL[finding.severity],
        "message": {"text": f"{subject}: {printable(finding.evidence)}\n{finding.fix}{remedy}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(path.encode("utf-8", "replace"))},
                    "region": {"startLine": line},
                },
                "logicalLocations": [{"name": subject, "kind": "resource"}],
            }
        ],
        "partialFingerprints": {"checkAndSubject/v1": _fingerprint(finding)},
    }
    if finding.accepted:
        result["suppressions"] = [{"kind": "external", "justification": finding.accepted.reason}]
    return result


def _fingerprint(finding: Finding) -> str:
    """The same for the same problem of the same subject, run after run, whatever the evidence says today."""
    return sha256(f"{finding.check}\0{finding.fingerprint or finding.subject}".encode("utf-8", "replace")).hexdigest()


def _notification(one: Unknown) -> dict[str, Any]:
    return {
        "level": "warning" if one.severity is Severity.BLOCKER else "note",
        "message": {"text": f"{one.check} of {printable(one.subject)} is unknown: {printable(one.reason)}"},
        "associatedRule": {"id": one.check},
    }

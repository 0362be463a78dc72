"""The report as JSON, schema launchready.report/1 (pinned: additions only)."""

import re
from json import dumps
from typing import Any

from launchready.model.finding import Accepted, Finding, Harmless, Report, Source, Standing, Unknown
from launchready.model.ruling import Ruling
from launchready.report.board import next_step, signs

SCHEMA = "launchready.report/1"
BOARD_SCHEMA = "launchready.board/1"
# Characters that JSON allows as they are and a terminal obeys: DEL, C1 controls, bidirectional and zero-width marks.
_INVISIBLE = re.compile("[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def render(report: Report) -> str:
    """One JSON document, keys in the order people read them; every string is valid Unicode."""
    return as_text(document(report))


def render_gate(ruling: Ruling) -> str:
    """What blocks, as a report, with the commands that look at what nobody has seen."""
    return as_text({**document(ruling.report), "gate": {"passes": ruling.passes, "commands": list(ruling.commands)}})


def with_more(report: Report, more: dict[str, Any]) -> str:
    """The report's document with what a command has to say beside it."""
    return as_text({**document(report), **more})


def render_board(report: Report) -> str:
    """The board as one JSON document, schema launchready.board/1: the stages as they stand in the report."""
    whole = document(report)
    kept = ("at", "seen", "launch", "verdict", "stages")
    return as_text({"schema": BOARD_SCHEMA, **{key: whole[key] for key in kept}})


def as_text(plain: dict[str, Any]) -> str:
    """Plain values as one JSON document that no terminal obeys; every string is valid Unicode."""
    text = dumps(_clean(plain), indent=2, ensure_ascii=False)
    return _INVISIBLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n"


def document(report: Report) -> dict[str, Any]:
    """The report as plain values."""
    return {
        "schema": SCHEMA,
        "at": f"{report.at:%Y-%m-%dT%H:%M:%SZ}",
        "seen": f"{report.seen or report.at:%Y-%m-%dT%H:%M:%SZ}",
        "launch": {"name": report.name, "domain": report.domain},
        "verdict": report.verdict.value,
        "score": report.score,
        "findings": [_finding(finding) for finding in report.findings],
        "passed": list(report.passed),
        "not_applicable": list(report.not_applicable),
        "unknown": [_unknown(one) for one in report.unknown],
        "stages": [_stage(report, standing) for standing in report.stages],
        "unmatched_acceptances": [_accepted(acceptance) for acceptance in report.unmatched],
        "changes": _changes(report) if report.changes else None,
        "sources": [_source(source) for source in report.sources],
        **({"public": [_public(one) for one in report.public]} if report.public is not None else {}),
    }


def _public(one: Harmless) -> dict[str, str]:
    return {"kind": one.kind, "subject": one.subject, "verdict": one.verdict, "title": one.title, "why": one.why}


def _changes(report: Report) -> dict[str, Any]:
    """What became of the findings since an earlier run, those that are new in the report's order."""
    changes = report.changes
    assert changes
    new = [one for one in report.findings if (one.check, one.subject) in changes.new]
    return {
        "since": f"{changes.since:%Y-%m-%dT%H:%M:%SZ}",
        "new": list(map(_named, new)),
        "mended": list(map(_named, changes.mended)),
        "unseen": list(map(_named, changes.unseen)),
        "still": changes.still,
    }


def _named(finding: Finding) -> dict[str, str]:
    return {"check": finding.check, "subject": finding.subject}


def _finding(finding: Finding) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "check": finding.check,
        "stage": finding.stage.value,
        "impact": finding.impact.value,
        "severity": finding.severity.value,
        "subject": finding.subject,
        "evidence": finding.evidence,
        "title": finding.title,
        "why": finding.why,
        "fix": finding.fix,
    }
    if finding.remedy:
        plain["remedy"] = {
            "kind": finding.remedy.kind.value,
            "text": finding.remedy.text,
            "who": finding.remedy.who,
            "minutes": finding.remedy.minutes,
        }
    plain |= {"source": finding.source, "docs": finding.docs, "accepted": None}
    if finding.accepted:
        plain["accepted"] = _accepted(finding.accepted)
    if finding.lapsed:
        plain["acceptance_expired"] = _accepted(finding.lapsed)
    for key in ("kind", "verdict", "fingerprint"):
        if (value := getattr(finding, key)) is not None:
            plain[key] = value
    return plain


def _unknown(one: Unknown) -> dict[str, str]:
    return {"check": one.check, "severity": one.severity.value, "subject": one.subject, "reason": one.reason}


def _stage(report: Report, standing: Standing) -> dict[str, Any]:
    stage, step = standing.stage, next_step(report, standing)
    return {
        "stage": stage.value,
        "title": stage.title,
        "state": standing.state.value,
        "deliverable": stage.deliverable,
        "failure_signal": {
            "signal": stage.failure_signal,
            "state": standing.signal.value,
            "findings": list(map(_named, signs(report, standing))),
        },
        "next": {"text": step.text, "check": step.check, "minutes": step.minutes} if step else None,
    }


def _source(source: Source) -> dict[str, Any]:
    return {
        "source": source.name,
        "facts": source.facts,
        "subjects": list(source.subjects),
        "first": f"{source.first:%Y-%m-%dT%H:%M:%SZ}",
        "last": f"{source.last:%Y-%m-%dT%H:%M:%SZ}",
    }


def _accepted(acceptance: Accepted) -> dict[str, str | None]:
    return {
        "check": acceptance.check,
        "subject": acceptance.subject,
        "reason": acceptance.reason,
        "expires": acceptance.expires.isoformat() if acceptance.expires else None,
        **({"fingerprint": acceptance.fingerprint} if acceptance.fingerprint else {}),
    }


def _clean(value: Any) -> Any:
    """Lone surrogates, which no JSON reader takes, become the replacement character."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {key: _clean(item) for key, item in value.items()}
    return [_clean(item) for item in value] if isinstance(value, list) else value

"""Reports to look at: one with everything in it, one with nothing, and one whose every text is an attack."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime
from enum import Enum
from itertools import count, cycle
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from launchready.checks import TOPICS
from launchready.checks.registry import registered
from launchready.model.finding import (
    Accepted,
    Changes,
    Finding,
    Impact,
    Remedy,
    RemedyKind,
    Report,
    Severity,
    Signal,
    Source,
    Stage,
    StageState,
    Standing,
    Unknown,
    Verdict,
)
from tests.report.test_text import AT

EARLIER = datetime(2026, 11, 20, 18, 30, tzinfo=AT.tzinfo)
LONG = "v=spf1 " + " ".join(f"include:_spf{number}.mail-sender.example" for number in range(40)) + " -all"
HOSTS = ("parley.example", "www.parley.example", "app.parley.example", "a" * 63 + ".parley.example/" + "deep/" * 20)
REMEDIES = {
    RemedyKind.DNS_RECORD: "_dmarc.parley.example. TXT " + LONG,
    RemedyKind.HEADER: "Strict-Transport-Security: max-age=31536000; includeSubDomains",
    RemedyKind.COMMAND: "certbot renew --cert-name app.parley.example\nsystemctl reload nginx",
    RemedyKind.SETTING: "server {\n    listen 80;\n    return 301 https://$host$request_uri;\n}",
    RemedyKind.CODE: 'if not healthy():\n    raise HTTPException(503, "down")  # ' + "x" * 200,
}
TAKEN = Accepted(check="dnssec-broken", subject="*", reason="moving in January", expires=date(2027, 2, 1))


def _found(
    check: str, severity: Severity, stage: Stage, kind: RemedyKind, subjects: tuple[str, ...]
) -> Iterator[Finding]:
    for number, subject in enumerate(subjects):
        yield Finding(
            check=check,
            stage=stage,
            impact=Impact.MISSING_TLS,
            severity=severity,
            subject=subject,
            evidence=f"{number + 1} lookups in `{LONG}`" if number else "expired 2026-11-20 (4 days ago)",
            title=f"What {check} is about is wrong",
            why="Every browser shows a warning, and most people leave.",
            fix="Renew it, then see to it that it renews itself.",
            source="RFC 5280, section 4.1.2.5",
            remedy=Remedy(kind=kind, text=REMEDIES[kind], who="whoever runs the server", minutes=10),
        )


def rich() -> Report:
    """Something in every part of a report: all severities, remedies of every kind, all that may stand beside them."""
    blocker, major, minor = Severity
    command, code = RemedyKind.COMMAND, RemedyKind.CODE
    findings = (
        *_found("certificate-expired", blocker, Stage.STABLE_INFRASTRUCTURE, command, HOSTS),
        *_found("spf-too-many-lookups", blocker, Stage.EMAIL_AND_SECRETS, RemedyKind.DNS_RECORD, HOSTS[:2]),
        *_found("health-endpoint-lies", major, Stage.MONITORING, code, HOSTS[:1]),
        *_found("certificate-expired", major, Stage.STABLE_INFRASTRUCTURE, command, HOSTS[1:2]),
        *_found("hsts-missing", minor, Stage.STABLE_INFRASTRUCTURE, RemedyKind.HEADER, HOSTS[:3]),
        *_found("http-not-redirected", minor, Stage.STABLE_INFRASTRUCTURE, RemedyKind.SETTING, HOSTS[:1]),
        *(replace(one, accepted=TAKEN) for one in _found("dnssec-broken", minor, Stage(2), code, HOSTS[:1])),
    )
    lapsed = replace(TAKEN, check="health-endpoint-lies", expires=date(2026, 11, 1))
    findings = tuple(replace(one, lapsed=lapsed) if one.severity is major else one for one in findings)
    known = registered(TOPICS)
    silent = list(known.values())[:12]
    rest = [id_ for id_ in known if id_ not in {one.check for one in findings} | {one.id for one in silent}]
    reasons = ("no answer from 192.0.2.1", "no answer from 192.0.2.1", "no DKIM selector is declared " * 8)
    silence = zip(silent, cycle(reasons), cycle(HOSTS), strict=False)
    unknown = (
        Unknown(check=one.id, severity=one.severity, stage=one.stage, subject=subject, reason=reason)
        for one, reason, subject in silence
    )
    mended, unseen = (tuple(_found(id_, minor, Stage(2), code, HOSTS[:2])) for id_ in ("mixed-content", "tls-outdated"))
    new = frozenset((one.check, one.subject) for one in findings[:3])
    since = Changes(since=EARLIER, new=new, mended=mended, unseen=unseen, still=len(findings) - 3)
    return Report(
        at=AT,
        seen=EARLIER,
        name="Parley",
        domain="parley.example",
        verdict=Verdict.NOT_READY,
        score=41,
        findings=findings,
        unknown=tuple(unknown),
        passed=tuple(rest[:20]),
        not_applicable=(*rest[20:], "a-check-of-tomorrow"),
        stages=tuple(
            Standing(stage=stage, state=list(StageState)[stage % 3], signal=list(Signal)[stage % 3]) for stage in Stage
        ),
        unmatched=(replace(TAKEN, check="typing-eror"),),
        changes=since,
        sources=(
            Source(name="probe", facts=61, subjects=HOSTS, first=EARLIER, last=AT),
            Source(name="a telemetry of tomorrow", facts=1, subjects=HOSTS[:1], first=AT, last=AT),
        ),
    )


def empty() -> Report:
    """A launch about which there is nothing to say but that it is ready."""
    stages = tuple(Standing(stage=stage, state=StageState.DONE, signal=Signal.ABSENT) for stage in Stage)
    return Report(
        at=AT,
        name="parley.example",
        domain="parley.example",
        verdict=Verdict.READY,
        score=100,
        findings=(),
        unknown=(),
        passed=tuple(registered(TOPICS)),
        not_applicable=(),
        stages=stages,
    )


ATTACK = (
    "<script>window.hacked=1</script>\"'><img src=x onerror=window.hacked=2><svg onload=window.hacked=3>"
    "</pre></style></title>javascript:window.hacked=4 {{ 6*7*191 }}${6*7*191}{% raw %} http://elsewhere.example/#{}"
)


def hostile() -> tuple[Report, tuple[str, ...]]:
    """A report made by its types alone, so that a field of tomorrow is in it, and the attack in each of its texts."""
    marks = count(1)
    planted: list[str] = []

    def made(hint: Any) -> Any:
        kind, inside = get_origin(hint), get_args(hint)
        if kind in (Union, UnionType):
            return made(next(one for one in inside if one is not NoneType))
        if kind is tuple:
            return tuple(made(one) for one in (inside[:1] * 2 if inside[-1] is Ellipsis else inside))
        if kind is frozenset:
            return frozenset(made(inside[0]) for _ in range(2))
        if hint is str:
            planted.append(f"{ATTACK}#{next(marks)}#")
            return planted[-1]
        if is_dataclass(hint):
            hints = get_type_hints(hint)
            make: Any = hint
            return make(**{field.name: made(hints[field.name]) for field in fields(hint)})
        return _plain(hint)

    report = made(Report)
    assert isinstance(report, Report)
    open_ = tuple(replace(made(Finding), accepted=None, severity=severity) for severity in Severity)
    return replace(report, findings=(*open_, *report.findings)), tuple(planted)


def _plain(kind: Any) -> Any:
    """A value of a type that holds no text."""
    if issubclass(kind, Enum):
        return next(iter(kind))
    return {int: 7, datetime: AT, date: AT.date(), bool: True, float: 0.5}[kind]

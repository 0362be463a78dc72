"""One check is one function; the registry gives it its words, runs it once per subject, and knows pass from unknown."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from inspect import signature
from types import ModuleType
from typing import Any, get_type_hints

from launchready.model.facts import Fact
from launchready.model.finding import Accepted, Evidence, Finding, Impact, Severity, Stage, Unknown
from launchready.model.gap import Unseen
from launchready.model.launch import Launch

CheckFunction = Callable[..., Iterator[Evidence]]


class DoesNotApply(Exception):
    """Raised by a check that is not about this subject: it has then neither passed nor failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A check function with its words; `needs` are its parameters' types; the first fact gives the subject."""

    id: str
    topic: str
    stage: Stage
    impact: Impact
    severity: Severity
    title: str
    why: str
    fix: str
    source: str
    how: str
    needs: tuple[type[Any], ...]
    look: CheckFunction

    @property
    def fact_types(self) -> tuple[type[Any], ...]:
        return tuple(need for need in self.needs if need not in (Launch, datetime))


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What all checks came to; `passed` and `not_applicable` are check ids."""

    findings: tuple[Finding, ...]
    unknown: tuple[Unknown, ...]
    passed: tuple[str, ...]
    not_applicable: tuple[str, ...]


_REGISTRY: dict[str, Check] = {}


def check(
    *, stage: Stage, impact: Impact, severity: Severity, title: str, why: str, fix: str, source: str
) -> Callable[[CheckFunction], CheckFunction]:
    """Register a check; its id is the function's name with dashes, its docstring says how it is checked."""

    def register(look: CheckFunction) -> CheckFunction:
        id_ = look.__name__.replace("_", "-")
        hints = get_type_hints(look)
        made = Check(
            id=id_,
            topic=look.__module__.rpartition(".")[2],
            stage=stage,
            impact=impact,
            severity=severity,
            title=title,
            why=why,
            fix=fix,
            source=source,
            how=" ".join((look.__doc__ or "").split()),
            needs=tuple(hints[name] for name in signature(look).parameters),
            look=look,
        )
        if id_ in _REGISTRY:
            raise ValueError(f"two checks are called {id_}")
        if not made.fact_types:
            raise TypeError(f"{id_} asks for no fact")
        _REGISTRY[id_] = made
        return look

    return register


def registered(topics: Iterable[ModuleType]) -> Mapping[str, Check]:
    """The checks of these topics by id, in the order they are written."""
    names = [topic.__name__.rpartition(".")[2] for topic in topics]
    return {check.id: check for name in names for check in _REGISTRY.values() if check.topic == name}


def judge(checks: Iterable[Check], facts: Iterable[Fact], launch: Launch, now: datetime) -> Judgement:
    """Run every check once on each subject that has the facts it needs."""
    by_type: dict[type[Any], dict[str, Fact]] = {}
    for fact in facts:
        by_type.setdefault(type(fact), {})[fact.subject] = fact
    findings: list[Finding] = []
    unknown: list[Unknown] = []
    passed: list[str] = []
    not_applicable: list[str] = []
    for one in checks:
        subjects = tuple(by_type.get(one.fact_types[0], ()))
        before = len(findings) + len(unknown)
        concerned = [_look(one, subject, by_type, launch, now, findings, unknown) for subject in subjects]
        if not any(concerned):
            not_applicable.append(one.id)
        elif before == len(findings) + len(unknown):
            passed.append(one.id)
    return Judgement(
        findings=tuple(findings), unknown=tuple(unknown), passed=tuple(passed), not_applicable=tuple(not_applicable)
    )


def _look(
    one: Check,
    subject: str,
    by_type: Mapping[type[Any], Mapping[str, Fact]],
    launch: Launch,
    now: datetime,
    findings: list[Finding],
    unknown: list[Unknown],
) -> bool:
    """One check on one subject, False when it does not apply: what it found before a Gap is kept, and so is the Gap."""
    given: list[Any] = []
    for need in one.needs:
        if need is Launch:
            given.append(launch)
        elif need is datetime:
            given.append(now)
        elif subject in by_type.get(need, {}):
            given.append(by_type[need][subject])
        else:
            unknown.append(_unknown(one, subject, f"nobody looked at {subject} for this"))
            return True
    try:
        for evidence in one.look(*given):
            findings.append(_finding(one, subject, evidence, launch.accepted, now))
    except Unseen as unseen:
        severity = Severity.BLOCKER if unseen.blocks else one.severity
        unknown.append(replace(_unknown(one, subject, unseen.gap.reason), severity=severity))
    except DoesNotApply:
        return False
    return True


def _unknown(one: Check, subject: str, reason: str) -> Unknown:
    return Unknown(check=one.id, severity=one.severity, stage=one.stage, subject=subject, reason=reason)


def _finding(one: Check, subject: str, evidence: Evidence, accepted: tuple[Accepted, ...], now: datetime) -> Finding:
    item = evidence.item
    if item:
        subject = item.subject
    covering = [
        acceptance for acceptance in accepted if acceptance.covers(one.id, subject, item.fingerprint if item else None)
    ]
    if item and item.allowed:
        covering.append(Accepted(check=one.id, subject=subject, reason=item.allowed))
    valid = [acceptance for acceptance in covering if not acceptance.expired(now.date())]
    return Finding(
        check=one.id,
        stage=one.stage,
        impact=one.impact,
        severity=evidence.severity or one.severity,
        subject=subject,
        evidence=evidence.text,
        title=one.title,
        why=one.why,
        fix=one.fix,
        source=one.source,
        remedy=evidence.remedy,
        accepted=valid[0] if valid else None,
        lapsed=covering[0] if covering and not valid else None,
        kind=item.kind if item else None,
        verdict=item.verdict if item else None,
        fingerprint=item.fingerprint if item else None,
        place=item.place if item else None,
    )

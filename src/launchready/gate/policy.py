"""`[gate]` over what was seen: what blocks, what had to be looked at and was not, and the commands that look."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from difflib import get_close_matches

from launchready import audit
from launchready.checks import TOPICS
from launchready.checks.registry import Check, registered
from launchready.errors import ConfigError
from launchready.gate.kinds import AUDIT, DECLARED, KINDS, Kind, kind_of, named
from launchready.gate.merge import is_placeholder
from launchready.model.facts import Sight
from launchready.model.finding import Accepted, Finding, Report, Severity, Stage, Unknown, Verdict
from launchready.model.launch import Gate, Launch
from launchready.model.ruling import Ruling

_SEVERITIES = {severity.value: severity for severity in Severity}


def rule(sight: Sight, now: datetime) -> Ruling:
    """Judge what was seen by today's launch and its policy; raises `ConfigError` when the policy names what is not."""
    checks, launch = registered(TOPICS), sight.launch
    _understood(launch.gate, checks)
    whole = audit.report(sight, now)
    blocking = _Blocking(launch.gate)
    findings = tuple(_as_blocker(one) for one in whole.findings if blocking.finding(one))
    unknown = tuple(_unknown(whole, sight, checks, blocking, now))
    missing = tuple(_missing(sight, checks))
    open_ = [(one.check, one.subject) for one in findings] + [(one.check, one.subject) for one in unknown]
    commands = _commands([(kind_of(checks[check].fact_types[0]), subject) for check, subject in open_], missing)
    any_seen = any(_looked_at(sight))
    answered = {*whole.passed, *(one.check for one in whole.findings)}
    return Ruling(
        report=replace(
            whole,
            at=sight.at,
            seen=sight.at if any_seen else None,
            findings=findings,
            unknown=(*(one for one, _ in missing), *unknown),
            verdict=Verdict.NOT_READY if findings else Verdict.UNKNOWN if missing or unknown else Verdict.READY,
            not_applicable=(),
            stages=(),
            unmatched=(),
        ),
        commands=commands,
        judged=len(answered),
        let_by=len(whole.findings) - len(findings),
    )


def _commands(open_: Iterable[tuple[Kind, str]], missing: Iterable[tuple[Unknown, Kind]]) -> tuple[str, ...]:
    """Each command once, with the names of all that it has to look at."""
    subjects: dict[Kind, dict[str, None]] = {}
    for kind, subject in open_:
        subjects.setdefault(kind, {})[subject] = None
    for _, kind in missing:
        subjects.setdefault(kind, {})
    return tuple(kind.told(names) for kind, names in subjects.items())


class _Blocking:
    """`[gate] block`: a severity stands for itself and all that is worse."""

    def __init__(self, policy: Gate) -> None:
        self._checks = frozenset(policy.block)
        self._mildest = max((_SEVERITIES[word].rank for word in policy.block if word in _SEVERITIES), default=-1)

    def finding(self, one: Finding) -> bool:
        return one.accepted is None and self.graded(one.check, one.severity)

    def graded(self, check: str, severity: Severity) -> bool:
        return check in self._checks or severity.rank <= self._mildest


def _as_blocker(finding: Finding) -> Finding:
    """What the policy blocks is a blocker here, whatever its grade; an acceptance that has run out is told."""
    evidence = finding.evidence
    if finding.severity is not Severity.BLOCKER:
        evidence += f" ({finding.severity.value}; [gate] block names it)"
    if finding.lapsed:
        evidence += f" – the acceptance of this risk ran out on {finding.lapsed.expires}: {finding.lapsed.reason}"
    return replace(finding, severity=Severity.BLOCKER, evidence=evidence)


# What was not seen ----------------------------------------------------------------------------------------------


def _unknown(
    whole: Report, sight: Sight, checks: Mapping[str, Check], blocking: _Blocking, now: datetime
) -> Iterator[Unknown]:
    """What could block or is required, and could not be judged."""
    required = set(sight.launch.gate.require)
    for one in whole.unknown:
        kind = kind_of(checks[one.check].fact_types[0])
        wanted = one.check in required or required & set(kind.names)
        if not wanted and not blocking.graded(one.check, one.severity):
            continue
        covering = [each for each in sight.launch.accepted if each.covers(one.check, one.subject)]
        if not any(not each.expired(now.date()) for each in covering):
            yield replace(one, severity=Severity.BLOCKER, reason=one.reason + _lapse(covering))


def _lapse(covering: list[Accepted]) -> str:
    return f" – the acceptance of this risk ran out on {covering[0].expires}: {covering[0].reason}" if covering else ""


def _missing(sight: Sight, checks: Mapping[str, Check]) -> Iterator[tuple[Unknown, Kind]]:
    """What nobody has looked at, with the command that does: all of it, or what `[gate] require` names."""
    types = {type(fact) for fact in sight.facts}
    kinds = {kind_of(each) for each in types}
    if not any(_looked_at(sight)) and not sight.launch.gate.require:
        reason = "there is nothing to judge: the ledger here and --facts FILE hold nothing fresh"
        yield _nobody(sight.launch, AUDIT, reason)
    for word in dict.fromkeys(sight.launch.gate.require):
        kind = named(word)
        if kind and kind not in kinds:
            yield _nobody(sight.launch, kind, f"[gate] require wants it, and nobody has looked; `{kind.told()}` does")
        elif not kind and checks[word].fact_types[0] not in types:
            made_by = kind_of(checks[word].fact_types[0])
            reason = f"[gate] require wants it, and nobody has looked at what it is about; `{made_by.told()}` does"
            yield replace(_nobody(sight.launch, made_by, reason)[0], check=word), made_by


def _looked_at(sight: Sight) -> Iterator[bool]:
    """Of each fact whether somebody looked for it."""
    for fact in sight.facts:
        yield kind_of(type(fact)) is not DECLARED and not is_placeholder(fact)


def _nobody(launch: Launch, kind: Kind, reason: str) -> tuple[Unknown, Kind]:
    return (
        Unknown(
            check=kind.name,
            severity=Severity.BLOCKER,
            stage=Stage.PRODUCTION_DEPLOY,
            subject=launch.domain,
            reason=reason,
        ),
        kind,
    )


# Words of the policy --------------------------------------------------------------------------------------------


def _understood(policy: Gate, checks: Mapping[str, Check]) -> None:
    """Raise `ConfigError` for every word that stands for nothing."""
    severities, kinds = list(_SEVERITIES), [name for kind in KINDS for name in kind.names]
    problems = [
        *_strange("block", policy.block, [*severities, *checks], "no severity and no check"),
        *_strange("require", policy.require, [*kinds, *checks], "no check and nothing that a command looks at"),
    ]
    if problems:
        raise ConfigError(problems)


def _strange(key: str, words: Iterable[str], known: list[str], what: str) -> Iterator[str]:
    for word in words:
        if word not in known:
            near = get_close_matches(word, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else "`launchready explain` lists the checks"
            yield f"launch.toml: [gate] {key} names {word[:60]!r}, which is {what}; {hint}"

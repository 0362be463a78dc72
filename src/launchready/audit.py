"""gather ──► judge ──► rank: the product in a dozen lines."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from launchready import checks
from launchready.checks.registry import Check, Judgement, judge, registered
from launchready.gather import gather
from launchready.model.facts import Fact
from launchready.model.finding import Accepted, Report, Severity, Stage, StageState, Verdict
from launchready.model.launch import Launch
from launchready.ranking import rank, rank_unknown


async def audit(launch: Launch, now: datetime) -> tuple[tuple[Fact, ...], Report]:
    """Look at the launch from outside and say what would hurt it; the facts are returned beside the report."""
    facts = await gather(launch, now)
    return facts, report(facts, launch, now)


def report(facts: Iterable[Fact], launch: Launch, now: datetime) -> Report:
    """Judge facts, fresh or stored, and rank what was found."""
    assert checks.TOPICS  # importing the topics fills the registry
    every = registered()
    judged = judge(every.values(), facts, launch, now)
    return Report(
        at=now,
        name=launch.name,
        domain=launch.domain,
        verdict=_verdict(judged),
        score=_score(judged, every.values()),
        findings=rank(judged.findings, launch),
        unknown=rank_unknown(judged.unknown, launch),
        passed=judged.passed,
        not_applicable=judged.not_applicable,
        stages=tuple((stage, _state(stage, judged, every)) for stage in Stage),
        unmatched=_unmatched(judged, launch),
    )


def _verdict(judged: Judgement) -> Verdict:
    """Ready only when nothing blocks and everything that could block was seen."""
    if any(finding.blocks for finding in judged.findings):
        return Verdict.NOT_READY
    if not judged.passed or any(one.severity is Severity.BLOCKER for one in judged.unknown):
        return Verdict.UNKNOWN
    return Verdict.READY


def _score(judged: Judgement, every: Iterable[Check]) -> int:
    """100 × passed weight ÷ applicable weight; unknown counts as not passed."""
    weights = {check.id: check.severity.weight for check in every}
    applicable = sum(weight for id_, weight in weights.items() if id_ not in judged.not_applicable)
    return 100 * sum(weights[id_] for id_ in judged.passed) // applicable if applicable else 0


def _state(stage: Stage, judged: Judgement, every: Mapping[str, Check]) -> StageState:
    if any(finding.stage is stage and finding.accepted is None for finding in judged.findings):
        return StageState.OPEN
    if any(one.stage is stage for one in judged.unknown):
        return StageState.UNKNOWN
    return StageState.DONE if any(every[id_].stage is stage for id_ in judged.passed) else StageState.UNKNOWN


def _unmatched(judged: Judgement, launch: Launch) -> tuple[Accepted, ...]:
    """Acceptances that cover nothing that was found: a typing error, or a problem that is gone."""
    return tuple(
        acceptance
        for acceptance in launch.accepted
        if not any(acceptance.covers(finding.check, finding.subject) for finding in judged.findings)
    )

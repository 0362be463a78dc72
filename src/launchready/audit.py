"""gather ──► judge ──► rank: the product in a dozen lines."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from launchready.checks import TOPICS
from launchready.checks.registry import Check, Judgement, judge, registered
from launchready.gather import gather
from launchready.gather.measured import with_measured
from launchready.model.facts import SECRET_PLACES, Fact, Sight
from launchready.model.finding import (
    Accepted,
    Changes,
    Harmless,
    Report,
    Severity,
    Signal,
    Source,
    Stage,
    StageState,
    Standing,
    Verdict,
)
from launchready.model.gap import Gap, peek
from launchready.model.launch import Launch
from launchready.model.secret import SecretVerdict
from launchready.ranking import rank, rank_unknown

# What is to be done by hand for a stage is done once this check has passed.
_SPARED_BY = {Stage.EMAIL_AND_SECRETS: "secret-in-history"}


async def audit(
    launch: Launch, now: datetime, measured: Iterable[Fact] = (), beside: Iterable[Fact] = ()
) -> tuple[Sight, Report]:
    """Look at the launch from outside and say what would hurt it; what was seen is returned beside the report.

    `measured` are the newest facts that other commands left in the ledger, `beside` what was just seen from inside.
    """
    sight = await gather(launch, now)
    sight = with_measured(replace(sight, facts=(*sight.facts, *beside)), measured)
    return sight, report(sight, now)


def report(sight: Sight, now: datetime, among: Collection[str] | None = None) -> Report:
    """Judge what was seen, just now or long ago, and rank what is found; by the checks `among` these only, if given."""
    launch, checks = sight.launch, registered(TOPICS)
    checks = {id_: check for id_, check in checks.items() if among is None or id_ in among}
    judged = judge(checks.values(), sight.facts, launch, now)
    return Report(
        at=now,
        seen=sight.at,
        name=launch.name,
        domain=launch.domain,
        verdict=_verdict(judged, launch, now),
        score=_score(judged, checks.values()),
        findings=rank(judged.findings, launch),
        unknown=rank_unknown(judged.unknown),
        passed=judged.passed,
        not_applicable=judged.not_applicable,
        stages=tuple(_standing(stage, judged, checks) for stage in Stage),
        unmatched=_unmatched(judged, launch) if among is None else (),
        sources=tuple(_source(name, sight.facts) for name in sorted({fact.source for fact in sight.facts})),
        public=_public(sight.facts),
    )


def compared(report_: Report, earlier: Report) -> Report:
    """The report with what changed since an earlier one of the same launch."""
    now = {(one.check, one.subject): one for one in report_.findings}
    then = {(one.check, one.subject): one for one in earlier.findings}
    unknown = {(one.check, one.subject) for one in report_.unknown}
    judged = {*report_.passed, *(check for check, _ in now), *(check for check, _ in unknown)}
    gone = [key for key in then if key not in now]
    return replace(
        report_,
        changes=Changes(
            since=earlier.at,
            new=frozenset(now.keys() - then.keys()),
            mended=tuple(then[key] for key in gone if key not in unknown and key[0] in judged),
            unseen=tuple(then[key] for key in gone if key in unknown or key[0] not in judged),
            still=len(now.keys() & then.keys()),
        ),
    )


def _verdict(judged: Judgement, launch: Launch, now: datetime) -> Verdict:
    """Ready only when nothing blocks and everything that could block was seen, or its risk is accepted."""
    if any(finding.blocks for finding in judged.findings):
        return Verdict.NOT_READY
    accepted = [one for one in launch.accepted if not one.expired(now.date())]
    open_ = [one for one in judged.unknown if not any(each.covers(one.check, one.subject) for each in accepted)]
    if not (judged.passed or judged.findings) or any(one.severity is Severity.BLOCKER for one in open_):
        return Verdict.UNKNOWN
    return Verdict.READY


def _score(judged: Judgement, checks: Iterable[Check]) -> int:
    """100 × passed weight ÷ applicable weight; unknown counts as not passed."""
    weights = {check.id: check.severity.weight for check in checks}
    applicable = sum(weight for id_, weight in weights.items() if id_ not in judged.not_applicable)
    return 100 * sum(weights[id_] for id_ in judged.passed) // applicable if applicable else 0


def _standing(stage: Stage, judged: Judgement, checks: Mapping[str, Check]) -> Standing:
    """Open while something unaccepted was found; done only when all of it was seen and nothing is left to do by hand.

    The failure signal follows what is graded blocker or major: a minor finding leaves a stage open without it.
    """
    found = [one.severity for one in judged.findings if one.stage is stage and one.accepted is None]
    unknown = [one.severity for one in judged.unknown if one.stage is stage]
    passed = [checks[id_].severity for id_ in judged.passed if checks[id_].stage is stage]
    by_hand = stage.by_hand is not None and _SPARED_BY.get(stage) not in judged.passed
    state = StageState.DONE if passed and not by_hand else StageState.UNKNOWN
    state = StageState.OPEN if found else StageState.UNKNOWN if unknown else state
    return Standing(stage=stage, state=state, signal=_signal(found, unknown, passed))


def _signal(found: Iterable[Severity], unknown: Iterable[Severity], passed: Iterable[Severity]) -> Signal:
    grave = {Severity.BLOCKER, Severity.MAJOR}
    if grave & set(found):
        return Signal.PRESENT
    return Signal.ABSENT if grave & set(passed) and not grave & set(unknown) else Signal.UNKNOWN


def _unmatched(judged: Judgement, launch: Launch) -> tuple[Accepted, ...]:
    """Acceptances that cover nothing that was found or is unknown: a typing error, or a problem that is gone."""
    said: list[tuple[str, str, str | None]] = [(one.check, one.subject, one.fingerprint) for one in judged.findings]
    said += [(one.check, one.subject, None) for one in judged.unknown]
    return tuple(acceptance for acceptance in launch.accepted if not any(acceptance.covers(*each) for each in said))


def _public(facts: Iterable[Fact]) -> tuple[Harmless, ...] | None:
    """The values that are made to be seen; None when nobody looked for secrets at all."""
    places = [fact for fact in facts if isinstance(fact, SECRET_PLACES)]
    if all(isinstance(peek(place, "found"), Gap) for place in places):
        return None
    return tuple(
        Harmless(
            subject=one.subject,
            kind=one.kind.id,
            title=one.kind.title,
            verdict=one.verdict.value,
            why=one.kind.opens,
        )
        for place in places
        if not isinstance(peek(place, "found"), Gap)
        for one in place.found
        if one.verdict is SecretVerdict.PUBLIC
    )


def _source(name: str, facts: Iterable[Fact]) -> Source:
    """What one source told: of whom, and from when to when."""
    told = [fact for fact in facts if fact.source == name]
    times = [fact.at for fact in told]
    subjects = tuple(sorted({fact.subject for fact in told}))
    return Source(name=name, facts=len(told), subjects=subjects, first=min(times), last=max(times))

"""Facts of several runs as one look: of each thing the newest that was seen, and nothing older than is allowed."""

import json
from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import datetime, timedelta

from launchready.gate.kinds import AUDIT, DECLARED, kind_of
from launchready.gather.completeness import completed
from launchready.gather.deploy import declared
from launchready.gather.measured import MEASURED, with_measured
from launchready.ledger.codec import encode_fact
from launchready.model.facts import Fact, Sight
from launchready.model.gap import Gap, holds_gaps, peek, with_gaps
from launchready.model.launch import Host, Launch

# Clocks of two machines differ; a fact from further ahead would never grow old.
_AHEAD = timedelta(hours=1)
_OF_A_REPOSITORY = frozenset({"secrets", "secret-in-tree", "secret-in-history", "history-not-visible"})
_IDENTITY = frozenset({"subject", "source", "at"})


def merged(launch: Launch, sights: Iterable[Sight], now: datetime) -> Sight:
    """One look made of several, in whatever order they come, judged by what `launch` declares.

    Of each type, subject and source the newest fact counts. What `[gate] max_age` rules out is a Gap with its reason;
    so is what an audit, if there was one, did not look at. `at` is when the newest fact was seen.
    """
    sights = tuple(sights)
    newest: dict[tuple[str, str, str], Fact] = {}
    for fact in sorted((fact for sight in sights for fact in sight.facts), key=_age):
        if kind_of(type(fact)) is DECLARED or is_placeholder(fact):
            continue  # that an audit knew of no journey is no look that is newer than the journey
        newest[type(fact).__name__, fact.subject, fact.source] = fact
    # The newest last, whatever its source: where two say something of one subject, the last is judged.
    ordered = sorted(newest.values(), key=_age)
    in_date = (_in_date(fact, launch.gate.max_age_s, now) for fact in ordered)
    facts = tuple(fact for fact in in_date if fact is not None)
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    at = max((fact.at for fact in ordered), default=today)
    # The same facts get the same answer with a .git beside launch.toml and without: a policy says what must be seen.
    in_git = launch.in_git and bool(_OF_A_REPOSITORY & set(launch.gate.require))
    sight = Sight(launch=replace(launch, hosts=_hosts(launch, sights), in_git=in_git), at=at, facts=facts)
    seen = [fact for fact in facts if not isinstance(fact, MEASURED)]
    whole = with_measured(replace(sight, facts=tuple(seen)), [fact for fact in facts if isinstance(fact, MEASURED)])
    if any(kind_of(type(fact)) is AUDIT for fact in facts):
        return completed(whole)
    return replace(whole, facts=(*whole.facts, *declared(launch, at)))


def is_placeholder(fact: Fact) -> bool:
    """Whether a fact of what another command measures stands for one that nobody has measured."""
    names = [field.name for field in fields(type(fact)) if field.name not in _IDENTITY]  # type: ignore[arg-type]
    return isinstance(fact, MEASURED) and all(isinstance(peek(fact, name), Gap) for name in names)


def _age(fact: Fact) -> tuple[datetime, str]:
    return fact.at, json.dumps(encode_fact(fact), sort_keys=True)


def _in_date(fact: Fact, max_age_s: float | None, now: datetime) -> Fact | None:
    """The fact, or what is left of it when it may not be relied on any more."""
    if max_age_s is None:
        return fact
    allowed = timedelta(seconds=max_age_s)
    if now - allowed <= fact.at <= now + _AHEAD:
        return fact
    if fact.at > now:
        gap = Gap(f"this is dated {fact.at:%Y-%m-%d %H:%M} UTC, which is yet to come")
    else:
        gap = Gap(f"last looked at on {fact.at:%Y-%m-%d %H:%M} UTC, longer ago than [gate] max_age allows ({allowed})")
    made = type(fact)
    return with_gaps(made, gap, subject=fact.subject, source=fact.source, at=fact.at) if holds_gaps(made) else None


def _hosts(launch: Launch, sights: Iterable[Sight]) -> tuple[Host, ...]:
    """The declared hosts, and those that an audit found beside them."""
    hosts = {host.name: host for host in launch.hosts}
    for sight in sights:
        for host in sight.launch.hosts:
            if not host.declared or not launch.hosts:
                hosts.setdefault(host.name, host)
    return tuple(hosts.values())

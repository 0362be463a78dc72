"""What other commands measured, beside what was just seen; what is declared and was never measured is a Gap."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from launchready.model.facts import (
    SECRET_PLACES,
    EnvironmentFacts,
    Fact,
    JourneyFacts,
    LoginFacts,
    PathFacts,
    SecretHistoryFacts,
    SecretInventoryFacts,
    SecretTreeFacts,
    Sight,
    VariableFacts,
    WebhookFacts,
)
from launchready.model.gap import Gap, peek, with_gaps
from launchready.model.launch import Launch, Role

# The kinds of fact that an audit does not gather itself but judges.
MEASURED = (
    JourneyFacts,
    LoginFacts,
    WebhookFacts,
    SecretInventoryFacts,
    *SECRET_PLACES,
    VariableFacts,
    EnvironmentFacts,
)


def with_measured(sight: Sight, measured: Iterable[Fact]) -> Sight:
    """The sight with the newest facts of other commands, and a Gap for each declared thing that none has measured."""
    launch, found = sight.launch, tuple(measured)
    webhooks = {webhook.name for webhook in launch.webhooks}
    found = tuple(one for one in found if not isinstance(one, WebhookFacts) or one.subject in webhooks)
    found = tuple(one for one in found if not isinstance(one, EnvironmentFacts) or _is_declared(launch, one.subject))
    fresh = {(type(fact), fact.subject) for fact in sight.facts}
    found = tuple(one for one in found if (type(one), one.subject) not in fresh and not _stands_for_nothing(one))
    if not launch.declared:
        return replace(sight, facts=(*sight.facts, *found))
    walked = {fact.subject for fact in found if isinstance(fact, JourneyFacts)}
    named = launch.journeys
    missing = dict.fromkeys(
        name for name in (named.login, named.signup, named.first_chat) if name is not None and name not in walked
    )
    never: tuple[Fact, ...] = tuple(_never_walked(name, sight.at) for name in missing)
    replayed = {fact.subject for fact in found if isinstance(fact, WebhookFacts)}
    never += tuple(_never_replayed(name, sight.at) for name in sorted(webhooks - replayed))
    never += _never_tried(launch, found, sight.at)
    never += _never_compared(launch, (*sight.facts, *found), sight.at)
    never += _never_searched(launch, (*sight.facts, *found), sight.at)
    return replace(sight, facts=(*sight.facts, _path(launch, sight.at), *found, *never))


def _path(launch: Launch, now: datetime) -> PathFacts:
    return PathFacts(
        subject=launch.domain,
        source="launch.toml",
        at=now,
        login=launch.journeys.login,
        signup=launch.journeys.signup,
        first_chat=launch.journeys.first_chat,
        has_app=any(host.role is Role.APP and host.declared for host in launch.hosts),
    )


def _never_walked(name: str, now: datetime) -> JourneyFacts:
    gap = Gap(f"nobody has walked this journey yet: launchready journey run {name}")
    return with_gaps(JourneyFacts, gap, subject=name, source="journey", at=now)


def _never_replayed(name: str, now: datetime) -> WebhookFacts:
    gap = Gap(f"nobody has sent this webhook anything yet: launchready webhook replay {name}")
    return with_gaps(WebhookFacts, gap, subject=name, source="replay", at=now)


def _never_tried(launch: Launch, found: Iterable[Fact], now: datetime) -> tuple[Fact, ...]:
    """A Gap for a declared login that nobody has tried to get past."""
    name = launch.journeys.login
    tried = any(isinstance(fact, LoginFacts) and fact.subject == name for fact in found)
    if name is None or tried:
        return ()
    gap = Gap(f"nobody has tried this login with wrong passwords yet: launchready journey run {name} --probe-login")
    return (with_gaps(LoginFacts, gap, subject=name, source="journey", at=now),)


def _is_declared(launch: Launch, environment: str) -> bool:
    declared = {one.environment for one in launch.contracts} | {one.environment for one in launch.variable_sources}
    return environment in declared or not declared


def _never_compared(launch: Launch, found: Iterable[Fact], now: datetime) -> tuple[Fact, ...]:
    """A Gap for each environment whose critical variables nobody has looked for."""
    seen_ = {fact.subject for fact in found if isinstance(fact, EnvironmentFacts)}
    gap = Gap("nobody has compared its variables with the code yet: launchready env check")
    return tuple(
        with_gaps(EnvironmentFacts, gap, subject=one.environment, source="env", at=now)
        for one in launch.contracts
        if one.critical and one.environment not in seen_
    )


def _stands_for_nothing(fact: Fact) -> bool:
    """Whether it says that a repository was never searched: by now one may have been, under its own name."""
    return (
        isinstance(fact, (SecretTreeFacts, SecretHistoryFacts))
        and isinstance(peek(fact, "whole"), Gap)
        and (isinstance(peek(fact, "found"), Gap))
    )


def _never_searched(launch: Launch, found: Iterable[Fact], now: datetime) -> tuple[Fact, ...]:
    """A Gap for the files and for the history of a launch whose code git keeps, where nobody has searched them."""
    there = {type(fact) for fact in found}
    if not launch.in_git:
        return ()
    tree = Gap("nobody has searched the code for keys yet: launchready secrets scan")
    history = Gap("nobody has searched git's history for keys yet: launchready secrets scan --history")
    wanted: tuple[tuple[type[Any], Gap], ...] = ((SecretTreeFacts, tree), (SecretHistoryFacts, history))
    return tuple(
        with_gaps(kind, gap, subject=launch.domain, source="secrets", at=now)
        for kind, gap in wanted
        if kind not in there
    )

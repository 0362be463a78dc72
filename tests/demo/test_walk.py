"""Parley's own journeys, over TLS and with real mails: they pass, and each fault fails the right one at its step."""

import asyncio
from datetime import UTC, datetime

import pytest

from launchready.demo.declared import APP
from launchready.demo.stage import Flaw, opened
from launchready.demo.walk import PATH, walk, walked
from launchready.journeys.facts import facts
from launchready.model.facts import FailedStep, JourneyFacts
from launchready.model.gap import Gap, peek

EVERY = ("visit", *PATH)


def stopped(faults: str) -> dict[str, str]:
    """The journeys that do not pass on a Parley with these faults, and the steps that they stop at."""

    async def play() -> dict[str, str]:
        now = datetime.now(UTC)
        async with opened(now) as stage, stage.parley(faults=faults) as launch:
            outcomes = [await walk(name, launch, stage.mailbox) for name in EVERY]
        assert not any(outcome.left_behind for outcome in outcomes if not outcome.failed)
        return {outcome.journey: outcome.failed.step for outcome in outcomes if outcome.failed}

    return asyncio.run(play())


@pytest.mark.parametrize(
    ("faults", "steps"),
    [
        ("launch", {}),
        ("demo", {"visit": "pricing"}),
        ("server-error", {"visit": "pricing"}),
        ("login-broken", {"login": "log in"}),
        ("plan-read-each-request,n-plus-one,missing-index,no-csrf,session-fixed", {}),
    ],
)
def test_each_journey_passes_but_for_the_fault_that_it_walks_into(faults: str, steps: dict[str, str]) -> None:
    assert stopped(faults) == steps


def test_a_door_that_browsers_shut_is_no_failed_login_but_unknown() -> None:
    async def play() -> tuple[JourneyFacts, ...]:
        now = datetime.now(UTC)
        async with opened(now) as stage, stage.parley(faults="launch", flaws={APP: Flaw.EXPIRED}) as launch:
            return await walked(launch, stage.mailbox, now)

    for fact in asyncio.run(play()):
        assert peek(fact, "failed") == Gap(f"the certificate of {APP} cannot be trusted")


def test_a_lost_mail_stops_at_the_mail() -> None:
    async def play() -> JourneyFacts:
        now = datetime.now(UTC)
        async with opened(now) as stage, stage.parley(faults="mail-lost") as launch:
            return facts(await walk("signup", launch, stage.mailbox), now)

    fact = asyncio.run(play())
    assert isinstance(fact.failed, FailedStep)
    assert (fact.failed.name, fact.failed.of_a_mail) == ("mailed code", True)

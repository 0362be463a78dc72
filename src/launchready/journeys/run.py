"""One run of a journey over HTTP: its steps, then its cleanup, however the steps ended."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Protocol

from launchready.journeys.consent import refusal
from launchready.journeys.engine import Session, Walk
from launchready.journeys.http_driver import drive
from launchready.journeys.scope import Scope
from launchready.journeys.supply import Supply
from launchready.model.journey import Journey, Outcome
from launchready.model.launch import Launch, Network, Role
from launchready.wire.deadline import Deadline
from launchready.wire.dns import Dns
from launchready.wire.http import Http

CLEANUP_S = 30.0


class Debt(Protocol):
    """Where it is noted that a cleanup is owed, for the run after this one should this one be killed."""

    def keep(self, given: Mapping[str, str]) -> None:
        """The values so far that are not secret."""

    def settle(self) -> None:
        """The cleanup was made."""


async def run(
    journey: Journey,
    journeys: Mapping[str, Journey],
    launch: Launch,
    supply: Supply,
    *,
    owned: bool = False,
    debt: Debt | None = None,
) -> Outcome:
    """What each step came to. A journey that only reads may go anywhere; one that writes only where it has consent.

    `debt` is told the values before each request, and when the cleanup was made.
    """
    session = _session(journeys, launch, supply, owned=owned, reads=only_reads(journey, journeys))
    try:
        async with _http(launch.network) as http:
            await drive(_told(session, session.walk(journey), debt), http)
    finally:
        if await _put_away(session, launch.network) and debt:
            debt.settle()
    return Outcome(journey=journey.name, steps=tuple(session.results))


async def clean(
    journey: Journey,
    journeys: Mapping[str, Journey],
    launch: Launch,
    supply: Supply,
    values: Mapping[str, str],
    *,
    owned: bool = False,
) -> Outcome:
    """The cleanup alone, with the values that an earlier run kept; what the journey uses is run first, to get in."""
    session = _session(journeys, launch, supply, owned=owned, reads=False)
    session.scope.restore(values)
    async with _http(launch.network) as http:
        await drive(session.enter(journey), http)
    await _put_away(session, launch.network)
    return Outcome(journey=journey.name, steps=tuple(step for step in session.results if step.is_cleanup))


def only_reads(journey: Journey, journeys: Mapping[str, Journey]) -> bool:
    """Whether nothing that the journey does, or that it uses, could change anything."""
    own = all(step.only_reads for step in (*journey.steps, *journey.cleanup))
    return own and all(only_reads(journeys[use.journey], journeys) for use in journey.uses)


def base_of(launch: Launch) -> str:
    """Where paths begin: the launch's app host, else its site, else the domain itself."""
    by_role = {host.role: host.name for host in reversed(launch.hosts) if host.declared}
    host = by_role.get(Role.APP) or by_role.get(Role.SITE) or launch.canonical or launch.domain
    return f"https://{host}"


def _session(journeys: Mapping[str, Journey], launch: Launch, supply: Supply, *, owned: bool, reads: bool) -> Session:
    def consent(url: str) -> str | None:
        return None if reads else refusal(url, launch, owned=owned)

    return Session(journeys, base_of(launch), Scope(supply), consent, supply.traceparent)


def _told(session: Session, walk: Walk, debt: Debt | None) -> Walk:
    """The same walk, with the values kept before each request goes out."""
    try:
        asked = next(walk)
        while True:
            if debt:
                debt.keep(session.scope.given())
            asked = walk.send((yield asked))
    except StopIteration as end:
        return bool(end.value)


async def _put_away(session: Session, network: Network) -> bool:
    """Whether all of the cleanup worked; it has time of its own, since the run's may be over."""
    async with _http(network, CLEANUP_S) as http:
        return await drive(session.cleanup(), http)


def has_cleanup(journey: Journey, journeys: Mapping[str, Journey]) -> bool:
    """Whether the journey, or one that it uses, has something to put away."""
    return bool(journey.cleanup) or any(has_cleanup(journeys[use.journey], journeys) for use in journey.uses)


@asynccontextmanager
async def visiting(
    journeys: Mapping[str, Journey], launch: Launch, supply: Supply, *, owned: bool, debt: Debt | None = None
) -> AsyncIterator[tuple[Session, Http]]:
    """A session that writes, and the way to drive it; what it made is put away when it is left, however that is."""
    session = _session(journeys, launch, supply, owned=owned, reads=False)
    try:
        async with _http(launch.network) as http:
            yield session, http
    finally:
        if await _put_away(session, launch.network) and debt:
            debt.settle()


@asynccontextmanager
async def _http(network: Network, at_most_s: float | None = None) -> AsyncIterator[Http]:
    deadline = Deadline(at_most_s or network.deadline_s)
    async with Dns(network, deadline) as dns, Http(network, deadline, dns) as http:
        yield http

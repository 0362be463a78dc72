"""One run of a journey, over HTTP or in a browser: its steps, then its cleanup, however the steps ended."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Protocol

from launchready.errors import CouldNotLook, WireError
from launchready.journeys.consent import listed, refusal
from launchready.journeys.driver import Driver, Waiting, drive_by
from launchready.journeys.engine import Consent, Session, Walk
from launchready.journeys.exchange import Failure, Mail, ReadMail
from launchready.journeys.http_driver import OverHttp
from launchready.journeys.mailbox import Mailbox, read
from launchready.journeys.scope import Scope
from launchready.journeys.supply import Supply
from launchready.model.journey import Journey, Outcome
from launchready.model.launch import Launch, Role
from launchready.wire.deadline import Deadline

CLEANUP_S = 30.0

Drive = Callable[[Walk], Awaitable[bool]]
_OVER_HTTP = OverHttp()


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
    mailbox: Mailbox | None = None,
    driver: Driver = _OVER_HTTP,
) -> Outcome:
    """What each step came to. A journey that only reads may go anywhere; one that writes only where it has consent.

    `debt` is told the values before each request, and when the cleanup was made. Of `mailbox` only what comes after
    the beginning counts. Raises CouldNotLook, before the first step, when it cannot be read at all.
    """
    consent = _consent(launch, owned=owned, reads=only_reads(journey, journeys))
    session = _session(journeys, launch, supply, consent)
    try:
        if mailbox and reads_mail(journey, journeys):
            await _mark(mailbox)
        async with driver.opened(launch.network, consent) as answering:
            walk = told(session, session.walk(journey), debt)
            await drive_by(walk, answering, waiting(mailbox, Deadline(launch.network.deadline_s)))
    finally:
        if await _put_away(session, launch, consent, driver, mailbox) and debt:
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
    mailbox: Mailbox | None = None,
    driver: Driver = _OVER_HTTP,
) -> Outcome:
    """The cleanup alone, with the values that an earlier run kept; what the journey uses is run first, to get in."""
    consent = _consent(launch, owned=owned, reads=False)
    session = _session(journeys, launch, supply, consent)
    session.scope.restore(values)
    if mailbox and reads_mail(journey, journeys):
        await _mark(mailbox)
    async with driver.opened(launch.network, consent) as answering:
        await drive_by(session.enter(journey), answering, waiting(mailbox, Deadline(launch.network.deadline_s)))
    await _put_away(session, launch, consent, driver, mailbox)
    return Outcome(journey=journey.name, steps=tuple(step for step in session.results if step.is_cleanup))


def only_reads(journey: Journey, journeys: Mapping[str, Journey]) -> bool:
    """Whether nothing that the journey does, or that it uses, could change anything."""
    own = all(step.only_reads for step in (*journey.steps, *journey.cleanup))
    return own and all(only_reads(journeys[use.journey], journeys) for use in journey.uses)


def reads_mail(journey: Journey, journeys: Mapping[str, Journey]) -> bool:
    """Whether the journey, or one that it uses, waits for a mail."""
    own = any(step.mail for step in (*journey.steps, *journey.cleanup))
    return own or any(reads_mail(journeys[use.journey], journeys) for use in journey.uses)


async def _mark(mailbox: Mailbox) -> None:
    try:
        await mailbox.mark()
    except WireError as error:
        raise CouldNotLook(f"{mailbox.where} cannot be read, so that no step can wait for a mail: {error}") from None


def refused(journey: Journey, journeys: Mapping[str, Journey], launch: Launch, *, owned: bool) -> str | None:
    """Why a journey that writes may not be walked, by where it and those it uses begin; None when it may."""
    if only_reads(journey, journeys):
        return None
    begins = refusal(journey.base or base_of(launch), launch, owned=owned)
    used = (refused(journeys[use.journey], journeys, launch, owned=owned) for use in journey.uses)
    return next((why for why in (begins, *used) if why), None)


def base_of(launch: Launch) -> str:
    """Where paths begin: where it was said, else the launch's app host, its site, or the domain itself."""
    if launch.journeys.base:
        return launch.journeys.base
    by_role = {host.role: host.name for host in reversed(launch.hosts) if host.declared}
    host = by_role.get(Role.APP) or by_role.get(Role.SITE) or launch.canonical or launch.domain
    return f"https://{host}"


def _session(journeys: Mapping[str, Journey], launch: Launch, supply: Supply, consent: Consent) -> Session:
    def lists(host: str) -> bool:
        return host in listed(launch)

    return Session(journeys, base_of(launch), Scope(supply), consent, supply.traceparent, lists)


def _consent(launch: Launch, *, owned: bool, reads: bool) -> Consent:
    return lambda url: None if reads else refusal(url, launch, owned=owned)


def waiting(mailbox: Mailbox | None, deadline: Deadline) -> Waiting:
    """Waits for mails in a mailbox, by the deadline of the whole run at the latest."""

    async def wait(asked: ReadMail) -> Mail | Failure:
        try:
            left_s = deadline.left_s(asked.timeout_s)
        except WireError as error:
            return Failure(str(error))
        return await read(mailbox, asked, left_s)

    return wait


def told(session: Session, walk: Walk, debt: Debt | None) -> Walk:
    """The same walk, with the values kept before each request goes out."""
    try:
        asked = next(walk)
        while True:
            if debt:
                debt.keep(session.scope.given())
            asked = walk.send((yield asked))
    except StopIteration as end:
        return bool(end.value)


async def _put_away(
    session: Session, launch: Launch, consent: Consent, driver: Driver, mailbox: Mailbox | None
) -> bool:
    """Whether all of the cleanup worked; it has time of its own, since the run's may be over."""
    async with driver.opened(launch.network, consent, CLEANUP_S) as answering:
        return await drive_by(session.cleanup(), answering, waiting(mailbox, Deadline(CLEANUP_S)))


def has_cleanup(journey: Journey, journeys: Mapping[str, Journey]) -> bool:
    """Whether the journey, or one that it uses, has something to put away."""
    return bool(journey.cleanup) or any(has_cleanup(journeys[use.journey], journeys) for use in journey.uses)


@asynccontextmanager
async def visiting(
    journeys: Mapping[str, Journey],
    launch: Launch,
    supply: Supply,
    *,
    owned: bool,
    debt: Debt | None = None,
    mailbox: Mailbox | None = None,
    reads: bool = False,
) -> AsyncIterator[tuple[Session, Drive]]:
    """A session, and the way to drive it; what it made is put away when it is left, however that is.

    It goes only where it has consent, unless it only `reads`.
    """
    consent = _consent(launch, owned=owned, reads=reads)
    session = _session(journeys, launch, supply, consent)
    if mailbox:
        await _mark(mailbox)
    try:
        async with _OVER_HTTP.opened(launch.network, consent) as answering:
            wait = waiting(mailbox, Deadline(launch.network.deadline_s))
            yield session, lambda walk: drive_by(walk, answering, wait)
    finally:
        if await _put_away(session, launch, consent, _OVER_HTTP, mailbox) and debt:
            debt.settle()

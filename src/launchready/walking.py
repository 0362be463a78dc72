"""Journeys walked with the ledger at hand: what killed runs owe is put away first, and what comes of it is kept."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from launchready.errors import CouldNotLook, UsageError
from launchready.formats.printable import printable
from launchready.journeys.driver import Driver
from launchready.journeys.http_driver import OverHttp
from launchready.journeys.login_tries import Login, try_login
from launchready.journeys.mailbox import Mailbox
from launchready.journeys.needs import require
from launchready.journeys.run import base_of, clean, has_cleanup, run
from launchready.journeys.supply import Supply
from launchready.journeys.webhook_probe import Probed, reading
from launchready.ledger.store import Ledger, Owed
from launchready.model.facts import LoginFacts
from launchready.model.journey import Journey, Outcome, StepResult
from launchready.model.launch import Launch


@asynccontextmanager
async def over_http() -> AsyncIterator[Driver]:
    """The driver of journeys that need no browser."""
    yield OverHttp()


_GONE = "it is no journey any more"
_BASE = "base"  # beside the values, whose names are references: ${…}


@dataclass(frozen=True, slots=True, kw_only=True)
class Walking:
    """What all journeys of one command share; `say` takes a sentence for the person who waits."""

    journeys: Mapping[str, Journey]
    launch: Launch
    supply: Supply
    ledger: Ledger
    clock: Callable[[], datetime]
    say: Callable[[str], None]
    driver: Callable[[], AbstractAsyncContextManager[Driver]] = over_http
    owned: bool = False
    mailbox: Mailbox | None = None

    async def walk(self, chosen: Iterable[Journey]) -> list[Outcome]:
        """What each journey came to, once everything that killed runs left behind is put away.

        Raises UsageError, before the first is walked, for a value from outside that any of them lacks.
        """
        chosen = tuple(chosen)
        require(chosen, self.journeys, self.supply)
        await self._pay()
        return [await self._one(journey) for journey in chosen]

    async def try_login(self, journey: Journey) -> LoginFacts:
        """What the login lets through that it should not."""
        login = Login(
            journey=journey,
            journeys=self.journeys,
            launch=self.launch,
            supply=self.supply,
            owned=self.owned,
            debt=lambda: self._owed(journey),
            mailbox=self.mailbox,
        )
        return await try_login(login, self.clock())

    @asynccontextmanager
    async def reading(self, probe: Journey) -> AsyncIterator[Probed]:
        """What reads the number of a webhook's probe, once everything that killed runs left behind is put away."""
        await self._pay()
        debt = self._owed(probe)
        async with reading(
            probe,
            self.journeys,
            self.launch,
            self.supply,
            owned=self.owned,
            mailbox=self.mailbox,
            debt=debt,
        ) as probed:
            yield probed

    async def _one(self, journey: Journey) -> Outcome:
        async with self.driver() as driver:
            return await run(
                journey,
                self.journeys,
                self.launch,
                self.supply,
                owned=self.owned,
                debt=self._owed(journey),
                driver=driver,
                mailbox=self.mailbox,
            )

    def _owed(self, journey: Journey) -> "_Debt | None":
        """The note of a cleanup that will be owed, where there is any."""
        if not has_cleanup(journey, self.journeys):
            return None
        return _Debt(self.ledger, self.ledger.owe(journey.name, self.clock()), base_of(self.launch))

    async def _pay(self) -> None:
        """Make the cleanups that killed runs still owe, before anything new is made."""
        for owed in self.ledger.owing(self.clock()):
            name = f"{printable(owed.journey)} of {owed.started[:19]}"
            journey = self.journeys.get(owed.journey)
            problem, again = await self._still_there(journey, owed) if journey else (_GONE, False)
            if problem:
                self.say(f"What {name} made is still there: {problem}{'' if again else '; put it away by hand'}")
            else:
                self.say(f"Cleaned up after {name}, which was killed.")
            if not again:
                self.ledger.settle(owed.number)

    async def _still_there(self, journey: Journey, owed: Owed) -> tuple[str | None, bool]:
        """Why the cleanup of a killed run did not work this time either, and whether to try again another time.

        It is made where that run was. What it lacks now must not keep other journeys from being walked.
        """
        base = owed.given.get(_BASE, self.launch.journeys.base)
        launch = replace(self.launch, journeys=replace(self.launch.journeys, base=base))
        try:
            require([journey], self.journeys, self.supply)
            async with self.driver() as driver:
                outcome = await clean(
                    journey,
                    self.journeys,
                    launch,
                    self.supply,
                    owed.given,
                    owned=self.owned,
                    driver=driver,
                    mailbox=self.mailbox,
                )
        except (UsageError, CouldNotLook) as error:
            return str(error), True
        left = outcome.left_behind
        return next(map(_told, left), None), any(not step.is_hopeless for step in left)


@dataclass(frozen=True, slots=True)
class _Debt:
    """One owed cleanup in the ledger; `base` is where it is to be made."""

    ledger: Ledger
    number: int
    base: str

    def keep(self, given: Mapping[str, str]) -> None:
        self.ledger.keep(self.number, {**given, _BASE: self.base})

    def settle(self) -> None:
        self.ledger.settle(self.number)


def _told(step: StepResult) -> str:
    came = f"expected {step.expected}, and {step.came} came" if step.expected else step.problem
    return f"step {printable(step.step)}: {printable(came or '')}"

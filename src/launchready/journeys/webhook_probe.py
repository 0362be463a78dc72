"""A webhook's probe: the journey that reads a number, walked as often as the number is wanted."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from math import isfinite

from launchready.formats.printable import printable
from launchready.journeys.engine import Session
from launchready.journeys.mailbox import Mailbox
from launchready.journeys.run import Debt, only_reads, told, visiting
from launchready.journeys.scope import Scope
from launchready.journeys.supply import Supply
from launchready.journeys.webhook_number import ReadNumber
from launchready.model.gap import Gap
from launchready.model.journey import Journey, Reference, Source
from launchready.model.launch import Launch


@dataclass(frozen=True, slots=True)
class Probed:
    """What reads the number, and the values that the journey has captured on the way."""

    read: ReadNumber
    scope: Scope


def number_of(journey: Journey) -> str | None:
    """The name of the number that a journey reads: what its last capture is called."""
    names = [capture.name for step in journey.steps for capture in step.captures]
    return names[-1] if names else None


@asynccontextmanager
async def reading(
    journey: Journey,
    journeys: Mapping[str, Journey],
    launch: Launch,
    supply: Supply,
    *,
    owned: bool,
    mailbox: Mailbox | None = None,
    debt: Debt | None = None,
) -> AsyncIterator[Probed]:
    """What reads the number, in one session: what the journey uses, such as a login, is walked the first time alone.

    The cleanup is made at the end, however that comes; `debt` is told so, and before that what it will need. Raises
    CouldNotLook when `mailbox` cannot be read.
    """
    reads = only_reads(journey, journeys)
    async with visiting(journeys, launch, supply, owned=owned, debt=debt, mailbox=mailbox, reads=reads) as visit:
        session, drive = visit
        walked = False

        async def read() -> float | Gap:
            nonlocal walked
            if walked:
                well = await drive(session.walk(replace(journey, uses=(), cleanup=())))
            else:
                well = await drive(told(session, session.walk(journey), debt))
                if debt:
                    debt.keep(session.scope.given())  # with what the last answer gave
            walked = True
            return _number(session, journey) if well else _why(session, journey)

        yield Probed(read, session.scope)


def _number(session: Session, journey: Journey) -> float | Gap:
    name = number_of(journey)
    if name is None:
        return Gap(f"the probe {journey.name} captures nothing: let its last step capture the number")
    value = session.scope.value(Reference(Source.VARIABLE, name)).strip()
    number = _finite(value)
    if number is not None:
        return number
    shown = printable(session.scope.mask(value), 40)
    return Gap(f"the probe {journey.name} captures {shown!r} as {name}, which is no number")


def _finite(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None


def _why(session: Session, journey: Journey) -> Gap:
    last = session.results[-1]
    return Gap(f"the probe {journey.name} fails at {printable(last.step)!r}: {printable(last.problem or 'no answer')}")

"""What journeys need from outside, asked for before the first step: a missing password must not stop a walk halfway."""

from collections.abc import Iterable, Iterator, Mapping, Set

from launchready.formats.template import of_step
from launchready.journeys.scope import Supply
from launchready.model.journey import Journey, Reference


def require(chosen: Iterable[Journey], journeys: Mapping[str, Journey], supply: Supply) -> None:
    """Raise the UsageError of the first variable or file that is not there."""
    for journey in chosen:
        for reference in dict.fromkeys(_from_outside(journey, journeys, frozenset())):
            supply(reference)


def _from_outside(journey: Journey, journeys: Mapping[str, Journey], given: Set[str]) -> Iterator[Reference]:
    """The references of a journey and of those that it uses; not those of parameters that it is given instead."""
    for use in journey.uses:
        yield from _of(template.references for _, template in use.parameters)
        yield from _from_outside(journeys[use.journey], journeys, {name for name, _ in use.parameters})
    yield from _of(template.references for name, template in journey.parameters if name not in given)
    yield from _of(of_step(step) for step in (*journey.steps, *journey.cleanup))


def _of(references: Iterable[Iterable[Reference]]) -> Iterator[Reference]:
    return (one for several in references for one in several if one.is_secret)

"""What every fact carries, and all that one look saw."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from launchready.model.launch import Launch


class Fact(Protocol):
    """What every fact carries: whom it is about, who looked, and when."""

    @property
    def subject(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def at(self) -> datetime: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """All that one look at a launch saw; `launch` is what was declared, with the hosts that were found beside it."""

    launch: Launch
    at: datetime
    facts: tuple[Fact, ...]


def newest(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Of each kind about each subject the one that was seen last; of two seen at once the later one in the row."""
    kept: dict[tuple[type[Fact], str], Fact] = {}
    for fact in facts:
        key = (type(fact), fact.subject)
        if key not in kept or fact.at >= kept[key].at:
            kept[key] = fact
    return tuple(kept.values())

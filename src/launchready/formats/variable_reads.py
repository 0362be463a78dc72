"""What one file says of the variables that it reads, in whatever language."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from launchready.model.environment import Reading

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
MOST_READINGS = 2_000


@dataclass(slots=True)
class Reads:
    """The readings of one file, and the ends of names that are put together when the code runs.

    `built` are (beginning, end) of such names: `f"{service}_URL"` is ("", "_URL"). `sets` are variables that the code
    gives a value to itself.
    """

    path: str
    readings: list[Reading] = field(default_factory=list)
    built: list[tuple[str, str]] = field(default_factory=list)
    sets: set[str] = field(default_factory=set)

    def add(
        self, name: str, line: int, *, has_default: bool = False, must: bool = False, reaches_browser: bool = False
    ) -> None:
        """Note a reading; what can be no variable's name is left out."""
        if NAME.fullmatch(name) and len(self.readings) < MOST_READINGS:
            where = f"{self.path}:{line}"
            self.readings.append(
                Reading(
                    name=name,
                    where=where,
                    has_default=has_default,
                    reaches_browser=reaches_browser,
                    must=must and not has_default,
                )
            )

    def add_built(self, start: str, end: str) -> None:
        """Note a name of which only the ends are known; one of which nothing is known says nothing."""
        if (start or end) and len(self.built) < MOST_READINGS:
            self.built.append((start, end))


def fits(name: str, built: Iterable[tuple[str, str]]) -> bool:
    """Whether the code may put this name together."""
    return any(name.startswith(start) and name.endswith(end) and len(name) > len(start + end) for start, end in built)

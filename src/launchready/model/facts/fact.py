"""What every fact carries, and all that one look saw."""

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

"""What the code wants to be told by its environment, and what each environment tells it. Never a value."""

from dataclasses import dataclass
from datetime import datetime

from launchready.model.environment import Looks
from launchready.model.gap import seen


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableUse:
    """A variable that the code reads: `read_at` are the first places, `documented_at` where the team is told of it.

    `must` says that some place stops without it, `has_default` that some place brings a value of its own, `given_at`
    that the container or the platform's file sets it, `example` the example file nearest to the code.
    """

    name: str
    read_at: tuple[str, ...]
    must: bool = False
    has_default: bool = False
    reaches_browser: bool = False
    documented_at: str | None = None
    given_at: str | None = None
    example: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedVariable:
    """A variable that an example file lists; `where` is `path:line`."""

    name: str
    where: str


@seen
class VariableFacts:
    """The variables that the code reads and those that its example file lists (subject: the domain).

    `example` is the example file; `dead` are what it lists and nobody reads. `whole` is True when all of the code was
    read, and a Gap that says why when some of it was not; `scripts` the same of JavaScript and TypeScript alone.
    """

    subject: str
    source: str
    at: datetime
    uses: tuple[VariableUse, ...]
    example: str | None
    dead: tuple[ListedVariable, ...]
    scripts: bool
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableSet:
    """A variable that an environment sets: where, how its value looks, and which other environments have the same one.

    `where` is `path:line`, or the source alone.
    """

    name: str
    where: str
    looks: tuple[Looks, ...] = ()
    same_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableNote:
    """Something about one variable of a source, in words that end a sentence which begins with its name."""

    name: str
    where: str
    said: str


@seen
class EnvironmentFacts:
    """What one environment of launch.toml sets (subject: its name), and what the code reads.

    `complete` is a Gap where the sources list a part of what is set, as fly.toml does; `notes` are lines that
    different programs read differently.
    """

    subject: str
    source: str
    at: datetime
    sources: tuple[str, ...]
    settings: tuple[VariableSet, ...]
    complete: bool
    uses: tuple[VariableUse, ...]
    notes: tuple[VariableNote, ...]
    whole: bool

"""What the code wants to be told by its environment, and what each environment tells it. Values are never kept."""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A place in the code that reads a variable.

    `where` is `path:line`. `has_default` says that the code brings a value of its own; `reaches_browser` that what it
    holds is built into what visitors download; `must` that the code stops where it is not set.
    """

    name: str
    where: str
    has_default: bool = False
    reaches_browser: bool = False
    must: bool = False


class Looks(Enum):
    """What a value gives away without being kept."""

    EMPTY = "empty"
    PLACEHOLDER = "placeholder"  # your-key-here, changeme, <…>
    TEST_KEY = "test-key"  # opens a vendor's test mode alone
    LIVE_KEY = "live-key"
    LOCAL_ADDRESS = "local-address"  # leads to the machine that reads it
    DEBUG_ON = "debug-on"
    INTERPOLATED = "interpolated"  # made of other variables when it is read


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A variable that an environment has; `digest` tells equal values of one run apart from others, and nothing else.

    Of a source that lists names alone, `looks` is empty and `digest` None: nothing is known of the value.
    """

    name: str
    where: str
    looks: frozenset[Looks] = frozenset()
    digest: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """One environment by its name in launch.toml: what it has; `names_only` when its source tells no values."""

    name: str
    source: str
    settings: tuple[Setting, ...]
    names_only: bool = False

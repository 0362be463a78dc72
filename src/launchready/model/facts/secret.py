"""What was found where secrets must not be, and where each secret that the code reads lives. Never a value."""

from dataclasses import dataclass
from datetime import datetime

from launchready.model.facts.exposure import LookedAt
from launchready.model.gap import seen
from launchready.model.secret import FoundSecret


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvFile:
    """A file that sets variables for a machine: how many, and how many of them are secret by their names."""

    path: str
    names: int
    secret_names: int


@seen
class SecretTreeFacts:
    """The files of one folder as they are today, or the changes staged in it (subject: the folder's name).

    `env_files` are those that git keeps. `whole` is True when every file was
    read, and a Gap that says why when one was not.
    """

    subject: str
    source: str
    at: datetime
    found: tuple[FoundSecret, ...]
    env_files: tuple[EnvFile, ...]
    whole: bool


@seen
class SecretHistoryFacts:
    """Everything that git keeps of a folder's past (subject: the folder's name).

    `texts` contents were read; `shallow` when this clone was made without the older commits, `partial` when without
    some contents.
    """

    subject: str
    source: str
    at: datetime
    found: tuple[FoundSecret, ...]
    texts: int
    shallow: bool
    partial: bool
    whole: bool


@seen
class SecretBundleFacts:
    """What every visitor's browser is given: pages, scripts, source maps (subject: the page that was asked for)."""

    subject: str
    source: str
    at: datetime
    found: tuple[FoundSecret, ...]
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalDatum:
    """One sort of personal data in a log: how often, how many different values, and the first line (from 1)."""

    kind: str
    times: int
    distinct: int
    line: int


@seen
class SecretLogFacts:
    """One log (subject: its file, or `-` for a stream)."""

    subject: str
    source: str
    at: datetime
    found: tuple[FoundSecret, ...]
    personal: tuple[PersonalDatum, ...]
    whole: bool


@seen
class SourceMapFacts:
    """The source maps of a page's own scripts, as anyone can ask for them (subject: the host)."""

    subject: str
    source: str
    at: datetime
    maps: tuple[LookedAt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Where an environment keeps a secret: the name of both, and what is known of its value without the value.

    `since` is the day (ISO 8601) on which the platform says it was last set.
    """

    environment: str
    source: str
    fingerprint: str | None = None
    since: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What changed about a secret between two looks, seen on a day (ISO 8601)."""

    day: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeSecret:
    """A secret that the code reads by name: `read_at` are the first places, `homes` where its value is kept.

    `found_at` are the places where one of its values was found before; `leaked` when that very value is in use.
    `moved` is what changed from look to look, oldest first.
    """

    name: str
    read_at: tuple[str, ...]
    homes: tuple[Home, ...] = ()
    found_at: tuple[str, ...] = ()
    leaked: bool = False
    moved: tuple[Moved, ...] = ()


@seen
class SecretInventoryFacts:
    """The secrets that the code of one launch reads (subject: the domain)."""

    subject: str
    source: str
    at: datetime
    secrets: tuple[CodeSecret, ...]
    whole: bool


# The kinds of fact that hold found values.
SECRET_PLACES = (SecretTreeFacts, SecretHistoryFacts, SecretBundleFacts, SecretLogFacts)

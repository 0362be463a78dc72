"""The journeys that launch.toml declares, found beside it."""

from collections.abc import Mapping
from pathlib import Path

from launchready.config import find
from launchready.config.journeys import load_declared
from launchready.errors import UsageError
from launchready.formats.printable import printable
from launchready.model.journey import Journey
from launchready.model.launch import Launch


def folder_of(config: str | None) -> Path:
    """Where launch.toml stands; here, when there is none."""
    here = Path(config) if config else find(Path.cwd())
    return here.parent if here else Path.cwd()


def journeys_of(launch: Launch, folder: Path) -> Mapping[str, Journey]:
    """Every journey by its name; raises UsageError with every problem of every file."""
    return load_declared(launch.journeys.files, folder)


def named(name: str, journeys: Mapping[str, Journey]) -> Journey:
    """The journey of that name; raises UsageError that lists those that there are."""
    if name not in journeys:
        there = f"there are {', '.join(sorted(journeys))}" if journeys else "there are none in journeys/*.toml"
        raise UsageError(f"There is no journey {printable(name)!r}; {printable(there)}")
    return journeys[name]

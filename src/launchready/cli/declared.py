"""The journeys that launch.toml declares, found beside it."""

import os
from collections.abc import Mapping
from pathlib import Path

from launchready.config import find
from launchready.config.journeys import load_all
from launchready.errors import UsageError
from launchready.formats.printable import printable
from launchready.model.journey import Journey
from launchready.model.launch import Launch

MOST_FILES = 500


def folder_of(config: str | None) -> Path:
    """Where launch.toml stands; here, when there is none."""
    here = Path(config) if config else find(Path.cwd())
    return here.parent if here else Path.cwd()


def journeys_of(launch: Launch, folder: Path) -> Mapping[str, Journey]:
    """Every journey by its name; raises UsageError with every problem of every file."""
    paths = sorted({path for pattern in launch.journeys.files for path in _matching(folder, pattern)})
    return load_all(paths, [os.path.relpath(path) for path in paths])


def named(name: str, journeys: Mapping[str, Journey]) -> Journey:
    """The journey of that name; raises UsageError that lists those that there are."""
    if name not in journeys:
        there = f"there are {', '.join(sorted(journeys))}" if journeys else "there are none in journeys/*.toml"
        raise UsageError(f"There is no journey {printable(name)!r}; {printable(there)}")
    return journeys[name]


def _matching(folder: Path, pattern: str) -> list[Path]:
    try:
        return [path for path in folder.glob(pattern) if path.is_file()][:MOST_FILES]
    except (ValueError, NotImplementedError):
        raise UsageError(f"[journeys] files: {printable(pattern)} is no pattern below {folder}") from None

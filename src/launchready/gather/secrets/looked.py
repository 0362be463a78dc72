"""What a look for secrets brought back: what it found, what it could not read, and how much it did read."""

from collections.abc import Callable
from dataclasses import dataclass

from launchready.formats.printable import printable
from launchready.model.secret import FoundSecret

# GitHub takes no file above 100 MB ("About large files on GitHub", read 2026-11-24): what is larger is no source file.
LARGEST_BYTES = 100 * 1024 * 1024
_LONGEST_PATH = 1_000

# Told how many texts were read, and of how many.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """Something that was not read: where it is, and why, in words for people."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """The secrets of one place. `texts` and `size_bytes` are what was read; `tracked` are the paths that git keeps.

    `is_shallow` says that older history is not here, `is_partial` that some contents are not: nobody can
    vouch for what is not there.
    """

    found: tuple[FoundSecret, ...] = ()
    unread: tuple[Unread, ...] = ()
    texts: int = 0
    size_bytes: int = 0
    tracked: frozenset[str] = frozenset()
    is_shallow: bool = False
    is_partial: bool = False


def shown(path: bytes) -> str:
    """A path as it can be printed: bytes that are no UTF-8 and control characters are spelled out."""
    return printable(path.decode("utf-8", "backslashreplace"), _LONGEST_PATH)

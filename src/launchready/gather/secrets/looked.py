"""What a look for secrets brought back: what it found, what it could not read, and how much it did read."""

from collections.abc import Callable
from dataclasses import dataclass, field

from launchready.formats.printable import printable
from launchready.model.secret import FoundSecret

# GitHub takes no file above 100 MB ("About large files on GitHub", read 2026-11-24): what is larger is no source file.
LARGEST_BYTES = 100 * 1024 * 1024
MOST_FOUND = 20_000
_MOST_UNREAD = 1_000
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

    `is_shallow` says that older history is not here, `is_partial` that some contents are not: neither can be vouched for.
    """

    found: tuple[FoundSecret, ...] = ()
    unread: tuple[Unread, ...] = ()
    texts: int = 0
    size_bytes: int = 0
    tracked: frozenset[str] = frozenset()
    is_shallow: bool = False
    is_partial: bool = False


@dataclass(slots=True, kw_only=True)
class Tally:
    """What grows while a look goes on, within limits."""

    found: list[FoundSecret] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    texts: int = 0
    size_bytes: int = 0
    _left_out: int = 0
    _is_full: bool = False

    def keep(self, *found: FoundSecret) -> None:
        """Add what was found, up to a limit that no honest project reaches."""
        room = MOST_FOUND - len(self.found)
        self.found.extend(found[:room])
        self._is_full = self._is_full or len(found) > room

    def leave(self, path: str, reason: str) -> None:
        """Note that something was not read."""
        if len(self.unread) < _MOST_UNREAD:
            self.unread.append(Unread(path=path, reason=reason))
        else:
            self._left_out += 1

    def notes(self) -> tuple[Unread, ...]:
        """Everything unread, and what the limits left out."""
        more = []
        if self._left_out:
            more.append(Unread(path=".", reason=f"{self._left_out:,} more things were not read"))
        if self._is_full:
            more.append(Unread(path=".", reason=f"more than {MOST_FOUND:,} values were found; the rest is not listed"))
        return (*self.unread, *more)


def shown(path: bytes) -> str:
    """A path as it can be printed: bytes that are no UTF-8 and control characters are spelled out."""
    return printable(path.decode("utf-8", "backslashreplace"), _LONGEST_PATH)

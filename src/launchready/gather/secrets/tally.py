"""What grows while a look goes on: what was found, what was not read, and how much was; all within limits."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from launchready.gather.secrets.looked import Unread
from launchready.gather.secrets.reading import Reader
from launchready.gather.secrets.unpack import Text
from launchready.model.secret import FoundSecret

MOST_FOUND = 20_000
_MOST_UNREAD = 1_000


@dataclass(slots=True, kw_only=True)
class Tally:
    """One look so far."""

    found: list[FoundSecret] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    texts: int = 0
    size_bytes: int = 0
    _left_out: int = 0
    _is_full: bool = False

    def read(self, texts: Iterable[Text | Unread], reader: Reader) -> None:
        """Look into the texts of a file, and note what is none."""
        for text in texts:
            if isinstance(text, Unread):
                self.leave(text.path, text.reason)
            else:
                self.keep(*reader.found(text.path, text.data))

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

"""What was found, as it may be written down: a name that holds a value loses it, and what was not read is a Gap."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from typing import Any

from launchready.formats.printable import printable
from launchready.gather.secrets.reading import Look
from launchready.model.gap import Gap
from launchready.model.secret import FoundSecret

MOST_FOUND = 5_000
REASONS_SHOWN = 3
LONGEST_NAME = 1000
HIDDEN = "[hidden]"


class Shown:
    """Makes facts' parts of what was found; `look` finds the values that names hold."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._names: dict[str, str] = {}

    def found(self, found: Iterable[FoundSecret]) -> tuple[FoundSecret, ...]:
        """The values in the order they were found."""
        return tuple(map(self._one, islice(found, MOST_FOUND)))

    def name(self, name: str) -> str:
        """The name of a file, an address or a person: somebody may have called it by a key."""
        if name not in self._names:
            data, at, kept = name.encode("utf-8", "surrogateescape"), 0, b""
            for hit in self._look(data):
                kept += data[at : max(at, hit.start)] + HIDDEN.encode()
                at = max(at, hit.end)
            self._names[name] = printable((kept + data[at:]).decode("utf-8", "replace"), LONGEST_NAME)
        return self._names[name]

    def whole(self, unread: Iterable[tuple[str, str]], found: int = 0) -> Any:
        """True, or a Gap that says what was not read and why."""
        reasons: dict[str, list[str]] = {}
        for name, why in unread:
            reasons.setdefault(self.name(why), []).append(self.name(name))  # git names branches in what it complains of
        told = [_told(why, names) for why, names in list(reasons.items())[:REASONS_SHOWN]]
        if len(reasons) > REASONS_SHOWN:
            told.append(f"and {len(reasons) - REASONS_SHOWN} other reasons")
        if found > MOST_FOUND:
            told.append(f"more than {MOST_FOUND:,} values were found, of which the first are listed")
        return Gap("; ".join(told)) if told else True

    def _one(self, found: FoundSecret) -> FoundSecret:
        commit = found.commit
        return replace(
            found,
            path=self.name(found.path),
            commit=replace(commit, author=self.name(commit.author)) if commit else None,
        )


def _told(why: str, names: list[str]) -> str:
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"{names[0]}{more}: {why}"

"""Every place that was asked for, looked at for secrets; each becomes one fact, and what was not read a Gap in it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path

from launchready.formats.printable import printable
from launchready.gather.secrets.reading import Look, Reader
from launchready.model.facts import Fact, SecretTreeFacts
from launchready.model.gap import Gap
from launchready.model.launch import Launch
from launchready.model.secret import FoundSecret

MOST_FOUND = 5_000
REASONS_SHOWN = 3
LONGEST_NAME = 1000
HIDDEN = "[hidden]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What came of looking at one place: the values, without themselves, and why which part was not read."""

    found: tuple[FoundSecret, ...]
    unread: tuple[tuple[str, str], ...] = ()


class Kept:
    """Turns what was found into what may be written down: names that hold a value lose it."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._shown: dict[str, str] = {}

    def found(self, found: Iterable[FoundSecret]) -> tuple[FoundSecret, ...]:
        """The values in the order they were found."""
        return tuple(map(self._one, islice(found, MOST_FOUND)))

    def shown(self, name: str) -> str:
        """The name of a file, an address or a person as it is shown: somebody may have named it after a key."""
        if name not in self._shown:
            data, at, kept = name.encode("utf-8", "surrogateescape"), 0, b""
            for hit in self._look(data):
                kept += data[at : max(at, hit.start)] + HIDDEN.encode()
                at = max(at, hit.end)
            self._shown[name] = printable((kept + data[at:]).decode("utf-8", "replace"), LONGEST_NAME)
        return self._shown[name]

    def whole(self, unread: Iterable[tuple[str, str]], found: int) -> bool | Gap:
        """True, or what was not read and why."""
        reasons: dict[str, list[str]] = {}
        for name, why in unread:
            reasons.setdefault(why, []).append(self.shown(name))
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
            path=self.shown(found.path),
            commit=replace(commit, author=self.shown(commit.author)) if commit else None,
        )


def _told(why: str, names: list[str]) -> str:
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"{names[0]}{more}: {why}"


def folder_name(root: Path) -> str:
    """What a folder is called in reports."""
    return printable(root.resolve().name or str(root.resolve()), 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Where to look: `root` is a file or folder, None for none."""

    root: Path | None = None
    history: bool = False
    unreachable: bool = False
    staged: bool = False
    deep: bool = False
    urls: tuple[str, ...] = ()
    logs: tuple[str, ...] = ()


def top_of(folder: Path) -> Path:
    """The work tree that a folder is in; the folder itself where there is none."""
    for one in (folder, *folder.parents):
        if (one / ".git").exists():
            return one
    return folder


async def scan(wanted: Wanted, reader: Reader, launch: Launch, now: datetime) -> tuple[Fact, ...]:
    """One fact for each place."""
    kept = Kept(reader.look)
    facts: list[Fact] = []
    if wanted.root is not None:
        found, unread = [], []
        for path in sorted(wanted.root.rglob("*")) if wanted.root.is_dir() else [wanted.root]:
            if path.is_file() and ".git" not in path.parts:
                try:
                    found += reader.found(str(path.relative_to(wanted.root)), path.read_bytes())
                except OSError as error:
                    unread.append((str(path), error.strerror or "?"))
        facts.append(
            SecretTreeFacts(
                subject=folder_name(wanted.root),
                source="secrets",
                at=now,
                found=kept.found(found),
                env_files=(),
                whole=kept.whole(unread, len(found)),
            )
        )
    return tuple(facts)

"""Every place that was asked for, one after the other."""

from asyncio import CancelledError, to_thread
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from io import BufferedReader
from pathlib import Path

from launchready.formats.printable import printable
from launchready.gather.secrets import places
from launchready.gather.secrets.reading import Reader
from launchready.model.facts import Fact
from launchready.model.launch import Launch


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Where to look: `root` is a file or folder, None for none; `index` is that of a commit under way, where git runs
    us as its hook; `stdin` is what the log `-` is read from."""

    root: Path | None = None
    staged: bool = False
    index: Path | None = None
    history: bool = False
    unreachable: bool = False
    urls: tuple[str, ...] = ()
    logs: tuple[str, ...] = ()
    stdin: BufferedReader | None = None


class Stopped(Exception):
    """Raised within a look that nobody waits for any more."""


@dataclass(slots=True)
class Status:
    """What is being looked at, in words, for whoever waits; and whether somebody still does."""

    what: str = "Looking for secrets"
    done: int = 0
    of: int = 0
    is_stopped: bool = False

    def begin(self, what: str) -> None:
        self.what, self.done, self.of = what, 0, 0

    def count(self, done: int, of: int) -> None:
        if self.is_stopped:  # a thread cannot be interrupted, and Ctrl-C would wait for its end
            raise Stopped
        self.done, self.of = done, of

    def words(self) -> str:
        return f"{self.what}: {self.done:,} of {self.of:,}" if self.of else self.what


async def scan(wanted: Wanted, reader: Reader, launch: Launch, now: datetime, status: Status) -> tuple[Fact, ...]:
    """One fact for each place; raises UsageError where what was asked for is not there."""
    try:
        facts = [await to_thread(look) for look in _looks(wanted, reader, launch, now, status)]
    except CancelledError:
        status.is_stopped = True
        raise
    if wanted.urls:
        status.begin("Reading the pages")
        facts += await places.pages(wanted.urls, reader, launch, now)
    return tuple(facts)


def _looks(
    wanted: Wanted, reader: Reader, launch: Launch, now: datetime, status: Status
) -> Iterator[Callable[[], Fact]]:
    """What is to be read on this machine, one after the other."""
    root, out = wanted.root, launch.secrets.paths_out
    if root and wanted.staged:
        status.begin("Reading what is staged")
        yield lambda: places.staged(root, reader, out, now, wanted.index)
    elif root and not (wanted.history and places.is_bare(root)):
        status.begin("Reading the files")
        yield lambda: places.tree(root, reader, out, now, status.count)
    if root and wanted.history:
        status.begin("Reading the history")
        yield lambda: places.history(root, reader, out, now, status.count, unreachable=wanted.unreachable)
    for path in wanted.logs:
        status.begin(f"Reading the log {printable(path)}")
        yield partial(places.log, path, reader, launch, wanted.stdin, now)

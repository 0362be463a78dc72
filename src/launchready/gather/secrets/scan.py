"""Every place that was asked for, one after the other."""

import os
import select
from asyncio import to_thread
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from launchready.formats.printable import printable
from launchready.gather.secrets import places
from launchready.gather.secrets.reading import Look, Reader
from launchready.model.facts import Fact
from launchready.model.launch import Launch
from launchready.model.secret import SecretHit

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_LOOK_UP_MS = 200  # while standard input says nothing


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
    stdin: BinaryIO | None = None


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

    def go_on(self) -> None:
        """Raises Stopped where nobody waits any more: a thread cannot be interrupted, and Ctrl-C would wait for it."""
        if self.is_stopped:
            raise Stopped

    def count(self, done: int, of: int) -> None:
        self.go_on()
        self.done, self.of = done, of

    def words(self) -> str:
        return f"{self.what}: {self.done:,} of {self.of:,}" if self.of else self.what


async def scan(wanted: Wanted, reader: Reader, launch: Launch, now: datetime, status: Status) -> tuple[Fact, ...]:
    """One fact for each place; raises UsageError where what was asked for is not there."""
    stoppable = replace(reader, look=_until_stopped(reader.look, status))
    try:
        facts = [await to_thread(look) for look in _looks(wanted, stoppable, launch, now, status)]
    finally:  # also of a KeyboardInterrupt, which may come here before it has cancelled anything
        status.is_stopped = True
    if wanted.urls:
        status.begin("Reading the pages")
        facts += await places.pages(wanted.urls, reader, launch, now)
    return tuple(facts)


def _until_stopped(look: Look, status: Status) -> Look:
    def stoppable(data: bytes) -> Sequence[SecretHit]:
        status.go_on()
        return look(data)

    return stoppable


class _Waiting(RawIOBase):
    """Standard input that may say nothing for long, while somebody may stop waiting for it."""

    def __init__(self, stdin: BinaryIO, status: Status) -> None:
        self._stdin = stdin
        self._status = status
        self._poll = select.poll()
        self._poll.register(stdin, select.POLLIN)

    def readable(self) -> bool:
        return True

    def readinto(self, into: "WriteableBuffer") -> int:
        while not self._poll.poll(_LOOK_UP_MS):
            self._status.go_on()
        return os.readv(self._stdin.fileno(), [into])


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
        yield lambda: places.history(
            root, reader, out, now, status.count, unreachable=wanted.unreachable, go_on=status.go_on
        )
    stdin = BufferedReader(_Waiting(wanted.stdin, status)) if wanted.stdin else None
    for path in wanted.logs:
        status.begin(f"Reading the log {printable(path)}")
        yield partial(places.log, path, reader, launch, stdin, now)

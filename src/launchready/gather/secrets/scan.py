"""Every place that was asked for, one after the other."""

from asyncio import to_thread
from dataclasses import dataclass
from datetime import datetime
from io import BufferedReader
from pathlib import Path

from launchready.gather.secrets import places
from launchready.gather.secrets.reading import Reader
from launchready.model.facts import Fact
from launchready.model.launch import Launch


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Where to look: `root` is a file or folder, None for none; `stdin` is what the log `-` is read from."""

    root: Path | None = None
    staged: bool = False
    history: bool = False
    unreachable: bool = False
    urls: tuple[str, ...] = ()
    logs: tuple[str, ...] = ()
    stdin: BufferedReader | None = None


@dataclass(slots=True)
class Status:
    """What is being looked at, in words, for whoever waits."""

    what: str = "Looking for secrets"
    done: int = 0
    of: int = 0

    def begin(self, what: str) -> None:
        self.what, self.done, self.of = what, 0, 0

    def count(self, done: int, of: int) -> None:
        self.done, self.of = done, of

    def words(self) -> str:
        return f"{self.what}: {self.done:,} of {self.of:,}" if self.of else self.what


async def scan(wanted: Wanted, reader: Reader, launch: Launch, now: datetime, status: Status) -> tuple[Fact, ...]:
    """One fact for each place; raises UsageError where what was asked for is not there."""
    facts: list[Fact] = []
    root, out = wanted.root, launch.secrets.paths_out
    if root and wanted.staged:
        status.begin("Reading what is staged")
        facts.append(await to_thread(places.staged, root, reader, out, now))
    elif root:
        status.begin("Reading the files")
        facts.append(await to_thread(places.tree, root, reader, out, now, status.count))
    if root and wanted.history:
        status.begin("Reading the history")
        facts.append(
            await to_thread(places.history, root, reader, out, now, status.count, unreachable=wanted.unreachable)
        )
    for path in wanted.logs:
        status.begin(f"Reading the log {path}")
        facts.append(await to_thread(places.log, path, reader, launch, wanted.stdin, now))
    if wanted.urls:
        status.begin("Reading the pages")
        facts += await places.pages(wanted.urls, reader, launch, now)
    return tuple(facts)

"""Every place that was asked for, looked at for secrets; each becomes one fact, and what was not read a Gap in it."""

from asyncio import gather as together
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from io import BufferedReader
from pathlib import Path

from launchready.formats.personal_data import PersonalKind
from launchready.formats.printable import printable
from launchready.formats.urls import host_of
from launchready.gather.secrets.logs import LoggedPersonalData, ReadLog, read_log
from launchready.gather.secrets.pages import PublishedMap, ReadPage, read_page
from launchready.gather.secrets.reading import Reader
from launchready.gather.secrets.shown import Shown
from launchready.model.facts import (
    Fact,
    FileKind,
    LookedAt,
    PersonalDatum,
    SecretBundleFacts,
    SecretLogFacts,
    SourceMapFacts,
)
from launchready.model.gap import Gap
from launchready.model.launch import Launch
from launchready.wire.deadline import Deadline
from launchready.wire.dns import Dns
from launchready.wire.http import Http

SOURCE = "secrets"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Where to look: `root` is a file or folder, None for none."""

    root: Path | None = None
    history: bool = False
    unreachable: bool = False
    staged: bool = False
    urls: tuple[str, ...] = ()
    logs: tuple[str, ...] = ()


def folder_name(root: Path) -> str:
    """What a folder is called in reports."""
    return printable(root.resolve().name or str(root.resolve()), 100)


def top_of(folder: Path) -> Path:
    """The work tree that a folder is in; the folder itself where there is none."""
    for one in (folder, *folder.parents):
        if (one / ".git").exists():
            return one
    return folder


async def pages(urls: Iterable[str], reader: Reader, launch: Launch, now: datetime) -> tuple[Fact, ...]:
    """What each page hands to every visitor, and the source maps among it, by host."""
    reader, shown, deadline = _unmarked(reader), Shown(reader.look), Deadline(launch.network.deadline_s)
    async with Dns(launch.network, deadline) as dns, Http(launch.network, deadline, dns) as http:
        read = await together(*(read_page(url, reader, dns, http) for url in urls))
    bundles = tuple(_bundle(page, shown, now) for page in read)
    return (*bundles, *_maps([one for page in read for one in page.maps], read, shown, now))


def _bundle(page: ReadPage, shown: Shown, now: datetime) -> SecretBundleFacts:
    return SecretBundleFacts(
        subject=shown.name(page.url),
        source=SOURCE,
        at=now,
        found=shown.found(page.found),
        whole=shown.whole(((url, gap.reason) for url, gap in page.unread), len(page.found)),
    )


def _maps(
    maps: Iterable[PublishedMap], read: Iterable[ReadPage], shown: Shown, now: datetime
) -> tuple[SourceMapFacts, ...]:
    hosts: dict[str, list[LookedAt]] = {host_of(page.url): [] for page in read if page.read}
    for one in maps:
        hosts.setdefault(host_of(one.url), []).append(
            LookedAt(
                path=shown.name(one.url),
                status=200,
                kind=FileKind.SOURCE_MAP,
                secret=False,
                size_bytes=one.size_bytes,
                names=None,
            )
        )
    return tuple(
        SourceMapFacts(subject=host, source=SOURCE, at=now, maps=tuple(looks)) for host, looks in hosts.items()
    )


def log(path: str, reader: Reader, launch: Launch, stdin: BufferedReader | None, now: datetime) -> SecretLogFacts:
    """What one log holds; the addresses that the launch itself sends from are nobody's data."""
    ours = launch.mail.addresses if launch.mail else ()
    read, shown = read_log(path, _unmarked(reader), stdin=stdin, ours=ours), Shown(reader.look)
    found = [replace(one.first, path=one.first.path) for one in read.secrets]
    return SecretLogFacts(
        subject=shown.name(read.path),
        source=SOURCE,
        at=now,
        found=shown.found(found),
        personal=tuple(_personal(one) for one in read.personal if one.kind is not PersonalKind.TEST_CARD),
        whole=shown.whole(_unread(read)),
    )


def _unread(read: ReadLog) -> list[tuple[str, str]]:
    told = [(read.path, read.unread.reason)] if isinstance(read.unread, Gap) else []
    if read.more_secrets:
        told.append((read.path, f"{read.more_secrets:,} more values were found, and are not listed"))
    return told


def _personal(one: LoggedPersonalData) -> PersonalDatum:
    line = one.places[0].rpartition(":")[2] if one.places else "1"
    return PersonalDatum(kind=one.kind.value, times=one.times, distinct=one.distinct, line=int(line))


def _unmarked(reader: Reader) -> Reader:
    """Whoever can write a log line or a page could write a mark there too: marks count in files that a team reviews."""
    return replace(reader, marks=lambda _data, _hit: None)



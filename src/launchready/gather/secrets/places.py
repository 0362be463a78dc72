"""One place looked at for secrets becomes one fact; what was not read is a Gap in it."""

import os
import re
from asyncio import gather as together
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import BinaryIO

from launchready.errors import UsageError
from launchready.formats.personal_data import PersonalKind
from launchready.formats.printable import printable
from launchready.formats.urls import host_of
from launchready.gather.secrets import history as history_look
from launchready.gather.secrets import staged as staged_look
from launchready.gather.secrets import tree as tree_look
from launchready.gather.secrets.env_files import env_files
from launchready.gather.secrets.git import Git, GitFailed
from launchready.gather.secrets.logs import LoggedPersonalData, ReadLog, read_log
from launchready.gather.secrets.looked import Looked, Progress, Unread
from launchready.gather.secrets.looked import shown as shown_path
from launchready.gather.secrets.pages import PublishedMap, ReadPage, read_page
from launchready.gather.secrets.reading import Reader
from launchready.gather.secrets.shown import Shown
from launchready.model.facts import (
    Fact,
    FileKind,
    LookedAt,
    PersonalDatum,
    SecretBundleFacts,
    SecretHistoryFacts,
    SecretLogFacts,
    SecretTreeFacts,
    SourceMapFacts,
)
from launchready.model.gap import Gap
from launchready.model.launch import Launch
from launchready.wire.deadline import Deadline
from launchready.wire.dns import Dns
from launchready.wire.http import Http

SOURCE = "secrets"
_COMMIT = re.compile(r"[0-9a-f]{12} ")


def is_bare(root: Path) -> bool:
    """Whether it is a repository without files of today."""
    try:
        return root.is_dir() and Git.of(root).output("rev-parse", "--is-bare-repository").strip() == b"true"
    except (UsageError, GitFailed):
        return False


def tree(
    root: Path, reader: Reader, paths_out: Iterable[str], now: datetime, progress: Progress | None
) -> SecretTreeFacts:
    """What the files of today hold: a folder's, or one file's own."""
    looked = tree_look.look(root, reader, progress=progress) if root.is_dir() else tree_look.look_at(root, reader)
    looked, shown = _without(_but_deleted(looked, root), paths_out), Shown(reader.look)
    files = env_files(root, looked.tracked) if root.is_dir() else ()
    return SecretTreeFacts(
        subject=folder_name(root),
        source=SOURCE,
        at=now,
        found=shown.found(looked.found),
        env_files=tuple(replace(one, path=shown.name(one.path)) for one in files),
        whole=shown.whole(_unread_of(looked), len(looked.found)),
    )


def staged(root: Path, reader: Reader, paths_out: Iterable[str], now: datetime, index: Path | None) -> Fact:
    """What is staged for the next commit, in `index` or in git's usual one; UsageError where there is no repository."""
    try:
        looked = _without(staged_look.look(root, reader, index=index), paths_out)
    except GitFailed as failed:
        looked = Looked(unread=(Unread(path=".git", reason=str(failed)),))
    shown, top = Shown(reader.look), top_of(root.resolve())
    return SecretTreeFacts(
        subject=f"what is staged in {folder_name(root)}",
        source=SOURCE,
        at=now,
        found=shown.found(looked.found),
        env_files=tuple(replace(one, path=shown.name(one.path)) for one in env_files(top, looked.tracked)),
        whole=shown.whole(_unread_of(looked), len(looked.found)),
    )


def history(
    root: Path,
    reader: Reader,
    paths_out: Iterable[str],
    now: datetime,
    progress: Progress | None,
    *,
    unreachable: bool = False,
    go_on: Callable[[], None] = lambda: None,
) -> Fact:
    """What git keeps of the past; raises UsageError where there is no repository, and what `go_on` raises."""
    shown = Shown(reader.look)
    try:
        looked = _without(
            history_look.look(root, reader, unreachable=unreachable, progress=progress, go_on=go_on),
            paths_out,
            is_past=True,
        )
    except GitFailed as failed:
        looked = Looked(unread=(Unread(path=".git", reason=str(failed)),))
    unread = _unread_of(looked)
    if looked.is_shallow:
        unread.append((".git", "this clone is shallow, so it cannot vouch for the commits that it lacks"))
    if looked.is_partial:
        unread.append((".git", "this clone is partial, so it cannot vouch for the contents that it lacks"))
    return SecretHistoryFacts(
        subject=folder_name(root),
        source=SOURCE,
        at=now,
        found=shown.found(looked.found),
        texts=looked.texts,
        shallow=looked.is_shallow,
        partial=looked.is_partial,
        whole=shown.whole(unread, len(looked.found)),
    )


def _but_deleted(looked: Looked, root: Path) -> Looked:
    """Without the files that somebody deleted and has not committed yet: what is gone cannot be read, and need not."""
    gone = {one.path for one in looked.unread if not os.path.lexists(root / one.path)}
    if not gone:
        return looked
    try:
        deleted = Git.of(root).output("ls-files", "-z", "--deleted").split(b"\0")[:-1]
    except (UsageError, GitFailed):
        return looked
    gone &= {shown_path(path) for path in deleted}
    return replace(looked, unread=tuple(one for one in looked.unread if one.path not in gone))


def _without(looked: Looked, paths_out: Iterable[str], *, is_past: bool = False) -> Looked:
    """Without the paths that launch.toml says are not searched: a file, a folder, or a glob."""
    out = tuple(paths_out)
    if not out:
        return looked

    def inside(path: str) -> bool:
        path = path.partition("!")[0]
        path = path.partition(" ")[2] if is_past and _COMMIT.match(path) else path
        return any(path == one or path.startswith(f"{one.rstrip('/')}/") or fnmatchcase(path, one) for one in out)

    return replace(
        looked,
        found=tuple(one for one in looked.found if not inside(one.path)),
        unread=tuple(one for one in looked.unread if not inside(one.path)),
        tracked=frozenset(path for path in looked.tracked if not inside(path)),
    )


def _unread_of(looked: Looked) -> list[tuple[str, str]]:
    return [(one.path, one.reason) for one in looked.unread]


def folder_name(root: Path) -> str:
    """What a folder is called in reports."""
    real = os.path.realpath(root)  # which a link that leads round does not trouble
    return printable(os.path.basename(real) or real, 100)


def top_of(folder: Path) -> Path:
    """The work tree that a folder is in; the folder itself where there is none."""
    for one in (folder, *folder.parents):
        if os.path.exists(one / ".git"):
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


def log(path: str, reader: Reader, launch: Launch, stdin: BinaryIO | None, now: datetime) -> SecretLogFacts:
    """What one log holds; the addresses that the launch itself sends from are nobody's data."""
    ours = launch.mail.addresses if launch.mail else ()
    read, shown = read_log(path, _unmarked(reader), stdin=stdin, ours=ours), Shown(reader.look)
    found = [one.first for one in read.secrets]
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

"""Secrets in the files of today, as git sees them: what it tracks, and what it would add."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from launchready.errors import UsageError
from launchready.gather.secrets.git import Git, GitFailed
from launchready.gather.secrets.looked import LARGEST_BYTES, Looked, Progress, Tally, Unread, shown
from launchready.gather.secrets.reading import Reader
from launchready.gather.secrets.unpack import texts

_MOST_FILES = 1_000_000
_PROGRESS_EVERY = 100
# What package managers, version control and tools put there: not the team's own, and not what is published.
_NEVER_ENTERED = frozenset({
    b".git", b".hg", b".svn", b".jj", b"node_modules", b"bower_components", b"site-packages", b"__pycache__", b".venv",
    b"venv", b".tox", b".nox", b".mypy_cache", b".ruff_cache", b".pytest_cache", b".gradle", b".terraform",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A file to read, as a path below the folder; `is_tracked` says that git keeps it."""

    path: bytes
    is_tracked: bool


def look(folder: Path, reader: Reader, *, progress: Progress | None = None) -> Looked:
    """Secrets in the files below a folder: tracked or not ignored where git knows it, else all but others' packages."""
    tally = Tally()
    listed = list(_listed(folder, tally))
    opened = _Folder(folder)
    for done, file in enumerate(listed, 1):
        _read(opened, file.path, reader, tally)
        if progress and done % _PROGRESS_EVERY == 0:
            progress(done, len(listed))
    return Looked(
        found=tuple(tally.found),
        unread=tally.notes(),
        texts=tally.texts,
        size_bytes=tally.size_bytes,
        tracked=frozenset(shown(file.path) for file in listed if file.is_tracked),
    )


def _read(opened: "_Folder", path: bytes, reader: Reader, tally: Tally) -> None:
    try:
        data = opened.read(path)
    except _Unread as unread:
        tally.leave(shown(path), str(unread))
        return
    except OSError as error:
        tally.leave(shown(path), f"it cannot be read: {error.strerror}")
        return
    if data is None:
        return
    tally.texts += 1
    tally.size_bytes += len(data)
    for text in texts(shown(path), data):
        if isinstance(text, Unread):
            tally.leave(text.path, text.reason)
        else:
            tally.keep(*reader.found(text.path, text.data))


class _Unread(Exception):
    """Why a file is not read."""


class _Folder:
    """Files below a folder; no link leads out of it."""

    def __init__(self, folder: Path) -> None:
        self._root = os.fsencode(os.path.realpath(folder))
        self._inside: dict[bytes, bool] = {}

    def read(self, path: bytes) -> bytes | None:
        """What a plain file says; None for a link, whose target is read where it stands."""
        whole = os.path.join(self._root, path)
        if not self._is_inside(os.path.dirname(whole)):
            raise _Unread("a link leads out of the folder")
        try:
            if stat.S_ISLNK(os.lstat(whole).st_mode):
                return None
            descriptor = os.open(whole, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except FileNotFoundError:
            raise _Unread("it is not there: deleted, or not checked out") from None
        with open(descriptor, "rb", buffering=0) as opened:
            about = os.fstat(descriptor)
            if not stat.S_ISREG(about.st_mode):
                raise _Unread("it is not a plain file")
            if about.st_size > LARGEST_BYTES:
                raise _Unread(f"it is larger than {LARGEST_BYTES // 1024**2} MB")
            return opened.read(LARGEST_BYTES)

    def _is_inside(self, folder: bytes) -> bool:
        if folder not in self._inside:
            real = os.path.realpath(folder)
            self._inside[folder] = real == self._root or real.startswith(self._root.rstrip(b"/") + b"/")
        return self._inside[folder]


def _listed(folder: Path, tally: Tally) -> Iterator[Listed]:
    try:
        git = Git.of(folder)
        answer = git.output("ls-files", "-z", "-t", "--cached", "--others", "--exclude-standard", "--deduplicate")
    except (UsageError, GitFailed) as failed:
        if any((above / ".git").exists() for above in (folder.absolute(), *folder.absolute().parents)):
            tally.leave(".git", f"{failed}; all files were read, ignored ones as well")
        yield from _walked(folder, tally)
        return
    for entry in answer.split(b"\0")[:-1]:
        yield Listed(path=entry[2:], is_tracked=not entry.startswith(b"?"))


def _walked(folder: Path, tally: Tally) -> Iterator[Listed]:
    root = os.fsencode(folder)
    for here, folders, names in os.walk(root, onerror=lambda error: tally.leave(str(error.filename), "not listed")):
        folders[:] = sorted(name for name in folders if name not in _NEVER_ENTERED)
        for name in sorted(names):
            yield Listed(path=os.path.relpath(os.path.join(here, name), root), is_tracked=False)

"""Secrets in the files of today, as git sees them: what it tracks, and what it would add."""

import io
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from launchready.errors import UsageError
from launchready.gather.secrets.git import PATIENCE_S, Git, GitFailed
from launchready.gather.secrets.looked import LARGEST_BYTES, Looked, Progress, shown
from launchready.gather.secrets.reading import Reader
from launchready.gather.secrets.tally import Tally
from launchready.gather.secrets.unpack import members, texts

_OTHERS = "what others wrote, or a tool put there, is not read"
_NO_FILE = "it is not a plain file"
_PROGRESS_EVERY = 100
_LIST = ("ls-files", "-z", "-t", "--cached")
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


def look(root: Path, reader: Reader, *, progress: Progress | None = None, patience_s: float = PATIENCE_S) -> Looked:
    """Secrets in the files below a folder: tracked or not ignored where git knows it, else all but others' packages.

    `patience_s` is how long git may take to list the files.
    """
    tally = Tally()
    listed = list(_listed(root, tally, patience_s))
    opened = _Folder(root)
    for done, file in enumerate(listed, 1):
        _read(opened, file.path, shown(file.path), reader, tally)
        if progress and (done % _PROGRESS_EVERY == 0 or done == len(listed)):
            progress(done, len(listed))
    return Looked(
        found=tuple(tally.found),
        unread=tally.notes(),
        texts=tally.texts,
        size_bytes=tally.size_bytes,
        tracked=frozenset(shown(file.path) for file in listed if file.is_tracked),
    )


def look_at(path: Path, reader: Reader) -> Looked:
    """Secrets in one file, which is called as it was named; a link to it is followed, as somebody named it."""
    tally, name = Tally(), shown(os.fsencode(path))
    if path.is_file():
        real = os.path.realpath(os.fsencode(path))
        _read(_Folder(Path(os.fsdecode(os.path.dirname(real)))), os.path.basename(real), name, reader, tally)
    else:  # a pipe or a device may have no end
        tally.leave(name, _NO_FILE)
    return Looked(found=tuple(tally.found), unread=tally.notes(), texts=tally.texts, size_bytes=tally.size_bytes)


def _read(opened: "_Folder", path: bytes, name: str, reader: Reader, tally: Tally) -> None:
    try:
        with opened.open(path) as file:
            size = os.fstat(file.fileno()).st_size
            tally.texts += 1
            tally.size_bytes += size
            is_small = size <= LARGEST_BYTES
            tally.read(texts(name, file.read(size)) if is_small else members(name, file, size), reader)
    except _Link:
        return
    except _Unread as unread:
        tally.leave(name, str(unread))
    except OSError as error:
        tally.leave(name, f"it cannot be read: {error.strerror}")


class _Unread(Exception):
    """Why a file is not read."""


class _Link(Exception):
    """A link is not followed: what it leads to is read where it stands."""


class _Folder:
    """Files below a folder; no link leads out of it."""

    def __init__(self, folder: Path) -> None:
        self._root = os.fsencode(os.path.realpath(folder))
        self._inside: dict[bytes, bool] = {}

    def open(self, path: bytes) -> IO[bytes]:
        """A plain file to read; _Unread says why it is none, OSError why it cannot be read."""
        whole = os.path.join(self._root, path)
        if not self._is_inside(os.path.dirname(whole)):
            raise _Unread("a link leads out of the folder")
        try:
            mode = os.lstat(whole).st_mode
            if stat.S_ISLNK(mode):
                raise _Link
            if stat.S_ISDIR(mode):
                raise _Unread("it is a repository of its own: look into it by itself")
            if not stat.S_ISREG(mode):
                raise _Unread(_NO_FILE)
            opened = io.FileIO(os.open(whole, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK))
        except FileNotFoundError:
            raise _Unread("it is not there: deleted, or not checked out") from None
        if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
            opened.close()
            raise _Unread(_NO_FILE)
        return opened

    def _is_inside(self, folder: bytes) -> bool:
        if folder not in self._inside:
            real = os.path.realpath(folder)
            self._inside[folder] = real == self._root or real.startswith(self._root.rstrip(b"/") + b"/")
        return self._inside[folder]


def _listed(folder: Path, tally: Tally, patience_s: float) -> Iterator[Listed]:
    """The files to read: those that git lists, but no untracked ones in folders of others."""
    try:
        git = Git.of(folder, patience_s=patience_s)
    except UsageError as error:
        if any((above / ".git").exists() for above in (folder.absolute(), *folder.absolute().parents)):
            tally.leave(".git", f"{error}; all files were read, ignored ones as well")
        yield from _walked(folder, tally)
        return
    if git.says("--is-inside-work-tree"):
        yield from _known(git, folder, tally)
    elif git.says("--is-bare-repository"):
        tally.leave(".", "it is a bare repository, without files: only its history can be read")
    else:
        tally.leave(".git", "git keeps the files of this repository elsewhere; all files here were read")
        yield from _walked(folder, tally)


def _known(git: Git, folder: Path, tally: Tally) -> Iterator[Listed]:
    try:
        entries = git.output(*_LIST, "--others", "--exclude-standard").split(b"\0")[:-1]
    except GitFailed as failed:
        tally.leave(".", f"only tracked files were read: {failed}")
        try:
            entries = git.output(*_LIST).split(b"\0")[:-1]
        except GitFailed as broken:
            tally.leave(".git", f"{broken}; all files were read, ignored ones as well")
            yield from _walked(folder, tally)
            return
    others: set[bytes] = set()
    for path, is_tracked in {entry[2:]: not entry.startswith(b"?") for entry in entries}.items():
        folder_of_others = None if is_tracked else _of_others(path)
        if folder_of_others is None:
            yield Listed(path=path, is_tracked=is_tracked)
        elif folder_of_others not in others:
            others.add(folder_of_others)
            tally.leave(shown(folder_of_others), _OTHERS)


def _of_others(path: bytes) -> bytes | None:
    """The outermost folder of a path that is not the team's own."""
    folders = path.split(b"/")[:-1]
    return next((b"/".join(folders[: at + 1]) for at, name in enumerate(folders) if name in _NEVER_ENTERED), None)


def _walked(folder: Path, tally: Tally) -> Iterator[Listed]:
    root = os.fsencode(folder)
    for here, folders, names in os.walk(root, onerror=partial(_unlisted, root, tally)):
        below = os.path.relpath(here, root) if here != root else b""
        for name in _NEVER_ENTERED.intersection(folders) - {b".git"}:
            tally.leave(shown(os.path.join(below, name)), _OTHERS)
        folders[:] = sorted(name for name in folders if name not in _NEVER_ENTERED)
        for name in sorted(names):
            yield Listed(path=os.path.join(below, name), is_tracked=False)


def _unlisted(root: bytes, tally: Tally, error: OSError) -> None:
    path = os.path.relpath(os.fsencode(error.filename), root)
    tally.leave(shown(path), f"the folder cannot be listed: {error.strerror}")

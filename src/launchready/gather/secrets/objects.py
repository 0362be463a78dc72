"""The contents that a repository keeps, each read once, however many commits have it."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO

from launchready.gather.secrets.git import Git, GitFailed
from launchready.gather.secrets.looked import LARGEST_BYTES

# All refs (branches, tags, notes, the newest stash), HEAD, and all reflogs: HEAD's own and the older stashes.
EVERYTHING = ("--all", "--reflog")
_ABSENT = {False: (), True: ("--missing=allow-any",)}
_MOST_BROKEN = 200
_CHUNK_BYTES = 256 * 1024


class Ids:
    """Object ids in a file without a name: a repository may have more of them than fit into memory."""

    def __init__(self) -> None:
        self._file: IO[bytes] = TemporaryFile()  # noqa: SIM115 - closed with the object
        self.count = 0
        self._width = 0

    def add(self, object_id: bytes) -> None:
        """One more at the end; all are of one length."""
        self._file.write(object_id + b"\n")
        self.count += 1
        self._width = len(object_id) + 1

    def opened(self, first: int = 0) -> IO[bytes]:
        """The file for a program's standard input, beginning with the id at `first`."""
        self._file.flush()
        os.lseek(self._file.fileno(), first * self._width, os.SEEK_SET)
        return self._file

    def at(self, index: int) -> bytes:
        """The id at a place."""
        return os.pread(self._file.fileno(), self._width - 1, index * self._width)

    def clear(self) -> None:
        """None, as at the beginning."""
        self._file.truncate(0)
        self._file.seek(0)
        self.count = 0

    def close(self) -> None:
        self._file.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """One content. `data` is None where it was not read; `reason` says why."""

    id: bytes
    data: bytes | None = None
    reason: str = ""


def reachable(git: Git, into: Ids, *, is_partial: bool) -> tuple[bytes, ...]:
    """Lists the contents of the whole history; returns the ids of objects that should be there and are not.

    `is_partial` is for a clone that has not fetched all contents, which is no fault. GitFailed when a commit is
    missing, so that there is no way to its parents.
    """
    try:
        _list(git, into, "--filter=object:type=blob", "--filter-provided-objects", *_ABSENT[is_partial])
    except GitFailed:  # with a filter, git does not say which folders are missing
        into.clear()
        return _list(git, into, "--missing=print")
    return ()


def _list(git: Git, into: Ids, *how: str) -> tuple[bytes, ...]:
    missing: list[bytes] = []
    with git.stream("rev-list", "--objects", "--no-object-names", *EVERYTHING, *how) as lines:
        for line in lines:
            if line.startswith(b"?"):
                missing.append(line[1:-1])
            else:
                into.add(line[:-1])
    return tuple(missing)


def present(git: Git, blobs: Ids, commits: Ids) -> None:
    """Lists every content and every commit that is stored, whether or not something leads to it."""
    into = {b"blob": blobs, b"commit": commits}
    form = "--batch-check=%(objectname) %(objecttype)"
    with git.stream("cat-file", "--batch-all-objects", "--unordered", "--buffer", form) as lines:
        for line in lines:
            object_id, kind = line.split()
            if kind in into:
                into[kind].add(object_id)


def contents(git: Git, ids: Ids) -> Iterator[Blob]:
    """Each listed content, in the order of the list; what is no content (a commit, a tag) is passed over."""
    first = 0
    for _ in range(_MOST_BROKEN):
        try:
            for blob in _batch(git, ids, first):
                first += 1
                if blob:
                    yield blob
                del blob  # the next may be as large
        except GitFailed as failed:
            yield Blob(id=ids.at(first), reason=f"git cannot read it: {failed}")
            first += 1
        if first >= ids.count:
            return
    yield Blob(id=ids.at(first), reason=f"too much of the repository is broken: {ids.count - first:,} contents unread")


def _batch(git: Git, ids: Ids, first: int) -> Iterator[Blob | None]:
    form = "--batch=%(objectname) %(objecttype) %(objectsize)"
    with git.stream("cat-file", "--buffer", form, stdin=ids.opened(first)) as answer:
        while header := answer.readline():
            yield _blob(answer, header.split())


def _blob(answer: IO[bytes], header: Sequence[bytes]) -> Blob | None:
    if len(header) != 3:
        return Blob(id=header[0], reason="it is missing")
    object_id, kind, size = header[0], header[1], int(header[2])
    if kind != b"blob" or size > LARGEST_BYTES:
        _skip(answer, size + 1)
        too_large = f"it is larger than {LARGEST_BYTES // 1024**2} MB"
        return Blob(id=object_id, reason=too_large) if kind == b"blob" else None
    data = answer.read(size)
    if not answer.read(1):
        raise GitFailed("its content ends early")
    return Blob(id=object_id, data=data)


def _skip(answer: IO[bytes], size: int) -> None:
    while size and (chunk := answer.read(min(size, _CHUNK_BYTES))):
        size -= len(chunk)

"""Texts within a file: the members of archives, however nested, and other encodings turned into UTF-8."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import IO

from launchready.gather.secrets.encodings import as_utf8
from launchready.gather.secrets.looked import LARGEST_BYTES, Unread, shown
from launchready.gather.secrets.streams import Budget, Metered, Rejoined, Source, TooMuch, all_of
from launchready.gather.secrets.tar_headers import Header
from launchready.gather.secrets.zip_directories import directory_bytes

MOST_DEPTH = 8  # image.tar ! layer.tar.gz ! app.jar ! lib.zip are five, as the .gz counts for itself
MOST_MEMBERS = 100_000
_LARGEST_DIRECTORY_BYTES = 16 * 1024 * 1024
_MOST_HELD_BYTES = 2 * LARGEST_BYTES
_HEAD_BYTES = 512
_CHUNK_BYTES = 256 * 1024
_ENCRYPTED = 1  # of a zip member's flags (APPNOTE.TXT 4.4.4)
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_COMPRESSED: dict[bytes, Callable[[IO[bytes]], Source]] = {
    b"\x1f\x8b\x08": lambda packed: gzip.GzipFile(fileobj=packed),
    **{b"BZh%d1AY&SY" % level: bz2.BZ2File for level in range(1, 10)},
    b"\xfd7zXZ\0": lzma.LZMAFile,
}
_OTHERS = {b"\x28\xb5\x2f\xfd": "zstd", b"7z\xbc\xaf\x27\x1c": "7-Zip", b"Rar!\x1a\x07": "RAR"}
_MARKED = (*_ZIP, *_COMPRESSED, *_OTHERS, b"\xff\xfe", b"\xfe\xff")
# What the standard library raises for archives that are not what they say.
BROKEN = (
    OSError, EOFError, ValueError, LookupError, ArithmeticError, RuntimeError, MemoryError, AttributeError, TypeError,
    zlib.error, lzma.LZMAError, zipfile.BadZipFile, zipfile.LargeZipFile, tarfile.TarError,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One text and its path, with the members of archives after `!`."""

    path: str
    data: bytes


def texts(path: str, data: bytes) -> Iterator[Text | Unread]:
    """The texts that a file holds; itself, if it is no archive."""
    if b"\0" not in data[:_HEAD_BYTES] and not data.startswith(_MARKED):
        yield Text(path=path, data=data)
    else:
        yield from members(path, io.BytesIO(data), len(data))


def members(path: str, opened: IO[bytes], size: int) -> Iterator[Text | Unread]:
    """The same for an open file of `size` bytes, which may be larger than memory where it is an archive."""
    yield from _Unpacking(size).of(path, lambda: opened, 0)


class _Unpacking:
    """One file on its way to its texts, within limits that its archives share."""

    def __init__(self, size: int) -> None:
        self._budget = Budget(size)
        self._members = MOST_MEMBERS
        self._held_bytes = 0

    def of(self, path: str, open_: Callable[[], IO[bytes]], depth: int) -> Iterator[Text | Unread]:
        """The texts of one file or member; whatever is wrong with it ends here, as something unread."""
        try:
            yield from self._of(path, open_(), depth)
        except TooMuch as limit:
            if depth and self._is_spent():
                raise  # what comes after it would not be read either
            yield Unread(path=path, reason=str(limit))
        except BROKEN:
            yield Unread(path=path, reason="it is damaged, or packed in a way that is not read")

    def _of(self, path: str, opened: IO[bytes], depth: int) -> Iterator[Text | Unread]:
        head = all_of(opened, _HEAD_BYTES)
        whole = Rejoined.of(head, opened)
        packer = next((name for mark, name in _OTHERS.items() if head.startswith(mark)), None)
        unpack = next((unpack for mark, unpack in _COMPRESSED.items() if head.startswith(mark)), None)
        if packer:
            yield Unread(path=path, reason=f"{packer} archives are not read")
        elif not _is_archive(head):
            yield from self._text(path, whole)
        elif depth >= MOST_DEPTH:
            yield Unread(path=path, reason=f"archives are nested more than {MOST_DEPTH} deep")
        elif unpack:
            unpacked = Metered.of(unpack(whole), self._budget)
            yield from self.of(path, lambda: unpacked, depth + 1)
        elif not head.startswith(_ZIP):
            yield from self._tar(path, whole, depth)
        elif depth == 0:
            yield from self._zip(path, opened, depth)
        else:
            with self._held(whole) as held:
                yield from self._zip(path, held, depth)

    def _text(self, path: str, opened: IO[bytes]) -> Iterator[Text]:
        """What can be read of it, even if it ends in an error."""
        data = io.BytesIO()  # its `getvalue` is no copy
        limit: TooMuch | None = None
        try:
            while chunk := opened.read(_CHUNK_BYTES):
                data.write(chunk)
                if data.tell() > LARGEST_BYTES:
                    raise TooMuch(f"it is larger than {LARGEST_BYTES // 1024**2} MB: only its beginning was read")
        except TooMuch as reached:
            limit = reached
        except BROKEN:
            limit = TooMuch("it is damaged: only its beginning was read")
        yield Text(path=path, data=as_utf8(data.getvalue()))
        if limit:
            raise limit

    def _zip(self, path: str, opened: IO[bytes], depth: int) -> Iterator[Text | Unread]:
        if directory_bytes(opened) > _LARGEST_DIRECTORY_BYTES:
            raise TooMuch("its list of members is too large")
        with zipfile.ZipFile(opened) as archive:
            for member in archive.infolist():
                self._count()
                inner = f"{path}!{_name(member.filename)}"
                if member.flag_bits & _ENCRYPTED:
                    yield Unread(path=inner, reason="it is encrypted")
                elif not member.is_dir():
                    yield from self.of(inner, partial(self._unzipped, archive, member), depth + 1)

    def _unzipped(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> IO[bytes]:
        return Metered.of(archive.open(member), self._budget)

    def _tar(self, path: str, opened: IO[bytes], depth: int) -> Iterator[Text | Unread]:
        with tarfile.open(fileobj=opened, mode="r|", bufsize=_CHUNK_BYTES, tarinfo=Header) as archive:
            for member in archive:
                self._count()
                inner = f"{path}!{_name(member.name)}"
                if member.issparse():
                    yield Unread(path=inner, reason="it is a file with holes")
                elif member.isreg():
                    yield from self.of(inner, partial(_untarred, archive, member), depth + 1)

    def _is_spent(self) -> bool:
        return self._budget.left < 0 or self._members < 0

    def _count(self) -> None:
        self._members -= 1
        if self._members < 0:
            raise TooMuch(f"it has more than {MOST_MEMBERS:,} members")

    @contextmanager
    def _held(self, opened: IO[bytes]) -> Iterator[IO[bytes]]:
        """A stream that can be read from any place: in memory, never in a file on disk."""
        data = all_of(opened, LARGEST_BYTES + 1)
        if len(data) > LARGEST_BYTES or self._held_bytes + len(data) > _MOST_HELD_BYTES:
            raise TooMuch(f"it is an archive of more than {LARGEST_BYTES // 1024**2} MB within another")
        self._held_bytes += len(data)
        yield io.BytesIO(data)
        self._held_bytes -= len(data)


def _is_archive(head: bytes) -> bool:
    return head.startswith((*_ZIP, *_COMPRESSED)) or head[257:262] == b"ustar"


def _name(name: str) -> str:
    return shown(name.encode("utf-8", "surrogateescape"))


def _untarred(archive: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    opened = archive.extractfile(member)
    assert opened is not None  # a regular file has content
    return opened

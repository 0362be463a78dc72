"""The text of a log file, whatever it was packed or written in, in pieces of a bounded size."""

import bz2
import codecs
import gzip
import lzma
import zlib
from collections.abc import Iterator
from io import BufferedIOBase, BufferedReader, RawIOBase
from typing import BinaryIO

from launchready.errors import LaunchReadyError

SUSPECT_BYTES = 1 << 30  # of text, after which what is packed must be larger than its 200th part
MOST_EXPANSION = 200
_BUFFER_BYTES = 256 * 1024
_UTF16 = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_ZSTD = b"\x28\xb5\x2f\xfd"  # RFC 8878, section 3.1.1


class Damaged(LaunchReadyError):
    """A log that cannot be read to its end; what came before was read."""


class _Metered(RawIOBase):
    """A file that knows how much was taken from it."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self.taken_bytes = 0
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview[int]", /) -> int:  # type: ignore[override]
        piece = self._file.read(len(buffer))
        buffer[: len(piece)] = piece
        self.taken_bytes += len(piece)
        return len(piece)


def pieces(file: BinaryIO, size_bytes: int) -> Iterator[bytes]:
    """The text in UTF-8, `size_bytes` or less at a time; raises Damaged where it ends too early, OSError otherwise."""
    source = _Metered(file)
    buffered = BufferedReader(source, buffer_size=_BUFFER_BYTES)
    unpacked = _unpacked(buffered, buffered.peek(6)[:6])
    given_bytes = 0
    decode = None
    ended: Damaged | None = None
    while not ended:
        piece, ended = _read(unpacked, size_bytes)
        if not piece:
            break
        if not given_bytes:
            decode = _decoder(piece)
        given_bytes += len(piece)
        yield decode.decode(piece).encode() if decode else piece
        if given_bytes > SUSPECT_BYTES and given_bytes > MOST_EXPANSION * source.taken_bytes:
            raise Damaged(f"it unpacks to more than {MOST_EXPANSION} times its size; reading stopped there")
    if ended:
        raise ended


def _read(unpacked: BufferedIOBase, size_bytes: int) -> tuple[bytes, "Damaged | None"]:
    """As much as that, or what came before the end; and why it ended when it should not have."""
    piece = bytearray()
    try:
        while len(piece) < size_bytes and (more := unpacked.read1(size_bytes - len(piece))):
            piece += more
    except (EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile) as error:
        return bytes(piece), Damaged(f"it is damaged ({error}); what stands before that was read")
    except OSError as error:
        return bytes(piece), Damaged(f"it cannot be read on ({error.strerror or error})")
    return bytes(piece), None


def _unpacked(source: "BufferedReader[_Metered]", head: bytes) -> BufferedIOBase:
    if head.startswith(b"\x1f\x8b"):
        return gzip.GzipFile(fileobj=source)
    if head.startswith(b"BZh"):
        return bz2.BZ2File(source)
    if head.startswith(b"\xfd7zXZ\0"):
        return lzma.LZMAFile(source)
    if head.startswith(_ZSTD):
        raise Damaged("it is packed with Zstandard; unpack it first (zstd -dc FILE | launchready secrets scan --log -)")
    return source


def _decoder(piece: bytes) -> codecs.IncrementalDecoder | None:
    """What turns UTF-16, in which PowerShell writes its logs, into text."""
    for mark, name in _UTF16:
        if piece.startswith(mark):
            return codecs.getincrementaldecoder(name)("replace")
    return None

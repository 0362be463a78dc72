"""Streams whose size nobody vouches for: what comes out of an archive is counted, and ends at a limit."""

import io
from typing import IO, TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

# A bomb grows a thousandfold. Source code grows three- to tenfold, logs up to a hundredfold.
MOST_GROWTH = 200
_ALWAYS_BYTES = 16 * 1024 * 1024
_NEVER_BYTES = 4 * 1024 * 1024 * 1024
_CHUNK_BYTES = 256 * 1024


class Source(Protocol):
    """Whatever bytes can be read from."""

    def read(self, size: int, /) -> bytes: ...


class TooMuch(Exception):
    """A limit was reached; the message is the reason why something is not read."""


class Budget:
    """What a file of some size may become, all its archives together."""

    def __init__(self, size: int) -> None:
        self.left = max(_ALWAYS_BYTES, min(size * MOST_GROWTH, size + _NEVER_BYTES))

    def spend(self, size: int) -> None:
        """Count bytes that came out; TooMuch when they are more than an honest archive holds."""
        self.left -= size
        if self.left < 0:
            raise TooMuch("it unpacks to far more than its size: it may be a decompression bomb")


class Metered(io.RawIOBase):
    """What comes out of a decompressor, counted."""

    def __init__(self, source: Source, budget: Budget) -> None:
        self._source = source
        self._budget = budget

    @classmethod
    def of(cls, source: Source, budget: Budget) -> IO[bytes]:
        return io.BufferedReader(cls(source, budget), _CHUNK_BYTES)

    def readable(self) -> bool:
        return True

    def readinto(self, into: "WriteableBuffer") -> int:
        view = memoryview(into).cast("B")
        data = self._source.read(min(len(view), _CHUNK_BYTES))
        self._budget.spend(len(data))
        view[: len(data)] = data
        return len(data)


class Rejoined(io.RawIOBase):
    """A stream whose beginning was read already, whole again."""

    def __init__(self, head: bytes, rest: IO[bytes]) -> None:
        self._head = head
        self._rest = rest

    @classmethod
    def of(cls, head: bytes, rest: IO[bytes]) -> IO[bytes]:
        return io.BufferedReader(cls(head, rest), _CHUNK_BYTES)

    def readable(self) -> bool:
        return True

    def readinto(self, into: "WriteableBuffer") -> int:
        view = memoryview(into).cast("B")
        data = self._head or self._rest.read(min(len(view), _CHUNK_BYTES))
        self._head = data[len(view) :] if self._head else b""
        data = data[: len(view)]
        view[: len(data)] = data
        return len(data)


def all_of(opened: IO[bytes], at_most: int) -> bytes:
    """Up to so many bytes of a stream: it ends where the stream does, however its reads are cut."""
    data = io.BytesIO()  # its `getvalue` is no copy
    while at_most and (chunk := opened.read(min(at_most, _CHUNK_BYTES))):
        at_most -= data.write(chunk)
    return data.getvalue()

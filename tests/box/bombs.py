"""Bodies that are small on the wire and gigabytes once decompressed, one for each content coding."""

import gzip
import zlib
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType

INFLATED_BYTES = 4 << 30
_BLOCK_BYTES = 1 << 24
_GZIP_HEAD = bytes.fromhex("1f8b08000000000000ff")  # RFC 1952, section 2.3: deflate, no name, no time


@cache
def gzip_bomb() -> bytes:
    """Zeros in gzip: one block, fully flushed and so repeatable, again and again. Who gets to the end misses a CRC."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = squeeze.compress(bytes(_BLOCK_BYTES)) + squeeze.flush(zlib.Z_FULL_FLUSH)
    return _GZIP_HEAD + block * (INFLATED_BYTES // _BLOCK_BYTES)


@cache
def gzip_bomb_twice() -> bytes:
    """The bomb once more in gzip, since the same few bytes repeat."""
    return gzip.compress(gzip_bomb())


@cache
def brotli_bomb() -> bytes:
    """One letter and a copy of it, 16 MiB at a time, written by hand after RFC 7932, section 9."""
    bits = _Bits()
    bits.add(0, 1)  # WBITS: a window of 64 KiB
    for _ in range(INFLATED_BYTES // _BLOCK_BYTES):
        _brotli_block(bits)
    bits.add(0b11, 2)  # ISLAST, ISLASTEMPTY
    return bits.whole()


def _brotli_block(bits: "_Bits") -> None:
    bits.add(0, 1)  # ISLAST
    bits.add(2, 2)  # MNIBBLES: six
    bits.add(_BLOCK_BYTES - 1, 24)  # MLEN
    bits.add(0, 1)  # ISUNCOMPRESSED
    bits.add(0, 3)  # one block type each of literals, commands and distances
    bits.add(0, 6)  # NPOSTFIX, NDIRECT
    bits.add(0, 2)  # context mode of the literals
    bits.add(0, 2)  # one tree each of literals and distances
    # Prefix codes of a single symbol, which then takes no bits at all: the letter x; insert one and copy with 24 extra
    # bits (399); a distance with one extra bit (16).
    for symbol, width in ((ord("x"), 8), (399, 10), (16, 6)):
        bits.add(1, 2)
        bits.add(0, 2)
        bits.add(symbol, width)
    bits.add(_BLOCK_BYTES - 1 - 2118, 24)  # what the copy's length is above its base
    bits.add(0, 1)  # distance one


class _Bits:
    """Bits from the least significant on."""

    def __init__(self) -> None:
        self._value = 0
        self._width = 0

    def add(self, value: int, width: int) -> None:
        self._value |= value << self._width
        self._width += width

    def whole(self) -> bytes:
        return self._value.to_bytes((self._width + 7) // 8, "little")


BOMBS: Mapping[str, Callable[[], bytes]] = MappingProxyType(
    {"gzip": gzip_bomb, "gzip, gzip": gzip_bomb_twice, "br": brotli_bomb}
)

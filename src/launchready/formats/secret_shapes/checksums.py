"""The checksums that vendors put at the end of their keys, so that a look-alike can be told from a key."""

import zlib
from base64 import b64decode
from collections.abc import Callable, Mapping

_BASE62 = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BASE62_LENGTH = 6


def crc32_base62(random_part: bytes) -> bytes:
    """The six characters that follow the random part of a GitHub or Polar token.

    Sources: github.blog, "Behind GitHub's new authentication token formats", 2021-04-05; polarsource/polar
    server/polar/kit/crypto.py.
    """
    rest, digits = zlib.crc32(random_part), bytearray()
    for _ in range(_BASE62_LENGTH):
        rest, digit = divmod(rest, len(_BASE62))
        digits.append(_BASE62[digit])
    return bytes(reversed(digits))


def crc32_hex(start: bytes) -> bytes:
    """The eight hexadecimal digits, least byte first, that follow `glsa_` and the random part of a Grafana token.

    Source: grafana/grafana pkg/components/satokengen/tokengen.go.
    """
    return zlib.crc32(start).to_bytes(4, "little").hex().encode()


def _ends_in_crc32_base62(key: bytes) -> bool:
    body = key.rpartition(b"_")[2]
    return crc32_base62(body[:-_BASE62_LENGTH]) == body[-_BASE62_LENGTH:]


def _ends_in_crc32_hex(key: bytes) -> bool:
    start, _, checksum = key.rpartition(b"_")
    return crc32_hex(start) == checksum.lower()


def _names_a_host(key: bytes) -> bool:
    """Clerk's publishable key is the base64 of its front-end host and a dollar sign."""
    try:
        host = b64decode(key.split(b"_", 2)[2])
    except ValueError:
        return False
    return host.endswith(b"$") and b"." in host


# By the names in known/secret_kinds.toml: whether a key keeps its vendor's rule.
HOLDS: Mapping[str, Callable[[bytes], bool]] = {
    "crc32-base62": _ends_in_crc32_base62,
    "crc32-hex": _ends_in_crc32_hex,
    "host-in-base64": _names_a_host,
}

"""The checksums that vendors put at the end of their keys, so that a look-alike can be told from a key."""

import zlib
from collections.abc import Callable, Mapping

_BASE62 = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECKSUM_LENGTH = 6


def crc32_base62(random_part: bytes) -> bytes:
    """The six characters that follow the random part of a GitHub or npm token.

    Source: github.blog, "Behind GitHub's new authentication token formats", 2021-04-05.
    """
    rest, digits = zlib.crc32(random_part), bytearray()
    for _ in range(_CHECKSUM_LENGTH):
        rest, digit = divmod(rest, len(_BASE62))
        digits.append(_BASE62[digit])
    return bytes(reversed(digits))


def _ends_in_crc32_base62(body: bytes) -> bool:
    return crc32_base62(body[:-_CHECKSUM_LENGTH]) == body[-_CHECKSUM_LENGTH:]


# By the names in known/secret_kinds.toml: whether the random part of a key keeps its vendor's rule.
HOLDS: Mapping[str, Callable[[bytes], bool]] = {"crc32-base62": _ends_in_crc32_base62}

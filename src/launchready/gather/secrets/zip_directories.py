"""How large a zip's list of members is, asked before the standard library reads it whole."""

import os
from typing import IO

_END = b"PK\x05\x06"
_END_BYTES = 22
_LONGEST_COMMENT = 65_535


def directory_bytes(opened: IO[bytes]) -> int:
    """The size that the end record gives (APPNOTE.TXT 4.3.16); 0 when there is no such record."""
    size = opened.seek(0, os.SEEK_END)
    opened.seek(max(0, size - _END_BYTES - _LONGEST_COMMENT))
    tail = opened.read()
    plain = tail[-_END_BYTES:]
    if not (plain.startswith(_END) and plain.endswith(b"\0\0")):
        start = tail.rfind(_END)
        plain = tail[start:] if start >= 0 else b""
    return int.from_bytes(plain[12:16], "little")

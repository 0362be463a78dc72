"""Private keys and service accounts that somebody put into base64 for a variable; the base64 is the value."""

import re
from base64 import b64decode
from collections.abc import Iterator

from launchready.formats.secret_shapes.boundaries import begins_token
from launchready.formats.secret_shapes.private_keys import PrivateKeys
from launchready.model.secret import SecretHit

# How the base64 of "-----BEGIN", '{"type":', '{ "type":' and '{\n  "type":' begins.
_STARTS = r"(?:LS0tLS1CRUdJTi|eyJ0eXBlIjog?|eyAidHlwZSI6|ewogICJ0eXBlIjog)"
_START = re.compile(_STARTS.encode())
_REST = re.compile(rb"[A-Za-z0-9+/]{100,65536}={0,2}")
_LEAST = 120
_MARK = re.compile(rb"PRIVATE KEY(?: BLOCK)?-----")


class EncodedKeys:
    """Finds what the private keys' finder finds, one layer of base64 deeper."""

    alarm = rf"{_STARTS}[A-Za-z0-9+/]{{100}}".encode()

    def __init__(self, keys: PrivateKeys) -> None:
        self._keys = keys

    def values(self, data: bytes, end: int) -> Iterator[SecretHit]:
        start = _START.search(data, max(end - _LEAST, 0), end)
        if start is None or data[max(start.start() - 1, 0) : start.start()] in (b"+", b"/"):
            return
        if not begins_token(data, start.start()):
            return
        rest = _REST.match(data, start.end())
        if rest is None:
            return
        encoded = data[start.start() : rest.end()].rstrip(b"=")
        text = b64decode(encoded[: len(encoded) // 4 * 4])
        for mark in _MARK.finditer(text):
            for hit in self._keys.values(text, mark.end()):
                yield SecretHit(kind=hit.kind, verdict=hit.verdict, start=start.start(), end=rest.end())
                return

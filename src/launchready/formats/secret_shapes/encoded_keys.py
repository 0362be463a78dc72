"""Private keys and service accounts that somebody put into base64 to get them into a variable; the base64 is the value."""

import re
from base64 import b64decode
from collections.abc import Iterator

from launchready.formats.secret_shapes.boundaries import begins_token
from launchready.formats.secret_shapes.private_keys import PrivateKeys
from launchready.model.secret import SecretHit

# How the base64 of "-----BEGIN", '{"type":', '{ "type":' and '{\n  "type":' begins.
_STARTS = r"(?:LS0tLS1CRUdJTi|eyJ0eXBlIjog?|eyAidHlwZSI6|ewogICJ0eXBlIjog)"
_WHOLE = re.compile(rf"{_STARTS}[A-Za-z0-9+/]{{100,65536}}={{0,2}}".encode())
_LEAST = 200


class EncodedKeys:
    """Finds what the private keys' finder finds, one layer of base64 deeper."""

    alarm = rf"{_STARTS}[A-Za-z0-9+/]{{100}}".encode()

    def __init__(self, keys: PrivateKeys) -> None:
        self._keys = keys

    def values(self, data: bytes, end: int) -> Iterator[SecretHit]:
        whole = _WHOLE.search(data, max(end - _LEAST, 0))
        if whole is None or whole.start() >= end or not begins_token(data, whole.start()):
            return
        encoded = whole[0].rstrip(b"=")
        text = b64decode(encoded[: len(encoded) // 4 * 4])
        for mark in re.finditer(rb"PRIVATE KEY(?: BLOCK)?-----", text):
            for hit in self._keys.values(text, mark.end()):
                yield SecretHit(kind=hit.kind, verdict=hit.verdict, start=whole.start(), end=whole.end())
                return

"""Keys that show by their own shape what they are."""

import re
from collections.abc import Iterator

from launchready.formats.secret_shapes.boundaries import stands_alone
from launchready.formats.secret_shapes.checksums import HOLDS
from launchready.formats.secret_shapes.finder import LOOK_AHEAD, LOOK_BACK, least
from launchready.formats.secret_shapes.placeholders import placeholder
from launchready.known.secret_kinds import KnownKind
from launchready.model.secret import SecretHit


class Shaped:
    """Finds the keys of a kind by its shape."""

    def __init__(self, known: KnownKind, shape: str) -> None:
        self._kind = known.kind
        self._exact = re.compile(shape.encode())
        self._checksum_holds = HOLDS[known.checksum] if known.checksum else None
        self.alarm = least(shape)

    def values(self, data: bytes, end: int) -> Iterator[SecretHit]:
        for match in self._exact.finditer(data, max(end - LOOK_BACK, 0), end + LOOK_AHEAD):
            if match.start() >= end:
                return
            if match.end() >= end and self._is_key(data, match):
                yield SecretHit(kind=self._kind, verdict=self._kind.verdict, start=match.start(), end=match.end())

    def _is_key(self, data: bytes, match: re.Match[bytes]) -> bool:
        return (
            stands_alone(data, match.start(), match.end())
            and not placeholder(match[match.lastindex or 0])
            and (self._checksum_holds is None or self._checksum_holds(match[0]))
        )

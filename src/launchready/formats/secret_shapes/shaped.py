"""Keys that show by their own shape what they are."""

import re
from collections.abc import Iterator

from launchready.formats.secret_shapes.boundaries import stands_alone
from launchready.formats.secret_shapes.checksums import HOLDS
from launchready.formats.secret_shapes.finder import LOOK_BACK
from launchready.formats.secret_shapes.placeholders import placeholder
from launchready.known.secret_kinds import KnownKind
from launchready.model.secret import SecretHit

_LAST_REPETITION = re.compile(r"\{(\d+),\d+\}(\)?)\Z")


class Shaped:
    """Finds the keys of a kind by its shape."""

    def __init__(self, known: KnownKind, shape: str) -> None:
        self._kind = known.kind
        self._exact = re.compile(shape.encode())
        self._checksum_holds = HOLDS[known.checksum] if known.checksum else None
        # The least that a value is: so each rings once.
        self.alarm = _LAST_REPETITION.sub(r"{\1}\2", shape).encode()

    def values(self, data: bytes, end: int) -> Iterator[SecretHit]:
        for match in self._exact.finditer(data, max(end - LOOK_BACK, 0)):
            if match.start() >= end:
                return
            if match.end() >= end and self._is_key(data, match):
                yield SecretHit(kind=self._kind, verdict=self._kind.verdict, start=match.start(), end=match.end())

    def _is_key(self, data: bytes, match: re.Match[bytes]) -> bool:
        random_part = match[match.lastindex or 0]
        return (
            stands_alone(data, match.start(), match.end())
            and not placeholder(random_part)
            and (self._checksum_holds is None or self._checksum_holds(random_part))
        )

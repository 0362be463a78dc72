"""Keys that show by their own shape what they are."""

import re
from collections.abc import Iterator

from launchready.formats.secret_shapes.boundaries import stands_alone
from launchready.formats.secret_shapes.checksums import HOLDS
from launchready.formats.secret_shapes.finder import LOOK_AHEAD, LOOK_BACK, least
from launchready.formats.secret_shapes.placeholders import blank, made_up, placeholder
from launchready.formats.secret_shapes.surroundings import says_none
from launchready.known.secret_kinds import KnownKind
from launchready.model.secret import SecretHit


class Shaped:
    """Finds the keys of a kind by its shape."""

    def __init__(self, known: KnownKind, shape: str) -> None:
        self._kind = known.kind
        self._exact = re.compile(shape.encode())
        self._checksum_holds = HOLDS[known.checksum] if known.checksum else None
        self._is_often_shown = known.shown
        self._group = "value" if "value" in self._exact.groupindex else 0
        self.alarm = least(shape)

    def values(self, data: bytes, end: int) -> Iterator[SecretHit]:
        for match in self._exact.finditer(data, max(end - LOOK_BACK, 0), end + LOOK_AHEAD):
            if match.start() >= end:
                return
            if match.end() >= end and self._is_key(data, match):
                start, stop = match.span(self._group)
                yield SecretHit(kind=self._kind, verdict=self._kind.verdict, start=start, end=stop)

    def _is_key(self, data: bytes, match: re.Match[bytes]) -> bool:
        if self._group:
            return not made_up(match["value"]) and not blank(match["value"])
        return (
            stands_alone(data, match.start(), match.end())
            and not placeholder(match[match.lastindex or 0])
            and (self._checksum_holds is None or self._checksum_holds(match[0]))
            and not (self._is_often_shown and says_none(data, *match.span()))
        )

"""Whether a value looks like chance made it, and no person: names, paths, sentences and slugs do not."""

import re

_PIECE = re.compile(rb"[A-Za-z0-9]+")
# What a reader sees as one: a word with or without its capital, an abbreviation, a number.
_SEGMENT = re.compile(rb"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_HEX = re.compile(rb"(?=[a-fA-F-]*\d)(?=[\d-]*[a-fA-F])[0-9a-fA-F]{8,}(?:-[0-9a-fA-F]{4,}){0,4}")
# Names stand in words of four letters and more, also with a number behind them ("v2_events_endpoint_read_6623");
# in sixteen random characters there are seven such segments, or more.
_LONGEST_SEGMENTS = 3.2
_SHORT_SEGMENTS = 2.0
_SHORTEST_PIECE = 6
_LONG_PIECE = 16  # in which digits stand in three places or more: capitals and digits alone change less often
_FEWEST_NUMBERS = 3
_NUMBER = re.compile(rb"\d+")
_LEAST_RANDOM = 12
_UUID = re.compile(rb"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def looks_random(value: bytes) -> bool:
    """Whether enough of the value changes between letters, capitals and digits as only chance does."""
    if not value.isascii():
        return False
    if _HEX.fullmatch(value):
        return True
    pieces = _PIECE.findall(value)
    random = sum(len(piece) for piece in pieces if len(piece) >= _SHORTEST_PIECE and _is_random(piece))
    return random >= _LEAST_RANDOM or _per_segment(b"".join(pieces)) <= _SHORT_SEGMENTS


def is_uuid(value: bytes) -> bool:
    """Whether the value is written as a UUID, which names a thing more often than it opens one."""
    return _UUID.fullmatch(value) is not None


def _is_random(piece: bytes) -> bool:
    return (
        _HEX.fullmatch(piece) is not None
        or _per_segment(piece) <= _LONGEST_SEGMENTS
        or (len(piece) >= _LONG_PIECE and len(_NUMBER.findall(piece)) >= _FEWEST_NUMBERS)
    )


def _per_segment(piece: bytes) -> float:
    return len(piece) / max(len(_SEGMENT.findall(piece)), 1)

"""Keys without a shape of their own, found because their name stands beside them."""

import re
from collections.abc import Iterator

from launchready.formats.secret_shapes.assignments import (
    BETWEEN,
    anything,
    is_all,
    is_assigned,
    least_of_anything,
    stops,
)
from launchready.formats.secret_shapes.boundaries import begins_word
from launchready.formats.secret_shapes.finder import least
from launchready.formats.secret_shapes.placeholders import made_up, placeholder
from launchready.formats.secret_shapes.randomness import is_uuid, looks_random
from launchready.formats.secret_shapes.surroundings import says_none
from launchready.known.secret_kinds import KnownKind
from launchready.model.secret import SecretHit

# A name, what stands between and the least of a value are shorter than the first; the rest of a value than the second.
_LOOK_BACK = 192
_LOOK_AHEAD = 512
# What a "key" or "token" is called that every visitor may see, that nobody could use, or that only says where a list
# goes on.
_OF_NO_SECRET = re.compile(
    rb"(?i:public|publishable|anon|csrf|xsrf|authenticity|mock|fake|dummy|site|page|next|previous|continuation|cursor"
    rb"|input|output|design|cancel|change|action|idempotency|checkout|cart|postman)[-_. ]?\Z"
)
_WORD_BEFORE = 16
# Before a value in an address: one of this machine, or one of a badge that a README shows.
_OF_NO_ADDRESS = re.compile(rb"(?:localhost|127\.0\.0\.1|0\.0\.0\.0|badge[^\s\"'<>]{0,100}|\.svg)[^\s\"'<>@]{0,40}\Z")
_IN_ADDRESS = re.compile(rb"[?&/][\w.-]{0,40}\Z")
_ADDRESS_BEFORE = 200
_PUBLISHABLE = re.compile(rb"(?:[a-z]{2,16}[-_])?(?i:pk|pub|public|publishable|embed)[-_.]")


class Named:
    """Finds the values of a kind by their names: of a form (`value`), or anything that a person may have chosen."""

    def __init__(self, known: KnownKind) -> None:
        self._kind = known.kind
        self._chosen, self._random = known.value is None, known.random
        names = sorted(known.names, key=len, reverse=True)
        # Names are sought in small letters, which is several times as fast as without regard to case.
        self._names = re.compile("|".join(_pattern(name).lower() for name in names).encode())
        self._rest = re.compile(f"{BETWEEN}(?P<value>{known.value or anything(known.least)})".encode())
        alarm = "|".join(f"(?-i:{_pattern(name)})" if name.startswith("=") else _pattern(name) for name in names)
        self.alarm = least(f"(?i:{alarm}){BETWEEN}{known.value or least_of_anything(known.least)}")

    def values(self, data: bytes, end: int) -> Iterator[SecretHit]:
        first = max(end - _LOOK_BACK, 0)
        window = data[first:end].lower()
        name = self._names.search(window)
        while name is not None:
            start = first + name.start()
            rest = self._rest.match(data, first + name.end(), end + _LOOK_AHEAD)
            if rest is not None and rest.end() >= end and self._is_name(data, start):
                if self._is_value(data, start, rest):
                    yield SecretHit(
                        kind=self._kind, verdict=self._kind.verdict, start=rest.start("value"), end=rest.end("value")
                    )
                return
            name = self._names.search(window, name.start() + 1)

    def _is_name(self, data: bytes, start: int) -> bool:
        before = data[max(start - _WORD_BEFORE, 0) : start]
        return begins_word(data, start) and not (self._chosen and _OF_NO_SECRET.search(before))

    def _is_value(self, data: bytes, start: int, match: re.Match[bytes]) -> bool:
        if not self._chosen:
            return stops(data, match.end()) and not placeholder(match["value"])
        if not is_all(data, match) or made_up(match["value"]) or says_none(data, *match.span("value")):
            return False
        return not self._random or _is_random(data, start, match)


def _is_random(data: bytes, start: int, match: re.Match[bytes]) -> bool:
    """Whether a value is one although its name, which begins at `start`, says little."""
    name, value, before = data[start : match.start()], match["value"], data[max(start - _ADDRESS_BEFORE, 0) : start]
    if address := _IN_ADDRESS.search(before):
        return _is_nobodys(value) and _OF_NO_ADDRESS.search(before[: address.start()]) is None
    if is_uuid(value) and name.lower() == b"token":  # of a cart, of a row, of a webhook's delivery
        return False
    return is_assigned(data, match) and _is_nobodys(value)


def _is_nobodys(value: bytes) -> bool:
    """Whether no person thought the value up, and it does not say of itself that everybody may see it."""
    return looks_random(value) and _PUBLISHABLE.match(value) is None


def _pattern(words: str) -> str:
    name = words.lstrip("^=").replace(" ", "[-_. ]?")
    return rf"(?<![A-Za-z0-9_-]){name}" if words[0] in "^=" else name

"""Keys without a shape of their own, found because their name stands beside them."""

import re
from collections.abc import Iterator

from launchready.formats.secret_shapes.boundaries import begins_word, ends_token
from launchready.formats.secret_shapes.finder import least
from launchready.formats.secret_shapes.placeholders import made_up, placeholder
from launchready.known.secret_kinds import KnownKind
from launchready.model.secret import SecretHit

# What may stand between a name and its value: a stage, the end of a quoted or bracketed name, a type, an assignment (or
# the `value:` of a list of variables), the beginning of a string, and the scheme of an Authorization header.
_STAGE = r"(?:[-_]?(?i:\d{1,2}|prod(?:uction)?|dev(?:elopment)?|stag(?:e|ing)|live|test|local|old|new|backup))?"
_END_OF_NAME = r"""(?:\\{0,3}["'`])?[\])]?(?:[ ]?:[ ]?(?:str|[sS]tring|bytes)(?=[ ]?=))?"""
_ASSIGNMENT = (
    r"""(?:[ \t]{0,20}(?:[:=]{1,3}|=>|,|\|\||\?\?|\bor\b|%3[dD])\s{0,4}"""
    r"""|["']?[,;]?\s{1,40}["']?value["']?[ ]?[:=][ ]?|[ \t]{1,4})"""
)
_START_OF_VALUE = r"""(?:[bfru]{0,2}(?P<quote>\\{0,3}["'`])|%22|&quot;)?(?:(?i:bearer|token|basic)(?:[ +]|%20))?"""
_BETWEEN = _STAGE + _END_OF_NAME + _ASSIGNMENT + _START_OF_VALUE
# A value that can be anything: all of a quoted string, or what a shell, a URL and YAML let stand without quotes.
_ANYTHING = r"""(?:(?<=["'`])[^\s"'`\\]{%(least)d,200}|[A-Za-z0-9+/=_.~!@#%%^*:?-]{%(least)d,200})"""
_RINGS_FOR_ANYTHING = r"""[^\s"'`\\]{%(least)d}"""
# A name, what follows it and the least of its value are shorter than this; so is the rest of a value.
_LONGEST = 256
# After a value, these say that it was the beginning of something longer: a call, a member, a path.
_GOES_ON = (b"(", b"[", b"/", b"+", b"$", b"{")


class Named:
    """Finds the values of a kind by their names: of a form (`value`), or anything that a person may have chosen."""

    def __init__(self, known: KnownKind) -> None:
        self._kind = known.kind
        self._chosen = known.value is None
        anything = {"least": known.least}
        start = f"(?i:{'|'.join(map(_name, known.names))}){_BETWEEN}"
        self._exact = re.compile(f"{start}(?P<value>{known.value or _ANYTHING % anything})".encode())
        self.alarm = least(start + (known.value or _RINGS_FOR_ANYTHING % anything))

    def values(self, data: bytes, end: int) -> Iterator[SecretHit]:
        for match in self._exact.finditer(data, max(end - _LONGEST, 0), end + _LONGEST):
            if match.start() >= end:
                return
            if match.end() >= end and self._is_value(data, match):
                start, stop = match.span("value")
                yield SecretHit(kind=self._kind, verdict=self._kind.verdict, start=start, end=stop)

    def _is_value(self, data: bytes, match: re.Match[bytes]) -> bool:
        value, end = match["value"], match.end()
        if not begins_word(data, match.start()):
            return False
        if self._chosen:
            return not made_up(value) and (
                data.startswith(match["quote"], end) if match["quote"] else _stops(data, end)
            )
        return ends_token(data, end) and data[end : end + 1] not in _GOES_ON and not placeholder(value)


def _name(words: str) -> str:
    name = words.removeprefix("^").replace(" ", "[-_. ]?")
    return rf"(?<![A-Za-z0-9_-]){name}" if words.startswith("^") else name


def _stops(data: bytes, end: int) -> bool:
    return ends_token(data, end) and data[end : end + 1] not in _GOES_ON

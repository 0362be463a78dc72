"""On which line of a TOML text each key stands: `tomllib` keeps values and forgets places.

The text is known to be valid TOML when it comes here, so that this reads structure only and checks nothing.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass

Place = tuple[str | int, ...]

DEEPEST = 6  # no key of launch.toml lies deeper; what does is reported where this part of its path stands

# Possessive (++, *+): valid text never needs to be read twice, and a hostile one must not make it so.
_TOKEN = re.compile(
    r"""
      (?P<blank> [ \t\r\n]++ | \#[^\n]*+ )
    | (?P<string>
          \"{3} (?: [^"\\]++ | \\. | "{1,2}+(?!") )*+ "{3,5}
        | '{3} .*? '{3,5}
        | " (?: [^"\\\n]++ | \\. )*+ "
        | ' [^'\n]*+ '
      )
    | (?P<mark> [][{}=,.] )
    | (?P<bare> [^][{}=,.\#"' \t\r\n]++ )
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    line: int


_END = _Token("end", "", 0)


def lines_of_keys(text: str) -> dict[Place, int]:
    """The line (from 1) where each table, key and array entry first stands, by its path of keys and indexes."""
    reader = _Reader(text)
    reader.document()
    return reader.lines


def line_of(place: Place, lines: dict[Place, int]) -> int:
    """The line of a place, or of the nearest thing around it that stands in the text."""
    around = (place[:length] for length in range(len(place), 0, -1))
    return next((lines[part] for part in around if part in lines), 1)


def _tokens(text: str) -> Iterator[_Token]:
    line = 1
    for match in _TOKEN.finditer(text):
        if match.lastgroup != "blank":
            yield _Token(match.lastgroup or "", match.group(), line)
        line += match.group().count("\n")


class _Reader:
    """Reads with one token in hand; `_entries` counts the tables of each array of tables."""

    def __init__(self, text: str) -> None:
        self.lines: dict[Place, int] = {}
        self._entries: dict[Place, int] = {}
        self._tokens = _tokens(text)
        self._token = next(self._tokens, _END)

    def document(self) -> None:
        table: Place = ()
        while self._token is not _END:
            if self._token.text == "[":
                table = self._header()
            else:
                self._pair(table)

    def _take(self) -> _Token:
        taken, self._token = self._token, next(self._tokens, _END)
        return taken

    def _mark(self, place: Place, line: int) -> None:
        if len(place) <= DEEPEST:
            self.lines.setdefault(place, line)

    def _header(self) -> Place:
        """`[a.b]` or `[[a.b]]`: the table that the lines below it fill."""
        line = self._take().line
        is_entry = self._token.text == "["
        if is_entry:
            self._take()
        place: Place = ()
        keys = self._keys()
        for index, key in enumerate(keys):
            place = (*place, key)
            self._mark(place, line)
            if is_entry and index == len(keys) - 1:
                self._entries[place] = self._entries.get(place, 0) + 1
            if place in self._entries:
                place = (*place, self._entries[place] - 1)
                self._mark(place, line)
        while self._token.text == "]" and self._token.line == line:
            self._take()
        return place

    def _pair(self, table: Place) -> None:
        line = self._token.line
        place = table
        for key in self._keys():
            place = (*place, key)
            self._mark(place, line)
        self._take()  # the equals sign
        self._value(place)

    def _keys(self) -> list[str]:
        keys = [_key(self._take())]
        while self._token.text == ".":
            self._take()
            keys.append(_key(self._take()))
        return keys

    def _value(self, place: Place) -> None:
        first = self._take()
        if first.text == "[":
            self._list(place)
        elif first.text == "{":
            self._inline_table(place)
        elif first.kind == "bare":
            while (
                self._token is not _END and self._token.line == first.line and self._token.text not in (",", "]", "}")
            ):
                self._take()

    def _list(self, place: Place) -> None:
        index = 0
        while self._token.text not in ("]", ""):
            entry = (*place, index)
            self._mark(entry, self._token.line)
            self._value(entry)
            index += 1
            if self._token.text == ",":
                self._take()
        self._take()

    def _inline_table(self, place: Place) -> None:
        while self._token.text not in ("}", ""):
            self._pair(place)
            if self._token.text == ",":
                self._take()
        self._take()


def _key(token: _Token) -> str:
    if token.kind == "bare":
        return token.text
    key: str = tomllib.loads(f"key = {token.text}")["key"]
    return key

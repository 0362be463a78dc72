"""The bytes of launch.toml become tables with their lines, or one sentence that says where reading ended."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from launchready.config.lines import Place, line_of, lines_of_keys
from launchready.errors import ConfigError
from launchready.formats.printable import printable

LARGEST_BYTES = 1024 * 1024
_MOST_KEYS = 20_000
_MOST_DOTS = 20_000  # each may be a table of its own
_MOST_DOTS_IN_A_LINE = 300  # tomllib takes time by the square of a dotted key's length
_AT = re.compile(r" \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)\Z")
_TWICE = re.compile(r"Cannot (?:declare|mutate immutable namespace) \((?P<keys>.*?),?\)(?: twice)?\Z", re.DOTALL)
_KEY = r"'((?:[^'\\]|\\.)*)'"

# tomllib's words, and a founder's.
_WORDS = (
    ("Invalid value", "the value is not TOML; text needs quotes around it"),
    ("Cannot overwrite a value", "this key was given before; keep one of the two"),
    ("Expected '=' after a key", "a key needs an equals sign and a value after it"),
    ("Expected newline or end of document", "something stands after the end of the line's value; text needs quotes"),
    ("Illegal character '\\n'", "a quote is opened and not closed on its line"),
    ("Unterminated string", "a quote is opened and never closed"),
    ("Expected \"'''\"", "a quote is opened and never closed"),
    ("Unescaped '\\'", "a backslash in double quotes is written twice; or use single quotes"),
    ("Invalid date or datetime", "there is no such day or time; a date is written 2027-02-01"),
    ("Expected ']' at the end", "the section's name lacks its closing bracket, or its dots need quotes around them"),
    ("Expected ']]' at the end", "the section's name lacks its closing brackets, or its dots need quotes around them"),
    ("Unclosed array", "a list is opened with [ and never closed"),
    ("Unclosed inline table", "a table is opened with { and not closed on its line"),
)


@dataclass(frozen=True, slots=True)
class Document:
    """What stands in the file; `name` is what messages call it."""

    name: str
    folder: Path
    tables: dict[str, Any]
    lines: dict[Place, int]

    def line(self, place: Place) -> int:
        """The line (from 1) of a place, or of what is nearest around it."""
        return line_of(place, self.lines)


def read(path: Path, name: str | None = None) -> Document:
    """The document in a file; raises `ConfigError` when it cannot be read or is not TOML."""
    shown = printable(name or str(path))
    text = _decoded(_content(path, shown), shown)
    try:
        tables = _parsed(text, shown)
        lines = lines_of_keys(text)
    except RecursionError:
        raise ConfigError([f"{shown}: lists or tables stand too deeply inside one another to be read"]) from None
    if len(lines) > _MOST_KEYS:
        raise ConfigError([f"{shown}: has more than {_MOST_KEYS} keys; this is not a launch.toml"])
    return Document(shown, path.parent, tables, lines)


def _content(path: Path, name: str) -> bytes:
    try:
        if path.is_dir():
            raise ConfigError([f"{name}: is a folder; name the launch.toml in it"])
        if path.exists() and not path.is_file():
            raise ConfigError([f"{name}: is not a regular file; copy it to one and name that"])
        with path.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except FileNotFoundError:
        raise ConfigError([f"{name}: there is no such file; `launchready audit DOMAIN` needs none"]) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is not a path"
        raise ConfigError([f"{name}: cannot be read ({reason}); see who may read it"]) from None
    if len(content) > LARGEST_BYTES:
        raise ConfigError([f"{name}: is larger than 1 MiB; this is not a launch.toml"])
    return content


def _decoded(content: bytes, name: str) -> str:
    """UTF-8, as TOML demands; the mark that some editors put before it is left out."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ConfigError([f"{name}:1: is UTF-16; save it as UTF-8"])
    nul = content.find(b"\0")
    if nul >= 0:
        raise ConfigError([f"{name}:{_line(content, nul)}: holds a NUL byte; this is not a text file"])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError([f"{name}:{_line(content, error.start)}: is not UTF-8; save it as UTF-8"]) from None


def _line(content: bytes, offset: int) -> int:
    return content.count(b"\n", 0, offset) + 1


def _parsed(text: str, name: str) -> dict[str, Any]:
    if text.count(".") > _MOST_DOTS:
        raise ConfigError([f"{name}: has more than {_MOST_DOTS} dots; this is not a launch.toml"])
    for number, line in enumerate(text.split("\n"), start=1):
        if line.count(".") > _MOST_DOTS_IN_A_LINE:
            raise ConfigError([f"{name}:{number}: has more than {_MOST_DOTS_IN_A_LINE} dots in one line; shorten it"])
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([_not_toml(str(error), text, name)]) from None
    except ValueError:  # from int(), which reads 4300 digits at most
        raise ConfigError([f"{name}: holds a number of thousands of digits; shorten it"]) from None


def _not_toml(message: str, text: str, name: str) -> str:
    """tomllib's message in our words, after the place."""
    at = _AT.search(message)
    line = int(at["line"]) if at and at["line"] else text.rstrip("\n").count("\n") + 1
    reason = message[: at.start()] if at else message
    column = f" (column {at['column']})" if at and at["column"] else ""
    return f"{name}:{line}: cannot be read as TOML{column}: {_in_words(reason)}"


def _in_words(reason: str) -> str:
    twice = _TWICE.match(reason)
    if twice:
        table = printable(".".join(re.findall(_KEY, twice["keys"])), 120)
        return f"[{table}] was begun before; keep it in one place"
    return next((ours for theirs, ours in _WORDS if reason.startswith(theirs)), printable(reason, 200))

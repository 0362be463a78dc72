"""A dotenv file as each of its usual readers understands it. The values are for looking at once, and are never kept.

Read 2026-11-24: python-dotenv 1.2 (its parser is used), npmjs.com/package/dotenv (rules of 17.x), docs.docker.com
"Set environment variables" (syntax of .env files).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from io import StringIO

from dotenv.parser import parse_stream
from dotenv.variables import parse_variables

from launchready.formats.dotenv_file.compose import compose
from launchready.formats.dotenv_file.lines import Line, filled_in
from launchready.formats.dotenv_file.node import node

MOST_LINES = 5_000
MOST_REFERENCES = 50
_BOM = "\ufeff"


class Dialect(Enum):
    """Who reads the file, as its users call it."""

    PYTHON = "python-dotenv"
    NODE = "Node's dotenv"
    COMPOSE = "docker compose"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Entry:
    """A variable of the file: the line that counts and, by reader, its value; a reader that sees none is not there.

    `lines` are all the lines that set it. It has no repr, since it holds values.
    """

    name: str
    lines: tuple[int, ...]
    values: Mapping[Dialect, str | None]
    refers: bool
    raw: str

    @property
    def line(self) -> int:
        return self.lines[-1]

    @property
    def value(self) -> str:
        """What the first of the readers that see it takes it for."""
        return next((self.values[one] or "" for one in Dialect if one in self.values), "")


def entries(text: str) -> tuple[Entry, ...]:
    """Every variable of the file, in the order in which they first stand there."""
    text = "\n".join(text.splitlines()[:MOST_LINES]) if text.count("\n") > MOST_LINES else text
    read: dict[Dialect, list[Line]] = {dialect: list(reader(text)) for dialect, reader in _READERS.items()}
    lines: dict[str, dict[int, Line]] = {}
    for found in read.values():
        for one in found:
            lines.setdefault(one.name.lstrip(_BOM), {}).setdefault(one.number, one)
    return tuple(_entry(name, numbered, read) for name, numbered in lines.items())


def _entry(name: str, numbered: Mapping[int, Line], read: Mapping[Dialect, list[Line]]) -> Entry:
    values = {dialect: last.value for dialect, found in read.items() if (last := _last(name, found)) is not None}
    raw = numbered[max(numbered)].raw
    return Entry(
        name=name,
        lines=tuple(sorted(numbered)),
        values=values,
        refers=any(one.refers for one in numbered.values()),
        raw=raw,
    )


def _last(name: str, found: list[Line]) -> Line | None:
    return next((one for one in reversed(found) if one.name == name), None)


def _python(text: str) -> Iterator[Line]:
    """python-dotenv: its own parser; only `${NAME}` and `${NAME:-default}` stand for other variables."""
    known: dict[str, str | None] = {}
    for one in parse_stream(StringIO(text)):
        if one.key is None or one.error:
            continue
        written = one.original.string
        number = one.original.line + written[: len(written) - len(written.lstrip())].count("\n")
        # Its reading of references takes a time that grows with the square of their number.
        few = one.value is not None and one.value.count("${") <= MOST_REFERENCES
        atoms = list(parse_variables(one.value)) if few and one.value else []
        value = "".join(atom.resolve(known) for atom in atoms) if atoms else one.value
        known[one.key] = value
        refers = any(type(atom).__name__ == "Variable" for atom in atoms)
        yield Line(name=one.key, number=number, value=value, raw=written.partition("=")[2].strip(), refers=refers)


_READERS: Mapping[Dialect, Callable[[str], Iterator[Line]]] = {
    Dialect.PYTHON: _python,
    Dialect.NODE: node,
    Dialect.COMPOSE: compose,
}

__all__ = ["Dialect", "Entry", "entries", "filled_in"]

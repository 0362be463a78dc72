"""What the readers of dotenv files share: a line's name, quoted values over several lines, and `$NAME`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

LONGEST = 65_536
_REFERENCE = re.compile(r"\\\$|\$\$|\$\{([A-Za-z_]\w*)(?::?([-?+])([^{}]*))?\}|\$([A-Za-z_]\w*)")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Line:
    """One assignment; `value` is None where there is no `=`; `refers` says that it is made of other variables."""

    name: str
    number: int
    value: str | None
    raw: str
    refers: bool = False


def closing(text: str, start: int, *, escapes: bool = True) -> int:
    """Where the quote that opens at `start` closes; -1 where it does not."""
    quote, position = text[start], start + 1
    while 0 <= (position := text.find(quote, position)) < start + LONGEST:
        before = position - 1
        while escapes and text[before] == "\\":
            before -= 1
        if not escapes or (position - before) % 2 == 1:
            return position
        position += 1
    return -1


def end_of_line(text: str, start: int) -> int:
    """Where the line ends that a place stands on."""
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def filled_in(value: str, known: Mapping[str, str]) -> tuple[str, bool]:
    """The value with `$NAME`, `${NAME}` and `${NAME:-default}` put in, and whether there was any of them."""
    refers = False

    def put(match: re.Match[str]) -> str:
        nonlocal refers
        if match[0] in ("\\$", "$$"):
            return "$"
        refers = True
        name, sign, word = match[1] or match[4], match[2], match[3]
        there = known.get(name, "")
        return (word or "") if sign == "-" and not there else there

    return _REFERENCE.sub(put, value), refers

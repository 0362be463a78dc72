"""How docker compose reads: a # counts after a space, and $NAME is put in unless single quotes stand around it."""

import re
from collections.abc import Iterator

from launchready.formats.dotenv_file.lines import Line, closing, end_of_line, filled_in

_KEY = re.compile(r"[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*(?:=|:[ \t])[ \t]*")
_ALONE = re.compile(r"[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*$")
_ESCAPED = re.compile(r'\\([nrtabfv"\'\\])')
_MEANT = {"n": "\n", "r": "\r", "t": "\t", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


def compose(text: str) -> Iterator[Line]:
    """Each assignment of the file."""
    text, position, number = text.removeprefix("\ufeff").replace("\r\n", "\n"), 0, 1
    known: dict[str, str] = {}
    while position < len(text):
        end = end_of_line(text, position)
        match = _KEY.match(text, position)
        if match and match.end() <= end:
            if _unclosed(text, match.end()):
                return  # it refuses the whole file; what stood above is what can be told of it
            value, refers, end = _value(text, match.end(), known)
            known[match[1]] = value
            yield Line(name=match[1], number=number, value=value, raw=text[match.end() : end], refers=refers)
        elif alone := _ALONE.match(text[position:end]):
            yield Line(name=alone[1], number=number, value=None, raw="")
        number += text.count("\n", position, end) + 1
        position = end + 1


def _unclosed(text: str, start: int) -> bool:
    return text[start : start + 1] in ("'", '"') and closing(text, start) < 0


def _value(text: str, start: int, known: dict[str, str]) -> tuple[str, bool, int]:
    quote, end = text[start : start + 1], end_of_line(text, start)
    if quote in ("'", '"') and (stop := closing(text, start)) > 0:
        inside, end = text[start + 1 : stop], end_of_line(text, stop)
        if quote == "'":
            return inside.replace("\\'", "'"), False, end
        filled, refers = filled_in(inside, known)
        return _ESCAPED.sub(lambda match: _MEANT.get(match[1], match[1]), filled), refers, end
    plain = re.split(r"[ \t]+#", text[start:end], maxsplit=1)[0].strip()
    filled, refers = filled_in(plain, known)
    return filled, refers, end

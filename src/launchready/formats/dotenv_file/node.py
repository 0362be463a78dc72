"""How Node's dotenv reads: a # ends what has no quotes, wherever it stands; nothing is put in for $NAME."""

import re
from collections.abc import Iterator

from launchready.formats.dotenv_file.lines import Line, closing, end_of_line

_KEY = re.compile(r"[ \t\ufeff]*(?:export[ \t]+)?([\w.-]+)(?:[ \t]*=|:[ \t])[ \t]*", re.ASCII)
_AFTER = re.compile(r"[ \t]*(?:#[^\n]*)?(?:\n|\Z)")


def node(text: str) -> Iterator[Line]:
    """Each assignment of the file."""
    text, position, number = text.replace("\r\n", "\n").replace("\r", "\n"), 0, 1
    while position < len(text):
        match = _KEY.match(text, position)
        end = end_of_line(text, position)
        if match and match.end() <= end:
            value, end = _value(text, match.end())
            yield Line(name=match[1], number=number, value=value, raw=text[match.end() : end])
        number += text.count("\n", position, end) + 1
        position = end + 1


def _value(text: str, start: int) -> tuple[str, int]:
    if text[start : start + 1] in ("'", '"', "`") and text[start : start + 1]:
        stop = closing(text, start)
        if stop > 0 and _AFTER.match(text, stop + 1):
            inside = text[start + 1 : stop]
            if text[start] == '"':
                inside = inside.replace("\\n", "\n").replace("\\r", "\r")
            return inside, end_of_line(text, stop)
    end = end_of_line(text, start)
    return text[start:end].partition("#")[0].strip(), end

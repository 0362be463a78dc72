"""Where a script says that its source map is, and the sources inside (ECMA-426, sections 9 and 11); no input raises."""

import json
import re
from base64 import b64decode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import unquote_to_bytes

from launchready.formats.headers import values

LONGEST = 1024
_COMMENT = re.compile(rb"//[#@][ \t]*sourceMappingURL=([^\s'\"]{1,1024})[ \t]*$")
_TAIL_BYTES = 4096


def map_reference(headers: Iterable[tuple[str, str]], body: bytes) -> str | None:
    """The reference in the SourceMap header, or in the comment at the script's end; None for none, or an inline map."""
    sent = tuple(headers)
    for name in ("sourcemap", "x-sourcemap"):
        if told := values(sent, name):
            return told[0][:LONGEST]
    for line in reversed(body[-_TAIL_BYTES:].splitlines()):
        if found := _COMMENT.search(line.rstrip()):
            reference = found[1].decode("utf-8", "replace")
            return None if reference.startswith("data:") else reference
        if line.strip() and not line.lstrip().startswith((b"//", b"/*", b"*/")):
            return None
    return None


MOST_INLINE_MAPS = 5000
MOST_SOURCES = 20_000
LONGEST_NAME = 300
# A bundle made for development carries one map for each module, in the string that it evaluates.
_INLINE = re.compile(rb"[#@][ \t]*sourceMappingURL=data:[\w/+.-]{1,80}((?:;[\w=-]{1,40})*),([\w+/=%.~!*()',:-]+)")
# Within a source these words stand between escaped quotation marks, so that only the keys themselves match.
_LISTS = re.compile(rb'"(sources|sourcesContent)"[ \t\r\n]*:[ \t\r\n]*\[')
_ITEM = re.compile(rb'[ \t\r\n]*+(?:null|("[^"\\]*+(?:\\.[^"\\]*+)*+"))[ \t\r\n]*+(,?)', re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One source within a map: its name as the map gives it, and its text in UTF-8."""

    name: str
    text: bytes


def inline_maps(body: bytes) -> Iterator[bytes]:
    """The maps that stand in the script itself, as data: URLs."""
    for found in islice(_INLINE.finditer(body), MOST_INLINE_MAPS):
        try:
            yield b64decode(found[2]) if b"base64" in found[1] else unquote_to_bytes(found[2])
        except ValueError:
            continue


def sources(body: bytes) -> Iterator[Source]:
    """The sources that a map holds, indexed maps with sections too, and as many as came of a map that was cut off.

    It is read list by list: a tree of a stranger's JSON may take a hundred times its size.
    """
    names, texts, maps = list[str](), list[tuple[int, int]](), 0
    for found in _LISTS.finditer(body):
        items = islice(_items(body, found.end()), MOST_SOURCES)
        if found[1] == b"sources":
            names += [_string(body[start:end])[:LONGEST_NAME] for start, end in items][: MOST_SOURCES - len(names)]
        else:
            maps += 1
            texts += list(items)[: MOST_SOURCES - len(texts)]
    if maps > 1 and len(names) != len(texts):  # which name is whose cannot be told
        names = []
    for place, (start, end) in enumerate(texts):
        if start < end:
            name = names[place] if place < len(names) else ""
            yield Source(name=name or f"source {place + 1}", text=_string(body[start:end]).encode("utf-8", "replace"))


def _items(body: bytes, start: int) -> Iterator[tuple[int, int]]:
    """Where each string of a JSON list stands, (0, 0) for null, up to whatever is neither."""
    while found := _ITEM.match(body, start):
        yield found.span(1) if found[1] is not None else (0, 0)
        if not found[2]:
            return
        start = found.end()


def _string(literal: bytes) -> str:
    """What a JSON string says; as it stands when it is none."""
    try:
        said = json.loads(literal) if literal else ""
    except ValueError:
        said = literal.decode("utf-8", "replace")
    return str(said)

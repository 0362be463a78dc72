"""The names that webpack's runtime makes for its chunks, worked out of the expression that makes them; nothing raises.

r.u=e=>"static/chunks/"+({7:"chat"}[e]||e)+"."+{7:"0a1b",9:"2c3d"}[e]+".js"
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

MOST_RUNTIMES = 20
MOST_CHUNKS = 1000  # of one runtime

_KEY = rb"(?:[\w$]{1,60}|\"[^\"\\]{1,100}\")"
_TABLE = rb"\(*+\{(?:" + _KEY + rb"\s?:\s?\"[^\"\\]{0,100}\",?\s?)*+\}\)?\[\w{1,20}\](?:\s?\|\|\s?\w{1,20})?\)*+"
_CHOICE = rb"\((?:" + _KEY + rb"\s?===\s?\w{1,20}\s?\?\s?\"[^\"\\]{0,100}\"\s?:\s?)++\w{1,20}\)"
_TERM = rb"(?:\"[^\"\\]{0,100}\"|" + _TABLE + rb"|" + _CHOICE + rb"|\w{1,20})"
_EXPRESSION = re.compile(
    rb"(?:\.u\s?=|\.p\s?\+|\breturn\b|=>|[?:])\s?\(?((?:" + _TERM + rb"\s?\+\s?)++\"[^\"\\]{0,100}\.m?js\")"
)
_TERMS = re.compile(rb"\"([^\"\\]{0,100})\"\s?(?:\+|\Z)|(" + _TABLE + rb"|" + _CHOICE + rb")\s?\+|(\w{1,20})\s?\+")
_ENTRIES = re.compile(rb"(" + _KEY + rb")\s?(?::|===\s?\w{1,20}\s?\?)\s?\"([^\"\\]{0,100})\"")
# r.e(12), and __webpack_require__.e(/*! import() */ \"src_chat_js\") in the strings of a development build
_ASKED = re.compile(rb"\.e\(\s?(?:/\*[^*]{0,200}\*/\s?)?(?:(\d{1,9})|\\?\"([\w$./~-]{1,100})\\?\")\s?\)")

Term = str | dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkName:
    """How a name is put together: text, and tables of what stands for a chunk; one with "" has itself for the rest."""

    terms: tuple[Term, ...]

    def names(self, asked: Iterable[str]) -> Iterator[str]:
        """The name of each chunk: of all that the tables know, or else of those that some script asks for."""
        whole = [term for term in self.terms if isinstance(term, dict) and "" not in term]
        known = dict.fromkeys(key for table in whole for key in table) if whole else asked
        for chunk in islice(known, MOST_CHUNKS):
            if all(chunk in table for table in whole):
                yield "".join(term if isinstance(term, str) else term.get(chunk, chunk) for term in self.terms)


def chunk_name_makers(body: bytes) -> list[ChunkName]:
    """The expressions in a script that make names of chunks."""
    found = (_maker(one[1]) for one in islice(_EXPRESSION.finditer(body), MOST_RUNTIMES))
    return [one for one in found if any(isinstance(term, dict) for term in one.terms)]


def asked_chunks(body: bytes) -> dict[str, None]:
    """The chunks that a script asks its runtime for, in order."""
    return dict.fromkeys(_text(one[1] or one[2]) for one in islice(_ASKED.finditer(body), MOST_CHUNKS))


def _maker(expression: bytes) -> ChunkName:
    terms: list[Term] = []
    for text, table, name in _TERMS.findall(expression):
        if table:
            entries = {_text(key.strip(b'"')): _text(value) for key, value in _ENTRIES.findall(table)}
            terms.append(entries | ({"": ""} if b"||" in table or b"===" in table else {}))
        else:
            terms.append({"": ""} if name else _text(text))
    return ChunkName(terms=tuple(terms))


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")

"""Which other scripts a script loads, by the names that bundlers write into it; no input raises."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from urllib.parse import urlsplit

from launchready.formats.urls import joined

READ_BYTES = 8 * 1024 * 1024
MOST_REFERENCES = 2000
MOST_CHUNKS = 1000  # of one table

_QUOTE = rb"\\?[\"'`]"
_NAME = rb"[\w@%~$+()\[\].:/-]"
# A name in quotation marks, escaped ones too: Next.js streams its chunks' names in strings of JavaScript.
_LITERAL = re.compile(
    rb"[\"'`](" + _NAME + rb"{1,300}\.(?:[cm]?js|webmanifest)(?:\?[\w=.&%-]{0,100})?)" + _QUOTE,
)
_LOADED = re.compile(
    rb"(?:\bimport\s?\(?\s?|\bfrom\s?|importScripts\(|\.register\(|(?:Worker|URL)\()\s?[\"'`]([^\"'`\s\\]{1,300})[\"'`]"
)
_PUBLIC_PATH = re.compile(rb"\.p\s?=\s?[\"'`]([\w@%~.:/-]{1,200}/)[\"'`]")
# webpack's name of a chunk: r.u=e=>"static/chunks/"+({7:"chat"}[e]||e)+"."+{7:"0a1b",9:"2c3d"}[e]+".js"
_KEY = rb"(?:[\w$]{1,60}|\"[^\"\\]{1,100}\")"
_TABLE = rb"\(*+\{(?:" + _KEY + rb"\s?:\s?\"[^\"\\]{0,100}\",?\s?)++\}\)?\[\w{1,20}\](?:\s?\|\|\s?\w{1,20})?\)*+"
_TERM = rb"(?:\"[^\"\\]{0,100}\"|" + _TABLE + rb"|\w{1,20})"
_CHUNK_NAME = re.compile(
    rb"(?:\.u\s?=|\.p\s?\+|\breturn\s?|=>\s?|:\s?)(?:" + _TERM + rb"\s?\+\s?)++\"[^\"\\]{0,100}\.m?js\""
)
_TERMS = re.compile(rb"\"([^\"\\]{0,100})\"(?=\s?(?:\+|\Z))|(" + _TABLE + rb")|(\w{1,20})(?=\s?\+)")
_ENTRIES = re.compile(rb"(" + _KEY + rb")\s?:\s?\"([^\"\\]{0,100})\"")
_ASKED = re.compile(rb"\.e\(\s?(?:(\d{1,9})|\"([\w$/-]{1,100})\")\s?\)")


def references(body: bytes, url: str, page: str) -> tuple[str, ...]:
    """Absolute URLs that the script at `url`, loaded by `page`, may load; some of them may not exist."""
    text = body[:READ_BYTES]
    public = tuple(dict.fromkeys(_text(one[1]) for one in islice(_PUBLIC_PATH.finditer(text), 20)))
    named = [_text(one[1]) for one in islice(_LOADED.finditer(text), MOST_REFERENCES)]
    found = [joined(url, one) for one in named if one.startswith(("./", "../", "/", "http"))]
    for one in islice(_LITERAL.finditer(text), MOST_REFERENCES):
        found += _resolved(_text(one[1]), url, page, public, guess=False)
    for name in chunk_names(text):
        found += _resolved(name, url, page, public, guess=True)
    return tuple(dict.fromkeys(one.partition("#")[0] for one in found))


def chunk_names(body: bytes) -> Iterator[str]:
    """The names that webpack's runtime makes for its chunks, without the public path."""
    for found in islice(_CHUNK_NAME.finditer(body), 20):
        expression = found[0][found[0].find(b"=>") + 2 :] if b"=>" in found[0][:8] else found[0]
        yield from islice(_composed(list(_terms(expression)), body), MOST_CHUNKS)


def _terms(expression: bytes) -> Iterator[str | dict[str, str]]:
    """What is joined: text, or for each chunk its part; an empty table stands for the chunk's own number."""
    for text, table, name in _TERMS.findall(expression):
        if table:
            entries = {_text(key.strip(b'"')): _text(value) for key, value in _ENTRIES.findall(table)}
            yield entries | ({"": ""} if b"||" in table else {})
        elif name:
            if name not in (b"u", b"p", b"return"):
                yield {"": ""}
        else:
            yield _text(text)


def _composed(terms: list[str | dict[str, str]], body: bytes) -> Iterator[str]:
    tables = [term for term in terms if isinstance(term, dict)]
    whole = [table for table in tables if "" not in table]
    numbers: Iterable[str] = (
        dict.fromkeys(key for table in whole for key in table)
        if whole
        else dict.fromkeys(_text(one[1] or one[2]) for one in _ASKED.finditer(body))
    )
    for number in numbers:
        if all(number in table for table in whole):
            yield "".join(term if isinstance(term, str) else term.get(number, number) for term in terms)


def _resolved(name: str, url: str, page: str, public: tuple[str, ...], *, guess: bool) -> list[str]:
    """Where a name leads: one without ./ or / before it is seen from wherever its first folder stands."""
    if name.startswith(("./", "../", "/", "http://", "https://")):
        return [joined(url, name)]
    first, slash, _ = name.partition("/")
    before, found, _ = url.partition(f"/{first}/")
    if slash and found and urlsplit(before).netloc:
        return [f"{before}/{name}"]
    if public:
        return [joined(joined(page, path), name) for path in public[:2]]
    return [joined(url, name)] if guess else []


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")

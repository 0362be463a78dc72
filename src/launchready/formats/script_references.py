"""Which other scripts a script loads, by the names that bundlers write into it; no input raises."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from launchready.formats.urls import is_fingerprinted, joined
from launchready.formats.webpack_chunks import ChunkName, chunk_name_makers

READ_BYTES = 8 * 1024 * 1024
MOST_REFERENCES = 2000
MOST_FETCHED = 20

_QUOTE = rb"\\?[\"'`]"
_NAME = rb"[\w@%~$+()\[\].:/-]"
# A name in quotation marks, escaped ones too: Next.js streams its chunks' names in strings of JavaScript.
_LITERAL = re.compile(
    rb"[\"'`](" + _NAME + rb"{1,300}\.(?:[cm]?js|webmanifest)(?:\?[\w=.&%-]{0,100})?)" + _QUOTE,
)
_LOADED = re.compile(
    rb"(?:\bimport\s?\(?\s?|\bfrom\s?|importScripts\(|\.register\(|(?:Worker|URL)\()\s?[\"'`]([^\"'`\s\\]{1,300})[\"'`]"
)
# Settings that an app fetches when it starts.
_FETCHED = re.compile(rb"\bfetch\(\s?[\"'`]([\w@%~./-]{1,300}\.json)[\"'`]\s?[,)]")
_PUBLIC_PATH = re.compile(rb"\.p\s?=\s?[\"'`]([\w@%~.:/-]{1,200}/)[\"'`]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """A script that makes the names of its chunks, and where those stand."""

    maker: ChunkName
    url: str
    page: str
    public: tuple[str, ...]
    beside: tuple[str, ...] = ()

    def chunks(self, asked: Iterable[str]) -> list[str]:
        """The absolute URLs of the chunks; `asked` are those that any script of the page asks for."""
        return [url for name in self.maker.names(asked) for url in _resolved(name, self, guess=True)]


def runtimes(body: bytes, url: str, page: str) -> list[Runtime]:
    """What the script at `url`, loaded by `page`, loads by names that it makes."""
    text = body[:READ_BYTES]
    public = _public_paths(text)
    return [Runtime(maker=one, url=url, page=page, public=public) for one in chunk_name_makers(text)]


def references(body: bytes, url: str, page: str, beside: Iterable[str] = ()) -> tuple[str, ...]:
    """Absolute URLs that the script at `url`, loaded by `page`, names as code to load; some of them may not exist.

    `beside` are scripts that stand where its names may be meant from, as those of a page are for the code within it.
    """
    text = body[:READ_BYTES]
    here = Runtime(maker=ChunkName(terms=()), url=url, page=page, public=_public_paths(text), beside=tuple(beside))
    named = [_text(one[1]) for one in islice(_LOADED.finditer(text), MOST_REFERENCES)]
    found = [joined(url, one) for one in named if one.startswith(("./", "../", "/", "http"))]
    found += [joined(page, _text(one[1])) for one in islice(_FETCHED.finditer(text), MOST_FETCHED)]
    for one in islice(_LITERAL.finditer(text), MOST_REFERENCES):
        found += _resolved(_text(one[1]), here, guess=False)
    return tuple(dict.fromkeys(one.partition("#")[0] for one in found))


def _public_paths(text: bytes) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_text(one[1]) for one in islice(_PUBLIC_PATH.finditer(text), 2)))


def _resolved(name: str, seen: Runtime, *, guess: bool) -> list[str]:
    """Where a name leads: one without ./ or / before it is seen from wherever its first folder stands."""
    if name.startswith(("./", "../", "/", "http://", "https://")):
        return [joined(seen.url, name)]
    first, slash, _ = name.partition("/")
    for url in (seen.url, *seen.beside) if slash else ():
        before, found, _ = url.partition(f"/{first}/")
        if found and urlsplit(before).netloc:
            return [f"{before}/{name}"]
    if seen.public:
        return [joined(joined(seen.page, path), name) for path in seen.public]
    return [joined(seen.url, name)] if guess or is_fingerprinted(name) else []


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")

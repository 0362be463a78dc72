"""Values taken from an answer: by JSONPath, CSS selector, regular expression, header or cookie."""

import json
import re
from typing import Any

from jsonpath import JSONPathError, findall
from selectolax.lexbor import LexborHTMLParser

from launchready.journeys.exchange import Answer
from launchready.model.journey import Capture, Where

MOST_CHARACTERS = 64 * 1024


def take(capture: Capture, answer: Answer) -> str | None:
    """The value as text, cut to 64 KiB; None when the answer does not have it."""
    value = _READERS[capture.where](capture, answer)
    return None if value is None else _sendable(value[:MOST_CHARACTERS])


def _sendable(value: str) -> str:
    """Half a character, which JSON can spell out, becomes the sign for one that is unknown, as in browsers."""
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def by_path(path: str, answer: Answer) -> list[Any]:
    """Every value at a JSONPath of the body (RFC 9535), or of the pieces of a stream; none of what is no JSON."""
    return _found(path, answer.body) or [value for piece in answer.pieces for value in _found(path, piece)]


def _found(path: str, text: bytes | str) -> list[Any]:
    try:
        return findall(path, json.loads(text))
    except (ValueError, RecursionError, JSONPathError):
        return []


def _json(capture: Capture, answer: Answer) -> str | None:
    found = by_path(capture.selector, answer)
    return as_text(found[0]) if found else None


def as_text(value: Any) -> str:
    """A JSON value as it is captured: a text as it is, anything else as JSON writes it."""
    return value if isinstance(value, str) else json.dumps(value)


def _css(capture: Capture, answer: Answer) -> str | None:
    element = LexborHTMLParser(answer.page or answer.text).css_first(capture.selector)
    if element is None:
        return None
    return element.attributes.get(capture.attribute) if capture.attribute else element.text(strip=True)


def _regex(capture: Capture, answer: Answer) -> str | None:
    match = re.search(capture.selector, answer.text) or re.search(capture.selector, answer.page or "")
    if match is None:
        return None
    return match[1] if match.re.groups else match[0]


def _header(capture: Capture, answer: Answer) -> str | None:
    return answer.header(capture.selector.lower())


def _cookie(capture: Capture, answer: Answer) -> str | None:
    for name, value in reversed(answer.headers):
        pair = value.partition(";")[0]
        if name == "set-cookie" and pair.partition("=")[0].strip() == capture.selector:
            return pair.partition("=")[2].strip() or None  # an empty one is told to go
    return None


_READERS = {
    Where.JSON: _json,
    Where.CSS: _css,
    Where.REGEX: _regex,
    Where.HEADER: _header,
    Where.COOKIE: _cookie,
}

"""What two answers have in common, by their words: whether a member's page came, or a stranger's."""

import json
import re
from collections.abc import Iterator
from typing import Any

from selectolax.lexbor import LexborHTMLParser

READ_BYTES = 512 * 1024
SAME_SHARE = 0.75  # of the words that only members see: a page of theirs has all of them but for what has changed
DEEPEST_JSON = 40

_WORD = re.compile(r"[^\W\d_]{2,}")
# With a digit in it, or as long as no word is, it is a token, a time or a count: it changes each time.
_CHANGING = re.compile(r"\S*\d\S*|\S{40,}")
_UNSEEN = ["script", "style", "noscript", "template"]


def words(body: bytes) -> frozenset[str]:
    """The words that an answer shows, in lower case: a page's text and fields, or the keys and texts of JSON.

    What changes with each answer is left out: numbers, times, tokens.
    """
    text = body[:READ_BYTES].decode("utf-8", "replace")
    plain = _of_json(text) if text.lstrip()[:1] in ("{", "[") else _of_page(text) if "<" in text else text
    return frozenset(_WORD.findall(_CHANGING.sub(" ", plain).lower()))


def only(member: bytes, stranger: bytes) -> frozenset[str]:
    """The words that a member is shown and a stranger is not."""
    return words(member) - words(stranger)


def shows(body: bytes, wanted: frozenset[str]) -> bool:
    """Whether an answer shows nearly all of some words; never when there are none."""
    return bool(wanted) and len(wanted & words(body)) >= SAME_SHARE * len(wanted)


def _of_page(text: str) -> str:
    """The text of a page with the names of its fields; each element's apart, so that words do not run together."""
    tree = LexborHTMLParser(text)
    tree.strip_tags(_UNSEEN)
    fields = (node.attributes.get("name") or "" for node in tree.css("input[name], button[name], textarea[name]"))
    title = tree.css_first("title")
    root = tree.body
    shown = root.text(separator=" ") if root else ""
    return " ".join((title.text() if title else "", shown, *fields))


def _of_json(text: str) -> str:
    try:
        return " ".join(_texts(json.loads(text), 0))
    except (ValueError, RecursionError):
        return text


def _texts(value: Any, depth: int) -> Iterator[str]:
    if depth > DEEPEST_JSON:
        return
    if isinstance(value, dict):
        for key, item in value.items():
            yield str(key)
            yield from _texts(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, depth + 1)
    elif isinstance(value, str):
        yield value
    elif value is None or isinstance(value, bool):
        yield {None: "null", True: "true", False: "false"}[value]

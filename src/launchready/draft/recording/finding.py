"""Where an earlier answer had a value: the captures that would take it, tried with the reader that journeys use."""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from launchready.draft.recording import names
from launchready.draft.recording.noise import Visit
from launchready.formats.har import Came
from launchready.journeys.capture import take
from launchready.journeys.exchange import Answer
from launchready.model.journey import Capture, Timing, Where

MOST_LEAVES = 5000
MOST_ELEMENTS = 3000
_CONTEXT = 24
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# Headers that say something about the transport and nothing that a later request would repeat.
_DULL_WORDS = (
    "date server via age etag vary set-cookie content-type content-length cache-control connection expires last- "
    "modified strict-transport-security content-security-policy location server-timing traceparent"
)
_DULL = frozenset(_DULL_WORDS.split())


def captures(value: str, name: str, visit: Visit) -> Iterator[Capture]:
    """Ways to take `value` from the answer of a visit, the most lasting first; each has been tried."""
    answer = as_answer(visit.last.came)
    for where, selector, attribute in _candidates(value, name, visit.last.came):
        capture = Capture(name="x", where=where, selector=selector, attribute=attribute)
        if take(capture, answer) == value:
            yield capture


@cache
def as_answer(came: Came) -> Answer:
    """What the engine would have been sent."""
    timing = Timing(first_byte_ms=0, total_ms=0)
    return Answer(status=came.status, headers=came.headers, body=came.body.encode(), timing=timing)


def _candidates(value: str, name: str, came: Came) -> Iterator[tuple[Where, str, str | None]]:
    for header, said in came.headers:
        if said == value and header not in _DULL:
            yield Where.HEADER, header, None
    if value in came.body or json.dumps(value)[1:-1] in came.body or came.media_type == "text/html":
        for path, leaf in leaves(came):
            if leaf == value:
                yield Where.JSON, path, None
        for selector, attribute, held in _elements(came):
            if held == value:
                yield Where.CSS, selector, attribute
    for line in came.all("set-cookie"):
        pair = line.partition(";")[0]
        if pair.partition("=")[2].strip() == value:
            yield Where.COOKIE, pair.partition("=")[0].strip(), None
    yield from ((Where.REGEX, pattern, None) for pattern in _patterns(value, came.body))


@cache
def leaves(came: Came) -> tuple[tuple[str, str], ...]:
    """Each text and number of a JSON answer, with its JSONPath."""
    if not came.media_type.endswith("json") and not came.body.lstrip().startswith(("{", "[")):
        return ()
    try:
        document = json.loads(came.body)
        return tuple(leaf for leaf, _ in zip(_leaves(document, "$"), range(MOST_LEAVES), strict=False))
    except (ValueError, RecursionError):
        return ()


def _leaves(node: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for key, item in node.items():
            yield from _leaves(item, f"{path}.{key}" if _PLAIN_NAME.fullmatch(key) else f"{path}[{json.dumps(key)}]")
    elif isinstance(node, list):
        for number, item in enumerate(node):
            yield from _leaves(item, f"{path}[{number}]")
    elif isinstance(node, str):
        yield path, node
    elif isinstance(node, int) and not isinstance(node, bool):
        yield path, json.dumps(node)


@cache
def tree(came: Came) -> LexborHTMLParser:
    return LexborHTMLParser(came.body if came.media_type in ("text/html", "application/xhtml+xml", "") else "")


@cache
def _elements(came: Came) -> tuple[tuple[str, str | None, str], ...]:
    """Selector, attribute and value of what pages hide for scripts and forms."""
    found = list[tuple[str, str | None, str]]()
    for node in tree(came).css("input[name][value]")[:MOST_ELEMENTS]:
        selector = f"input[name={_in_selector(_value(node, 'name'))}]"
        held = _value(node, "value")
        found.append((selector, "value", held))
        action = _action(node)
        if action:
            found.append((f"form[action={_in_selector(action)}] {selector}", "value", held))
    for node in tree(came).css("meta[name][content]")[:MOST_ELEMENTS]:
        found.append((f"meta[name={_in_selector(_value(node, 'name'))}]", "content", _value(node, "content")))
    return tuple(found)


def _in_selector(text: str) -> str:
    """A value as a selector has it; quotes only where CSS wants them (an identifier needs none)."""
    return text if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", text) else json.dumps(text, ensure_ascii=False)


def _action(node: LexborNode) -> str:
    parent = node.parent
    while parent is not None and parent.tag != "form":
        parent = parent.parent
    return _value(parent, "action") if parent is not None else ""


def hidden(came: Came) -> dict[str, str]:
    """The hidden fields of a page's forms."""
    nodes = tree(came).css("input[type=hidden][name]")[:MOST_ELEMENTS]
    return {_value(node, "name"): _value(node, "value") for node in nodes}


def inputs(came: Came, kind: str) -> set[str]:
    """Names of the fields of one type, or with that autocomplete."""
    nodes = tree(came).css(f'input[type="{kind}"][name], input[autocomplete="{kind}"][name]')[:MOST_ELEMENTS]
    return {_value(node, "name") for node in nodes}


def headline(came: Came) -> Iterator[str]:
    """Words by which a page is known: its first heading, then its title."""
    for selector in ("h1", "title"):
        node = tree(came).css_first(selector)
        text = node.text(strip=True) if node else ""
        if 3 <= len(text) <= 80 and text in came.body:
            yield text


def _patterns(value: str, body: str) -> Iterator[str]:
    """The value by the words around it, which must be no values themselves."""
    group = r"(\d+)" if value.isdigit() else r"([A-Za-z0-9_-]+)"
    if not re.fullmatch(group, value):
        return
    for match in list(re.finditer(rf"(?<![A-Za-z0-9_-]){re.escape(value)}(?![A-Za-z0-9_-])", body))[:20]:
        before = _words_before(body[max(0, match.start() - _CONTEXT) : match.start()])
        after = _words_after(body[match.end() : match.end() + _CONTEXT])
        if before:
            yield _as_pattern(before) + group
        if after:
            yield group + _as_pattern(after)


def _as_pattern(text: str) -> str:
    return re.sub(r"([.^$*+?{}\[\]\\|()])", r"\\\1", text)


def _words_before(text: str) -> str:
    """What stands before a value on its line, from the last digit or tag on."""
    kept = re.search(r"[^\n\r\d>]*\Z", text)
    return _telling(kept[0] if kept else "")


def _words_after(text: str) -> str:
    kept = re.match(r"[^\n\r\d<]*", text)
    return _telling(kept[0] if kept else "")


def _telling(part: str) -> str:
    """The words, if there are any and they are no values themselves."""
    return part if re.search(r"[A-Za-z]{2}", part) and not any(map(names.is_made, part.split())) else ""


def _value(node: LexborNode, attribute: str) -> str:
    return node.attributes.get(attribute) or ""

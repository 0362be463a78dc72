"""Prompts, request bodies and what opens accounts, written to a log."""

import re
from collections.abc import Iterator

from ast_grep_py import SgNode

from launchready.formats.code.hit import Hit
from launchready.formats.code.script.source import Script, arguments, callee, chosen_by_a_setting, line_of
from launchready.known.private_words import holds_prompts, private

RULE = "prompts-logged"
_LOGS = re.compile(r"^(?:console|(?:[\w$]+\.)*(?:log|logger|Logger|winston|pino))\.(?:log|info|warn|error)$")
_REQUEST_PARTS = re.compile(
    r"^(?:req|request|ctx\.request|ctx\.req|c\.req)\.(?:(body|headers|cookies)|(json|text|formData)\(\))$"
)
_SHOWS_WHOLE = re.compile(r"^(?:JSON\.stringify|String|util\.inspect|inspect)$")
_ABOUT_CHAT = re.compile(
    r"openai|anthropic|from [\"']ai[\"']|langchain|chat|llm|gpt|gemini|mistral|groq", re.IGNORECASE
)


def look(script: Script) -> Iterator[Hit]:
    """Calls of a logger or the console that are given what visitors write or what opens accounts."""
    is_chat = _ABOUT_CHAT.search(script.text) is not None
    for call in script.calls:
        if not _LOGS.match(callee(call)) or chosen_by_a_setting(call):
            continue
        for one in arguments(call):
            if (found := _shown(script, one, is_chat=is_chat)) is not None:
                what, kind = found
                yield Hit(RULE, line_of(call), f"`{what}` is logged: {kind}", "log an id and a length, never the text")
                break


def _shown(script: Script, node: SgNode, *, is_chat: bool, steps: int = 6) -> tuple[str, str] | None:
    kind = node.kind()
    if steps <= 0:
        return None
    if kind in ("identifier", "shorthand_property_identifier", "member_expression"):
        name = node.text().rpartition(".")[2]
        if (held := private(name)) is not None and (is_chat or not holds_prompts(name)):
            return node.text()[:40], held
        return _of_request(script, node)
    if kind == "await_expression":
        return _of_request(script, node)
    inner: list[SgNode] = []
    if kind == "template_string":
        inner = [
            child
            for one in node.children()
            if one.kind() == "template_substitution"
            for child in one.children()
            if child.is_named()
        ]
    elif kind == "binary_expression" and (sign := node.field("operator")) is not None and sign.text() == "+":
        inner = [one for one in (node.field("left"), node.field("right")) if one is not None]
    elif kind == "object":
        inner = [
            one.field("value") or one
            for one in node.children()
            if one.kind() in ("pair", "shorthand_property_identifier")
        ]
    elif kind == "call_expression" and _SHOWS_WHOLE.match(callee(node)):
        inner = arguments(node)[:1]
    return next((found for one in inner if (found := _shown(script, one, is_chat=is_chat, steps=steps - 1))), None)


def _of_request(script: Script, node: SgNode) -> tuple[str, str] | None:
    value = script.value(node)
    text = re.sub(r"\s+|^await\s+", "", value.text()) if value is not None and len(value.text()) < 80 else ""
    match = _REQUEST_PARTS.match(text)
    if match is None:
        return None
    kind = "headers, with cookies and Authorization" if match[1] in ("headers", "cookies") else "the body of requests"
    return node.text()[:40], kind

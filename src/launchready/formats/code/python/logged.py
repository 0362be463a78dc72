"""Prompts, request bodies and what opens accounts, written to a log."""

import ast
import re
from collections.abc import Iterator

from launchready.formats.code.hit import Hit
from launchready.formats.code.python.guards import chosen_by_a_setting
from launchready.formats.code.python.module import Module
from launchready.known.private_words import holds_prompts, private

RULE = "prompts-logged"
_MEND = "log an id and a length: len(…), never the text"
# A function of the team's own module for logging: `from app.logs import note`.
_OWN_LOGGER = re.compile(r"\.(?:logs?|logging|logger)\.[a-z]\w*$")
_LOGGER = re.compile(
    r"(?:^|[._])_?log(?:ger|ging|uru)?(?:\(\))?$|structlog|getLogger\(\)|get_logger\(\)", re.IGNORECASE
)
_LEVELS = frozenset({"info", "warning", "warn", "error", "exception", "critical", "log"})
_REQUEST_PARTS = re.compile(
    r"(?:^|\.)(?:Request|HttpRequest|request)(?:\(\))?\.(body|json|form|data|POST|headers|META|get_json|get_data)(?:\(\))?$"
)
_SHOWS_WHOLE = frozenset({"str", "repr", "dumps", "pformat", "list", "dict", "decode", "model_dump", "model_dump_json"})
_ABOUT_CHAT = re.compile(
    r"openai|anthropic|litellm|langchain|chat|llm|gpt|prompt|ollama|gemini|mistral|groq", re.IGNORECASE
)


def look(module: Module) -> Iterator[Hit]:
    """Calls of a logger, and prints in a server's code, that are given what visitors write or what opens accounts."""
    is_chat = any(_ABOUT_CHAT.search(f"{name} {target}") for name, target in module.imports.items())
    for call in module.calls:
        if not _logs(module, call) or chosen_by_a_setting(module, call):
            continue
        if (field := _named(module, call, is_chat=is_chat)) is not None:
            yield Hit(RULE, call.lineno, f"`{field[0]}` is logged: {field[1]}", _MEND)
            continue
        for one in [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg != "exc_info")]:
            if (found := _shown(module, one, is_chat=is_chat)) is not None:
                what, kind = found
                yield Hit(RULE, call.lineno, f"`{what}` is logged: {kind}", _MEND)
                break


def _named(module: Module, call: ast.Call, *, is_chat: bool) -> tuple[str, str] | None:
    """A field that is called by a private name: `log.info("asked", prompt=question.text)`."""
    for one in call.keywords:
        is_whole = isinstance(one.value, ast.Name | ast.Attribute)
        if (
            one.arg
            and is_whole
            and (kind := private(one.arg)) is not None
            and (is_chat or one.arg == "prompt" or not holds_prompts(one.arg))
        ):
            return f"{one.arg}={ast.unparse(one.value)}"[:40], kind
    return None


def _logs(module: Module, call: ast.Call) -> bool:
    if isinstance(call.func, ast.Name):
        if _OWN_LOGGER.search(module.origin(call.func)):
            return True
        return call.func.id == "print" and module.bindings("print", call.func) is None and _is_served(module)
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in _LEVELS:
        return False
    written = ast.unparse(call.func.value)
    return bool(_LOGGER.search(written) or _LOGGER.search(module.origin(call.func.value)))


def _is_served(module: Module) -> bool:
    frameworks = (
        "fastapi",
        "flask",
        "django",
        "starlette",
        "quart",
        "sanic",
        "litestar",
        "aiohttp.web",
        "rest_framework",
    )
    return any(target.partition(".")[0] in frameworks for target in module.imports.values())


def _shown(module: Module, node: ast.expr, *, is_chat: bool, steps: int = 6) -> tuple[str, str] | None:
    """What an argument shows whole, and what that is; counts, lengths, parts and masks show nothing."""
    if isinstance(node, ast.Name | ast.Attribute):
        name = node.id if isinstance(node, ast.Name) else node.attr
        if (kind := private(name)) is not None and (is_chat or not holds_prompts(name)):
            return name, kind
        return _of_request(module, node)
    if isinstance(node, ast.Await):
        return _of_request(module, node.value)
    if isinstance(node, ast.Subscript):
        return _header(module, node)
    inner = _inside(node) if steps > 0 else []
    if isinstance(node, ast.Call) and not inner:
        return _of_request(module, node)
    return next((found for one in inner if (found := _shown(module, one, is_chat=is_chat, steps=steps - 1))), None)


def _inside(node: ast.expr) -> list[ast.expr]:
    """The expressions that an expression shows whole, within a text or a structure."""
    match node:
        case ast.JoinedStr():
            return [one.value for one in node.values if isinstance(one, ast.FormattedValue)]
        case ast.BinOp(op=ast.Add() | ast.Mod()):
            return [node.left, node.right]
        case ast.Dict():
            return list(node.values)
        case ast.Tuple() | ast.List():
            return list(node.elts)
        case ast.Call(func=ast.Attribute(attr="format")):
            return [*node.args, *(keyword.value for keyword in node.keywords)]
        case ast.Call(func=ast.Attribute(attr=name, value=owner)) if name in _SHOWS_WHOLE:
            return [*node.args[:1], owner]
        case ast.Call(func=ast.Name(id=name)) if name in _SHOWS_WHOLE:
            return node.args[:1]
    return []


def _of_request(module: Module, node: ast.expr) -> tuple[str, str] | None:
    """A request's body or headers, under whatever name they go."""
    match = _REQUEST_PARTS.search(module.origin(node) or ast.unparse(node))
    if match is None:
        return None
    is_head = match[1] in ("headers", "META")
    return ast.unparse(node)[:40], "headers, with cookies and Authorization" if is_head else "the body of requests"


def _header(module: Module, node: ast.Subscript) -> tuple[str, str] | None:
    key = node.slice.value if isinstance(node.slice, ast.Constant) else None
    if isinstance(key, str) and private(key.replace("-", "_")) is not None and not holds_prompts(key):
        return ast.unparse(node)[:40], private(key.replace("-", "_")) or ""
    return None

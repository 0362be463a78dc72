"""Calls out of the server that would wait for minutes, or for ever."""

import re
from collections.abc import Iterator

from ast_grep_py import SgNode

from launchready.formats.code.hit import Hit
from launchready.formats.code.script.source import Given, Script, above, arguments, callee, line_of
from launchready.known.script_calls import AXIOS_AT, FETCHES, NODE_HTTP

RULE = "call-without-timeout"
_DEADLINE = re.compile(r"^Promise\.race$|timeout|deadline|withAbort", re.IGNORECASE)


def look(script: Script) -> Iterator[Hit]:
    """Every call that is given no limit, and every axios instance that is made without one."""
    for call in script.calls:
        called = callee(call)
        found = (
            _fetch(script, call, called)
            or _axios(script, call, called)
            or _got(script, call, called)
            or _node(script, call, called)
        )
        if found and not any(one.kind() == "call_expression" and _DEADLINE.search(callee(one)) for one in above(call)):
            what, instead = found
            yield Hit(RULE, line_of(call), what, instead)


def _fetch(script: Script, call: SgNode, called: str) -> tuple[str, str] | None:
    package, name = script.package(called)
    is_fetch = called in ("fetch", "globalThis.fetch") and not script.is_declared("fetch")
    if not is_fetch and not (package in FETCHES and name in ("default", "fetch")):
        return None
    given = arguments(call)
    if not given or not _is_address(script, given[0]):
        return None
    options = given[1] if len(given) > 1 else None
    if any(script.option(options, key) is not Given.ABSENT for key in ("signal", "timeout", "dispatcher")):
        return None
    return f"{called}(…) without a time limit waits five minutes", "fetch(…, { signal: AbortSignal.timeout(10_000) })"


def _is_address(script: Script, node: SgNode) -> bool:
    """Whether it is an address of another machine: not one of the own site's, and no request that is handed on."""
    value = script.value(node) if not script.is_changed(node.text()) else node
    if value is None or (
        value.kind() in ("spread_element", "new_expression") and not value.text().startswith("new URL")
    ):
        return False
    if value.kind() == "call_expression" and not callee(value).endswith((".toString", ".href")):
        return False  # a request that is made elsewhere, or an address of the own site
    text = value.text().strip("\"'`")
    if value.kind() in ("string", "template_string"):
        return not text.startswith(("/", "./", "data:", "blob:"))
    return not re.search(r"(?:^|\.)(?:req|request|event|input|info)$", text)


def _axios(script: Script, call: SgNode, called: str) -> tuple[str, str] | None:
    first, _, method = called.partition(".")
    if script.package(first)[0] != "axios" or re.search(r"\b(?:axios|[\w$]+)\.defaults\.timeout\s*=", script.text):
        return None
    given = arguments(call)
    if method == "create":
        options = given[0] if given else None
        if script.option(options, "timeout") is Given.ABSENT and not re.search(
            r"config\.timeout|timeout\s*:", script.text
        ):
            return "axios.create(…) without `timeout` waits for ever", "axios.create({ …, timeout: 10_000 })"
        return None
    at = AXIOS_AT.get(method) if method else _axios_place(script, given)
    if at is None:
        return None
    options = given[at] if len(given) > at else None
    if any(script.option(options, key) is not Given.ABSENT for key in ("timeout", "signal", "cancelToken")):
        return None
    return f"{called}(…) without `timeout` waits for ever", f"{called}(…, {{ timeout: 10_000 }})"


def _axios_place(script: Script, given: list[SgNode]) -> int:
    """Where `axios(…)` itself is given its options: first, unless an address is."""
    value = script.value(given[0]) if given else None
    return 1 if len(given) > 1 or (value is not None and value.kind() in ("string", "template_string")) else 0


def _got(script: Script, call: SgNode, called: str) -> tuple[str, str] | None:
    first, _, method = called.partition(".")
    package = script.package(first)[0]
    given = arguments(call)
    options = next(
        (one for one in reversed(given) if (value := script.value(one)) is not None and value.kind() == "object"), None
    )
    if package == "ky":
        limit = script.option(options, "timeout")
        is_off = not isinstance(limit, Given) and limit.text() == "false"
        return (f"{called}(…) with `timeout: false` waits for ever", "timeout: 10_000") if is_off else None
    if package != "got" or method not in ("", "get", "post", "put", "patch", "delete", "head", "extend", "stream"):
        return None
    if len(given) > 1 and options is None:
        return None
    if any(script.option(options, key) is not Given.ABSENT for key in ("timeout", "signal")):
        return None
    return f"{called}(…) without `timeout` waits for ever", f"{called}(…, {{ timeout: {{ request: 10_000 }} }})"


def _node(script: Script, call: SgNode, called: str) -> tuple[str, str] | None:
    first, _, method = called.rpartition(".")
    package = script.package(first)[0] if first else script.package(called)[0]
    if package not in NODE_HTTP or (method or called) not in ("get", "request"):
        return None
    if re.search(r"\.setTimeout\(|[\"']timeout[\"']|\btimeout\s*[:,]|\bsignal\s*[:,]|\.destroy\(", script.text):
        return None
    given = arguments(call)
    values = [script.value(one) for one in given[:2]]
    if not given or any(value is not None and value.kind() in ("identifier", "spread_element") for value in values):
        return None
    return (
        f"{called}(…) without a time limit waits for ever",
        f"{called}(…, {{ timeout: 10_000 }}) and destroy the request on 'timeout'",
    )

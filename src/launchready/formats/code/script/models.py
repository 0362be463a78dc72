"""Clients of language models that wait ten minutes or never ask again, and plain calls to providers that never do."""

import re
from collections.abc import Iterator

from ast_grep_py import SgNode

from launchready.formats.code.hit import Hit
from launchready.formats.code.script.source import Given, Script, arguments, callee, line_of
from launchready.known.model_clients import PROVIDER_HOSTS, SCRIPT_PACKAGES

TIMEOUT, RETRY = "model-timeout-default", "call-without-retry"
_LIMITED = re.compile(r"\btimeout\b|\bsignal\b|AbortSignal|AbortController|maxDuration")
_ASKS = re.compile(r"\.(?:create|parse|stream)\(")
_RETRYING = re.compile(r"retry|retries|backoff|attempt", re.IGNORECASE)
_SENDS = re.compile(r"^(?:fetch|axios(?:\.\w+)?|got(?:\.\w+)?|request)$")


def look(script: Script) -> Iterator[Hit]:
    """Clients that are made, then calls by hand."""
    for made in script.made:
        yield from _client(script, made)
    if not _RETRYING.search(script.text):
        for call in script.calls:
            if (host := _host(script, call)) is not None:
                yield Hit(
                    RETRY,
                    line_of(call),
                    f"{host} is asked once, and never again when it is busy",
                    "pRetry(() => …, { retries: 2 })",
                )


def _client(script: Script, made: SgNode) -> Iterator[Hit]:
    called = callee(made)
    first, _, rest = called.partition(".")
    package, name = script.package(first)
    if (rest or name) not in SCRIPT_PACKAGES.get(package, ()) and not (
        name in ("default", "*") and package in SCRIPT_PACKAGES
    ):
        return
    given = arguments(made)
    options = given[0] if given else None
    retries = script.option(options, "maxRetries")
    if not isinstance(retries, Given) and retries.text() == "0" and len(_RETRYING.findall(script.text)) < 2:
        yield Hit(RETRY, line_of(made), f"new {called}({{ maxRetries: 0 }}) never asks again", "maxRetries: 2")
    keys = ("timeout", "fetch", "fetchOptions", "httpAgent", "dangerouslyAllowBrowser")
    is_used_elsewhere = _ASKS.search(script.text) is None
    if is_used_elsewhere and script.models_limited_elsewhere:
        return
    if all(script.option(options, key) is Given.ABSENT for key in keys) and not _LIMITED.search(script.text):
        yield Hit(
            TIMEOUT,
            line_of(made),
            f"new {called}(…) waits ten minutes for an answer",
            f"new {called}({{ …, timeout: 60_000 }})",
        )


def _host(script: Script, call: SgNode) -> str | None:
    """The provider whose address a call names."""
    given = arguments(call)
    if not _SENDS.match(callee(call)) or not given:
        return None
    value = script.value(given[0])
    if value is not None and value.kind() == "object":
        address = script.option(value, "url")
        value = None if isinstance(address, Given) else script.value(address)
    match = re.match(r"""["'`]https://([\w.-]+)""", value.text()) if value is not None else None
    return match[1] if match and match[1] in PROVIDER_HOSTS else None

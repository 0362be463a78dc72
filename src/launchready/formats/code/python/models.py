"""Clients of language models that wait ten minutes, as they do unless they are told otherwise."""

import ast
from collections.abc import Iterator

from launchready.formats.code.hit import Hit
from launchready.formats.code.python.arguments import Given, argument
from launchready.formats.code.python.guards import within_deadline
from launchready.formats.code.python.module import Module
from launchready.formats.code.python.timeouts import is_unlimited
from launchready.known.model_clients import ASKING, PYTHON_CALLS, PYTHON_CLIENTS

RULE = "model-timeout-default"


def look(module: Module) -> Iterator[Hit]:
    """Every client that is made without a time limit and whose calls are given none either."""
    calls = [call for call in module.calls if isinstance(call.func, ast.Attribute) and call.func.attr in ASKING]
    is_given_by_call = any(argument(module, call, "timeout") is not Given.ABSENT for call in calls)
    is_bounded_outside = any(within_deadline(module, call) for call in calls)
    asked = {name for call in calls if (name := module.origin(call.func))}
    for call in module.calls:
        name = module.origin(call.func)
        if name in PYTHON_CLIENTS:
            given = argument(module, call, "timeout")
            is_left = given is Given.ABSENT and not is_given_by_call and not is_bounded_outside
            is_used_elsewhere = not any(one.startswith(f"{name}().") for one in asked)
            is_left = is_left and not (is_used_elsewhere and module.models_limited_elsewhere)
            if (is_left and not _has_own_client(module, call)) or (is_unlimited(module, given)):
                wait = "for ten minutes" if given is Given.ABSENT else "without end"
                short = name.rpartition(".")[2]
                yield Hit(RULE, call.lineno, f"{short}(…) waits {wait} for an answer", f"{short}(…, timeout=60)")
        elif name in PYTHON_CALLS and _is_left(module, call):
            wait_s = f"{PYTHON_CALLS[name]:,} seconds"
            yield Hit(RULE, call.lineno, f"{name}(…) waits {wait_s} for an answer", f"{name}(…, timeout=60)")


def _is_left(module: Module, call: ast.Call) -> bool:
    """Whether a call is left with the time limit of its library."""
    is_given = argument(module, call, "timeout") is not Given.ABSENT
    return not is_given and not _is_set_for_all(module) and not within_deadline(module, call)


def _has_own_client(module: Module, call: ast.Call) -> bool:
    """Whether it is given an HTTP client of the team's own, which brings its own limit (httpx: five seconds)."""
    return argument(module, call, "http_client") is not Given.ABSENT


def _is_set_for_all(module: Module) -> bool:
    """`litellm.request_timeout = 60` holds for every call."""
    return any(
        isinstance(one, ast.Attribute) and one.attr == "request_timeout" and isinstance(one.ctx, ast.Store)
        for one in ast.walk(module.tree)
    )

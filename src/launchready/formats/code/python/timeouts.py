"""Calls out of the machine that would wait for ever."""

import ast
import re
from collections.abc import Iterator

from launchready.formats.code.hit import Hit
from launchready.formats.code.python.arguments import Given, argument, is_none, parameter
from launchready.formats.code.python.guards import chosen_by_a_setting, within_deadline
from launchready.formats.code.python.module import Module
from launchready.known.time_limits import FOLLOW_SOCKET_DEFAULT, TIME_LIMITS, UNLIMITED_OBJECTS, Limit

RULE = "call-without-timeout"


def look(module: Module) -> Iterator[Hit]:
    """Every call that waits for an answer without a limit."""
    has_default = any(module.origin(call.func) == "socket.setdefaulttimeout" for call in module.calls)
    for call in module.calls:
        name = module.origin(call.func)
        if name in UNLIMITED_OBJECTS and _is_handed_out(module, call) and is_unlimited(module, call):
            yield Hit(RULE, call.lineno, f"{name}(None) is no time limit", f"{name}(30)")
        limit = TIME_LIMITS.get(name)
        if limit is None or (has_default and name.startswith(FOLLOW_SOCKET_DEFAULT)):
            continue
        if _waits_for_ever(module, call, name, limit) and not within_deadline(module, call):
            yield Hit(
                RULE, call.lineno, f"{_plain(name)}(…) without a time limit", f"{_plain(name)}(…, {limit.instead})"
            )


def _is_handed_out(module: Module, call: ast.Call) -> bool:
    """Whether a function returns it: whoever uses it is not seen here."""
    return isinstance(next(module.above(call), None), ast.Return)


def _plain(name: str) -> str:
    return name.replace("()", "")


def _waits_for_ever(module: Module, call: ast.Call, name: str, limit: Limit) -> bool:
    given = argument(module, call, limit.keyword, limit.position)
    if given is Given.UNKNOWN:
        return False
    if given is Given.ABSENT:
        return not limit.is_limited and not _is_limited_otherwise(module, call, name)
    if chosen_by_a_setting(module, call):
        return False
    return is_unlimited(module, given) or _is_handed_on(module, call, given)


def is_unlimited(module: Module, given: ast.expr | Given) -> bool:
    """Whether a time limit is none: None itself, or an object made with it."""
    if is_none(module, given):
        return True
    value = module.value(given) if isinstance(given, ast.expr) else None
    if not isinstance(value, ast.Call) or chosen_by_a_setting(module, value):
        return False
    known = UNLIMITED_OBJECTS.get(module.origin(value.func))
    return known is not None and is_none(module, argument(module, value, *known))


def _is_handed_on(module: Module, call: ast.Call, given: ast.expr | Given) -> bool:
    """Whether the limit is a parameter that is None by default, and somebody in this module leaves it so."""
    handed = parameter(module, given)
    if handed is None or not isinstance(handed.default, ast.Constant) or handed.default.value is not None:
        return False
    around = module.function_of(call)
    if not isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    if any(
        isinstance(one, ast.Name) and one.id == handed.name and isinstance(one.ctx, ast.Store)
        for one in ast.walk(around)
    ):
        return False
    calls = [one for one in module.calls if _calls(one, around.name)]
    return any(
        argument(module, one, handed.name) is Given.ABSENT and not _by_place(one, around, handed.name) for one in calls
    )


def _calls(call: ast.Call, name: str) -> bool:
    function = call.func
    return (isinstance(function, ast.Name) and function.id == name) or (
        isinstance(function, ast.Attribute)
        and function.attr == name
        and isinstance(function.value, ast.Name)
        and function.value.id == "self"
    )


def _by_place(call: ast.Call, function: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> bool:
    names = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
    if isinstance(call.func, ast.Attribute):
        names = names[1:]
    return name in names and len(call.args) > names.index(name)


def _is_limited_otherwise(module: Module, call: ast.Call, name: str) -> bool:
    if name.startswith(("psycopg.", "psycopg2.")):
        return _dsn_may_limit(module, call)
    if name.startswith("requests.") and isinstance(call.func, ast.Attribute):
        return _session_may_limit(module, call.func.value)
    if name == "http.client.HTTPSConnection" or name == "http.client.HTTPConnection":
        return any(
            isinstance(one, ast.Attribute) and one.attr in ("timeout", "settimeout") for one in ast.walk(module.tree)
        )
    return False


def _dsn_may_limit(module: Module, call: ast.Call) -> bool:
    """A limit may stand in the address that a connection is made with, and libpq reads one from the environment."""
    if any(isinstance(one, ast.keyword) and one.arg is None for one in call.keywords):
        return True
    address = (
        call.args[0]
        if call.args
        else next((one.value for one in call.keywords if one.arg in ("conninfo", "dsn")), None)
    )
    if address is None:
        return not any(one.arg == "host" for one in call.keywords)
    value = module.value(address)
    if not isinstance(value, ast.Constant) or not isinstance(value.value, str):
        return True
    return "connect_timeout" in value.value or not re.search(r"host=|@", value.value)


def _session_may_limit(module: Module, session: ast.expr) -> bool:
    """Whether a session was given an adapter or a `request` of its own, which may set a limit for every call."""
    if parameter(module, module.value(session) or session) is not None:
        return True  # who made it is not seen here
    written = ast.unparse(session)
    for call in module.calls:
        function = call.func
        if (
            isinstance(function, ast.Attribute)
            and function.attr == "mount"
            and _same_session(module, function.value, session, written)
        ):
            adapter = module.value(call.args[1]) if len(call.args) > 1 else None
            made = module.origin(adapter.func) if isinstance(adapter, ast.Call) else ""
            if made not in ("requests.adapters.HTTPAdapter", "requests.HTTPAdapter"):
                return True
    return any(
        isinstance(one, ast.Attribute) and one.attr in ("request", "send", "timeout") and isinstance(one.ctx, ast.Store)
        for one in ast.walk(module.tree)
    )


def _same_session(module: Module, one: ast.expr, other: ast.expr, written: str) -> bool:
    return ast.unparse(one) == written or module.origin(one) == module.origin(other) != ""

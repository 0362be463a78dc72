"""Calls in `async def` that hold up everybody whom the event loop serves."""

import ast
from collections.abc import Iterator

from launchready.formats.code.hit import Hit
from launchready.formats.code.python.module import Module
from launchready.known.blocking_calls import BLOCKING_CALLS, BLOCKING_OBJECTS, QUERY_ENDS
from launchready.known.model_clients import WAITING_CLIENTS

RULE = "blocking-call-in-async"
_ASKING = frozenset({"create", "parse", "stream"})


def look(module: Module) -> Iterator[Hit]:
    """Every call that blocks and stands in an `async def` itself, not in a function inside it that a thread may run."""
    for call in module.calls:
        around = module.function_of(call)
        if isinstance(around, ast.AsyncFunctionDef) and (found := _blocking(module, call)) is not None:
            what, instead = found
            yield Hit(RULE, call.lineno, f"{what}(…) in `async def {around.name}` stops everybody else", instead)


def _blocking(module: Module, call: ast.Call) -> tuple[str, str] | None:
    name = module.origin(call.func)
    if name in BLOCKING_CALLS:
        plain = name.replace("()", "")
        return plain, BLOCKING_CALLS[name].format(call=plain)
    if not isinstance(call.func, ast.Attribute) or isinstance(next(module.above(call), None), ast.Await):
        return None  # what is awaited gives way, whatever its annotation says
    written, method = ast.unparse(call.func), call.func.attr
    if "()." in name and method in _ASKING and name.partition("()")[0] in WAITING_CLIENTS:
        return _short(written), f"await {_asynchronous(name)}(…)"
    made = name.rpartition("()")[0]
    if made in BLOCKING_OBJECTS and method in BLOCKING_OBJECTS[made] and name == f"{made}().{method}":
        return _short(written), f"await asyncio.to_thread({_short(written)}, …), or a plain `def`"
    session = name.partition("().query()")[0]
    if method in QUERY_ENDS and "().query()" in name and session in BLOCKING_OBJECTS:
        return _short(written), "await run_in_threadpool(…), or a plain `def`"
    return None


def _asynchronous(name: str) -> str:
    client, _, rest = name.partition("()")
    return f"Async{client.rpartition('.')[2]}{rest}"


def _short(written: str) -> str:
    return written if len(written) <= 60 and "\n" not in written else f"{written[:28]}….{written.rpartition('.')[2]}"

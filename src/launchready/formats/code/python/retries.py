"""Calls to providers of models, billing and mail that give up at the first hiccup."""

import ast
import re
from collections.abc import Iterator

from launchready.formats.code.hit import Hit
from launchready.formats.code.python.arguments import argument
from launchready.formats.code.python.module import Module
from launchready.known.model_clients import PROVIDER_HOSTS, PYTHON_CLIENTS

RULE = "call-without-retry"
_SENDS = re.compile(
    r"^(?:requests|httpx|aiohttp)\.(?:\w+\(\)\.)?(?:get|post|put|patch|request|stream)$|^urllib\.request\.urlopen$"
)
_RETRYING = re.compile(r"retry|retries|tenacity|backoff|stamina|attempt", re.IGNORECASE)


def look(module: Module) -> Iterator[Hit]:
    """Clients whose retries are switched off, and plain calls to a provider where nothing tries again."""
    suspects = [hit for call in module.calls if (hit := _hit(module, call)) is not None]
    if suspects and not _tries_again(module):
        yield from suspects


def _hit(module: Module, call: ast.Call) -> Hit | None:
    name = module.origin(call.func)
    if name in PYTHON_CLIENTS or (isinstance(call.func, ast.Attribute) and call.func.attr == "with_options"):
        given = argument(module, call, "max_retries")
        value = module.value(given) if isinstance(given, ast.expr) else None
        if isinstance(value, ast.Constant) and value.value == 0:
            short = name.rpartition(".")[2] or "with_options"
            return Hit(RULE, call.lineno, f"{short}(…, max_retries=0) never asks again", f"{short}(…, max_retries=2)")
    if _SENDS.match(name) and (host := _host(module, call)):
        return Hit(RULE, call.lineno, f"{host} is asked once, and never again when it is busy", _MEND)
    return None


_MEND = "@tenacity.retry(stop=stop_after_attempt(3), wait=wait_random_exponential(max=10))"


def _host(module: Module, call: ast.Call) -> str | None:
    """The provider that a call's address names."""
    address = call.args[-1] if call.args and module.origin(call.func).endswith((".request", ".stream")) else None
    address = address or (call.args[0] if call.args else None)
    given = argument(module, call, "url")
    address = given if isinstance(given, ast.expr) else address
    value = module.value(address) if address is not None else None
    if isinstance(value, ast.JoinedStr) and value.values:
        value = value.values[0]
        if isinstance(value, ast.FormattedValue):
            value = module.value(value.value)
    if not isinstance(value, ast.Constant) or not isinstance(value.value, str):
        return None
    match = re.match(r"https://([\w.-]+)", value.value)
    return match[1] if match and match[1] in PROVIDER_HOSTS else None


def _tries_again(module: Module) -> bool:
    """Whether the module says anywhere that it does: a decorator, a loop, an adapter, a transport."""
    names = [*module.imports, *module.imports.values()]
    names += [one.id for one in ast.walk(module.tree) if isinstance(one, ast.Name)]
    names += [one.arg for call in module.calls for one in call.keywords if one.arg and one.arg != "max_retries"]
    names += [one.attr for one in ast.walk(module.tree) if isinstance(one, ast.Attribute)]
    names += [one.name for one in module.functions]
    return any(_RETRYING.search(name) for name in names)

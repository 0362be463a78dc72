"""What a Python call is given, through splats, names and defaults."""

import ast
from enum import Enum

from launchready.formats.code.python.module import Module, Parameter


class Given(Enum):
    """What is known of an argument that is not there to be read."""

    ABSENT = "it is not given"
    UNKNOWN = "it may be given"


def argument(module: Module, call: ast.Call, keyword: str, position: int | None = None) -> ast.expr | Given:
    """The value of an argument by keyword or position, looked for in `**options` too."""
    for one in call.keywords:
        if one.arg == keyword:
            return one.value
    if position is not None:
        if any(isinstance(one, ast.Starred) for one in call.args[: position + 1]):
            return Given.UNKNOWN
        if position < len(call.args):
            return call.args[position]
    for one in call.keywords:
        if one.arg is None and (found := _in_splat(module, one.value, keyword)) is not Given.ABSENT:
            return found
    return Given.ABSENT


def _in_splat(module: Module, splat: ast.expr, keyword: str) -> ast.expr | Given:
    if isinstance(splat, ast.Name) and splat.id in module.changed:
        return Given.UNKNOWN
    value = module.value(splat)
    if isinstance(value, ast.Call) and module.origin(value.func) == "dict" and not value.args:
        return argument(module, value, keyword)
    if not isinstance(value, ast.Dict):
        return Given.UNKNOWN
    found: ast.expr | Given = Given.ABSENT
    for key, one in zip(value.keys, value.values, strict=True):
        if key is None:
            inner = _in_splat(module, one, keyword)
            found = inner if inner is not Given.ABSENT else found
        elif not isinstance(key, ast.Constant):
            return Given.UNKNOWN
        elif key.value == keyword:
            found = one
    return found


def is_none(module: Module, node: ast.expr | Given) -> bool:
    """Whether an argument is None for sure."""
    value = node if isinstance(node, Given) else module.value(node)
    return isinstance(value, ast.Constant) and value.value is None


def parameter(module: Module, node: ast.expr | Given) -> Parameter | None:
    """The parameter of the function around that an argument only hands on."""
    if not isinstance(node, ast.Name):
        return None
    bound = module.bindings(node.id, node) or []
    return bound[0] if len(bound) == 1 and isinstance(bound[0], Parameter) else None

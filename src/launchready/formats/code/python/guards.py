"""What stands around a place in Python: a deadline, or a condition that a setting decides."""

import ast
import re

from launchready.formats.code.python.module import Module
from launchready.known.time_limits import DEADLINES

_SETTING = re.compile(
    r"debug|verbose|settings|config|flag|feature|enabled|environ|getenv|\benv\b|is_dev|develop|is_local|testing|"
    r"is_prod|production|staging",
    re.IGNORECASE,
)


def within_deadline(module: Module, node: ast.AST) -> bool:
    """Whether something around puts an end to it: `asyncio.timeout`, `wait_for` and their relatives."""
    for one in module.above(node):
        if isinstance(one, ast.With | ast.AsyncWith):
            items = [item.context_expr for item in one.items]
            if any(isinstance(item, ast.Call) and module.origin(item.func) in DEADLINES for item in items):
                return True
        elif isinstance(one, ast.Call) and module.origin(one.func) in DEADLINES:
            return True
        elif isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            return False
    return False


def chosen_by_a_setting(module: Module, node: ast.AST) -> bool:
    """Whether a setting decides if this happens: what a team switches on with a word is no oversight."""
    below = node
    for one in module.above(node):
        if isinstance(one, ast.If | ast.IfExp) and below is not one.test and _SETTING.search(ast.unparse(one.test)):
            return True
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            return False
        below = one
    return False

"""Python source as a syntax tree, and the few things that are read out of one: names, imports, texts."""

import ast
import re
import warnings
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Named:
    """A part of a path that is a constant elsewhere, by its last name (`API_V1_STR`)."""

    name: str


Text = tuple[str | Named, ...]  # a path in parts


def syntax_tree(source: str) -> ast.Module | None:
    """The module's syntax tree; None when it is no Python, or nested too deeply to read.

    What only later versions know is written as in older ones: `except A, B:` (PEP 758), `def f[T](…)` and `type` (695).
    """
    tree = _parsed(source)
    if tree is None and len(older := _written_older(source)) != len(source):
        tree = _parsed(older)
    return tree


def _written_older(source: str) -> str:
    source = re.sub(r"^([ \t]*except )([\w.]+(?:, ?[\w.]+){1,20}):", r"\1(\2):", source, flags=re.MULTILINE)
    source = re.sub(
        r"^([ \t]*(?:async )?(?:def|class) \w+)\[[^\]\n]{1,300}\](?=[(:])", r"\1", source, flags=re.MULTILINE
    )
    return re.sub(r"^([ \t]*)type (\w+)(?:\[[^\]\n]{1,300}\])? =", r"\1\2 =", source, flags=re.MULTILINE)


def _parsed(source: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def imports_of(tree: ast.Module, package: str) -> dict[str, str]:
    """Every imported name with the dotted thing that it stands for, wherever in the module it is imported."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                found[alias.asname or alias.name.partition(".")[0]] = (
                    alias.name if alias.asname else alias.name.partition(".")[0]
                )
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".") if package else []
            base = parts[: len(parts) - node.level + 1] if node.level else []
            start = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                found[alias.asname or alias.name] = f"{start}.{alias.name}" if start else alias.name
    return found


def dotted(node: ast.AST | None) -> str:
    """A name or a chain of names as text (`login.router`); "" for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute) and len(parts) < 10:
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def text_of(node: ast.AST | None, depth: int = 0) -> Text:
    """A path in parts; a part that only running the program would tell is a `Named`."""
    if node is None or depth > 8:
        return (Named("?"),) if depth else ()
    if isinstance(node, ast.Constant):
        return (node.value,) if isinstance(node.value, str) else ()
    if isinstance(node, ast.Name | ast.Attribute):
        return (Named(dotted(node).rpartition(".")[2] or "?"),)
    if isinstance(node, ast.JoinedStr):
        return tuple(part for value in node.values[:20] for part in text_of(value, depth + 1))
    if isinstance(node, ast.FormattedValue):
        return text_of(node.value, depth + 1)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return (*text_of(node.left, depth + 1), *text_of(node.right, depth + 1))
    if isinstance(node, ast.Call) and len(node.args) == 2 and dotted(node.func).endswith(("getenv", "environ.get")):
        return text_of(node.args[1], depth + 1)
    return (Named("?"),)


def keyword(call: ast.Call, *names: str) -> ast.expr | None:
    """The value of a call's keyword argument, by the first of these names that is there."""
    return next((one.value for one in call.keywords if one.arg in names), None)

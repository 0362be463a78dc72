"""What the names in one Python module stand for, as far as reading variables goes."""

import ast
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from launchready.formats.python_source import dotted, imports_of, keyword
from launchready.formats.variable_reads import NAME

Node = TypeVar("Node", bound=ast.AST)
ENVIRON = "os.environ"
_ENVIRONS = frozenset({"os.environ", "os.environb"})
GETTERS = frozenset({"os.getenv", "os.getenvb", "os.environ.get"})
# Classes whose instances are asked for variables: django-environ, environs, Starlette, python-decouple.
_MAKERS = frozenset({
    "environ.Env", "environ.FileAwareEnv", "environ.environ.Env", "environs.Env", "environs.FileAwareEnv",
    "starlette.config.Config", "decouple.Config", "decouple.AutoConfig",
})  # fmt: skip
_READY = frozenset({"decouple.config"})
_HANDED = frozenset({"environ", "environment", "env", "os_environ"})
_MAPPINGS = frozenset({"Mapping", "MutableMapping", "dict", "Dict", "_Environ"})
_MOST_CONSTANTS = 200


@dataclass(slots=True)
class Asker:
    """Something that is called with the name of a variable; `defaults` are names that it brings values for."""

    prefix: str = ""
    defaults: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Wrapper:
    """A function of the repository's own that reads the variable which it is given by name."""

    at: int
    parameter: str
    default_at: int | None
    has_default: bool
    must: bool


@dataclass(slots=True)
class Scope:
    """One parsed module: its imports, constants, and the names that stand for the environment or for an asker.

    `handed` are readings inside functions that are given the variable's name: their calls are what counts.
    """

    nodes: tuple[ast.AST, ...]
    imports: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    askers: dict[str, Asker] = field(default_factory=dict)
    constants: dict[str, tuple[str, ...]] = field(default_factory=dict)
    handed: set[ast.AST] = field(default_factory=set)

    @classmethod
    def of(cls, tree: ast.Module) -> "Scope":
        """The scope of a module."""
        nodes = tuple(ast.walk(tree))
        imports = [one for one in nodes if isinstance(one, ast.Import | ast.ImportFrom)]
        scope = cls(nodes, imports_of(ast.Module(body=list(imports), type_ignores=[]), ""))
        for argument in scope.of_kind(ast.arg):
            scope._parameter(argument)
        for node in nodes:
            scope._bind(node)
        scope.adopt(frozenset())
        return scope

    def adopt(self, exported: Collection[str]) -> None:
        """Take in that these names are askers which other modules of the repository make."""
        for name, target in self.imports.items():
            if target in _READY or (target.rpartition(".")[2] in exported and not target.startswith("os.")):
                self.askers.setdefault(name, Asker())

    def of_kind(self, kind: type[Node]) -> Iterator[Node]:
        """Every node of a kind, wherever in the module."""
        return (node for node in self.nodes if isinstance(node, kind))

    def full(self, node: ast.AST | None) -> str:
        """The dotted name of what an expression stands for, through imports and aliases; "" for anything else."""
        name = dotted(node)
        if name in self.aliases:
            return self.aliases[name]
        head, dot, rest = name.partition(".")
        first = self.aliases.get(head) or self.imports.get(head, head)
        return f"{first}{dot}{rest}"

    def is_environment(self, node: ast.AST) -> bool:
        """Whether an expression is os.environ, a copy of it, or an alias."""
        if isinstance(node, ast.Call):
            inner = node.func.value if isinstance(node.func, ast.Attribute) and node.func.attr == "copy" else None
            if inner is None and dotted(node.func) == "dict" and len(node.args) == 1:
                inner = node.args[0]
            return inner is not None and not isinstance(inner, ast.Call) and self.is_environment(inner)
        if isinstance(node, ast.DictComp):
            over = node.generators[0].iter
            return isinstance(over, ast.Call) and _method(over) == "items" and self.is_environment(over.func.value)  # type: ignore[attr-defined]
        if isinstance(node, ast.Dict):
            return any(
                key is None and self.full(value) in _ENVIRONS for key, value in zip(node.keys, node.values, strict=True)
            )
        return self.full(node) in _ENVIRONS

    def names(self, key: ast.AST | None) -> tuple[str, ...]:
        """The texts that a key can be, where the module alone tells."""
        if isinstance(key, ast.Constant):
            value = key.value.decode("utf-8", "replace") if isinstance(key.value, bytes) else key.value
            return (value,) if isinstance(value, str) else ()
        if isinstance(key, ast.Name | ast.Attribute):
            return self.constants.get(dotted(key), ())
        start, end = self.ends(key)
        return (start,) if end is None else ()

    def ends(self, key: ast.AST | None) -> tuple[str, str | None]:
        """How a text that is put together begins and ends; the end is None where all of it is known."""
        parts = self._parts(key)
        if all(part is not None for part in parts):
            return "".join(part or "" for part in parts), None
        start = "".join(part or "" for part in parts[: parts.index(None)])
        return start, "".join(part or "" for part in parts[len(parts) - parts[::-1].index(None) :])

    def _parts(self, node: ast.AST | None, depth: int = 0) -> list[str | None]:
        if depth > 8:
            return [None]
        if isinstance(node, ast.JoinedStr):
            return [part for value in node.values[:20] for part in self._parts(value, depth + 1)]
        if isinstance(node, ast.FormattedValue):
            return self._parts(node.value, depth + 1)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return [*self._parts(node.left, depth + 1), *self._parts(node.right, depth + 1)]
        known = self.names(node) if isinstance(node, ast.Constant | ast.Name | ast.Attribute) else ()
        return [known[0]] if len(known) == 1 else [None]

    def _bind(self, node: ast.AST) -> None:
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            self._assign(dotted(node.targets[0]), node.value)
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
            self._assign(dotted(node.target), node.value)
        elif isinstance(node, ast.For | ast.comprehension):
            self._loop(node.target, node.iter)
        elif isinstance(node, ast.With):
            for item in node.items:
                self._assign(dotted(item.optional_vars), item.context_expr)

    def _parameter(self, node: ast.arg) -> None:
        """A function that is handed the environment, so that its tests can hand it another."""
        kind = dotted(node.annotation.value if isinstance(node.annotation, ast.Subscript) else node.annotation)
        is_mapping = kind.rpartition(".")[2] in _MAPPINGS
        if node.arg in _HANDED and (is_mapping or (node.annotation is None and node.arg != "env")):
            self.aliases[node.arg] = ENVIRON

    def _assign(self, name: str, value: ast.AST) -> None:
        if not name:
            return
        if self.is_environment(value):
            self.aliases[name] = ENVIRON
        elif isinstance(value, ast.Name | ast.Attribute) and self.full(value) in GETTERS:
            self.aliases[name] = self.full(value)
        elif isinstance(value, ast.Call) and self.full(value.func) in _MAKERS:
            self.askers[name] = self._asker(value)
        elif found := self._texts(value):
            self.constants.setdefault(name, found)

    def _asker(self, call: ast.Call) -> Asker:
        prefix = keyword(call, "env_prefix", "prefix")
        texts = self._texts(prefix) if prefix is not None else ()
        scheme = frozenset(one.arg for one in call.keywords if one.arg and isinstance(one.value, ast.Tuple))
        return Asker(prefix=texts[0] if texts else "", defaults=scheme)

    def _loop(self, target: ast.AST, over: ast.AST) -> None:
        if isinstance(over, ast.Call) and _method(over) in ("items", "keys"):
            over = over.func.value  # type: ignore[attr-defined]
            target = target.elts[0] if isinstance(target, ast.Tuple) and target.elts else target
        if isinstance(target, ast.Name):
            found = self.constants.get(dotted(over), ()) if isinstance(over, ast.Name) else self._texts(over)
            if found:
                self.constants[target.id] = (*self.constants.get(target.id, ()), *found)[:_MOST_CONSTANTS]

    def _texts(self, node: ast.AST | None) -> tuple[str, ...]:
        """The texts of a constant, or of a list of them."""
        if isinstance(node, ast.Constant):
            return (node.value,) if isinstance(node.value, str) else ()
        if isinstance(node, ast.List | ast.Tuple | ast.Set) and node.elts:
            held = [one.value for one in node.elts[:_MOST_CONSTANTS] if isinstance(one, ast.Constant)]
            texts = tuple(one for one in held if isinstance(one, str))
            return texts if len(texts) == len(node.elts) and all(map(NAME.fullmatch, texts)) else ()
        if isinstance(node, ast.Dict) and node.keys:
            return self._texts(ast.Tuple(elts=[key for key in node.keys if key is not None]))
        return ()


def _method(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


Function = ast.FunctionDef | ast.AsyncFunctionDef


def parameters(function: Function) -> list[str]:
    """Names in the order in which a caller gives them, without self or cls."""
    names = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
    return names[1:] if names[:1] in (["self"], ["cls"]) else names


def brings(node: ast.AST | None) -> bool:
    """Whether an expression is a default that has a value: None and "" have none."""
    return node is not None and not (isinstance(node, ast.Constant) and node.value in (None, "", ...))


DEFAULTS = re.compile(r"default|fallback|fall_back|otherwise|value", re.IGNORECASE)

"""A Python module in which every name can be followed to the library that it comes from."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from launchready.formats.python_source import imports_of

Scope = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef
Function = ast.FunctionDef | ast.AsyncFunctionDef
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_MOST_STEPS = 12
_MUTATORS = frozenset({"update", "setdefault", "pop", "__setitem__"})


@dataclass(frozen=True, slots=True)
class Parameter:
    """A function's parameter: its annotation, and its default where it has one."""

    name: str
    annotation: ast.expr | None
    default: ast.expr | None


@dataclass(frozen=True, slots=True)
class Opened:
    """What `with X as name` binds: the same thing that X makes, for every library that is asked about here."""

    value: ast.expr


# What a name is bound to: an expression, a parameter, a with-item, a definition; None for what is not followed.
Binding = ast.expr | Parameter | Opened | Function | ast.ClassDef | None
Elsewhere = Callable[[str], str]


def nowhere(name: str) -> str:
    """The answer for names of other modules when there are no other modules."""
    return ""


@dataclass(slots=True)
class Module:
    """A parsed module with its calls and handlers in the order of their lines; `elsewhere` tells what a dotted name
    that another module of the repository defines stands for ("" when nobody knows)."""

    tree: ast.Module
    package: str = ""
    elsewhere: Elsewhere = nowhere
    models_limited_elsewhere: bool = False
    imports: dict[str, str] = field(default_factory=dict)
    calls: list[ast.Call] = field(default_factory=list)
    catches: list[ast.ExceptHandler] = field(default_factory=list)
    functions: list[Function] = field(default_factory=list)
    classes: list[ast.ClassDef] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)
    _above: dict[ast.AST, ast.AST] = field(default_factory=dict)
    _names: dict[ast.AST, dict[str, list[Binding]]] = field(default_factory=dict)
    _own: dict[ast.AST, dict[str, list[Binding]]] = field(default_factory=dict)
    _told: dict[ast.AST, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _Walk(self).run()

    def exports(self) -> dict[str, str]:
        """What the names that the module itself defines stand for, where that can be told: clients, sessions, types."""
        found: dict[str, str] = {}
        for name, bound in self._names[self.tree].items():
            values = [one for one in bound if isinstance(one, ast.expr)]
            if len(bound) != 1 or len(values) != 1:
                continue
            value = values[0]
            told = self.annotated(value) if isinstance(value, ast.Subscript) else self.origin(value)
            if told and "." in told:
                found[name] = told
        return found

    def knowing(self, elsewhere: Elsewhere, *, models_limited_elsewhere: bool) -> "Module":
        """The module again, now that it is known what the others define."""
        self.elsewhere, self.models_limited_elsewhere = elsewhere, models_limited_elsewhere
        self._told.clear()
        return self

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """What a node stands in, from the inside out."""
        while (parent := self._above.get(node)) is not None:
            yield parent
            node = parent

    def function_of(self, node: ast.AST) -> Function | ast.Lambda | None:
        """The innermost function that a node is part of."""
        return next((one for one in self.above(node) if isinstance(one, _FUNCTIONS)), None)

    def class_of(self, node: ast.AST) -> ast.ClassDef | None:
        return next((one for one in self.above(node) if isinstance(one, ast.ClassDef)), None)

    def origin(self, node: ast.AST | None, steps: int = _MOST_STEPS) -> str:
        """What an expression is, as a dotted name with `()` for what a call makes; "" when it cannot be told.

        `from requests import Session as S; s = S()` → `s.get` is "requests.Session().get".
        """
        if node is None or steps <= 0:
            return ""
        if node not in self._told:
            self._told[node] = ""  # whoever asks for itself on the way is told nothing
            self._told[node] = self._origin(node, steps - 1)
        return self._told[node]

    def bindings(self, name: str, node: ast.AST) -> list[Binding] | None:
        """Everything that a name may be bound to where a node stands; None for one that is bound nowhere."""
        is_first = True
        for scope in self.above(node):
            names = self._names.get(scope)
            if names is None:
                continue
            if name in names and (is_first or not isinstance(scope, ast.ClassDef)):
                return names[name]
            is_first = False
        return None

    def own(self, node: ast.Attribute) -> list[Binding]:
        """Everything that an attribute of `self` is bound to in its class."""
        around = self.class_of(node)
        return self._own.get(around, {}).get(node.attr, []) if around is not None else []

    def value(self, node: ast.expr | None) -> ast.expr | None:
        """The expression that a name stands for, when it is bound once and to an expression; else the node itself."""
        for _ in range(_MOST_STEPS):
            bound = self.bindings(node.id, node) if isinstance(node, ast.Name) else None
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
                bound = self.own(node)
            if not bound or len(bound) != 1 or not isinstance(bound[0], ast.expr):
                return node
            node = bound[0]
        return node

    def _origin(self, node: ast.AST, steps: int) -> str:
        if isinstance(node, ast.Await):
            return self.origin(node.value, steps)
        if isinstance(node, ast.Name):
            return self._name(node, steps)
        if isinstance(node, ast.Attribute):
            return self._attribute(node, steps)
        if isinstance(node, ast.Call):
            made = self._made(node, steps)
            return made if made is not None else _called(self.origin(node.func, steps))
        return ""

    def _name(self, node: ast.Name, steps: int) -> str:
        bound = [one for one in self.bindings(node.id, node) or () if not _is_none(one)]
        if bound:
            return self._same(bound, steps)
        if (target := self.imports.get(node.id)) is not None:
            return self.elsewhere(target) or target
        return node.id

    def _attribute(self, node: ast.Attribute, steps: int) -> str:
        if isinstance(node.value, ast.Name) and node.value.id in ("self", "cls"):
            return self._same(self.own(node), steps)
        base = self.origin(node.value, steps)
        return (self.elsewhere(f"{base}.{node.attr}") or f"{base}.{node.attr}") if base else ""

    def _made(self, call: ast.Call, steps: int) -> str | None:
        """What a function of this module returns; None for a call of anything else."""
        bound = self.bindings(call.func.id, call.func) if isinstance(call.func, ast.Name) else None
        if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name):
            bound = self.own(call.func) if call.func.value.id == "self" else None
        if not bound or len(bound) != 1 or not isinstance(bound[0], ast.FunctionDef | ast.AsyncFunctionDef):
            return None
        function = bound[0]
        returned = [one.value for one in ast.walk(function) if isinstance(one, ast.Return) and one.value is not None]
        told = {self.origin(one, steps) for one in returned[:8]}
        if len(told) == 1 and (only := told.pop()):
            return only
        return _called(self.annotated(function.returns, steps))

    def annotated(self, annotation: ast.expr | None, steps: int = _MOST_STEPS) -> str:
        """The class that an annotation names: through `X | None`, `Optional[X]`, `Annotated[X, …]` and aliases."""
        if isinstance(annotation, ast.BinOp):
            left = self.annotated(annotation.left, steps)
            return left or self.annotated(annotation.right, steps)
        if isinstance(annotation, ast.Constant):
            return ""
        if isinstance(annotation, ast.Subscript):
            if self.origin(annotation.value, steps).rpartition(".")[2] not in ("Optional", "Annotated"):
                return ""
            inner = annotation.slice
            return self.annotated(inner.elts[0] if isinstance(inner, ast.Tuple) and inner.elts else inner, steps)
        if isinstance(annotation, ast.Name) and steps > 0:
            value = self.value(annotation)
            if isinstance(value, ast.Subscript):
                return self.annotated(value, steps - 1)
        return self.origin(annotation, steps)

    def _same(self, bound: list[Binding], steps: int) -> str:
        """What all bindings agree on; one that is None (`client = None` before it is made) does not count."""
        told = {self._bound(one, steps) for one in bound[:8] if not _is_none(one)}
        return told.pop() if len(told) == 1 and len(bound) <= 8 else ""

    def _bound(self, one: Binding, steps: int) -> str:
        if isinstance(one, ast.expr):
            return self.origin(one, steps)
        if isinstance(one, Opened):
            return self.origin(one.value, steps)
        if isinstance(one, Parameter):
            return _called(self.annotated(one.annotation, steps))
        return ""


def _called(function: str) -> str:
    return f"{function}()" if function else ""


def _is_none(one: Binding) -> bool:
    return isinstance(one, ast.Constant) and one.value is None


class _Walk:
    """One pass over the tree that notes what stands in what, and what every name is bound to."""

    def __init__(self, module: Module) -> None:
        self.module = module

    def run(self) -> None:
        module = self.module
        above, imported = module._above, ast.Module(body=[], type_ignores=[])
        module._names[module.tree] = {}
        waiting: list[tuple[ast.AST, ast.AST]] = [(module.tree, module.tree)]
        while waiting:
            node, scope = waiting.pop()
            enter = _ENTERED.get(type(node))
            inner = enter(self, node, scope) if enter is not None else scope
            if isinstance(node, ast.Import | ast.ImportFrom):
                imported.body.append(node)
            for child in reversed(_children(node)):
                above[child] = node
                waiting.append((child, inner))
        module.imports = imports_of(imported, module.package)

    def call(self, node: ast.Call, scope: ast.AST) -> ast.AST:
        self.module.calls.append(node)
        if isinstance(node.func, ast.Attribute) and node.func.attr in _MUTATORS:
            self._change(node.func.value)
        return scope

    def catch(self, node: ast.ExceptHandler, scope: ast.AST) -> ast.AST:
        self.module.catches.append(node)
        return scope

    def function(self, node: Function, scope: ast.AST) -> ast.AST:
        self._bind(scope, node.name, node)
        self.module.functions.append(node)
        return self.parameters(node, scope)

    def parameters(self, node: Function | ast.Lambda, scope: ast.AST) -> ast.AST:
        return self._parameters(node, node.args)

    def in_class(self, node: ast.ClassDef, scope: ast.AST) -> ast.AST:
        self._bind(scope, node.name, node)
        self.module.classes.append(node)
        self.module._names[node] = {}
        return node

    def assign(self, node: ast.AST, scope: ast.AST) -> ast.AST:
        self._assign(node, scope)
        return scope

    def _assign(self, node: ast.AST, scope: ast.AST) -> None:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self._target(target, node.value, scope)
        elif isinstance(node, ast.AnnAssign):
            self._target(node.target, node.value or Parameter("", node.annotation, None), scope)
        elif isinstance(node, ast.NamedExpr):
            self._target(node.target, node.value, scope)
        elif isinstance(node, ast.AugAssign | ast.For | ast.AsyncFor | ast.comprehension):
            self._target(node.target, None, scope)
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            self._target(node.optional_vars, Opened(node.context_expr), scope)

    def _target(self, target: ast.expr, value: Binding, scope: ast.AST) -> None:
        if isinstance(target, ast.Name):
            self._bind(scope, target.id, value)
        elif isinstance(target, ast.Tuple | ast.List):
            for one in target.elts:
                self._target(one, None, scope)
        elif isinstance(target, ast.Subscript):
            self._change(target.value)
        elif isinstance(target, ast.Attribute):
            self._change(target.value)
            if isinstance(target.value, ast.Name) and target.value.id in ("self", "cls"):
                around = scope if isinstance(scope, ast.ClassDef) else self.module.class_of(scope)
                if around is not None:
                    self.module._own.setdefault(around, {}).setdefault(target.attr, []).append(value)

    def _change(self, node: ast.expr) -> None:
        if isinstance(node, ast.Name):
            self.module.changed.add(node.id)

    def _bind(self, scope: ast.AST, name: str, value: Binding) -> None:
        self.module._names.setdefault(scope, {}).setdefault(name, []).append(value)
        if isinstance(scope, ast.ClassDef):
            self.module._own.setdefault(scope, {}).setdefault(name, []).append(value)

    def _parameters(self, scope: ast.AST, given: ast.arguments) -> ast.AST:
        names = self.module._names.setdefault(scope, {})
        plain = [*given.posonlyargs, *given.args]
        defaults: list[ast.expr | None] = [None] * (len(plain) - len(given.defaults)) + list(given.defaults)
        pairs = [*zip(plain, defaults, strict=True), *zip(given.kwonlyargs, given.kw_defaults, strict=True)]
        for one, default in pairs:
            names.setdefault(one.arg, []).append(Parameter(one.arg, one.annotation, default))
        for rest in (given.vararg, given.kwarg):
            if rest is not None:
                names.setdefault(rest.arg, []).append(None)
        return scope


def _children(node: ast.AST) -> list[ast.AST]:
    """The nodes in a node, without those that only say how it is used."""
    found: list[ast.AST] = []
    for name in node._fields:
        value = getattr(node, name, None)
        if isinstance(value, list):
            found.extend(one for one in value if isinstance(one, ast.AST))
        elif isinstance(value, ast.AST) and not isinstance(value, ast.expr_context | ast.operator | ast.unaryop):
            found.append(value)
    return found


# What the walk does on entering a node of each sort; the answer is the scope of what stands in it.
_ENTERED: dict[type[ast.AST], Callable[[_Walk, Any, ast.AST], ast.AST]] = {
    ast.Call: _Walk.call,
    ast.ExceptHandler: _Walk.catch,
    ast.FunctionDef: _Walk.function,
    ast.AsyncFunctionDef: _Walk.function,
    ast.Lambda: _Walk.parameters,
    ast.ClassDef: _Walk.in_class,
    ast.Assign: _Walk.assign,
    ast.AnnAssign: _Walk.assign,
    ast.NamedExpr: _Walk.assign,
    ast.AugAssign: _Walk.assign,
    ast.For: _Walk.assign,
    ast.AsyncFor: _Walk.assign,
    ast.comprehension: _Walk.assign,
    ast.withitem: _Walk.assign,
}

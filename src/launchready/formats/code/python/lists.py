"""Addresses that answer with every row of a table."""

import ast
from collections.abc import Iterator

from launchready.formats.code.hit import Hit
from launchready.formats.code.python.handlers import is_routed
from launchready.formats.code.python.module import Module
from launchready.known.small_tables import is_small

RULE = "list-unbounded"
_NARROWS = frozenset({
    "limit", "slice", "filter", "filter_by", "where", "exclude", "get", "first", "paginate", "fetch", "join",
    "aggregate", "count", "exists", "values_list", "having", "with_parent", "one", "iterator", "yield_per",
})  # fmt: skip
_ENDS = frozenset({"all", "scalars", "exec", "execute", "fetchall", "values"})
_DJANGO_VIEWS = ("django.views.generic.ListView", "django.views.generic.list.ListView")
_REST = "rest_framework."
_REST_LISTS = ("ListAPIView", "ListCreateAPIView", "ModelViewSet", "ReadOnlyModelViewSet", "ListModelMixin")


def look(module: Module) -> Iterator[Hit]:
    """Handlers that return all rows of a table, and views of Django that show them all on one page."""
    for function in module.functions:
        if is_routed(module, function):
            for returned in _returned(module, function):
                if (table := _every_row(module, returned)) is not None:
                    yield Hit(RULE, returned.lineno, f"every row of {table} in one answer", _mend(module, table))
    for view in module.classes:
        yield from _view(module, view)


def _mend(module: Module, table: str) -> str:
    is_django = any(target.startswith("django.") for target in module.imports.values())
    return f"{table}.objects.all()[:100]" if is_django else f"select({table}).limit(100)"


def _returned(module: Module, function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.expr]:
    """The expressions that a function answers with, through names and the classes that wrap an answer."""
    for one in ast.walk(function):
        if isinstance(one, ast.Return) and one.value is not None and module.function_of(one) is function:
            yield from _inside(module, one.value, 6)


def _inside(module: Module, node: ast.expr, steps: int) -> Iterator[ast.expr]:
    value = module.value(node)
    if steps <= 0 or value is None:
        return
    parts = _parts(value)
    if parts is None:
        yield value
    for one in parts or ():
        yield from _inside(module, one, steps - 1)


def _parts(value: ast.expr) -> list[ast.expr] | None:
    """What an answer is put together from; None for one that is no wrapping."""
    match value:
        case ast.Dict():
            return list(value.values)
        case ast.ListComp(generators=[ast.comprehension(ifs=[])]):
            return [value.generators[0].iter]
        case ast.Call() if _wraps(value):
            named = [one.value for one in value.keywords if one.arg in ("content", "data", "items")]
            return [*value.args[:3], *named]
        case ast.Attribute(attr="data"):
            return [value.value]
    return None


def _wraps(call: ast.Call) -> bool:
    name = (
        call.func.attr
        if isinstance(call.func, ast.Attribute)
        else call.func.id
        if isinstance(call.func, ast.Name)
        else ""
    )
    return name in ("list", "jsonify", "dumps", "jsonable_encoder") or name.endswith(
        ("Response", "Serializer", "Schema")
    )


def _every_row(module: Module, node: ast.expr) -> str | None:
    """The table of which an expression is every row; None for anything that is narrowed or not understood."""
    names: list[str] = []
    table = None
    while True:
        node = node.value if isinstance(node, ast.Await) else node
        if isinstance(node, ast.Name):
            value = module.value(node)
            if value is node or not isinstance(value, ast.Call | ast.Await):
                break
            node = value
        elif isinstance(node, ast.Call):
            table = _table(module, node) or table
            if isinstance(node.func, ast.Name):
                break
            node = node.func
        elif isinstance(node, ast.Attribute):
            names.append(node.attr)
            if node.attr in ("objects", "query") and isinstance(node.value, ast.Name) and node.value.id[:1].isupper():
                table = node.value.id
            node = node.value
        else:
            return None
    if table is None or not names or names[0] not in _ENDS or _NARROWS & set(names) or is_small(table):
        return None
    return table


def _table(module: Module, call: ast.Call) -> str | None:
    """The one class that is asked for: `query(Item)`, `exec(select(Item))`."""
    name = (
        call.func.attr
        if isinstance(call.func, ast.Attribute)
        else call.func.id
        if isinstance(call.func, ast.Name)
        else ""
    )
    if len(call.args) != 1:
        return None
    if name in ("query", "select"):
        asked = call.args[0]
        return asked.id if isinstance(asked, ast.Name) and asked.id[:1].isupper() else None
    if name in ("exec", "execute", "scalars"):
        inner = module.value(call.args[0])
        narrowed = {one.attr for one in ast.walk(inner) if isinstance(one, ast.Attribute)} if inner else set()
        while isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute):
            inner = module.value(inner.func.value)
        if isinstance(inner, ast.Call) and not narrowed & _NARROWS:
            return _table(module, inner)
    return None


def _view(module: Module, view: ast.ClassDef) -> Iterator[Hit]:
    names = {
        one.targets[0].id: one.value
        for one in view.body
        if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name)
    }
    methods = {one.name for one in view.body if isinstance(one, ast.FunctionDef)}
    bases = [module.origin(base) for base in view.bases]
    if not bases or not any(base in _DJANGO_VIEWS for base in bases):
        return
    if not all(base.startswith("django.") for base in bases):
        return
    if names.keys() & {"paginate_by", "paginator_class"} or methods & {"get_paginate_by", "get_queryset", "get"}:
        return
    shown = names.get("model")
    if shown is None and isinstance(asked := names.get("queryset"), ast.Call):
        table = _every_row(module, asked)
    else:
        table = shown.id if isinstance(shown, ast.Name) and not is_small(shown.id) else None
    if table is not None:
        yield Hit(RULE, view.lineno, f"{view.name} shows every row of {table} on one page", "paginate_by = 50")

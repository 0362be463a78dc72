"""Classes of settings (pydantic-settings) whose fields are read from variables of their names."""

import ast
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from launchready.formats.python_source import dotted, keyword
from launchready.formats.python_variables.scope import Scope, brings
from launchready.formats.variable_reads import Reads

_ROOTS = frozenset({"BaseSettings"})
_FIELDS = frozenset({"Field", "SettingsField"})
_CHOICES = frozenset({"AliasChoices", "AliasPath"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ways:
    """How a class finds its variables."""

    prefix: str | None = ""
    delimiter: str = ""
    exact: bool = False  # case counts
    elsewhere: bool = False  # values may come from other sources too
    by_name: bool = False  # a field with an alias is found by its own name as well


def settings_classes(scope: Scope, known: Collection[str] = ()) -> dict[str, ast.ClassDef]:
    """The classes of settings of a module; `known` are those of other modules, by name."""
    classes = list(scope.of_kind(ast.ClassDef))
    found: dict[str, ast.ClassDef] = {}
    for _ in range(3):  # a class of settings may inherit from another that stands below it
        for node in classes:
            bases = {dotted(base).rpartition(".")[2] for base in node.bases}
            if bases & (_ROOTS | found.keys()) or bases.intersection(known):
                found[node.name] = node
    return found


def read(scope: Scope, reads: Reads, known: Collection[str]) -> None:
    """Note what each field of the module's classes of settings reads."""
    classes = settings_classes(scope, known)
    plain = {node.name for node in scope.of_kind(ast.ClassDef)}
    for node in classes.values():
        ways = _ways(scope, node, classes)
        for field in _fields(node):
            _field(scope, reads, field, ways, plain.union(known))


def _field(scope: Scope, reads: Reads, field: ast.AnnAssign, ways: _Ways, nested: Iterable[str]) -> None:
    name = dotted(field.target)
    call = field.value if isinstance(field.value, ast.Call) and _last(field.value.func) in _FIELDS else None
    call = call or _annotated(field.annotation)
    aliases = list(_aliases(scope, call)) if call is not None else []
    if ways.prefix is None:  # it is put together when the code runs
        reads.add_built("", f"_{_cased(name, ways)}")
    elif not aliases or ways.by_name:
        aliases.append(ways.prefix + name)
    if set(_annotation_names(field.annotation)) & set(nested):
        for one in aliases:
            reads.add_built(f"{_cased(one, ways)}{ways.delimiter or '__'}", "")
            reads.add_built(f"{_cased(name, ways)}_", "")
        return
    default, told = _default(field, call)
    for one in dict.fromkeys(_cased(alias, ways) for alias in aliases):
        must = not told and not ways.elsewhere and len(aliases) == 1
        reads.add(one, field.lineno, has_default=brings(default), must=must)


def _default(field: ast.AnnAssign, call: ast.Call | None) -> tuple[ast.AST | None, bool]:
    """A field's default, and whether there is one at all, None included."""
    if field.value is not None and field.value is not call:
        return field.value, not (isinstance(field.value, ast.Constant) and field.value.value is ...)
    if call is None:
        return None, False
    first = call.args[0] if call.args else keyword(call, "default")
    if made := keyword(call, "default_factory"):
        return made, True
    return first, first is not None and not (isinstance(first, ast.Constant) and first.value is ...)


def _annotated(annotation: ast.AST) -> ast.Call | None:
    """The Field(…) inside Annotated[str, Field(…)]."""
    if isinstance(annotation, ast.Subscript) and _last(annotation.value) == "Annotated":
        held = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else []
        return next((one for one in held if isinstance(one, ast.Call) and _last(one.func) in _FIELDS), None)
    return None


def _aliases(scope: Scope, call: ast.Call) -> Iterator[str]:
    given = keyword(call, "validation_alias") or keyword(call, "alias") or keyword(call, "env")
    if isinstance(given, ast.Call) and _last(given.func) in _CHOICES:
        path = _last(given.func) == "AliasPath"
        for one in given.args[: 1 if path else 20]:
            inner = one.args[0] if isinstance(one, ast.Call) and one.args else one
            yield from scope.names(inner)
    elif isinstance(given, ast.List | ast.Tuple | ast.Set):
        yield from (name for one in given.elts for name in scope.names(one))
    elif given is not None:
        yield from scope.names(given)


def _ways(scope: Scope, node: ast.ClassDef, classes: dict[str, ast.ClassDef], depth: int = 0) -> _Ways:
    """How a class finds its variables, by model_config, an inner Config, or keywords behind its bases."""
    given: dict[str, ast.AST] = {}
    for base in node.bases if depth < 3 else ():
        above = classes.get(_last(base))
        if above is not None and above is not node:
            given |= _configured(above)
    given |= _configured(node)

    def text(key: str) -> str:
        texts = scope.names(given[key]) if key in given else ()
        return texts[0] if texts else ""

    def on(key: str) -> bool:
        return isinstance(value := given.get(key), ast.Constant) and value.value is True

    sources = any(isinstance(one, ast.FunctionDef) and "customise_sources" in one.name for one in node.body)
    files = any(key in given for key in ("yaml_file", "toml_file", "json_file", "secrets_dir"))
    return _Ways(
        prefix=text("env_prefix") or (None if brings(given.get("env_prefix")) else ""),
        delimiter=text("env_nested_delimiter"),
        exact=on("case_sensitive"),
        elsewhere=sources or files,
        by_name=on("populate_by_name") or on("validate_by_name"),
    )


def _configured(node: ast.ClassDef) -> dict[str, ast.AST]:
    found: dict[str, ast.AST] = {one.arg: one.value for one in node.keywords if one.arg}
    for one in node.body:
        if isinstance(one, ast.ClassDef) and one.name == "Config":
            found |= {
                dotted(each.targets[0]): each.value
                for each in one.body
                if isinstance(each, ast.Assign) and each.targets
            }
        target = (
            one.targets[0] if isinstance(one, ast.Assign) else one.target if isinstance(one, ast.AnnAssign) else None
        )
        if target is not None and dotted(target) == "model_config":
            value = one.value if isinstance(one, ast.Assign | ast.AnnAssign) else None
            if isinstance(value, ast.Call):
                found |= {each.arg: each.value for each in value.keywords if each.arg}
            elif isinstance(value, ast.Dict):
                pairs = zip(value.keys, value.values, strict=True)
                found |= {str(key.value): each for key, each in pairs if isinstance(key, ast.Constant)}
    return found


def _fields(node: ast.ClassDef) -> Iterator[ast.AnnAssign]:
    for one in node.body:
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name) and one.target.id != "model_config":
            inner = set(_annotation_names(one.annotation))
            if not one.target.id.startswith("_") and not inner & {"ClassVar", "PrivateAttr", "InitVar"}:
                yield one


def _annotation_names(annotation: ast.AST) -> Iterator[str]:
    for inner in ast.walk(annotation):
        if isinstance(inner, ast.Name | ast.Attribute):
            yield _last(inner)
        elif isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            yield inner.value


def _cased(name: str, ways: _Ways) -> str:
    return name if ways.exact else name.upper()


def _last(node: ast.AST) -> str:
    return dotted(node).rpartition(".")[2]

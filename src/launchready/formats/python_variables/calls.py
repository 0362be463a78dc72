"""Readings of variables in one Python module: os.environ in all its forms, and the libraries that are asked by name."""

import ast
from collections.abc import Iterator, Mapping

from launchready.formats.python_source import dotted, keyword
from launchready.formats.python_variables.scope import (
    DEFAULTS,
    ENVIRON,
    GETTERS,
    Asker,
    Function,
    Scope,
    Wrapper,
    brings,
    parameters,
)
from launchready.formats.variable_reads import NAME, Reads

# What an asker's method reads when it is not told which (django-environ).
_UNTOLD = {"db": "DATABASE_URL", "db_url": "DATABASE_URL", "cache": "CACHE_URL", "email": "EMAIL_URL"}
_NOT_ASKING = frozenset({"read_env", "prefixed", "seal", "parser_for", "dump", "export", "get_value_from_file"})
_MISSING = frozenset({"KeyError", "Exception", "BaseException", "LookupError"})


class Reader:
    """Reads one module; `wrappers` are functions of the whole repository that read what they are given by name."""

    def __init__(self, scope: Scope, reads: Reads, wrappers: Mapping[str, Wrapper] | None = None) -> None:
        self._scope = scope
        self._reads = reads
        self._wrappers = wrappers or {}
        self._prefixes: dict[ast.AST, str] = {}
        self._soft: set[ast.AST] = set()
        self._backed: set[ast.AST] = set()
        self._guarded: set[str] = set()
        self._around()

    def read(self) -> None:
        """Note every reading of the module."""
        for node in self._scope.nodes:
            if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
                self._subscript(node)
            elif isinstance(node, ast.Subscript) and self._scope.full(node.value) == ENVIRON:
                self._reads.sets |= set(self._scope.names(node.slice))
            elif isinstance(node, ast.Call):
                self._call(node)
            elif isinstance(node, ast.Compare):
                for name in self._asked_for(node):
                    self._reads.add(name, node.lineno)

    def _around(self) -> None:
        """What stands around readings: `or` with another value, `try`, `if "X" in os.environ`, `with env.prefixed`."""
        for node in self._scope.nodes:
            if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or) and brings(node.values[-1]):
                self._backed |= set(node.values[:-1])
            elif isinstance(node, ast.Try) and any(_catches(one) for one in node.handlers):
                self._soft |= {inner for one in node.body for inner in ast.walk(one)}
            elif isinstance(node, ast.Compare):
                self._guarded |= set(self._asked_for(node))
            elif isinstance(node, ast.With):
                self._prefix(node)

    def _prefix(self, node: ast.With) -> None:
        for item in node.items:
            call = item.context_expr
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "prefixed":
                texts = self._scope.names(call.args[0]) if call.args else ()
                for inner in (inner for one in node.body for inner in ast.walk(one)) if texts else ():
                    self._prefixes[inner] = self._prefixes.get(inner, "") + texts[0]

    def _asked_for(self, node: ast.Compare) -> Iterator[str]:
        asks = len(node.ops) == 1 and isinstance(node.ops[0], ast.In | ast.NotIn)
        if asks and self._scope.is_environment(node.comparators[0]):
            yield from self._scope.names(node.left)

    def _subscript(self, node: ast.Subscript) -> None:
        if self._scope.is_environment(node.value):
            self._note(node, node.slice, has_default=False, must=True)
        elif asker := self._scope.askers.get(dotted(node.value)):
            self._note(node, node.slice, has_default=False, must=True, asker=asker)

    def _call(self, node: ast.Call) -> None:
        function, whole = node.func, self._scope.full(node.func)
        key = node.args[0] if node.args else keyword(node, "key", "var", "name", "var_name")
        if whole in GETTERS:
            self._note(node, key, has_default=brings(_second(node)), must=False)
        elif isinstance(function, ast.Attribute) and self._scope.is_environment(function.value):
            self._of_environment(node, function.attr, key)
        elif (asker := self._asker(function)) is not None:
            self._asked(node, key, asker)
        elif whole == "dj_database_url.config":
            self._reads.add("DATABASE_URL", node.lineno, has_default=brings(keyword(node, "default")))
        elif (named := keyword(node, "envvar")) is not None:
            self._option(node, named)
        elif wrapper := self._wrappers.get(_last(function)):
            self._wrapped(node, wrapper)
        self._dynamic(node, whole)

    def _of_environment(self, node: ast.Call, method: str, key: ast.AST | None) -> None:
        if method in ("get", "pop"):
            stops = method == "pop" and _second(node) is None
            self._note(node, key, has_default=brings(_second(node)), must=stops)
        elif method == "setdefault":
            self._note(node, key, has_default=True, must=False)
            self._reads.sets |= set(self._scope.names(key))
        elif method == "__getitem__":
            self._note(node, key, has_default=False, must=True)

    def _asker(self, function: ast.AST) -> Asker | None:
        """The asker that a call asks: env("X"), env.bool("X"), self.env.str("X")."""
        name = dotted(function)
        if name in self._scope.askers:
            return self._scope.askers[name]
        before, _, method = name.rpartition(".")
        asker = self._scope.askers.get(before)
        return asker if asker is not None and method not in _NOT_ASKING else None

    def _asked(self, node: ast.Call, key: ast.AST | None, asker: Asker) -> None:
        method = _last(node.func)
        if key is None and method in _UNTOLD:
            key = ast.Constant(_UNTOLD[method])
        given = keyword(node, "default", "missing") or (node.args[1] if len(node.args) > 1 else None)
        names = self._scope.names(key)
        told = any(one.arg in ("default", "missing") for one in node.keywords) or _takes_default(node, method)
        scheme = bool(names) and names[0] in asker.defaults
        self._note(node, key, has_default=brings(given) or scheme, must=not told and not scheme, asker=asker)

    def _option(self, node: ast.Call, named: ast.AST) -> None:
        """Click's and Typer's options that may come from a variable."""
        elements = named.elts if isinstance(named, ast.List | ast.Tuple) else [named]
        default = keyword(node, "default") or (node.args[0] if _last(node.func) == "Option" and node.args else None)
        required = keyword(node, "required")
        is_flag = keyword(node, "is_flag") is not None
        for one in elements:
            must = isinstance(required, ast.Constant) and required.value is True
            self._note(node, one, has_default=brings(default) or is_flag, must=must)

    def _wrapped(self, node: ast.Call, wrapper: Wrapper) -> None:
        key = node.args[wrapper.at] if len(node.args) > wrapper.at else keyword(node, wrapper.parameter)
        texts = self._scope.names(key)
        if not texts or not all(NAME.fullmatch(one) and one.upper() == one for one in texts):
            return
        at = wrapper.default_at
        given = node.args[at] if at is not None and len(node.args) > at else None
        given = given or next((one.value for one in node.keywords if one.arg and DEFAULTS.search(one.arg)), None)
        told = given is not None
        self._note(node, key, has_default=brings(given) or wrapper.has_default, must=wrapper.must and not told)

    def _dynamic(self, node: ast.Call, whole: str) -> None:
        """Libraries that take every variable with a beginning."""
        last = whole.rpartition(".")[2]
        word = {"Dynaconf": "envvar_prefix", "LazySettings": "envvar_prefix", "from_prefixed_env": "prefix"}.get(last)
        given = keyword(node, word, "auto_envvar_prefix") if word else keyword(node, "auto_envvar_prefix")
        if given is None and last == "from_prefixed_env" and node.args:
            given = node.args[0]
        texts = self._scope.names(given) if given is not None else ()
        if texts:
            self._reads.add_built(f"{texts[0].rstrip('_')}_", "")
        elif word:
            self._reads.add_built("FLASK_" if last == "from_prefixed_env" else "DYNACONF_", "")

    def _note(
        self, node: ast.expr, key: ast.AST | None, *, has_default: bool, must: bool, asker: Asker | None = None
    ) -> None:
        prefix = self._prefixes.get(node, "") + (asker.prefix if asker else "")
        names = self._scope.names(key) if node not in self._scope.handed else ()
        for name in names:
            stops = must and node not in self._soft and prefix + name not in self._guarded and len(names) == 1
            self._reads.add(prefix + name, node.lineno, has_default=has_default or node in self._backed, must=stops)
        if not names and isinstance(key, ast.JoinedStr | ast.BinOp):
            start, end = self._scope.ends(key)
            self._reads.add_built(prefix + start, end or "")


def wrappers_of(scope: Scope) -> dict[str, Wrapper]:
    """The functions of a module that read the variable which they are given by name."""
    keys = {node: key for node in scope.nodes if isinstance((key := _key_of(scope, node)), ast.Name)}
    found: dict[str, Wrapper] = {}
    for function in _functions(scope) if keys else ():
        names = parameters(function)
        for node in ast.walk(function) if names else ():
            if node in keys and keys[node].id in names:
                scope.handed.add(node)
                must = isinstance(node, ast.Subscript) or _raises(function)
                found[function.name] = _wrapper(function, names, keys[node].id, must=must)
    return found


def _functions(scope: Scope) -> Iterator[Function]:
    yield from scope.of_kind(ast.FunctionDef)
    yield from scope.of_kind(ast.AsyncFunctionDef)


def _key_of(scope: Scope, node: ast.AST) -> ast.AST | None:
    if isinstance(node, ast.Subscript) and scope.is_environment(node.value):
        return node.slice
    if isinstance(node, ast.Call) and node.args:
        asks = isinstance(node.func, ast.Attribute) and node.func.attr in ("get", "pop", "__getitem__")
        if scope.full(node.func) in GETTERS or (
            asks and isinstance(node.func, ast.Attribute) and scope.is_environment(node.func.value)
        ):
            return node.args[0]
    return None


def _raises(function: ast.AST) -> bool:
    """Whether the function raises where there is no value, and not only for one that it cannot use."""
    return any(
        isinstance(node, ast.If) and _is_lack(node.test) and any(isinstance(one, ast.Raise) for one in node.body)
        for node in ast.walk(function)
    )


def _is_lack(test: ast.AST) -> bool:
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return isinstance(test.operand, ast.Name)
    compared = test.comparators[0] if isinstance(test, ast.Compare) and len(test.ops) == 1 else None
    return isinstance(compared, ast.Constant) and compared.value in (None, "")


def _wrapper(function: Function, names: list[str], name: str, *, must: bool) -> Wrapper:
    defaults = [*function.args.defaults, *(one for one in function.args.kw_defaults if one)]
    at = next((index for index, one in enumerate(names) if one != name and DEFAULTS.search(one)), None)
    return Wrapper(
        at=names.index(name),
        parameter=name,
        default_at=at,
        has_default=any(brings(one) and not isinstance(one, ast.Constant) for one in defaults),
        must=must,
    )


def _second(node: ast.Call) -> ast.AST | None:
    return node.args[1] if len(node.args) > 1 else keyword(node, "default")


def _takes_default(node: ast.Call, method: str) -> bool:
    """environs takes the default as second argument; in django-environ that is the cast when env() itself is called."""
    return len(node.args) > 1


def _last(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _catches(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(
        _last(one) in _MISSING or _last(one).endswith(("UndefinedValueError", "ImproperlyConfigured")) for one in caught
    )

"""One Python module's part in an application's addresses: who routes what, and which routers it puts where."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from launchready.formats.python_answers import Answer, answer_of
from launchready.formats.python_source import Text, dotted, imports_of, keyword, text_of

# What a constructor makes: a whole application, or a part that is put into one.
MAKERS = {
    "fastapi.FastAPI": ("FastAPI", True),
    "fastapi.APIRouter": ("FastAPI", False),
    "fastapi.routing.APIRouter": ("FastAPI", False),
    "starlette.applications.Starlette": ("Starlette", True),
    "starlette.routing.Router": ("Starlette", False),
    "flask.Flask": ("Flask", True),
    "flask.Blueprint": ("Flask", False),
    "quart.Quart": ("Quart", True),
    "quart.Blueprint": ("Quart", False),
    "litestar.Litestar": ("Litestar", True),
    "litestar.Router": ("Litestar", False),
    "litestar.app.Litestar": ("Litestar", True),
}
_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})
_ROUTING = frozenset({"route", "api_route", "add_url_rule", "add_route", "add_api_route"})
_PUTTING = frozenset({"include_router", "register_blueprint", "mount"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One address: `owner` is the router or list that holds it (a name of the module, "" when none is seen)."""

    owner: str
    path: Text
    methods: frozenset[str]
    answer: Answer
    endpoint: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """A router, list or application put into another one below a prefix."""

    owner: str
    child: str
    prefix: Text
    overrides: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """A name that holds an application or a router."""

    framework: str
    whole: bool
    prefix: Text
    line: int


@dataclass(slots=True)
class PythonModule:
    """What one module says about addresses; names are the module's own, targets of imports are dotted."""

    imports: dict[str, str] = field(default_factory=dict)
    makers: dict[str, Maker] = field(default_factory=dict)
    routes: list[Route] = field(default_factory=list)
    puts: list[Put] = field(default_factory=list)
    constants: dict[str, str] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)


def maker_of(target: str) -> tuple[str, bool] | None:
    """The framework of a constructor and whether it makes a whole application; a router class of the product's own
    (`MyAPIRouter`) is taken for FastAPI's."""
    return MAKERS.get(target) or (("FastAPI", False) if target.endswith("APIRouter") else None)


def parse(tree: ast.Module, package: str) -> PythonModule:
    """What a module of a package (dotted, for its relative imports) says."""
    module = PythonModule(imports=imports_of(tree, package))
    reader = _Reader(module)
    nodes = list(ast.walk(tree))
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            module.answers[node.name] = max(answer_of(node), module.answers.get(node.name, Answer.UNKNOWN))
    for node in nodes:
        reader.read(node)
    for node in nodes:
        if isinstance(node, ast.Call) and id(node) not in reader.seen:
            reader.items(node, "")
    return module


class _Reader:
    """Goes over the nodes of one module; `seen` are calls that have been understood as part of a larger one."""

    def __init__(self, module: PythonModule) -> None:
        self.module = module
        self.seen: set[int] = set()

    def read(self, node: ast.AST) -> None:
        match node:
            case ast.Assign(targets=[target, *_], value=value):
                self._assigned(target, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value) | ast.AugAssign(target=target, value=value):
                self._assigned(target, value)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._function(node)
            case ast.Call(func=ast.Attribute(attr=method)):
                self._called(node, method)

    def items(self, node: ast.AST, owner: str, depth: int = 0) -> None:
        """Routes in a list that is given to an application: `[Route(…), Mount(…), *others]`."""
        if depth > 12:
            return
        match node:
            case ast.List(elts=inner) | ast.Tuple(elts=inner):
                for one in inner:
                    self.items(one, owner, depth + 1)
            case ast.Starred(value=value):
                self.items(value, owner, depth + 1)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                self.items(left, owner, depth + 1)
                self.items(right, owner, depth + 1)
            case ast.Call():
                self._call_item(node, owner, depth)
            case ast.Name() | ast.Attribute() if owner and (name := dotted(node)):
                self.module.puts.append(Put(owner=owner, child=name, prefix=()))

    def _call_item(self, call: ast.Call, owner: str, depth: int) -> None:
        target = self._target(call)
        if target in ("starlette.routing.Route", "fastapi.routing.APIRoute", "fastapi.routing.Route"):
            self.seen.add(id(call))
            endpoint = call.args[1] if len(call.args) > 1 else keyword(call, "endpoint")
            path = call.args[0] if call.args else keyword(call, "path")
            self._route(owner, path, _methods(call), dotted(endpoint), call)
        elif target in ("starlette.routing.Mount", "fastapi.routing.Mount", "starlette.routing.Host"):
            self.seen.add(id(call))
            self._mount_item(call, owner, depth, is_host=target.endswith("Host"))
        elif owner and id(call) not in self.seen and (name := dotted(call.func)):
            self.module.puts.append(Put(owner=owner, child=name, prefix=()))

    def _mount_item(self, call: ast.Call, owner: str, depth: int, *, is_host: bool) -> None:
        prefix = () if is_host else text_of(call.args[0] if call.args else keyword(call, "path"))
        inner = keyword(call, "routes")
        app = call.args[1] if len(call.args) > 1 else keyword(call, "app")
        child = f"{owner}/{call.lineno}:{call.col_offset}"
        if inner is not None:
            self.module.puts.append(Put(owner=owner, child=child, prefix=prefix))
            self.items(inner, child, depth + 1)
        elif isinstance(app, ast.Call) and maker_of(self._target(app)) is not None:
            self.module.puts.append(Put(owner=owner, child=child, prefix=prefix))
            self._made(child, app)
        elif name := dotted(app):
            self.module.puts.append(Put(owner=owner, child=name, prefix=prefix))

    def _assigned(self, target: ast.AST, value: ast.expr) -> None:
        name = dotted(target)
        if not name:
            return
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            self.module.constants[name.rpartition(".")[2]] = value.value
        elif isinstance(value, ast.Call) and maker_of(self._target(value)) is not None:
            self._made(name, value)
        elif isinstance(value, ast.List | ast.Tuple | ast.BinOp) and any(
            isinstance(one, ast.Call) and self._target(one).endswith(("routing.Route", "routing.Mount"))
            for one in ast.walk(value)
        ):
            self.items(value, name)

    def _made(self, name: str, call: ast.Call) -> None:
        framework, whole = maker_of(self._target(call)) or ("FastAPI", False)
        prefix = text_of(keyword(call, "prefix", "url_prefix") or (keyword(call, "path") if not whole else None))
        self.module.makers[name] = Maker(framework=framework, whole=whole, prefix=prefix, line=call.lineno)
        self.seen.add(id(call))
        routes = keyword(call, "routes", "route_handlers")
        if routes is None and framework == "Starlette" and not whole and call.args:
            routes = call.args[0]
        if routes is not None:
            self.items(routes, name)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for decorator in node.decorator_list:
            if not isinstance(decorator, ast.Call):
                continue
            owner, _, verb = dotted(decorator.func).rpartition(".")
            path = decorator.args[0] if decorator.args else keyword(decorator, "path", "rule")
            if owner and (verb in _VERBS or verb in ("route", "api_route")):
                self.seen.add(id(decorator))
                methods = frozenset({verb.upper()}) if verb in _VERBS else _methods(decorator)
                self._route(owner, path, methods, node.name, decorator)
            elif not owner and self._target(decorator).startswith("litestar.") and verb in _VERBS:
                self._route(node.name, path, frozenset({verb.upper()}), node.name, decorator)
        for inner in ast.walk(node):
            if isinstance(inner, ast.Return) and isinstance(inner.value, ast.List | ast.BinOp | ast.Tuple):
                self.items(inner.value, node.name)

    def _called(self, call: ast.Call, method: str) -> None:
        owner = dotted(call.func).rpartition(".")[0]
        if not owner or id(call) in self.seen:
            return
        if method in _PUTTING and call.args:
            self._put(call, owner, method)
        elif method in _ROUTING and call.args:
            view = keyword(call, "view_func", "endpoint") if method == "add_url_rule" else None
            view = view or (call.args[-1] if len(call.args) > 1 else keyword(call, "route", "endpoint"))
            self.seen.add(id(call))
            self._route(owner, call.args[0], _methods(call), dotted(view), call)
        elif method in ("append", "extend", "insert") and call.args and owner.rpartition(".")[2].endswith("routes"):
            self.items(call.args[-1], owner.removesuffix(".routes").removesuffix(".router"))

    def _put(self, call: ast.Call, owner: str, method: str) -> None:
        if method == "mount":
            child = call.args[1] if len(call.args) > 1 else keyword(call, "app")
            prefix = text_of(call.args[0])
        else:
            child = call.args[0]
            prefix = text_of(keyword(call, "prefix", "url_prefix"))
        name = dotted(child)
        if not name and isinstance(child, ast.Call):
            name = f"{owner}/{call.lineno}"
            if maker_of(self._target(child)) is not None:
                self._made(name, child)
            else:
                name = dotted(child.func)
        overrides = method == "register_blueprint" and bool(prefix)
        if name:
            self.module.puts.append(Put(owner=owner, child=name, prefix=prefix, overrides=overrides))

    def _route(self, owner: str, path: ast.AST | None, methods: frozenset[str], endpoint: str, call: ast.Call) -> None:
        answer = max(answer_of(call), self.module.answers.get(endpoint.rpartition(".")[2], Answer.UNKNOWN))
        self.module.routes.append(
            Route(
                owner=owner, path=text_of(path), methods=methods, answer=answer, endpoint=endpoint, line=call.lineno
            )
        )  # fmt: skip

    def _target(self, call: ast.Call) -> str:
        """The dotted thing that a call calls, through the module's imports."""
        first, _, rest = dotted(call.func).partition(".")
        start = self.module.imports.get(first, first)
        return f"{start}.{rest}" if rest else start


def _methods(call: ast.Call) -> frozenset[str]:
    value = keyword(call, "methods")
    if not isinstance(value, ast.List | ast.Tuple | ast.Set):
        return frozenset({"GET"})
    return frozenset(_upper(value.elts))


def _upper(nodes: list[ast.expr]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value.upper()

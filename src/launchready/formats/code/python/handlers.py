"""Which Python functions answer visitors or run in the background."""

import ast

from launchready.formats.code.python.module import Function, Module

_VERBS = frozenset({"get", "post", "put", "patch", "delete", "route", "api_route", "websocket", "head"})
_ROUTED_BY = frozenset(
    {"api_view", "require_http_methods", "require_GET", "require_POST", "csrf_exempt", "login_required"}
)
_JOBS = frozenset({"task", "shared_task", "actor", "periodic_task", "job", "db_task", "scheduled_job", "cron"})
_VIEW_BASES = (
    "View", "APIView", "ViewSet", "ModelViewSet", "GenericViewSet", "MethodView", "HTTPEndpoint", "Resource",
    "ListView", "DetailView", "TemplateView", "FormView", "CreateView", "UpdateView",
)  # fmt: skip
_VIEW_METHODS = frozenset(
    {"get", "post", "put", "patch", "delete", "list", "retrieve", "create", "update", "destroy", "dispatch"}
)
_REQUEST_TYPES = ("Request", "HttpRequest", "WebSocket")


def is_routed(module: Module, function: ast.AST | None) -> bool:
    """Whether a function is what an address answers with."""
    if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    if any(_decorates(one, _VERBS, with_address=True) or _name(one) in _ROUTED_BY for one in function.decorator_list):
        return True
    around = module.class_of(function) if function.name in _VIEW_METHODS else None
    if around is not None and any(_name(base).endswith(_VIEW_BASES) for base in around.bases):
        return True
    return takes_request(module, function)


def takes_request(module: Module, function: Function) -> bool:
    """Whether its first parameter (after self) is a request, by its type or as Django writes it."""
    first = [one for one in function.args.args if one.arg not in ("self", "cls")][:1]
    if not first:
        return False
    annotated = module.annotated(first[0].annotation) if first[0].annotation else ""
    if annotated:
        return annotated.rpartition(".")[2] in _REQUEST_TYPES
    is_django = any(target.startswith("django.") for target in module.imports.values())
    return first[0].arg == "request" and is_django and not function.name.startswith("_")


def is_job(function: ast.AST | None) -> bool:
    """Whether a worker runs it: Celery, dramatiq, huey, RQ, APScheduler."""
    return isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and any(
        _name(one) in _JOBS for one in function.decorator_list
    )


def handles_errors(function: Function) -> ast.expr | None:
    """The error that a function is there for: `@app.exception_handler(E)`, `@app.errorhandler(500)`, or by its types,
    as Starlette wants them: `(request: Request, error: Exception)`."""
    types = [one.annotation for one in function.args.args if one.arg not in ("self", "cls")]
    if len(types) == 2 and types[0] is not None and _name(types[0]) in _REQUEST_TYPES:
        return types[1]
    for one in getattr(function, "decorator_list", ()):
        if (
            isinstance(one, ast.Call)
            and _name(one) in ("exception_handler", "errorhandler", "app_errorhandler")
            and one.args
        ):
            return one.args[0]
    return None


def _decorates(decorator: ast.expr, names: frozenset[str], *, with_address: bool) -> bool:
    if not isinstance(decorator, ast.Call) or not isinstance(decorator.func, ast.Attribute):
        return False
    if decorator.func.attr not in names:
        return False
    first = (
        decorator.args[0]
        if decorator.args
        else next((one.value for one in decorator.keywords if one.arg == "path"), None)
    )
    is_text = isinstance(first, ast.Constant) and isinstance(first.value, str)
    return not with_address or is_text or isinstance(first, ast.JoinedStr | ast.Name | ast.Attribute)


def _name(node: ast.expr) -> str:
    """The last name of a decorator or a base class, called or not."""
    node = node.func if isinstance(node, ast.Call) else node
    node = node.value if isinstance(node, ast.Subscript) else node
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""

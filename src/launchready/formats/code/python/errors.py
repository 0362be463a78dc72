"""Errors that are swallowed without a word, and errors that are shown to strangers as they came."""

import ast
import re
from collections.abc import Iterator

from launchready.formats.code.hit import Hit
from launchready.formats.code.python.guards import chosen_by_a_setting
from launchready.formats.code.python.handlers import handles_errors, is_job, is_routed
from launchready.formats.code.python.module import Module

UNLOGGED, LEAKS = "error-logging-missing", "error-handler-leaks"
_TRACEBACKS = frozenset({"traceback.format_exc", "traceback.format_exception"})
_BROAD = frozenset({"", "Exception", "BaseException"})
_TELLS = re.compile(
    r"log|print|warn|error|exception|capture|sentry|report|notify|record|note|trace|emit|alert|track|audit|abort|fail|"
    r"message|flash|retry|stderr|write|span|metric|rollbar|bugsnag|newrelic|signal|callback",
    re.IGNORECASE,
)
_ENDS = frozenset({
    "close", "aclose", "cancel", "disconnect", "unlink", "remove", "rmtree", "rollback", "kill", "terminate",
    "shutdown", "delete", "stop", "quit", "release", "cleanup", "unsubscribe", "wait_closed", "send_json",
    "send_text", "send",
})  # fmt: skip
_CONVERTS = frozenset({
    "int", "float", "str", "bool", "Decimal", "UUID", "loads", "decode", "fromisoformat", "strptime", "parse", "len",
    "encode", "b64decode", "get", "strip", "split", "lower", "upper", "replace", "literal_eval", "search", "match",
    "import_module", "find_spec", "getattr", "isinstance", "json", "startswith", "endswith", "join", "items", "keys",
    "format", "validate_python", "model_validate", "model_validate_json", "safe_load", "fromtimestamp", "hexdigest",
    "urlparse",
})  # fmt: skip
_ANSWERS = re.compile(r"(?:Response|^jsonify|^make_response|^abort|HTTPException|HttpResponse\w*|APIException)$")


def look(module: Module) -> Iterator[Hit]:
    """Broad `except` clauses of handlers and jobs that say nothing, and answers that hold the error itself."""
    for catch in module.catches:
        around = module.function_of(catch)
        if _name(catch.type) not in _BROAD:
            continue
        if (is_routed(module, around) or is_job(around)) and _swallows(module, catch):
            yield Hit(
                UNLOGGED,
                catch.lineno,
                "an error is caught here and written down nowhere",
                'logger.exception("what was being done")',
            )
        if catch.name is not None:
            yield from _shown(module, catch.body, catch.name, is_routed=is_routed(module, around))
    for function in module.functions:
        error = handles_errors(function)
        if isinstance(error, ast.expr) and (_name(error) in _BROAD or getattr(error, "value", None) == 500):
            names = [one.arg for one in function.args.args if one.arg not in ("self", "request", "req", "_")]
            if names:
                yield from _shown(module, function.body, names[-1], is_routed=True)


def _swallows(module: Module, catch: ast.ExceptHandler) -> bool:
    """Whether nothing in the clause raises, tells or hands the error on, after work that can really fail."""
    attempt = next(module.above(catch), None)
    if not isinstance(attempt, ast.Try | ast.TryStar) or not _works(attempt) or _has_a_second_value(attempt, catch):
        return False
    for one in (inner for statement in catch.body for inner in ast.walk(statement)):
        if isinstance(one, ast.Raise) or (isinstance(one, ast.Name) and one.id == catch.name):
            return False
        if isinstance(one, ast.Call) and (_TELLS.search(ast.unparse(one.func)) or not _is_answer(one)):
            return False
    return not any(
        isinstance(one, ast.Name) and _TELLS.search(one.id)
        for statement in attempt.finalbody
        for one in ast.walk(statement)
    )


def _has_a_second_value(attempt: ast.Try | ast.TryStar, catch: ast.ExceptHandler) -> bool:
    """Whether the clause only falls back to another value for the one name that is tried to be set."""
    return (
        len(attempt.body) == 1
        and isinstance(attempt.body[0], ast.Assign)
        and not any(isinstance(one, ast.Return) for one in catch.body)
    )


def _is_answer(call: ast.Call) -> bool:
    return bool(
        _ANSWERS.search(_name(call.func))
        or _name(call.func) in ("redirect", "render", "dict", "list", "timedelta", "now", "get")
    )


def _works(attempt: ast.Try | ast.TryStar) -> bool:
    """Whether more is tried than a conversion, an import, or putting something away."""
    calls = [one for statement in attempt.body for one in ast.walk(statement) if isinstance(one, ast.Call)]
    return any(_name(call.func) not in _CONVERTS | _ENDS for call in calls) and not any(
        isinstance(statement, ast.Import | ast.ImportFrom) for statement in attempt.body
    )


def _shown(module: Module, body: list[ast.stmt], name: str, *, is_routed: bool) -> Iterator[Hit]:
    """Places of a clause that put the error, or its traceback, into an answer."""
    seen: set[int] = set()
    for one in (inner for statement in body for inner in ast.walk(statement)):
        answer = _answer(module, one, is_routed=is_routed)
        if answer is None or answer.lineno in seen or chosen_by_a_setting(module, one):
            continue
        if (said := _says(module, answer, name)) is not None:
            seen.add(answer.lineno)
            yield Hit(
                LEAKS, answer.lineno, f"{said} is sent to whoever asked", 'log it, and answer "Something went wrong."'
            )


def _answer(module: Module, node: ast.AST, *, is_routed: bool) -> ast.expr | None:
    if isinstance(node, ast.Call) and _ANSWERS.search(_name(node.func)):
        return node
    if is_routed and isinstance(node, ast.Return) and isinstance(node.value, ast.Dict | ast.Tuple | ast.JoinedStr):
        return node.value
    return None


def _says(module: Module, answer: ast.expr, name: str) -> str | None:
    for one in ast.walk(answer):
        if isinstance(one, ast.Call):
            if _is_text_of(one, name) and not _is_measured(module, one, answer):
                return f"{_name(one.func)}({name})"
            if module.origin(one.func) in _TRACEBACKS:
                return "the traceback"
        elif isinstance(one, ast.Name) and (said := _held(module, one, name)) is not None:
            return said
        elif isinstance(one, ast.FormattedValue) and isinstance(one.value, ast.Name) and one.value.id == name:
            return f"the text of {name}"
    return None


def _held(module: Module, held: ast.Name, name: str) -> str | None:
    """What a name in an answer holds of the error, where no setting has decided that it does."""
    for bound in module.bindings(held.id, held) or ():
        if held.id != name and isinstance(bound, ast.Call | ast.JoinedStr) and not chosen_by_a_setting(module, bound):
            for one in ast.walk(bound):
                if isinstance(one, ast.Call) and module.origin(one.func) in _TRACEBACKS:
                    return "the traceback"
            if isinstance(bound, ast.Call) and _is_text_of(bound, name):
                return f"{_name(bound.func)}({name})"
    return None


def _is_text_of(call: ast.Call, name: str) -> bool:
    first = call.args[0] if len(call.args) == 1 else None
    return _name(call.func) in ("str", "repr", "format_exception") and isinstance(first, ast.Name) and first.id == name


def _is_measured(module: Module, node: ast.AST, answer: ast.expr) -> bool:
    """Whether the text is only compared with something or looked up, and not shown itself."""
    for one in module.above(node):
        if one is answer:
            return False
        if isinstance(one, ast.Compare | ast.IfExp) and node is not getattr(one, "body", None):
            return isinstance(one, ast.Compare)
    return False


def _name(node: ast.expr | None) -> str:
    """The last name of an expression; a tuple has none that is broad."""
    if node is None:
        return ""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else "?"

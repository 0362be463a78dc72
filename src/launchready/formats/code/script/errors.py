"""Errors that are swallowed without a word, and errors that are shown to strangers as they came."""

import re
from collections.abc import Iterator

from ast_grep_py import SgNode

from launchready.formats.code.hit import Hit
from launchready.formats.code.script.source import (
    FUNCTIONS,
    Script,
    above,
    arguments,
    callee,
    chosen_by_a_setting,
    handler,
    line_of,
    parameters,
)

UNLOGGED, LEAKS = "error-logging-missing", "error-handler-leaks"
_ANSWER = re.compile(
    r"^(?:res|response|reply|ctx|c|resp)\b.*\.(?:json|send|end|render|write|text|body)$|^(?:NextResponse|Response)\.json$|^Response$|^NextResponse$"
)
_PLAIN_ANSWER = re.compile(
    r"^(?:res|response|reply|ctx|c)\b.*\.(?:json|send|end|status|sendStatus|code|redirect|set|header|type)$|^(?:NextResponse|Response)\.\w+$|^redirect$|^notFound$"
)
_CONVERTS = re.compile(
    r"^(?:JSON\.\w+|parseInt|parseFloat|Number|String|decodeURIComponent|encodeURIComponent|atob|btoa|URL|Buffer\.from|"
    r"\w+\.(?:json|text|toString|trim|split|close|end|destroy|abort|cancel|unref|clear|parse|safeParse))$"
)
_SERVER_ERROR = re.compile(r"\b5\d\d\b|INTERNAL_SERVER", re.IGNORECASE)


def look(script: Script) -> Iterator[Hit]:
    """Every `catch` of a handler, and every function that is there for errors."""
    for catch in script.root.find_all(kind="catch_clause"):
        body, name = catch.field("body"), catch.field("parameter")
        around = handler(catch)
        if body is None or around is None:
            continue
        if _swallows(catch, body, name):
            yield Hit(
                UNLOGGED,
                line_of(catch),
                "an error is caught here and written down nowhere",
                "console.error(error) with what was being done",
            )
        elif name is not None and name.kind() == "identifier":
            yield from _shown(script, body, name.text(), needs_500=True)
    for function in script.root.find_all(
        any=[{"kind": kind} for kind in ("arrow_function", "function_declaration", "function_expression")]
    ):
        names = parameters(function)
        body = function.field("body")
        if body is not None and (given := _error_of(function, names)) is not None:
            yield from _shown(script, body, given, needs_500=False)


def _error_of(function: SgNode, names: list[str]) -> str | None:
    """The error that a function is given to answer: Express's four parameters, `onError`, `setErrorHandler`."""
    if len(names) == 4 and re.match(r"^e(?:rr(?:or)?|x)?$", names[0]) and re.match(r"^_?res", names[2]):
        return names[0]
    around = function.parent()
    call = around.parent() if around is not None and around.kind() == "arguments" else None
    if call is not None and names and re.search(r"\.(?:onError|setErrorHandler)$", callee(call)):
        return names[0]
    return None


def _swallows(catch: SgNode, body: SgNode, name: SgNode | None) -> bool:
    """Whether a clause answers that the server failed, or nothing at all, and neither throws, tells nor uses the error.

    A comment in an empty one says that somebody has thought of it.
    """
    calls = body.find_all(kind="call_expression")
    is_empty = not any(one.is_named() and one.kind() != "comment" for one in body.children())
    if is_empty and re.search(r"[A-Za-z]", body.text()):
        return False
    if not is_empty and not any(_SERVER_ERROR.search(call.text()) for call in calls):
        return False
    if body.find(kind="throw_statement") is not None or not all(_PLAIN_ANSWER.match(callee(call)) for call in calls):
        return False
    if name is not None and any(one.text() == name.text() for one in body.find_all(kind="identifier")):
        return False
    return _really_works(catch)


def _really_works(catch: SgNode) -> bool:
    """Whether more is tried than a conversion or putting something away."""
    attempt = catch.parent()
    tried = attempt.field("body") if attempt is not None else None
    if tried is None or tried.find(kind="catch_clause") is not None:
        return False
    calls = [callee(call) for call in tried.find_all(kind="call_expression")]
    return any(called and not _CONVERTS.match(called) and not _PLAIN_ANSWER.match(called) for called in calls)


def _shown(script: Script, body: SgNode, name: str, *, needs_500: bool) -> Iterator[Hit]:
    for call in [*body.find_all(kind="call_expression"), *body.find_all(kind="new_expression")]:
        if not _ANSWER.match(callee(call)) or chosen_by_a_setting(call) or _is_of_one_kind(call, body, name):
            continue
        said = next((told for one in arguments(call) if (told := _says(script, one, name)) is not None), None)
        if said is None or (needs_500 and not said.endswith("stack") and not _SERVER_ERROR.search(call.text())):
            continue
        yield Hit(
            LEAKS, line_of(call), f"{said} is sent to whoever asked", 'log it, and answer "Something went wrong."'
        )
        return


def _says(script: Script, node: SgNode, name: str) -> str | None:
    """The part of an answer that holds the error's own text."""
    for one in node.find_all(kind="member_expression"):
        if re.sub(r"[?\s]", "", one.text()) in (f"{name}.message", f"{name}.stack") and not _is_guarded(one):
            return re.sub(r"[?\s]", "", one.text())
    for one in node.find_all(kind="call_expression"):
        if one.text() in (f"String({name})", f"{name}.toString()") and not _is_guarded(one):
            return one.text()
    for one in node.find_all(kind="pair"):
        value = one.field("value")
        if value is not None and value.text() == name and not _is_guarded(value):
            return f"the whole of {name}"
    return None


def _is_guarded(node: SgNode) -> bool:
    """Whether a condition decides what is shown: by a setting, or by a kind of error that is made to be shown."""
    for one in node.ancestors():
        if one.kind() in FUNCTIONS:
            return False
        test = one.field("condition") if one.kind() == "ternary_expression" else None
        if test is not None and not re.fullmatch(r"\(?[\w$]+ instanceof Error\)?", test.text().strip()):
            return True
    return False


def _is_of_one_kind(call: SgNode, body: SgNode, name: str) -> bool:
    """Whether an `if` or a `switch` in the clause has asked what sort of error it is."""
    for one in above(call):
        if one.range() == body.range():
            return False
        test = one.field("condition") or one.field("value")
        if (
            one.kind() in ("if_statement", "switch_statement")
            and test is not None
            and re.search(rf"\b{re.escape(name)}\b", test.text())
        ):
            return not re.fullmatch(rf"\({re.escape(name)}(?: instanceof Error)?\)", test.text().strip())
    return False

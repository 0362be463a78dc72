"""One Django URL module: which addresses it lists and which other URL modules it includes."""

import ast
import re
from dataclasses import dataclass

from launchready.formats.python_answers import Answer, answer_of
from launchready.formats.python_source import dotted, keyword

_MOST_ENTRIES = 2_000
# What a regular expression may hold for re_path to be one fixed address.
_PLAIN = re.compile(r"\^?([\w/.@~+-]*?)(/\?|/)?\$?")
# Pages of URL modules that come with well-known packages, in the order of their own documentation.
KNOWN = {
    "django.contrib.auth.urls": ("login/", "password_reset/"),
    "allauth.urls": ("signup/", "login/", "password/reset/"),
    "allauth.account.urls": ("signup/", "login/", "password/reset/"),
    "django_registration.backends.activation.urls": ("register/",),
    "django_registration.backends.one_step.urls": ("register/",),
    "registration.backends.default.urls": ("register/", "login/"),
    "wagtail.urls": ("",),
    "registration.backends.simple.urls": ("register/", "login/"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of `urlpatterns`: a `view` (dotted), or the URL module (`module`) or list (`list_name`) it includes."""

    path: str | None
    line: int
    view: str = ""
    answer: Answer = Answer.UNKNOWN
    module: str = ""
    list_name: str = ""


def lists_of(tree: ast.Module) -> dict[str, list[Entry]]:
    """The lists of a URL module by their names (`urlpatterns` is the one that Django reads)."""
    found: dict[str, list[Entry]] = {}
    debugging = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "DEBUG" in dotted(node.test).upper()
        for statement in node.body
        for inner in ast.walk(statement)
    }
    for node in ast.walk(tree):
        if id(node) in debugging:
            continue
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                _add(found, name, value)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                _add(found, name, value)
            case ast.AugAssign(target=ast.Name(id=name), value=value):
                _add(found, name, value)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append" | "extend" | "insert"), args=args):
                if args:
                    _add(found, name, args[-1])
    return found


def _add(found: dict[str, list[Entry]], name: str, value: ast.expr) -> None:
    entries: list[Entry] = []
    _collect(value, entries, 0)
    if entries:
        found.setdefault(name, []).extend(entries)


def _collect(node: ast.AST, entries: list[Entry], depth: int) -> None:
    """Add the entries of a list, however it is put together, to `entries`."""
    if depth > 12 or len(entries) > _MOST_ENTRIES:
        return
    match node:
        case ast.List(elts=inner) | ast.Tuple(elts=inner):
            for one in inner:
                _collect(one, entries, depth + 1)
        case ast.BinOp(left=left, right=right):
            _collect(left, entries, depth + 1)
            _collect(right, entries, depth + 1)
        case ast.Starred(value=ast.expr() as value):
            _collect(value, entries, depth + 1)
        case ast.Name(id=name):
            entries.append(Entry(path="", line=getattr(node, "lineno", 1), list_name=name))
        case ast.Call():
            _collect_call(node, entries, depth)


def _collect_call(call: ast.Call, entries: list[Entry], depth: int) -> None:
    called = dotted(call.func).rpartition(".")[2]
    if called in ("path", "re_path", "url") and call.args:
        entries.append(_entry(call, is_pattern=called != "path"))
    elif called in ("i18n_patterns", "patterns", "decorator_include"):
        for one in call.args:
            _collect(one, entries, depth + 1)


def _entry(call: ast.Call, *, is_pattern: bool) -> Entry:
    route = call.args[0]
    if isinstance(route, ast.Call) and route.args:  # gettext_lazy("about/")
        route = route.args[0]
    path = route.value if isinstance(route, ast.Constant) and isinstance(route.value, str) else None
    view = call.args[1] if len(call.args) > 1 else keyword(call, "view")
    is_include = isinstance(view, ast.Call) and dotted(view.func).rpartition(".")[2] in ("include", "decorator_include")
    if is_pattern and path is not None:
        path = _of_pattern(path, is_include=is_include)
    if is_include and isinstance(view, ast.Call):
        return _include(view, path, call.lineno)
    name = dotted(view)
    while isinstance(view, ast.Call) and not name:  # cache_page(60)(View.as_view()), login_required(view)
        inner = view.args[0] if view.args and not dotted(view.func).endswith("as_view") else view.func
        name = dotted(inner)
        view = inner
    name = name.removesuffix(".as_view")
    answer = answer_of(call.args[1]) if len(call.args) > 1 else Answer.UNKNOWN
    return Entry(path=path, line=call.lineno, view=name or "?", answer=answer)


def _include(call: ast.Call, path: str | None, line: int) -> Entry:
    target = call.args[-1] if dotted(call.func).endswith("decorator_include") and call.args else None
    target = target or (call.args[0] if call.args else keyword(call, "arg"))
    if isinstance(target, ast.Tuple) and target.elts:
        target = target.elts[0]
    if isinstance(target, ast.Constant) and isinstance(target.value, str):
        return Entry(path=path, line=line, module=target.value)
    return Entry(path=path, line=line, list_name=dotted(target) or "?")


def _of_pattern(pattern: str, *, is_include: bool) -> str | None:
    """The one address that a regular expression stands for; None when it stands for many."""
    match = _PLAIN.fullmatch(pattern)
    if match is None or (not is_include and not pattern.endswith("$") and pattern not in ("", "^")):
        return None
    return match[1] + ("/" if match[2] else "")

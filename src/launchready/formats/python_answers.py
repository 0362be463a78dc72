"""What a Python function answers with, by the words in it: a page, data, or a redirect."""

import ast
from enum import IntEnum

_PAGE = frozenset({
    "HTMLResponse", "TemplateResponse", "render_template", "render_template_string", "stream_template", "render",
    "render_to_string", "template_response", "TemplateView", "Template", "HtmlResponse", "FormView",
})  # fmt: skip
_DATA = frozenset({
    "JSONResponse", "JsonResponse", "jsonify", "ORJSONResponse", "UJSONResponse", "StreamingResponse",
    "PlainTextResponse", "StreamingHttpResponse", "EventSourceResponse", "APIView", "api_view", "ViewSet",
    "ModelViewSet", "GenericAPIView", "Feed", "Sitemap", "send_file",
})  # fmt: skip
_POSTED = frozenset({"require_POST", "csrf_exempt"})
_REDIRECT = frozenset({
    "RedirectResponse", "HttpResponseRedirect", "RedirectView", "redirect", "HttpResponsePermanentRedirect",
})  # fmt: skip


class Answer(IntEnum):
    """What a function answers with, as far as the words in it tell."""

    UNKNOWN = 0
    REDIRECT = 1
    DATA = 2
    PAGE = 3


def answer_of(node: ast.AST) -> Answer:
    """What a function or class answers with, by the words in it."""
    found = Answer.UNKNOWN
    for inner in ast.walk(node):
        if isinstance(inner, ast.Return) and isinstance(inner.value, ast.Dict | ast.List | ast.ListComp | ast.DictComp):
            found = max(found, Answer.DATA)
        word = inner.id if isinstance(inner, ast.Name) else inner.attr if isinstance(inner, ast.Attribute) else None
        if word is None:
            if isinstance(inner, ast.Constant) and isinstance(inner.value, str) and _is_html(inner.value):
                return Answer.PAGE
        elif word in _PAGE:
            return Answer.PAGE
        elif word in _DATA or word in _POSTED:
            found = max(found, Answer.DATA)
        elif word in _REDIRECT:
            found = max(found, Answer.REDIRECT)
    if found is Answer.REDIRECT and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return Answer.REDIRECT if _always_redirects(node) else Answer.UNKNOWN
    return found


def _always_redirects(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether every return is a redirect, or a name that only ever held one: strangers are often sent to the login."""
    redirects: dict[str, bool] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    redirects[target.id] = redirects.get(target.id, True) and _is_redirect(node.value)
    returned = [node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value is not None]
    return all(
        _is_redirect(value) or (isinstance(value, ast.Name) and redirects.get(value.id, False)) for value in returned
    )


def _is_redirect(value: ast.expr) -> bool:
    called = value.func if isinstance(value, ast.Call) else None
    word = called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else None
    return word in _REDIRECT


def _is_html(text: str) -> bool:
    start = text[:200].lstrip().lower()
    return text.endswith((".html", ".html.j2", ".jinja2")) or start.startswith(("<!doctype html", "<html"))

"""A step as a curl command that a person can run: secrets and captured values stay variables of the shell."""

import json
from shlex import quote

from launchready.formats.template import references, rendered_json
from launchready.journeys.scope import Scope
from launchready.model.journey import Body, FileBody, FormBody, JsonBody, Reference, Source, Step, Template


def command(step: Step, base: str, scope: Scope) -> str:
    """The command; what a name without a value would be stays the name."""
    parts = ["curl", "-i"]
    if step.method not in ("GET", "POST") or (step.method == "POST" and step.body is None):
        parts += ["-X", step.method]
    if step.stream:
        parts += ["-N"]
    parts.append(_joined(f"ws{base.removeprefix('http')}" if step.talk else base, step.path, scope))
    for name, value in step.headers:
        parts += ["-H", _quoted(Template((f"{name}: ", *value.parts)), scope)]
    parts += _body(step.body, step, scope)
    return " ".join(parts)


def _joined(base: str, path: Template, scope: Scope) -> str:
    whole = path.parts and isinstance(path.parts[0], str) and "://" in path.parts[0]
    return _quoted(path if whole else Template((base.rstrip("/"), *path.parts)), scope)


def _body(body: Body | None, step: Step, scope: Scope) -> list[str]:
    if body is None:
        return []
    if isinstance(body, FormBody):
        words = []
        for name, value in body.fields:
            words += ["--data-urlencode", _quoted(Template((f"{name}=", *value.parts)), scope)]
        return words
    if isinstance(body, FileBody):
        return ["--data-binary", quote(f"@{body.name}")]
    if isinstance(body, JsonBody):
        marked = json.dumps(rendered_json(body.value, lambda reference: f"\0{reference}\0"), ensure_ascii=False)
        kind = [] if any(name.lower() == "content-type" for name, _ in step.headers) else _JSON
        return [*kind, "--data-raw", _quoted(_unmarked(marked, body), scope)]
    return ["--data-raw", _quoted(body.text, scope)]


_JSON = ["-H", quote("Content-Type: application/json")]


def _unmarked(marked: str, body: JsonBody) -> Template:
    """The JSON text as a template again: what stood between the marks is a reference."""
    named = {str(reference): reference for reference in references(body.value)}
    parts = marked.split("\\u0000")
    return Template(tuple(named.get(part, part) if number % 2 else part for number, part in enumerate(parts)))


def _quoted(template: Template, scope: Scope) -> str:
    """One word of the shell: text in single quotes, variables in double quotes beside it."""
    words = [quote(part) if isinstance(part, str) else _variable(part, scope) for part in template.parts]
    return "".join(words) or "''"


def _variable(reference: Reference, scope: Scope) -> str:
    if reference.source is Source.ENV:
        return f'"${reference.name}"'
    if reference.source is Source.FILE:
        return f'"$(cat {quote(reference.name)})"'
    if reference.source is Source.VARIABLE and scope.has(reference.name) and not scope.is_secret(reference):
        return quote(scope.value(reference))
    name = reference.name or reference.source.value
    return f'"${name.upper().replace("-", "_")}"'

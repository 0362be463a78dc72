"""A step as a curl command that a person can run: secrets and captured values stay variables of the shell."""

import json
import re
from collections.abc import Callable
from shlex import quote

from launchready.formats.template import references, rendered_json
from launchready.journeys.request import TYPES, placed
from launchready.journeys.scope import Scope
from launchready.model.journey import Body, FileBody, FormBody, JsonBody, Reference, Source, Step, Template


def command(step: Step, base: str, scope: Scope) -> str:
    """The command; what a name without a value would be stays the name."""
    parts = ["curl", "-i"]
    if step.method == "HEAD":
        parts += ["-I"]
    elif step.method != ("GET" if step.body is None else "POST"):
        parts += ["-X", step.method]
    if step.stream:
        parts += ["-N"]
    parts.append(_address(f"ws{base.removeprefix('http')}" if step.talk else base, step.path, scope))
    for name, value in step.headers:
        parts += ["-H", _quoted(Template((f"{name}: ", *value.parts)), scope)]
    if step.body is not None and not any(name.lower() == "content-type" for name, _ in step.headers):
        parts += _TYPED.get(type(step.body), [])
    parts += _body(step.body, scope)
    return " ".join(parts)


def _address(base: str, path: Template, scope: Scope) -> str:
    """The address as one word; values in it are encoded as they are when the step is asked."""
    first = path.parts[0] if path.parts else ""
    address = "" if not isinstance(first, str) or re.match(r"[a-z]+://", first, re.IGNORECASE) else base.rstrip("/")
    words = [address]
    for part in path.parts:
        if isinstance(part, str):
            words, address = [*words, quote(part)], address + part
        elif _is_shown(part, scope):
            value = placed(address, scope.value(part))
            if not address and value.startswith("/"):
                value = base.rstrip("/") + value
            words, address = [*words, quote(value)], address + value
        else:
            words, address = [*words, _variable(part, scope)], address + "$"
    return "".join(words)


def _body(body: Body | None, scope: Scope) -> list[str]:
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
        return ["--data-raw", _quoted(_unmarked(marked, body), scope, lambda value: json.dumps(value)[1:-1])]
    return ["--data-raw", _quoted(body.text, scope)]


# What curl would not say by itself; forms it does.
_TYPED = {kind: ["-H", quote(f"Content-Type: {name}")] for kind, name in TYPES.items() if kind is not FormBody}


def _unmarked(marked: str, body: JsonBody) -> Template:
    """The JSON text as a template again: what stood between the marks is a reference."""
    named = {str(reference): reference for reference in references(body.value)}
    parts = marked.split("\\u0000")
    return Template(tuple(named.get(part, part) if number % 2 else part for number, part in enumerate(parts)))


def _quoted(template: Template, scope: Scope, coded: Callable[[str], str] = str) -> str:
    """One word of the shell: text in single quotes, variables in double quotes beside it; values are `coded`."""
    words = [
        quote(part)
        if isinstance(part, str)
        else quote(coded(scope.value(part)))
        if _is_shown(part, scope)
        else _variable(part, scope)
        for part in template.parts
    ]
    return "".join(words) or "''"


def _is_shown(reference: Reference, scope: Scope) -> bool:
    return reference.source is Source.VARIABLE and scope.has(reference.name) and not scope.is_secret(reference)


def _variable(reference: Reference, scope: Scope) -> str:
    """What is not shown, or not known, as the shell has it."""
    if reference.source is Source.ENV:
        return f'"${reference.name}"'
    if reference.source is Source.FILE:
        return f'"$(cat {quote(reference.name)})"'
    name = reference.name or reference.source.value
    return f'"${name.upper().replace("-", "_")}"'

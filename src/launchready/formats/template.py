"""Text with references: `${csrf}`, `${env:NAME}`, `${file:PATH}`, `${unique:email}`, `${nonce}`; `$${` is `${`."""

import re
from collections.abc import Callable, Iterator
from math import isfinite
from typing import Any

from launchready.model.journey import (
    Body,
    FormBody,
    JsonBody,
    JsonTemplate,
    Reference,
    Source,
    Step,
    Template,
    TextBody,
)

LONGEST = 100_000
UNIQUE = ("email", "name", "id")
_REFERENCE = re.compile(r"\$?\$\{([^{}]*)\}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*", re.ASCII)
_ENV = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_FORMS = "${name}, ${env:NAME}, ${file:PATH}, ${unique:email}, ${nonce}; $${ stands for ${ itself"


def parse(text: str) -> Template:
    """The template that a text is; raises ValueError that says what cannot be read."""
    if len(text) > LONGEST:
        raise ValueError(f"is longer than {LONGEST} characters")
    parts: list[str | Reference] = []
    end = 0
    for match in _REFERENCE.finditer(text):
        parts.append(text[end : match.start()])
        parts.append(match[0][1:] if match[0].startswith("$$") else _reference(match[1]))
        end = match.end()
    rest = text[end:]
    if "${" in rest.replace("$${", ""):
        raise ValueError(f"opens a reference and never closes it; there are {_FORMS}")
    parts.append(rest.replace("$${", "${"))
    return Template(tuple(part for part in parts if part != ""))


def parse_json(value: Any) -> JsonTemplate:
    """A JSON value with every text in it a template; raises ValueError as `parse`, or for what JSON has not."""
    if isinstance(value, str):
        return parse(value)
    if isinstance(value, dict):
        return {key: parse_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [parse_json(item) for item in value]
    if isinstance(value, float) and not isfinite(value):
        raise ValueError("holds inf or nan, which JSON has not; put it in quotes")
    if value is None or isinstance(value, bool | int | float):
        return value
    raise ValueError("holds a day or a time; JSON has none, so put it in quotes")


def rendered(template: Template, value: Callable[[Reference], str]) -> str:
    """The text, each reference replaced by its value."""
    return "".join([part if isinstance(part, str) else value(part) for part in template.parts])


def rendered_json(template: JsonTemplate, value: Callable[[Reference], str]) -> Any:
    """The JSON value, each reference in its texts replaced."""
    if isinstance(template, Template):
        return rendered(template, value)
    if isinstance(template, dict):
        return {key: rendered_json(item, value) for key, item in template.items()}
    if isinstance(template, list):
        return [rendered_json(item, value) for item in template]
    return template


def references(template: JsonTemplate) -> tuple[Reference, ...]:
    """Every reference in a JSON template."""
    if isinstance(template, Template):
        return template.references
    inside = template.values() if isinstance(template, dict) else template if isinstance(template, list) else ()
    return tuple(reference for item in inside for reference in references(item))


def of_step(step: Step) -> Iterator[Reference]:
    """Every reference in what a step asks, and in what it expects."""
    templates: list[JsonTemplate] = [step.path, *(value for _, value in step.headers), *_of_body(step.body)]
    expect = step.expect
    templates += [*(value for _, value in expect.headers), *expect.body_contains, *expect.body_lacks]
    templates += [value for _, value in expect.json]
    templates += [expect.redirect] if expect.redirect else []
    templates += [one for one in (step.mail.subject_contains, step.mail.from_contains) if one] if step.mail else []
    templates += [one for message in step.talk.messages for one in _of_body(message)] if step.talk else []
    for template in templates:
        yield from references(template)


def _of_body(body: Body | None) -> list[JsonTemplate]:
    if isinstance(body, FormBody):
        return [value for _, value in body.fields]
    if isinstance(body, JsonBody):
        return [body.value]
    return [body.text] if isinstance(body, TextBody) else []


def _reference(inside: str) -> Reference:
    kind, colon, name = inside.partition(":")
    if not colon and inside == "nonce":
        return Reference(Source.NONCE, "")
    if not colon and _NAME.fullmatch(inside):
        return Reference(Source.VARIABLE, inside)
    if kind == "env" and _ENV.fullmatch(name):
        return Reference(Source.ENV, name)
    if kind == "file" and name.strip() and name.isprintable():
        return Reference(Source.FILE, name)
    if kind == "unique" and name in UNIQUE:
        return Reference(Source.UNIQUE, name)
    raise ValueError(f"holds a reference that cannot be read; there are {_FORMS}")

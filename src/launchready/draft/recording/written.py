"""A journey as TOML that reads back the same, with remarks above the steps that they are about."""

import json
from collections.abc import Iterable, Iterator
from textwrap import wrap
from unicodedata import category

from launchready.draft.recording.journey import Recorded
from launchready.formats.printable import printable
from launchready.model.journey import (
    Body,
    Capture,
    Expect,
    FormBody,
    Journey,
    JsonBody,
    JsonTemplate,
    Step,
    Stream,
    Template,
    TextBody,
)

_WIDTH = 100
_BARE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
_ONE_LINE = 100


def render(recorded: Recorded, source: str) -> str:
    """The file's text; `source` is what the recording was called."""
    lines = list(
        _remark(
            f"Recorded from {printable(source, 80)} by `launchready journey record`. Read it before you rely on it."
        )
    )
    for name, why in recorded.environment.items():
        lines += _remark(f"Needs ${name}: {printable(why, 80)}.")
    lines += ["", *_header(recorded.journey)]
    for number, step in enumerate(recorded.journey.steps):
        lines.append("")
        for remark in recorded.remarks.get(number, ()):
            lines += _remark(f"Decide: {remark}")
        lines += ["[[step]]", *_step(step)]
    if any(not step.only_reads for step in recorded.journey.steps):
        lines += ["", *_remark("Decide: what puts away again what these steps made? It always runs, for example:")]
        lines += _remark('[[cleanup]]\ndelete = "/api/test-users/${email}"')
    return "\n".join(lines) + "\n"


def _header(journey: Journey) -> Iterator[str]:
    yield "[journey]"
    yield f"name = {_quoted(journey.name)}"
    if journey.base:
        yield f"base = {_quoted(journey.base)}  # without it: the app host of launch.toml"
    if journey.parameters:
        yield f"parameters = {_table((name, _text(value)) for name, value in journey.parameters)}"


def _step(step: Step) -> Iterator[str]:
    yield f"name = {_quoted(step.name)}"
    if step.measure:
        yield f"measure = {_quoted(step.measure)}"
    yield f"{step.method.lower()} = {_text(step.path)}"
    if step.headers:
        yield f"headers = {_table((name, _text(value)) for name, value in step.headers)}"
    if step.body:
        yield _body(step.body)
    if step.stream:
        yield f"stream = {_stream(step.stream)}"
    expect = list(_expect(step.expect))
    if expect:
        yield f"expect = {_table(expect)}"
    for capture in step.captures:
        yield f"capture.{_key(capture.name)} = {_capture(capture)}"


def _body(body: Body) -> str:
    if isinstance(body, FormBody):
        return f"form = {_table((name, _text(value)) for name, value in body.fields)}"
    if isinstance(body, JsonBody):
        return f"json = {_json(body.value)}"
    if isinstance(body, TextBody):
        return f"body = {_text(body.text)}"
    return f"file = {_quoted(body.name)}"


def _stream(stream: Stream) -> str:
    return _table([("until", _quoted(stream.until))] if stream.until else [])


def _expect(expect: Expect) -> Iterator[tuple[str, str]]:
    if expect.status:
        one = len(expect.status) == 1
        yield "status", str(expect.status[0]) if one else f"[{', '.join(map(str, expect.status))}]"
    if expect.redirect is not None:
        yield "redirect", _text(expect.redirect)
    for name, value in expect.headers:
        yield f"header.{name}", _text(value)
    if expect.body_contains:
        texts = [_text(template) for template in expect.body_contains]
        yield "body_contains", texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
    if expect.json:
        yield "json", _table((path, _json(value)) for path, value in expect.json)


def _capture(capture: Capture) -> str:
    pairs = [(capture.where.value, _quoted(capture.selector))]
    pairs += [("attribute", _quoted(capture.attribute))] if capture.attribute else []
    pairs += [("secret", "true")] if capture.secret else []
    return _table(pairs)


def _json(value: JsonTemplate) -> str:
    if isinstance(value, Template):
        return _text(value)
    if isinstance(value, dict):
        return _table((key, _json(item)) for key, item in value.items())
    if isinstance(value, list):
        return f"[{', '.join(map(_json, value))}]"
    return json.dumps(value)


def _table(pairs: Iterable[tuple[str, str]]) -> str:
    inside = ", ".join(f"{_key(name)} = {value}" for name, value in pairs)
    return f"{{ {inside} }}" if inside else "{}"


def _key(name: str) -> str:
    """A key as it may stand without quotes; `header.x` is a path of two."""
    first, dot, rest = name.partition(".")
    if dot and first == "header":
        return f"header.{_key(rest)}"
    return name if name and set(name) <= _BARE else _quoted(name)


def _text(template: Template) -> str:
    """A template, with what only looks like a reference written so that it is none."""
    return _quoted(
        "".join(part.replace("${", "$${") if isinstance(part, str) else str(part) for part in template.parts)
    )


def _quoted(text: str) -> str:
    """A TOML string: literal where that spares escapes, else JSON's, with what cannot be seen spelled out."""
    if ('"' in text or "\\" in text) and "'" not in text and text.isprintable():
        return f"'{text}'"
    spelled = json.dumps(text, ensure_ascii=False)
    return "".join(_spelled(one) if category(one).startswith(("C", "Zl", "Zp")) else one for one in spelled)


def _spelled(character: str) -> str:
    return f"\\u{ord(character):04x}" if ord(character) < 0x10000 else f"\\U{ord(character):08x}"


def _remark(text: str) -> list[str]:
    return [f"# {line}" for part in text.splitlines() for line in wrap(part, _WIDTH) or [""]]

"""Is an answer what a step expects? If not: what was expected, and what came."""

from collections.abc import Iterator
from dataclasses import dataclass

from launchready.formats.template import rendered, rendered_json
from launchready.journeys.capture import as_text, by_path
from launchready.journeys.exchange import Answer
from launchready.journeys.request import leading, resolved
from launchready.journeys.scope import Scope
from launchready.model.journey import Expect, JsonTemplate, Step, Stream, Template

SHOWN_CHARACTERS = 300
_LOOKED_AT_CHARACTERS = 64 * 1024
_MORE = "more than 2 MiB, of which the rest was not read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch:
    """What was expected and what came instead; neither is masked yet."""

    expected: str
    came: str
    of_a_stream: bool = False


def mismatch(step: Step, answer: Answer, url: str, scope: Scope) -> Mismatch | None:
    """The first thing that is not as the step expects; None when all is. Raises Unbound."""
    return next(_mismatches(step, answer, url, scope), None)


def _mismatches(step: Step, answer: Answer, url: str, scope: Scope) -> Iterator[Mismatch]:
    expect = step.expect
    if expect.status and answer.status not in expect.status:
        yield Mismatch(expected=f"status {' or '.join(map(str, expect.status))}", came=_status(answer))
    if step.talk and not expect.status and answer.status != 101:
        yield Mismatch(expected="an open WebSocket (status 101)", came=_status(answer))
    elif not expect.status and not expect.of_a_redirect and not 200 <= answer.status < 300 and not step.talk:
        yield Mismatch(expected="status 2xx", came=_status(answer))
    if expect.redirect is not None:
        yield from _redirect(expect.redirect, answer, url, scope)
    for name, wanted in expect.headers:
        yield from _header(name, rendered(wanted, scope.value), answer)
    if step.stream or (step.talk and answer.status == 101):
        yield from _stream(step.stream or Stream(), answer, scope)
    yield from _body(expect, answer, scope)
    if expect.within_ms is not None and answer.timing.total_ms > expect.within_ms:
        yield Mismatch(
            expected=f"the whole answer within {expect.within_ms:g} ms", came=f"it took {answer.timing.total_ms:.0f} ms"
        )


def _status(answer: Answer) -> str:
    location = answer.header("location")
    leads = f", which leads to {location}" if location and 300 <= answer.status < 400 else ""
    return f"status {answer.status}{leads}"


def _redirect(wanted: Template, answer: Answer, url: str, scope: Scope) -> Iterator[Mismatch]:
    """A path is compared with where the redirect leads on the same host; an address with all of it."""
    target, location = rendered(wanted, scope.value), answer.header("location")
    if location is None or not 300 <= answer.status < 400:
        yield Mismatch(expected=f"a redirect to {target}", came=_status(answer))
        return
    wanted_url, came_url = resolved(url, target), leading(url, location)
    if "#" not in wanted_url:
        came_url = came_url.partition("#")[0]
    if came_url != wanted_url:
        yield Mismatch(expected=f"a redirect to {target}", came=f"a redirect to {location}")


def _header(name: str, wanted: str, answer: Answer) -> Iterator[Mismatch]:
    """A value without parameters is met by one with them (RFC 9110, section 5.6.6)."""
    values = [value for key, value in answer.headers if key == name]
    if not any(wanted in (value, value.partition(";")[0].strip()) for value in values):
        came = f"{name}: {', '.join(values)}" if values else f"no {name} header"
        yield Mismatch(expected=f"{name}: {wanted}", came=came)


def _off(expected: str, came: str) -> Mismatch:
    return Mismatch(expected=expected, came=came, of_a_stream=True)


def _stream(stream: Stream, answer: Answer, scope: Scope) -> Iterator[Mismatch]:
    timing = answer.timing
    if stream.until is not None and not answer.ended:
        last = f", the last one {_shown(answer.pieces[-1], scope)}" if answer.pieces else ""
        yield _off(
            expected=f"a stream that ends with {stream.until}",
            came=f"it ended without that after {len(answer.pieces)} pieces{last}"
            if not answer.truncated
            else f"{_MORE} after {len(answer.pieces)} pieces, before that came",
        )
    if not answer.pieces:
        yield _off(expected="a stream with something in it", came="nothing was streamed")
    if stream.first_token_s and timing.first_token_ms and timing.first_token_ms > stream.first_token_s * 1000:
        yield _off(
            expected=f"the first piece within {stream.first_token_s:g} s", came=f"{timing.first_token_ms / 1000:.2f} s"
        )
    if stream.gap_s and timing.longest_gap_ms and timing.longest_gap_ms > stream.gap_s * 1000:
        yield _off(
            expected=f"no pause longer than {stream.gap_s:g} s", came=f"one of {timing.longest_gap_ms / 1000:.2f} s"
        )
    if stream.total_s and timing.total_ms > stream.total_s * 1000:
        yield _off(expected=f"the end within {stream.total_s:g} s", came=f"{timing.total_ms / 1000:.2f} s")


def _body(expect: Expect, answer: Answer, scope: Scope) -> Iterator[Mismatch]:
    for template in expect.body_contains:
        text = rendered(template, scope.value)
        if not any(text in seen for seen in _seen(answer)):
            came = _cut_short(answer, _shown(_seen(answer)[-1], scope))
            yield Mismatch(expected=f"a body that contains {text!r}", came=came)
    for template in expect.body_lacks:
        text = rendered(template, scope.value)
        with_it = [_around(seen, text, scope) for seen in _seen(answer) if text in seen]
        for came in with_it or ([_MORE] if answer.truncated else []):
            yield Mismatch(expected=f"a body without {text!r}", came=came)
    for path, template_ in expect.json:
        wanted, found = rendered_json(template_, scope.value), by_path(path, answer)
        if not any(_is(wanted, value, template_) for value in found):
            came = f"{path} is {_shown(repr(found[0]), scope)}" if found else ""
            came = came or _cut_short(answer, f"no {path} in {_shown(answer.text, scope)}")
            yield Mismatch(expected=f"{path} is {wanted!r}", came=came)


def _is(wanted: object, value: object, template: JsonTemplate) -> bool:
    """Whether a JSON value is the one; what a reference stands for is text, whatever it was when it was captured."""
    if isinstance(template, Template) and template.references:
        value = as_text(value)
    return value == wanted and isinstance(value, bool) == isinstance(wanted, bool)


def _cut_short(answer: Answer, came: str) -> str:
    return f"{_MORE}: {came}" if answer.truncated else came


def _seen(answer: Answer) -> tuple[str, ...]:
    """The body as it was sent and, from a browser, the page as its scripts have made it."""
    return (answer.text,) if answer.page is None else (answer.text, answer.page)


def _shown(text: str, scope: Scope) -> str:
    """The beginning of a text; masked before it is cut, since half a secret is one too."""
    flat = " ".join(scope.mask(text[:_LOOKED_AT_CHARACTERS]).split())
    return f"{flat[:SHOWN_CHARACTERS]}…" if len(flat) > SHOWN_CHARACTERS else flat or "an empty body"


def _around(text: str, found: str, scope: Scope) -> str:
    at = text.index(found)
    begin = max(0, at - _LOOKED_AT_CHARACTERS // 2)
    window = scope.mask(text[begin : at + _LOOKED_AT_CHARACTERS // 2])
    place = window.find(found)  # not there when it is a secret, or a part of one
    place = len(scope.mask(text[begin:at])) if place < 0 else place
    return _shown(window[max(0, place - SHOWN_CHARACTERS // 2) :], scope)

"""A step that waits for a mail: which one is meant, what it must say, and what is taken from it."""

import re
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace

from selectolax.lexbor import LexborHTMLParser

from launchready.formats import one_time
from launchready.formats.letter import Letter
from launchready.formats.template import rendered
from launchready.journeys.capture import MOST_CHARACTERS
from launchready.journeys.exchange import Answer, Asked, Failure, ReadMail, Told
from launchready.journeys.scope import Scope
from launchready.model.journey import Capture, MailWait, Step, StepResult, Timing, Where

MOST_MAILS = 50
_SHOWN_CHARACTERS = 120
_LETS_IN = re.compile(r"\S*[0-9]\S*|\b[A-Z]{3,4}-[A-Z]{3,4}\b")  # what may be a code, for a subject that is shown

Lists = Callable[[str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wrong:
    """Why a mail is not the one: `is_another` when it was never meant to be."""

    expected: str
    came: str
    is_another: bool = False


def arrived(
    told: StepResult, step: Step, wait: MailWait, scope: Scope, lists: Lists
) -> Generator[Asked, Told, StepResult]:
    """What waiting came to: mails that are not the one meant are passed over until the step's time is up.

    Raises Unbound.
    """
    address = rendered(wait.to, scope.value).strip().lower()
    left_s, seen, wrong = step.timeout_s, frozenset[str](), list[_Wrong]()
    while left_s > 0 and len(seen) < MOST_MAILS:
        came = yield ReadMail(address=address, timeout_s=left_s, seen=seen)
        assert not isinstance(came, Answer)
        if isinstance(came, Failure):
            return _without(told, came, wrong)
        _hide(came.letter, scope, lists)
        left_s, seen = left_s - max(0.0, came.waited_s), seen | {came.key}
        mismatch = _another(wait, came.letter, scope, address) or _mismatch(step, came.letter, scope, lists)
        if mismatch is None:
            waited_ms = (step.timeout_s - left_s) * 1000
            timing = Timing(first_byte_ms=waited_ms, total_ms=waited_ms)
            return _late(replace(told, of_a_mail=True, timing=timing), step)
        wrong.append(mismatch)
    return _without(told, Failure(f"no such mail to {address} came in time", nothing_came=True), wrong)


def _without(told: StepResult, failure: Failure, wrong: list[_Wrong]) -> StepResult:
    """The right mail did not come; one that came, but is not as it must be, says more than that none did."""
    if not wrong or not failure.nothing_came:
        return replace(told, problem=failure.reason, of_a_mail=failure.nothing_came)
    closest = next((one for one in wrong if not one.is_another), wrong[-1])
    return replace(
        told,
        problem="is not as expected",
        expected=closest.expected,
        came=closest.came,
        of_a_mail=closest.is_another,
    )


def _late(told: StepResult, step: Step) -> StepResult:
    within_ms = step.expect.within_ms
    if within_ms is None or told.timing is None or told.timing.total_ms <= within_ms:
        return told
    took = f"it took {told.timing.total_ms:.0f} ms"
    return replace(
        told, problem="is not as expected", expected=f"the mail within {within_ms:g} ms", came=took, of_a_mail=False
    )


def _another(wait: MailWait, letter: Letter, scope: Scope, address: str) -> _Wrong | None:
    """Why the step does not speak of this mail; None when it does."""
    if address not in letter.recipients:
        return _Wrong(expected=f"a mail to {address}", came="one to somebody else", is_another=True)
    if wait.subject_contains:
        text = rendered(wait.subject_contains, scope.value)
        if text.casefold() not in letter.subject.casefold():
            return _Wrong(expected=f"a mail whose subject contains {text!r}", came=_told(letter), is_another=True)
    if wait.from_contains:
        text = rendered(wait.from_contains, scope.value)
        if text.casefold() not in letter.sender:
            came = f"{_told(letter)} from {letter.sender or 'nobody'}"
            return _Wrong(expected=f"a mail from an address that contains {text!r}", came=came, is_another=True)
    return None


def _mismatch(step: Step, letter: Letter, scope: Scope, lists: Lists) -> _Wrong | None:
    """What is not as expected of the mail; None, and its values are kept, when all is."""
    for template in step.expect.body_contains:
        if (text := rendered(template, scope.value)) not in letter.readable:
            return _Wrong(expected=f"a mail that contains {text!r}", came=f"{_told(letter)}, without it")
    for template in step.expect.body_lacks:
        if (text := rendered(template, scope.value)) in letter.readable:
            return _Wrong(expected=f"a mail without {text!r}", came=f"{_told(letter)}, with it")
    values = [(capture, take(capture, letter, lists)) for capture in step.captures]
    for capture, value in values:
        if value is None:
            expected = f"{_WANTED.get(capture.selector, 'something')} to capture as {capture.name}"
            return _Wrong(expected=expected, came=f"{_told(letter)}, {_instead(capture, letter, lists)}")
    for capture, value in values:
        assert value is not None
        scope.bind(capture.name, value, secret=True)
        for token in one_time.tokens(value):
            scope.hide(token, capture.name)
    return None


def _told(letter: Letter) -> str:
    """A mail by its subject, without what in it may be a code."""
    return f"a mail with the subject {_LETS_IN.sub('…', letter.subject)[:_SHOWN_CHARACTERS]!r}"


_WANTED = {"code": "a one-time code", "link": "a link to a host of the launch, with a token in it,"}


def _instead(capture: Capture, letter: Letter, lists: Lists) -> str:
    """What a mail has in place of what was looked for."""
    if capture.where is not Where.MAIL:
        return "which has no such thing"
    if capture.selector == "code":
        return f"which has {'a link' if one_time.link(letter, lists) else 'no link'} and no code"
    if host := one_time.elsewhere(letter, lists):
        return f"whose link leads to {host}, which launch.toml does not list"
    return f"which has {'a code' if one_time.code(letter) else 'no code'} and no such link"


def take(capture: Capture, letter: Letter, lists: Lists) -> str | None:
    """The value of a capture; CSS looks at the HTML, a regular expression at the text, then at the HTML."""
    value: str | None = None
    if capture.where is Where.MAIL:
        value = one_time.code(letter) if capture.selector == "code" else one_time.link(letter, lists)
    elif capture.where is Where.CSS and letter.html:
        element = LexborHTMLParser(letter.html).css_first(capture.selector)
        if element is not None:
            value = element.attributes.get(capture.attribute) if capture.attribute else element.text(strip=True)
    elif capture.where is Where.REGEX:
        match = re.search(capture.selector, letter.readable) or re.search(capture.selector, letter.html)
        value = match and (match[1] if match.re.groups else match[0])
    return value[:MOST_CHARACTERS] if value else None


def _hide(letter: Letter, scope: Scope, lists: Lists) -> None:
    """What would let somebody in is masked whether or not a step captures it."""
    if code := one_time.code(letter):
        scope.hide(code, "code")
    if link := one_time.link(letter, lists):
        scope.hide(link, "link")
    for url in letter.links:
        for token in one_time.tokens(url):
            scope.hide(token, "token")

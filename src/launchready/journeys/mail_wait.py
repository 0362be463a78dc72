"""A step that waits for a mail: which one is meant, what it must say, and what is taken from it."""

import re
from collections.abc import Callable, Generator
from dataclasses import replace

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


def arrived(
    told: StepResult, step: Step, wait: MailWait, scope: Scope, lists: Lists
) -> Generator[Asked, Told, StepResult]:
    """What waiting came to: mails that are not the one meant are passed over until the step's time is up.

    Raises Unbound.
    """
    address = rendered(wait.to, scope.value).strip().lower()
    left_s, seen, wrong = step.timeout_s, frozenset[str](), list[tuple[str, str]]()
    while left_s > 0 and len(seen) < MOST_MAILS:
        came = yield ReadMail(address=address, timeout_s=left_s, seen=seen)
        assert not isinstance(came, Answer)
        if isinstance(came, Failure):
            return _without(told, came, wrong)
        _hide(came.letter, scope, lists)
        left_s, seen = left_s - max(0.0, came.waited_s), seen | {came.key}
        waited_ms = (step.timeout_s - left_s) * 1000
        mismatch = _mismatch(step, wait, came.letter, scope, address, lists)
        if mismatch is None:
            return _late(replace(told, timing=Timing(first_byte_ms=waited_ms, total_ms=waited_ms)), step)
        wrong.append(mismatch)
    return _without(told, Failure("no such mail came in time", nothing_came=True), wrong)


def _without(told: StepResult, failure: Failure, wrong: list[tuple[str, str]]) -> StepResult:
    """The right mail did not come; one that came, but is not as it must be, says more than that none did."""
    if wrong and failure.nothing_came:
        expected, came = wrong[-1]
        return replace(told, problem="is not as expected", expected=expected, came=came, of_a_mail=False)
    return replace(told, problem=failure.reason, of_a_mail=failure.nothing_came)


def _late(told: StepResult, step: Step) -> StepResult:
    within_ms = step.expect.within_ms
    if within_ms is None or told.timing is None or told.timing.total_ms <= within_ms:
        return told
    took = f"it took {told.timing.total_ms:.0f} ms"
    return replace(told, problem="is not as expected", expected=f"the mail within {within_ms:g} ms", came=took)


def _mismatch(
    step: Step, wait: MailWait, letter: Letter, scope: Scope, address: str, lists: Lists
) -> tuple[str, str] | None:
    """What was expected of this mail and what it is instead; None, and its values are kept, when it is the one."""
    subject = f"a mail with the subject {shown(letter.subject)!r}"
    if address not in letter.recipients:
        return f"a mail to {address}", "one to somebody else"
    for told, wanted, there in (
        ("whose subject contains", wait.subject_contains, letter.subject),
        ("from an address that contains", wait.from_contains, letter.sender),
    ):
        if wanted and (text := rendered(wanted, scope.value)).lower() not in there.lower():
            return f"a mail {told} {text!r}", subject if told.startswith("whose") else f"one from {letter.sender}"
    for template in step.expect.body_contains:
        if (text := rendered(template, scope.value)) not in letter.readable:
            return f"a mail that contains {text!r}", f"{subject}, without it"
    for template in step.expect.body_lacks:
        if (text := rendered(template, scope.value)) in letter.readable:
            return f"a mail without {text!r}", f"{subject}, with it"
    return _captured(step, letter, scope, lists, subject)


def _captured(step: Step, letter: Letter, scope: Scope, lists: Lists, subject: str) -> tuple[str, str] | None:
    values = [(capture, take(capture, letter, lists)) for capture in step.captures]
    for capture, value in values:
        if value is None:
            return f"{_WANTED.get(capture.selector, 'something')} to capture as {capture.name}", _instead(
                capture, letter, lists, subject
            )
    for capture, value in values:
        assert value is not None
        scope.bind(capture.name, value, secret=True)
        for token in one_time.tokens(value):
            scope.hide(token, capture.name)
    return None


_WANTED = {"code": "a one-time code", "link": "a link to a host of the launch, with a token in it,"}


def _instead(capture: Capture, letter: Letter, lists: Lists, subject: str) -> str:
    """What a mail has in place of what was looked for."""
    if capture.where is not Where.MAIL:
        return f"{subject}, which has no such thing"
    if capture.selector == "code":
        return f"{subject}, which has {'a link' if one_time.link(letter, lists) else 'no link'} and no code"
    if host := one_time.elsewhere(letter, lists):
        return f"{subject}, whose link leads to {host}, which launch.toml does not list"
    return f"{subject}, which has {'a code' if one_time.code(letter) else 'no code'} and no such link"


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


def shown(subject: str) -> str:
    """A subject without what may be a code."""
    return _LETS_IN.sub("…", subject)[:_SHOWN_CHARACTERS]

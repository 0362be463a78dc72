"""The engine: a generator that yields requests, is sent answers, and never touches a socket.

    walk = session.walk(journey)
    request = next(walk)
    request = walk.send(answer)   … until StopIteration, whose value says whether every step went well

What each step came to is in `session.results`. `session.cleanup(journey)` is another such generator: whoever drives a
walk drives it afterwards, however the walk ended.
"""

from collections.abc import Callable, Generator, Mapping
from dataclasses import replace
from functools import partial

from launchready.formats.cookies import Jar, kept
from launchready.formats.urls import host_of
from launchready.journeys.capture import take
from launchready.journeys.curl import command
from launchready.journeys.exchange import Answer, Asked, Failure, Mail, Request, Told
from launchready.journeys.expectation import Mismatch, mismatch
from launchready.journeys.mail_wait import arrived
from launchready.journeys.request import redirected, request
from launchready.journeys.scope import Scope, Unbound
from launchready.model.journey import Journey, MailWait, Step, StepResult

MOST_HOPS = 20  # after which browsers give up (Fetch standard, HTTP-redirect fetch)

Walk = Generator[Asked, Told, bool]
Consent = Callable[[str], str | None]
Tell = Callable[..., StepResult]


class Session:
    """One visitor: cookies and values that all steps share, and what each step came to."""

    def __init__(
        self,
        journeys: Mapping[str, Journey],
        base: str,
        scope: Scope,
        consent: Consent,
        traceparent: Callable[[], str],
        lists: Callable[[str], bool] = lambda _: False,
    ) -> None:
        """`base` is where paths begin when a journey does not say.

        `consent` is asked for each address: a sentence refuses it. `lists` says whether a host is the launch's own.
        """
        self.results: list[StepResult] = []
        self.scope = scope
        self._journeys = journeys
        self._base = base
        self._consent = consent
        self._traceparent = traceparent
        self._lists = lists
        self._jar: Jar = {}
        self._begun: list[Journey] = []
        self._heard = False

    @property
    def jar(self) -> Jar:
        """The cookies so far."""
        return self._jar

    def walk(self, journey: Journey) -> Walk:
        """The journeys that this one uses, then its own steps, up to the first that fails."""
        for use in journey.uses:
            for name, template in use.parameters:
                self.scope.bind_template(name, template)
            if not (yield from self.walk(self._journeys[use.journey])):
                return False
        self._bind(journey)
        self._begun.append(journey)
        for step in journey.steps:
            if not (yield from self._step(journey, step, is_cleanup=False)):
                return False
        return True

    def enter(self, journey: Journey) -> Walk:
        """Only what the journey uses, to be where its cleanup can be made."""
        for use in journey.uses:
            yield from self.walk(self._journeys[use.journey])
        self._begun.append(journey)
        return True

    def cleanup(self) -> Walk:
        """The cleanup of every journey that was begun, last begun first; one step that fails does not stop the next."""
        well = True
        while self._begun:
            journey = self._begun.pop()
            for step in journey.cleanup:
                went = yield from self._step(journey, step, is_cleanup=True)
                well = well and went
        return well

    def _bind(self, journey: Journey) -> None:
        """Parameters that whoever uses the journey has not given."""
        for name, template in journey.parameters:
            if not self.scope.has(name):
                self.scope.bind_template(name, template)

    def _step(self, journey: Journey, step: Step, *, is_cleanup: bool) -> Walk:
        told: Tell = partial(
            StepResult, journey=journey.name, step=step.name, measure=step.measure, is_cleanup=is_cleanup
        )
        base = journey.base or self._base
        if step.mail is not None:
            return (yield from self._wait(told(problem=None), step, step.mail, base))
        try:
            asked = request(step, base, self.scope, self._jar, self._traceparent())
            asked, answer = yield from self._followed(step, asked)
            result = self._judged(told, step, asked, answer)
        except Unbound as error:
            result = told(problem=str(error))
        self.results.append(self._masked(result, step, base) if result.problem else result)
        return result.problem is None

    def _wait(self, told: StepResult, step: Step, wait: MailWait, base: str) -> Walk:
        own = host_of(base)
        try:
            result = yield from arrived(told, step, wait, self.scope, lambda host: host == own or self._lists(host))
        except Unbound as error:
            result = replace(told, problem=str(error))
        self.results.append(self._masked(result, step, base) if result.problem else result)
        return result.problem is None

    def _followed(self, step: Step, asked: Request) -> Generator[Asked, Told, tuple[Request, Answer | Failure]]:
        """The answer in the end: redirects are followed unless the step looks at the redirect itself."""
        for _ in range(MOST_HOPS + 1):
            refusal = self._consent(asked.url)
            if refusal:
                return asked, Failure(refusal, no_way=True)
            answer = yield asked
            assert not isinstance(answer, Mail)
            if isinstance(answer, Failure):
                return asked, answer
            self._heard = True
            self._jar = kept(self._jar, asked.url, answer.headers)
            following = redirected(asked, answer, self._jar)
            if following is None or step.expect.of_a_redirect:
                return asked, answer
            asked = following
        return asked, Failure(f"redirects without end, at last to {asked.url}")

    def _judged(self, told: Tell, step: Step, asked: Request, answer: Answer | Failure) -> StepResult:
        if isinstance(answer, Failure):
            return told(problem=answer.reason, no_way=answer.no_way and not self._heard)
        wrong = mismatch(step, answer, asked.url, self.scope)
        if wrong is None and (missing := self._capture(step, answer)):
            wrong = Mismatch(expected=f"something to capture as {missing}", came="the answer has no such thing")
        if wrong is None:
            return told(problem=None, timing=answer.timing)
        return told(
            problem="is not as expected",
            expected=wrong.expected,
            came="; ".join((wrong.came, *answer.complaints)),
            of_a_stream=wrong.of_a_stream,
            timing=answer.timing,
        )

    def _capture(self, step: Step, answer: Answer) -> str | None:
        """Keep what the step captures; the name of the first that is not there."""
        for capture in step.captures:
            value = take(capture, answer)
            if value is None:
                return capture.name
            self.scope.bind(capture.name, value, secret=capture.secret)
        return None

    def _masked(self, result: StepResult, step: Step, base: str) -> StepResult:
        """What went wrong as it may be shown, with the command to repeat it."""
        mask = self.scope.mask
        return replace(
            result,
            problem=result.problem and mask(result.problem),
            expected=result.expected and mask(result.expected),
            came=result.came and mask(result.came),
            repeat=None if step.mail else command(step, base, self.scope),
        )

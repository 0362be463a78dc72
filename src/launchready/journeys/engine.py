"""The engine: a generator that yields requests, is sent answers, and never touches a socket.

    walk = session.walk(journey)
    request = next(walk)
    request = walk.send(answer)   … until StopIteration, whose value says whether every step went well

What each step came to is in `session.results`. `session.cleanup(journey)` is another such generator: whoever drives a
walk drives it afterwards, however the walk ended.
"""

from collections.abc import Callable, Generator, Mapping
from dataclasses import replace

from launchready.formats.cookies import Jar, kept
from launchready.journeys.capture import take
from launchready.journeys.curl import command
from launchready.journeys.exchange import Answer, Failure, Request
from launchready.journeys.expectation import mismatch
from launchready.journeys.request import redirected, request
from launchready.journeys.scope import Scope, Unbound
from launchready.model.journey import Journey, Step, StepResult

MOST_HOPS = 20  # after which browsers give up (Fetch standard, HTTP-redirect fetch)

Walk = Generator[Request, Answer | Failure, bool]
Consent = Callable[[str], str | None]


class Session:
    """One visitor: cookies and values that all steps share, and what each step came to."""

    def __init__(
        self, journeys: Mapping[str, Journey], base: str, scope: Scope, consent: Consent, traceparent: Callable[[], str]
    ) -> None:
        """`base` is where paths begin when a journey does not say.

        `consent` is asked for each address: a sentence refuses it.
        """
        self.results: list[StepResult] = []
        self.scope = scope
        self._journeys = journeys
        self._base = base
        self._consent = consent
        self._traceparent = traceparent
        self._jar: Jar = {}
        self._begun: list[Journey] = []

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
        repeat = command(step, journey.base or self._base, self.scope)
        try:
            asked = request(step, journey.base or self._base, self.scope, self._jar, self._traceparent())
            asked, answer = yield from self._followed(step, asked)
            result = self._judged(journey, step, asked, answer, repeat)
        except Unbound as error:
            result = StepResult(journey=journey.name, step=step.name, problem=str(error), measure=step.measure)
        self.results.append(self._finished(result, is_cleanup=is_cleanup))
        return result.problem is None

    def _followed(
        self, step: Step, asked: Request
    ) -> Generator[Request, Answer | Failure, tuple[Request, Answer | Failure]]:
        """The answer in the end: redirects are followed unless the step looks at the redirect itself."""
        for _ in range(MOST_HOPS + 1):
            refusal = self._consent(asked.url)
            if refusal:
                return asked, Failure(refusal)
            answer = yield asked
            if isinstance(answer, Failure):
                return asked, answer
            self._jar = kept(self._jar, asked.url, answer.headers)
            following = redirected(asked, answer, self._jar)
            if following is None or step.expect.of_a_redirect:
                return asked, answer
            asked = following
        return asked, Failure(f"redirects without end, at last to {asked.url}")

    def _judged(
        self, journey: Journey, step: Step, asked: Request, answer: Answer | Failure, repeat: str
    ) -> StepResult:
        told = StepResult(journey=journey.name, step=step.name, problem=None, measure=step.measure, repeat=repeat)
        if isinstance(answer, Failure):
            return replace(told, problem=answer.reason)
        told = replace(told, timing=answer.timing)
        wrong = mismatch(step, answer, asked.url, self.scope)
        if wrong:
            told = replace(told, expected=wrong.expected, came=wrong.came, of_a_stream=wrong.of_a_stream)
            return replace(told, problem="is not as expected")
        missing = self._capture(step, answer)
        if missing:
            expected = f"something to capture as {missing}"
            return replace(told, problem="is not as expected", expected=expected, came="the answer has no such thing")
        return told

    def _capture(self, step: Step, answer: Answer) -> str | None:
        """Keep what the step captures; the name of the first that is not there."""
        for capture in step.captures:
            value = take(capture, answer)
            if value is None:
                return capture.name
            self.scope.bind(capture.name, value, secret=capture.secret)
        return None

    def _finished(self, result: StepResult, *, is_cleanup: bool) -> StepResult:
        """Masked, and without the command to repeat it where there is nothing to repeat."""
        mask = self.scope.mask
        return replace(
            result,
            problem=result.problem and mask(result.problem),
            expected=result.expected and mask(result.expected),
            came=result.came and mask(result.came),
            repeat=result.repeat if result.problem else None,
            is_cleanup=is_cleanup,
        )

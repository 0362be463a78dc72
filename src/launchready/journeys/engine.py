"""The engine: a generator that yields requests, is sent answers, and never touches a socket.

    walk = session.walk(journey)
    request = next(walk)
    request = walk.send(answer)   … until StopIteration, whose value says whether every step went well

What each step came to is in `session.results`. `session.cleanup(journey)` is another such generator: whoever drives a
walk drives it afterwards, however the walk ended.
"""

from collections.abc import Callable, Generator, Mapping, Set
from dataclasses import dataclass, field, replace
from functools import partial

from launchready.errors import UsageError
from launchready.formats.cookies import Jar, kept, value_at
from launchready.formats.template import of_step
from launchready.formats.urls import host_of, parse
from launchready.journeys.capture import take
from launchready.journeys.curl import command
from launchready.journeys.exchange import Answer, Asked, Failure, Mail, Request, Told
from launchready.journeys.expectation import Mismatch, mismatch
from launchready.journeys.mail_wait import arrived
from launchready.journeys.request import redirected, request
from launchready.journeys.scope import Scope, Unbound, Unfit
from launchready.model.journey import Journey, MailWait, Source, Step, StepResult, Template, Timing, Where

MOST_HOPS = 20  # after which browsers give up (Fetch standard, HTTP-redirect fetch)

Walk = Generator[Asked, Told, bool]
Consent = Callable[[str], str | None]
Tell = Callable[..., StepResult]


@dataclass(slots=True)
class _Begun:
    """A journey that was begun, and the variables as it left them: its cleanup is about those."""

    journey: Journey
    variables: Mapping[str, str] = field(default_factory=dict)


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
        self._begun: list[_Begun] = []
        self._heard = False

    @property
    def jar(self) -> Jar:
        """The cookies so far."""
        return self._jar

    def walk(self, journey: Journey) -> Walk:
        """The journeys that this one uses, then its own steps, up to the first that fails."""
        return (yield from self._walk(journey, frozenset()))

    def _walk(self, journey: Journey, given: Set[str]) -> Walk:
        if not (yield from self._prepared(journey, given)):
            return False
        self._begun.append(begun := _Begun(journey))
        try:
            for step in journey.steps:
                if not (yield from self._step(journey, step, is_cleanup=False)):
                    return False
        finally:
            begun.variables = self.scope.variables()
        return True

    def _prepared(self, journey: Journey, given: Set[str]) -> Walk:
        """The journey's parameters bound, but for those that are `given`, and the journeys walked that it uses.

        What those are given may be made of its parameters, and its parameters of what those capture.
        """
        own = {name: template for name, template in journey.parameters if name not in given}
        self._bind(own)
        before = {name: value for name, value in self.scope.variables().items() if name in own or name in given}
        for use in journey.uses:
            if unfit := self._bind(dict(use.parameters)):
                return self._unprepared(journey, unfit)
            if not (yield from self._walk(self._journeys[use.journey], {name for name, _ in use.parameters})):
                return False
        self.scope.back_to(before)
        later = {name: one for name, one in own.items() if any(ref.source is Source.VARIABLE for ref in one.references)}
        unfit = self._bind(later)
        return self._unprepared(journey, unfit) if unfit else True

    def _unprepared(self, journey: Journey, problem: str) -> bool:
        self.results.append(StepResult(journey=journey.name, step="parameters", problem=problem))
        return False

    def enter(self, journey: Journey) -> Walk:
        """Only what the journey uses, to be where its cleanup can be made."""
        yield from self._prepared(journey, frozenset())
        self._begun.append(_Begun(journey, self.scope.variables()))
        return True

    def cleanup(self) -> Walk:
        """The cleanup of every journey that was begun, last begun first; one step that fails does not stop the next."""
        well = True
        while self._begun:
            begun = self._begun.pop()
            self.scope.back_to(begun.variables)  # another journey since may have given a name another value
            for step in begun.journey.cleanup:
                if self._is_about_nothing(step, begun.journey):
                    continue
                went = yield from self._step(begun.journey, step, is_cleanup=True)
                well = well and went
        return well

    def _is_about_nothing(self, step: Step, journey: Journey) -> bool:
        """Whether a cleanup needs what would have been captured, had the journey come so far.

        After a killed run a secret may have been captured all the same: the ledger keeps none.
        """
        missing = {one.name for one in of_step(step) if one.source is Source.VARIABLE and not self.scope.has(one.name)}
        captured = {one.name: one.secret for step in journey.steps for one in step.captures}
        kept = [not (captured[name] and self.scope.is_restored) for name in missing if name in captured]
        return bool(missing) and len(kept) == len(missing) and all(kept)

    def _bind(self, parameters: Mapping[str, Template]) -> str | None:
        """Give parameters their values; a sentence about the first that cannot be had."""
        problem = None
        for name, template in parameters.items():
            try:
                self.scope.bind_template(name, template)
            except Unfit as error:
                problem = problem or str(error)
        return problem

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
        except Unfit as error:
            result = told(problem=str(error), is_hopeless=isinstance(error, Unbound))
        except UsageError as error:
            if not is_cleanup:
                raise
            result = told(problem=str(error))
        self.results.append(self._masked(result, step, base) if result.problem else result)
        return result.problem is None

    def _wait(self, told: StepResult, step: Step, wait: MailWait, base: str) -> Walk:
        own = host_of(base)
        try:
            result = yield from arrived(told, step, wait, self.scope, lambda host: host == own or self._lists(host))
        except Unfit as error:
            result = replace(told, problem=str(error), is_hopeless=isinstance(error, Unbound))
        self.results.append(self._masked(result, step, base) if result.problem else result)
        return result.problem is None

    def _followed(self, step: Step, asked: Request) -> Generator[Asked, Told, tuple[Request, Answer | Failure]]:
        """The answer in the end: redirects are followed unless the step looks at the redirect itself."""
        for _ in range(MOST_HOPS + 1):
            if unusable := _unusable(asked.url):
                return asked, Failure(f"{self.scope.mask(asked.url)[:200]} is {unusable}")
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
        if wrong is None and (missing := self._capture(step, answer, asked.url)):
            wrong = Mismatch(expected=f"something to capture as {missing}", came="the answer has no such thing")
        if wrong is None:
            return told(problem=None, timing=self._timed(answer.timing))
        return told(
            problem="is not as expected",
            expected=wrong.expected,
            came="; ".join((wrong.came, *answer.complaints)),
            of_a_stream=wrong.of_a_stream,
            timing=self._timed(answer.timing),
        )

    def _timed(self, timing: Timing) -> Timing:
        """The times; what the server calls its own may hold anything."""
        if timing.server is None:
            return timing
        return replace(timing, server={self.scope.mask(name): value for name, value in timing.server.items()})

    def _capture(self, step: Step, answer: Answer, url: str) -> str | None:
        """Keep what the step captures; the name of the first that is not there."""
        for capture in step.captures:
            value = take(capture, answer)
            if value is None and capture.where is Where.COOKIE:  # an earlier answer may have set it
                value = value_at(self._jar, url, capture.selector)
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


def _unusable(url: str) -> str | None:
    """Why an address cannot be asked for."""
    try:
        parse(url)
    except ValueError as error:
        return str(error)
    return None

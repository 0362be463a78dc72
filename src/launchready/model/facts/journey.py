"""What a visitor's path came to when it was walked."""

from dataclasses import dataclass
from datetime import datetime

from launchready.model.gap import seen


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTime:
    """How long one step took; `measure` is the key endpoint that it counts for, `first_token_ms` of a stream."""

    name: str
    measure: str | None
    total_ms: float
    first_token_ms: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedStep:
    """The step that ended a journey; no text holds a secret.

    `of_a_stream` when the stream itself was at fault, `of_a_mail` when a mail that it waits for did not come.
    """

    journey: str
    name: str
    problem: str
    of_a_stream: bool = False
    of_a_mail: bool = False


@seen
class JourneyFacts:
    """One journey, walked once (subject: its name). `failed` is None when every step was as expected.

    `left_behind` are the cleanup steps that did not work, `mails` the steps whose mail came.
    """

    subject: str
    source: str
    at: datetime
    failed: FailedStep | None
    steps: tuple[StepTime, ...]
    left_behind: tuple[str, ...]
    mails: tuple[str, ...]


@seen
class PathFacts:
    """Which journeys launch.toml names for the path to the first chat (subject: the domain); None where it names none.

    `has_app` says whether the launch declares a host that people log in to.
    """

    subject: str
    source: str
    at: datetime
    login: str | None
    signup: str | None
    first_chat: str | None
    has_app: bool

"""What a visitor's path came to when it was walked."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

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


class WrongPassword(Enum):
    """What came of the declared login when its password was replaced by a wrong one."""

    REFUSED = "refused"
    ACCEPTED = "accepted"  # who has it is shown what only members see
    UNNOTICED = "unnoticed"  # the app refused it, but every step of the journey passed
    UNDECIDED = "undecided"  # every step passed, and nothing that only members see was there to tell by


@seen
class LoginFacts:
    """The declared login, tried as whoever wants to get in would try it (subject: the journey's name).

    `has_password` is False where nothing is sent that could be one, `logs_out` where no step ends the session.
    `member_page` is the address, without query, that told members from strangers. `tries` wrong passwords in a row
    went to an account of the run's own (`own_user`) or to an address that nobody has; `limited` says what slowed or
    stopped them, None when nothing did. `still_open` are the addresses that the session's cookies still opened after
    the logout; `by_token` when they were opened by a token in a header instead.
    """

    subject: str
    source: str
    at: datetime
    has_password: bool
    wrong_password: WrongPassword
    member_page: str | None
    tries: int
    own_user: bool
    limited: str | None
    logs_out: bool
    still_open: tuple[str, ...]
    by_token: bool

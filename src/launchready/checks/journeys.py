"""Does the path from visitor to first chat work, walked as a visitor walks it?"""

from collections.abc import Iterator

from launchready.checks.registry import DoesNotApply, check
from launchready.model.facts import JourneyFacts, PathFacts
from launchready.model.finding import Evidence, Impact, Remedy, RemedyKind, Severity, Stage
from launchready.model.launch import Launch


@check(
    stage=Stage.QUICK_AUDIT,
    impact=Impact.BROKEN_LOGIN,
    severity=Severity.BLOCKER,
    title="Visitors cannot log in",
    why="Every customer you have stands before a closed door.",
    fix="Run the journey by itself, mend the step that it names, and run it again.",
    source="docs/journeys.md",
)
def login_fails(journey: JourneyFacts, launch: Launch) -> Iterator[Evidence]:
    """The journey that [journeys] login names is walked over HTTP with real cookies; every step must be as expected."""
    yield from _fails(journey, launch.journeys.login)


@check(
    stage=Stage.QUICK_AUDIT,
    impact=Impact.BROKEN_LOGIN,
    severity=Severity.BLOCKER,
    title="Visitors cannot sign up",
    why="Whoever wants to become a customer cannot, and nobody tells you.",
    fix="Run the journey by itself, mend the step that it names, and run it again.",
    source="docs/journeys.md",
)
def signup_fails(journey: JourneyFacts, launch: Launch) -> Iterator[Evidence]:
    """The journey that [journeys] signup names is walked with a user of its own, who is put away afterwards."""
    yield from _fails(journey, launch.journeys.signup)


@check(
    stage=Stage.QUICK_AUDIT,
    impact=Impact.BROKEN_LOGIN,
    severity=Severity.BLOCKER,
    title="The first chat does not work",
    why="The first answer is what a visitor came for: without it nothing else counts.",
    fix="Run the journey by itself, mend the step that it names, and run it again.",
    source="docs/journeys.md",
)
def first_chat_fails(journey: JourneyFacts, launch: Launch) -> Iterator[Evidence]:
    """The journey that [journeys] first_chat names is walked up to the first answer; a stream that is at fault itself
    is `chat-stream-broken` instead."""
    if journey.subject != launch.journeys.first_chat:
        raise DoesNotApply
    if journey.failed is None or not journey.failed.of_a_stream:
        yield from _fails(journey, launch.journeys.first_chat)


@check(
    stage=Stage.QUICK_AUDIT,
    impact=Impact.BROKEN_LOGIN,
    severity=Severity.BLOCKER,
    title="The chat's answer breaks off or stalls",
    why="The page says 200 and the visitor reads half a sentence: it looks like your product is broken.",
    fix="Let nothing between the app and the visitor buffer or cut the stream, and tell a cut one as an error.",
    source="HTML standard, section 9.2 (server-sent events)",
)
def chat_stream_broken(journey: JourneyFacts) -> Iterator[Evidence]:
    """In every journey that was walked, a streamed answer must begin, go on and end as the step says it does."""
    failed = journey.failed
    if failed is not None and failed.of_a_stream:
        yield Evidence(f"step {failed.name!r} {failed.problem}", remedy=_again(journey.subject))


@check(
    stage=Stage.EMAIL_AND_SECRETS,
    impact=Impact.EMAIL_UNDELIVERED,
    severity=Severity.BLOCKER,
    title="A mail that visitors wait for does not come",
    why="Whoever needs a code, a link or a new password waits for a mail, gives up, and never tells you.",
    fix="See in the log of your mail service whether the app handed the mail over, and whether it was delivered.",
    source="docs/journeys.md",
)
def reset_mail_missing(journey: JourneyFacts) -> Iterator[Evidence]:
    """A step that waits for a mail (a new password, a code, a link) must get one, at the very address it was sent to
    and after the journey began. A mail that came and says the wrong thing is the journey's failure, not this one."""
    failed = journey.failed
    if failed is not None and failed.of_a_mail:
        yield Evidence(f"step {failed.name!r}: {failed.problem}", remedy=_again(journey.subject))
    elif not journey.mails:
        raise DoesNotApply


@check(
    stage=Stage.QUICK_AUDIT,
    impact=Impact.BLIND,
    severity=Severity.MINOR,
    title="Nothing shows that visitors can get in",
    why="Pages that answer 200 say nothing about whether anybody can sign up, log in and chat.",
    fix="Write the path as journeys, and name them under [journeys] in launch.toml.",
    source="docs/journeys.md",
)
def journey_undeclared(path: PathFacts) -> Iterator[Evidence]:
    """A launch.toml that declares an app should name a journey for login, for signup and for the first chat."""
    if not path.has_app:
        raise DoesNotApply
    named = {"login": path.login, "signup": path.signup, "first_chat": path.first_chat}
    missing = [key for key, name in named.items() if name is None]
    if missing:
        lines = "\n".join(f'{key} = "{key.replace("_", "-")}"' for key in missing)
        remedy = Remedy(
            kind=RemedyKind.SETTING, text=f"[journeys]\n{lines}", who="whoever develops the app", minutes=30
        )
        yield Evidence(f"[journeys] of launch.toml does not name {', '.join(missing)}", remedy=remedy)


def _fails(journey: JourneyFacts, name: str | None) -> Iterator[Evidence]:
    if journey.subject != name:
        raise DoesNotApply
    failed = journey.failed
    if failed is not None:
        where = "" if failed.journey == journey.subject else f" of {failed.journey}"
        yield Evidence(f"step {failed.name!r}{where} {failed.problem}", remedy=_again(journey.subject))


def _again(journey: str) -> Remedy:
    return Remedy(
        kind=RemedyKind.COMMAND,
        text=f"launchready journey run {journey}",
        who="whoever develops the app",
        minutes=30,
    )

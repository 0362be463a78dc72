"""Journeys that failed, those that did not, and failures that are another check's."""

from dataclasses import replace
from typing import Any

from launchready.model.facts import FailedStep, JourneyFacts, PathFacts, StepTime
from launchready.model.launch import Host, Journeys, Role
from tests.checks.cases import LAUNCH, NOW, Cases

NAMED = Journeys(login="login", signup="signup", first_chat="first-chat")
WALKED = replace(LAUNCH, journeys=NAMED, hosts=(Host(name=f"app.{LAUNCH.domain}", role=Role.APP),))
STATUS = FailedStep(journey="login", name="log in", problem="answered status 500 instead of 303")
CUT = FailedStep(journey="first-chat", name="send", problem="ended without [DONE] after 3 pieces", of_a_stream=True)
LOST = FailedStep(journey="forgot", name="the mail", problem="no mail to ann@parley.example came", of_a_mail=True)
STEP = StepTime(name="log in", measure="login", total_ms=120, first_token_ms=None)


def walked(subject: str, failed: FailedStep | None = None, **changed: Any) -> tuple[JourneyFacts]:
    known: dict[str, Any] = {
        "subject": subject,
        "source": "journey",
        "at": NOW,
        "failed": failed,
        "steps": (STEP,),
        "left_behind": (),
        "mails": (),
    }
    return (JourneyFacts(**{**known, **changed}),)


def declared(**changed: Any) -> tuple[PathFacts]:
    known: dict[str, Any] = {
        "subject": LAUNCH.domain,
        "source": "launch.toml",
        "at": NOW,
        "login": "login",
        "signup": "signup",
        "first_chat": "first-chat",
        "has_app": True,
    }
    return (PathFacts(**{**known, **changed}),)


def path(name: str) -> Cases:
    return Cases(
        bad=(walked(name, STATUS), walked(name, replace(STATUS, journey="consent"))),
        good=(walked(name),),
        near_misses=(
            walked("somebody-elses", STATUS),  # not the journey that [journeys] names for this
            walked(name, left_behind=("delete user",)),  # the visitor got in all the same
        ),
        launch=WALKED,
    )


CASES = {
    "login-fails": path("login"),
    "signup-fails": path("signup"),
    "first-chat-fails": replace(
        path("first-chat"),
        near_misses=(*path("first-chat").near_misses, walked("first-chat", CUT)),  # chat-stream-broken says that
    ),
    "chat-stream-broken": Cases(
        bad=(walked("first-chat", CUT), walked("another", CUT)),
        good=(walked("first-chat"),),
        near_misses=(walked("first-chat", STATUS), walked("login", replace(STATUS, problem="sent no stream at all"))),
        launch=WALKED,
    ),
    "reset-mail-missing": Cases(
        bad=(walked("forgot", LOST), walked("signup", replace(LOST, journey="signup"), mails=("first mail",))),
        good=(walked("forgot", mails=("the mail",)),),
        near_misses=(
            walked("forgot", replace(LOST, of_a_mail=False, problem="expected a code, and a link came"), mails=("1",)),
            walked("login", STATUS),  # waits for no mail
        ),
        launch=WALKED,
    ),
    "journey-undeclared": Cases(
        bad=(declared(login=None, signup=None, first_chat=None), declared(first_chat=None)),
        good=(declared(),),
        near_misses=(
            declared(login="sign in", signup="sign in", first_chat="sign in"),  # one journey may be the whole path
            declared(login=None, signup=None, first_chat=None, has_app=False),  # nobody logs in to a mere site
        ),
    ),
}

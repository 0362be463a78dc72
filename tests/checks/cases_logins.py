"""Logins that let strangers in and those that do not, and private pages with their look-alikes."""

from dataclasses import replace
from typing import Any

from launchready.model.facts import LoginFacts, PrivatePageFacts, Shows, WrongPassword
from launchready.model.launch import Journeys
from tests.checks.cases import LAUNCH, NOW, Cases

NAMED = replace(LAUNCH, journeys=Journeys(login="login"))
PAGE = "https://app.parley.example/chat"


def login(**changed: Any) -> tuple[LoginFacts]:
    known: dict[str, Any] = {
        "subject": "login",
        "source": "journey",
        "at": NOW,
        "has_password": True,
        "wrong_password": WrongPassword.REFUSED,
        "member_page": PAGE,
        "tries": 6,
        "own_user": True,
        "limited": "answered 429",
        "logs_out": True,
        "still_open": (),
        "by_token": False,
    }
    return (LoginFacts(**{**known, **changed}),)


def private(status: int, shows: Shows, url: str = PAGE) -> tuple[PrivatePageFacts]:
    return (
        PrivatePageFacts(
            subject="app.parley.example/chat",
            source="probe",
            at=NOW,
            host="app.parley.example",
            url=url,
            status=status,
            shows=shows,
        ),
    )


CODE = login(has_password=False, wrong_password=WrongPassword.ACCEPTED, limited=None, tries=0)  # a mailed code
FORMER = login(subject="old login", wrong_password=WrongPassword.ACCEPTED, limited=None, still_open=(PAGE,))

CASES = {
    "login-accepts-wrong-password": Cases(
        launch=NAMED,
        bad=(
            login(wrong_password=WrongPassword.ACCEPTED),
            login(wrong_password=WrongPassword.ACCEPTED, member_page=None),
        ),
        good=(login(),),
        near_misses=(
            login(wrong_password=WrongPassword.UNNOTICED),  # the journey is at fault, not the app
            login(wrong_password=WrongPassword.UNDECIDED),
            CODE,
            FORMER,
        ),
    ),
    "login-journey-blind": Cases(
        launch=NAMED,
        bad=(
            login(wrong_password=WrongPassword.UNNOTICED),
            login(wrong_password=WrongPassword.UNDECIDED, member_page=None),
        ),
        good=(login(),),
        near_misses=(login(wrong_password=WrongPassword.ACCEPTED), CODE, FORMER),
    ),
    "login-not-rate-limited": Cases(
        launch=NAMED,
        bad=(login(limited=None, tries=15), login(limited=None, tries=15, own_user=False)),
        good=(login(),),
        near_misses=(
            login(limited="asked for a captcha", tries=4),
            login(limited="answered after 4.0 s instead of 0.1 s", tries=15),
            CODE,
            FORMER,
        ),
    ),
    "session-survives-logout": Cases(
        launch=NAMED,
        bad=(login(still_open=(PAGE,)), login(still_open=(PAGE, PAGE), by_token=True)),
        good=(login(),),
        near_misses=(login(logs_out=False, still_open=(PAGE,)), FORMER),
    ),
    "private-page-open": Cases(
        bad=(private(200, Shows.CONTENT), private(206, Shows.CONTENT)),
        good=(private(401, Shows.CLOSED), private(404, Shows.CLOSED)),
        near_misses=(
            private(200, Shows.CLOSED, "https://app.parley.example/login"),
            private(200, Shows.CLOSED),  # a login form at the address itself
            private(200, Shows.SHELL),
        ),
    ),
}

"""A login tried with wrong passwords, on real servers over TLS: each wrong app is caught, each right one let alone."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest
from starlette.responses import HTMLResponse, Response

from launchready import audit
from launchready.checks.logins import OF_A_LOGIN
from launchready.config.journeys import load_all
from launchready.errors import UsageError
from launchready.journeys.login_tries import Login, try_login
from launchready.journeys.supply import Supply
from launchready.model.facts import LoginFacts, Sight, WrongPassword
from launchready.model.finding import Report, Severity
from launchready.model.gap import Gap, peek
from launchready.model.launch import ConnectTo, Environment, Host, Journeys, Launch, Role
from tests.box.internet import Internet
from tests.journeys.login_apps import LOGIN_PAGE, USER, Doors, serving

HOST = "app.parley.example"

FORM = f"""
[journey]
name = "login"
parameters = {{ email = "{USER}", password = "${{env:TEST_PASSWORD}}" }}

[[step]]
name = "form"
get = "/login"
capture.csrf = {{ css = "input[name=csrf]", attribute = "value" }}

[[step]]
name = "log in"
post = "/login"
form = {{ email = "${{email}}", FIELD = "${{password}}", csrf = "${{csrf}}" }}
"""
LANDS = FORM + 'expect = { body_contains = "Your chats" }\n'
LOOKS_AT_REDIRECT = FORM + 'expect = { status = 303, redirect = "/chat" }\n'
LAX = FORM + "expect = { status = [200, 303, 401, 422] }\n"
LEAVES = '\n[[step]]\nname = "leave"\npost = "/logout"\nexpect = { status = 303 }\n'
JSON = f"""
[journey]
name = "login"

[[step]]
name = "sign in"
post = "/api/login"
json = {{ email = "{USER}", password = "${{env:TEST_PASSWORD}}" }}
capture.token = {{ json = "token", secret = true }}

[[step]]
name = "me"
get = "/api/me"
headers = {{ authorization = "Bearer ${{token}}" }}
expect = {{ json = {{ name = "Ada" }} }}
"""


@pytest.fixture
def password() -> str:
    return f"right-{token_hex(8)}"


@contextmanager
def running(internet: Internet, doors: Doors) -> Iterator[Launch]:
    """A launch whose app host answers as `doors` do."""
    address, pair = internet.ipv4(), internet.ca.issue(HOST)
    road = ConnectTo(host=HOST, port=443, to_host=address, to_port=443)
    with serving(doors.app(), address, pair):
        yield Launch(
            domain="parley.example",
            name="Parley",
            hosts=(Host(name=HOST, role=Role.APP),),
            journeys=Journeys(login="login"),
            environments=(Environment(name="staging", url=f"https://{HOST}"),),
            network=internet.network(connect_to=(road,)),
        )


def tried(
    internet: Internet, folder: Path, doors: Doors, written: str | Mapping[str, str], **changed: Any
) -> tuple[LoginFacts, Report]:
    """What trying the login came to, and what the checks of a login say of it."""
    texts = {"login": written} if isinstance(written, str) else written
    paths = [folder / f"{name}.toml" for name in texts]
    for path, text in zip(paths, texts.values(), strict=True):
        path.write_text(text.replace("FIELD", doors.password_field))
    loaded, now = load_all(paths), datetime.now(UTC)
    with ExitStack() as stack:
        launch = replace(stack.enter_context(running(internet, doors)), **changed)
        supply = Supply({"TEST_PASSWORD": doors.password, "ZETA": doors.password}, folder)
        login = Login(journey=loaded["login"], journeys=loaded, launch=launch, supply=supply, owned=False)
        facts = asyncio.run(try_login(login, now))
    report = audit.report(Sight(launch=launch, at=now, facts=(facts,)), now, OF_A_LOGIN)
    return facts, report


def ids(report: Report) -> list[tuple[str, Severity]]:
    return [(finding.check, finding.severity) for finding in report.findings]


def locks_after(tries: int, **page: Any) -> Any:
    """A lock by user: what comes once there were more tries than that."""

    def after(doors: Doors, user: str) -> Response | None:
        return HTMLResponse(**page) if doors.tried.count(user) > tries else None

    return after


LOCKED = LOGIN_PAGE.format(problem="Too many attempts. Your account is locked for a while.", csrf="x", field="password")
HELD = locks_after(5, content=LOCKED, status_code=429)
ACCEPTED = ("login-accepts-wrong-password", Severity.BLOCKER)
UNLIMITED = ("login-not-rate-limited", Severity.MINOR)
SURVIVES = ("session-survives-logout", Severity.MAJOR)
BLIND = ("login-journey-blind", Severity.MINOR)


@pytest.mark.parametrize(
    "journey", [LANDS, LOOKS_AT_REDIRECT, LANDS + LEAVES, JSON], ids=["lands", "303", "leaves", "json"]
)
@pytest.mark.parametrize("refuses_with", [200, 303, 401, 422])
def test_a_right_app_is_accused_of_nothing(
    internet: Internet, tmp_path: Path, password: str, journey: str, refuses_with: int
) -> None:
    doors = Doors(password=password, after=HELD, refuses_with=refuses_with)
    if journey is JSON and refuses_with == 303:
        doors.refuses_with = 400
    facts, report = tried(internet, tmp_path, doors, journey)
    assert not report.findings
    assert not report.unknown
    assert facts.wrong_password is WrongPassword.REFUSED
    assert facts.tries == 6
    assert facts.limited == "answered 429"
    assert doors.tried.count(USER) == 2, "a real user was tried more often than once with a wrong password"


@pytest.mark.parametrize("journey", [LANDS, LOOKS_AT_REDIRECT, JSON, LAX], ids=["lands", "303", "json", "lax"])
def test_an_app_that_takes_any_password_is_caught_although_every_status_is_200(
    internet: Internet, tmp_path: Path, password: str, journey: str
) -> None:
    facts, report = tried(internet, tmp_path, Doors(password=password, any_password=True, after=HELD), journey)
    assert ids(report) == [ACCEPTED]
    assert facts.member_page == f"https://{HOST}/{'api/me' if journey is JSON else 'chat'}"


def test_an_app_that_takes_any_password_and_shows_its_pages_to_anybody_is_caught_by_its_answer(
    internet: Internet, tmp_path: Path, password: str
) -> None:
    doors = Doors(password=password, any_password=True, shows_everybody=True, after=HELD)
    facts, report = tried(internet, tmp_path, doors, LANDS)
    assert ids(report) == [ACCEPTED]
    assert facts.member_page is None


@pytest.mark.parametrize("refuses_with", [200, 401])
def test_a_journey_that_notices_nothing_is_told_so_and_the_app_is_not_accused(
    internet: Internet, tmp_path: Path, password: str, refuses_with: int
) -> None:
    doors = Doors(password=password, refuses_with=refuses_with, after=HELD)
    _, report = tried(internet, tmp_path, doors, LAX)
    assert ids(report) == [BLIND]
    assert "assert something only members see" in report.findings[0].evidence
    assert "login-accepts-wrong-password" in report.passed


def test_where_nothing_tells_members_from_strangers_the_login_is_unknown_not_passed(
    internet: Internet, tmp_path: Path, password: str
) -> None:
    doors = Doors(password=password, shows_everybody=True, after=HELD)
    _, report = tried(internet, tmp_path, doors, LAX)
    assert ids(report) == [BLIND]
    assert [one.check for one in report.unknown] == ["login-accepts-wrong-password"]


@pytest.mark.parametrize("journey", [LANDS, JSON], ids=["form", "json"])
def test_a_login_without_any_limit(internet: Internet, tmp_path: Path, password: str, journey: str) -> None:
    doors = Doors(password=password)
    facts, report = tried(internet, tmp_path, doors, journey)
    assert ids(report) == [UNLIMITED]
    assert facts.tries == 15
    assert doors.tried.count(USER) == 2


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ({"content": LOCKED, "status_code": 401}, "was answered in other words"),
        ({"content": LOCKED, "status_code": 403}, "answered 403 instead of 401"),
        ({"content": "<title>Parley</title><div class=h-captcha></div>", "status_code": 401}, "asked for a captcha"),
    ],
)
def test_a_lock_after_five_is_a_limit_whatever_it_answers(
    internet: Internet, tmp_path: Path, password: str, page: Mapping[str, Any], told: str
) -> None:
    facts, report = tried(internet, tmp_path, Doors(password=password, after=locks_after(5, **page)), LANDS)
    assert not report.findings
    assert facts.limited == told


@pytest.mark.parametrize(
    ("keeps", "expected"), [(False, []), (True, [SURVIVES])], ids=["ends the session", "only forgets the cookie"]
)
@pytest.mark.parametrize("where", ["step", "cleanup", "journey", "named"])
def test_a_session_after_the_logout(
    internet: Internet, tmp_path: Path, password: str, keeps: bool, expected: list[Any], where: str
) -> None:
    doors = Doors(password=password, keeps_sessions=keeps, after=HELD)
    cleanup, named = LEAVES.replace("[[step]]", "[[cleanup]]"), Journeys(login="login", logout="leaving")
    logout = '[journey]\nname = "NAME"\nuses = ["login"]\n' + LEAVES
    journeys = {
        "step": {"login": LANDS + LEAVES},
        "cleanup": {"login": LANDS + cleanup},
        "journey": {"login": LANDS, "logout": logout.replace("NAME", "log-out")},
        "named": {"login": LANDS, "leaving": logout.replace("NAME", "leaving")},
    }
    changed = {"journeys": named} if where == "named" else {}
    facts, report = tried(internet, tmp_path, doors, journeys[where], **changed)
    assert ids(report) == expected
    assert facts.logs_out
    assert facts.still_open == ((f"https://{HOST}/chat",) if keeps else ())


def test_a_login_without_a_logout_says_nothing_of_it(internet: Internet, tmp_path: Path, password: str) -> None:
    doors = Doors(password=password, keeps_sessions=True, after=HELD)
    _, report = tried(internet, tmp_path, doors, LANDS)
    assert "session-survives-logout" in report.not_applicable


def test_a_password_field_of_an_odd_name_is_found_by_its_type(
    internet: Internet, tmp_path: Path, password: str
) -> None:
    doors = Doors(password=password, any_password=True, password_field="zq", after=HELD)
    journey = LANDS.replace('password = "${env:TEST_PASSWORD}"', 'zeta = "${env:TEST_PASSWORD}"')
    journey = journey.replace("${password}", "${zeta}").replace("TEST_PASSWORD", "ZETA")
    _, report = tried(internet, tmp_path, doors, journey)
    assert ids(report) == [ACCEPTED]


def test_a_login_that_fails_by_itself_leaves_everything_unknown(
    internet: Internet, tmp_path: Path, password: str
) -> None:
    journey = LANDS.replace("Your chats", "Nobody says this")
    facts, report = tried(internet, tmp_path, Doors(password=password), journey)
    assert len(report.unknown) == len(OF_A_LOGIN)
    assert peek(facts, "wrong_password") == Gap("the journey login itself fails, at step 'log in'")


def test_production_is_not_tried_without_consent(internet: Internet, tmp_path: Path, password: str) -> None:
    doors = Doors(password=password)
    with pytest.raises(UsageError, match=rf"{HOST} is production.*--i-own-this"):
        tried(internet, tmp_path, doors, LANDS, environments=())
    with pytest.raises(UsageError, match="parley.example is not listed"):
        tried(internet, tmp_path, doors, LANDS, environments=(), hosts=())
    assert not doors.tried

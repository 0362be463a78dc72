"""The number that a probe reads: one login for all readings, cleaned up once, and never taken for what it is not."""

import asyncio
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from launchready.config.journeys import load_all
from launchready.journeys.supply import Supply
from launchready.journeys.webhook_number import NO_PROBE, RESTLESS, UNMOVED, Number
from launchready.journeys.webhook_probe import reading
from launchready.model.gap import Gap
from launchready.model.launch import Host, Launch, Role
from tests.box.certificates import Authority
from tests.journeys.webhook_handlers import HOST, serving

LOGIN = '[journey]\nname = "login"\n[[step]]\nname = "log in"\npost = "/login"\nform = { user = "test" }\n'
PROBE = """
[journey]
name = "credits"
uses = ["login"]

[[step]]
name = "read the credits"
get = "/credits"
capture.credits = { json = "credits" }

[[cleanup]]
delete = "/session"
"""
LAUNCH = Launch(domain="parley.example", name="Parley", hosts=(Host(name=HOST, role=Role.APP),))


@dataclass
class Site:
    """A site that wants a login; `said` is what it gives as the number, one after the other."""

    said: list[object]
    asked: list[str] = field(default_factory=list)

    async def login(self, request: Request) -> Response:
        self.asked.append("login")
        answer = PlainTextResponse("welcome")
        answer.set_cookie("session", "1", secure=True)
        return answer

    async def credits(self, request: Request) -> Response:
        self.asked.append("credits")
        if "session" not in request.cookies:
            return Response(status_code=401)
        return JSONResponse({"credits": self.said.pop(0)})

    async def leave(self, request: Request) -> Response:
        self.asked.append("leave")
        return Response(status_code=204)

    def routes(self) -> list[Route]:
        return [
            Route("/login", self.login, methods=["POST"]),
            Route("/credits", self.credits),
            Route("/session", self.leave, methods=["DELETE"]),
        ]


def read(site: Site, times: int, folder: Path, authority: Authority, *, owned: bool = True) -> list[float | Gap]:
    for name, text in (("login", LOGIN), ("credits", PROBE)):
        (folder / f"{name}.toml").write_text(text)
    journeys = load_all([folder / "login.toml", folder / "credits.toml"])

    async def work() -> list[float | Gap]:
        launch = replace(LAUNCH, network=network)
        probe = journeys["credits"]
        async with reading(probe, journeys, launch, Supply({}, folder), owned=owned) as probed:
            return [await probed.read() for _ in range(times)]

    with serving(site.routes(), authority) as network:
        return asyncio.run(work())


def test_one_login_serves_all_readings_and_one_cleanup_follows(tmp_path: Path, authority: Authority) -> None:
    site = Site([10, 12.5, "7"])
    assert read(site, 3, tmp_path, authority) == [10.0, 12.5, 7.0]
    assert site.asked == ["login", "credits", "credits", "credits", "leave"]


@pytest.mark.parametrize(
    ("said", "reason"), [("a few", "captures 'a few' as credits, which is no number"), ("nan", "no number")]
)
def test_what_is_no_number_is_said_to_be_none(said: str, reason: str, tmp_path: Path, authority: Authority) -> None:
    (found,) = read(Site([said]), 1, tmp_path, authority)
    assert isinstance(found, Gap)
    assert reason in found.reason


def test_a_probe_that_fails_says_where(tmp_path: Path, authority: Authority) -> None:
    (found,) = read(Site([{}]), 1, tmp_path, authority, owned=False)
    assert isinstance(found, Gap)
    assert "the probe credits fails at 'log in'" in found.reason
    assert f"{HOST} is production" in found.reason


def moves(*numbers: float | Gap, asked: int) -> list[float | Gap]:
    """How far the number moves each time, of which the first is waited for."""
    left = list(numbers)

    async def read_number() -> float | Gap:
        return left.pop(0) if len(left) > 1 else left[0]

    async def work() -> list[float | Gap]:
        number = Number(read_number)
        await number.begin()
        return [await number.first_move(), *[await number.moved() for _ in range(asked)]]

    return asyncio.run(work())


def test_the_first_move_is_waited_for_and_the_next_ones_are_told_apart() -> None:
    assert moves(5.0, 5.0, 5.0, 5.0, 6.0, 6.0, 8.0, asked=2) == [1.0, 0.0, 2.0]


def test_equal_moves_of_a_sum_of_money_are_equal() -> None:
    first, second = moves(10.1, 10.1, 10.2, 10.3, asked=1)
    assert first == second


def test_a_number_that_moves_by_itself_shows_nothing() -> None:
    assert moves(5.0, 6.0, 7.0, asked=1) == [RESTLESS, RESTLESS]


def test_a_number_that_cannot_be_read_once_stays_unknown() -> None:
    silence = Gap("no answer")
    assert moves(5.0, 5.0, 6.0, silence, 7.0, asked=2) == [1.0, silence, silence]


def test_a_number_that_never_moves_proves_nothing() -> None:
    assert moves(5.0, asked=0) == [UNMOVED]


def test_without_a_probe_there_is_no_number() -> None:
    async def work() -> float | Gap:
        number = Number(None)
        await number.begin()
        return await number.first_move()

    assert asyncio.run(work()) == NO_PROBE

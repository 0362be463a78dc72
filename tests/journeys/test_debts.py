"""What a killed run owes must not keep the next from walking, and a deploy from being tried without what it needs."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from launchready.cli import run
from launchready.ledger.store import opened
from tests.journeys.small_apps import serving

OWING = """
[journey]
name = "{name}"
[[step]]
post = "/made"
capture.token = {{ header = "x-token", secret = true }}
[[cleanup]]
delete = "/made"
headers.X-Key = "{key}"
"""


@pytest.fixture
def heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What an app is asked; its journeys stand here."""
    asked: list[str] = []

    async def page(request: object) -> Response:
        asked.append(request.method)  # type: ignore[attr-defined]
        return Response()

    with serving(Starlette(routes=[Route("/made", page, methods=["GET", "POST", "DELETE"])])) as port:
        base = f"http://127.0.0.1:{port}"
        monkeypatch.chdir(tmp_path)
        (tmp_path / "launch.toml").write_text(
            f'[launch]\ndomain = "parley.example"\n[environments.here]\nurl = "{base}"\n'
            '[journeys]\nlogin = "poor"\n[deploy]\ncommand = "touch deployed"\n[gate]\nblock = ["spf-missing"]\n'
        )
        (tmp_path / "journeys").mkdir()
        for name, key in (("poor", "${env:NOBODY_SETS_THIS}"), ("lost", "${token}")):
            (tmp_path / "journeys" / f"{name}.toml").write_text(OWING.format(name=name, key=key))
        visit = f'[journey]\nname = "visit"\nbase = "{base}"\n[[step]]\nget = "/made"\n'
        (tmp_path / "journeys" / "visit.toml").write_text(visit)
        for name in ("poor", "lost"):
            with opened(tmp_path / ".launchready") as ledger:  # and never settled: as of a run that was killed
                owed = ledger.owe(name, datetime.now(UTC))
                ledger.keep(owed, {"base": base})
        yield asked


def test_a_debt_that_cannot_be_paid_is_told_and_does_not_stop_the_walk(
    heard: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["journey", "run", "visit"]) == 0
    said = capsys.readouterr().err
    assert "What poor of" in said and "NOBODY_SETS_THIS is not set" in said
    assert "What lost of" in said and "${token} has no value" in said and "put it away by hand" in said
    assert heard == ["GET"]
    assert run(["journey", "run", "visit"]) == 0
    again = capsys.readouterr().err
    assert "What poor of" in again  # the variable may be set one day
    assert "What lost of" not in again  # nobody will know the token


def test_what_a_journey_lacks_is_told_before_anything_is_made(
    heard: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["journey", "run", "visit", "poor", "--base", Path("launch.toml").read_text().split('"')[3]]) == 2
    assert "NOBODY_SETS_THIS is not set" in capsys.readouterr().err
    assert heard == []

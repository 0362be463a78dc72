"""Parley's billing webhook, replayed over TLS with the months that a member has paid for as the number."""

import json
import secrets
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from launchready.cli import run
from parley.database import Database
from tests.box.certificates import Authority
from trial.postgres import cluster, new_database
from trial.process import FOLDER, listening

APP = "app.parley.example"
LAUNCH = f"""
[launch]
domain = "parley.example"

[hosts."{APP}"]
role = "app"

[webhooks.billing]
scheme = "stripe"
url = "https://{APP}/webhooks/stripe"
secret = "${{env:STRIPE_WEBHOOK_SECRET}}"
events = ["invoice.paid"]
probe = "paid-months"
"""
TWICE = ("--only", "duplicate", "--only", "parallel")


@pytest.fixture
def replayed(
    tmp_path: Path, authority: Authority, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., dict[str, Any]]:
    """Replays against a Parley with these faults: what is printed, as JSON."""
    shutil.copytree(FOLDER / "journeys", tmp_path / "journeys")
    (tmp_path / "launch.toml").write_text(LAUNCH)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STRIPE_WEBHOOK_SECRET", secret := f"whsec_{secrets.token_hex(16)}")
    pair = authority.issue(APP)

    def replay(faults: str, *arguments: str, database: str = "parley.db") -> dict[str, Any]:
        catcher = f"127.0.0.1:{_free_port()}"
        flags = ("--domain", "parley.example", "--https", f"{APP}:0:{pair.certificate}:{pair.key}", "--faults", faults)
        settings = {"PARLEY_SMTP": f"smtp://{catcher}", "STRIPE_WEBHOOK_SECRET": secret}
        place = database if "://" in database else tmp_path / database
        with listening(place, *flags, settings=settings) as ports:
            road = ("--ca", str(authority.root_file), "--connect-to", f"{APP}:443:127.0.0.1:{ports['https'][APP]}")
            sent = ("--payload", "journeys/invoice-paid.json", "--i-own-this", "--catch-mail", catcher, *arguments)
            code = run(["webhook", "replay", "billing", *sent, *road, "--format", "json"])
        out, err = capfd.readouterr()
        assert (code, err) == (0, ""), out + err
        assert accounts(str(place)) == 0  # whom the probe signed up is gone
        said: dict[str, Any] = json.loads(out)
        return said

    return replay


@pytest.fixture
def postgres() -> Iterator[str]:
    with cluster() as folder:
        yield new_database(folder, "parley")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def accounts(place: str) -> int:
    database = Database.at(place)
    with database.reading() as connection:
        count = connection.execute(text("SELECT count(*) FROM accounts")).scalar_one()
    database.engine.dispose()
    return int(count)


def found(said: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["check"], one["severity"]) for one in said["findings"]]


def test_parley_counts_each_invoice_once(replayed: Callable[..., dict[str, Any]]) -> None:
    said = replayed("launch")
    assert (said["verdict"], said["findings"], said["unknown"]) == ("ready", [], [])
    moved = {"step": 1, "refused": 0, "duplicate": 0, "parallel": 1, "out_of_order": 2, "burst": 12}
    assert said["moved"] == moved


def test_with_the_fault_an_invoice_counts_as_often_as_it_comes(replayed: Callable[..., dict[str, Any]]) -> None:
    said = replayed("webhook-not-idempotent")
    assert found(said) == [("webhook-not-idempotent", "major")] * 2
    moved = {"step": 1, "refused": 0, "duplicate": 2, "parallel": 5, "out_of_order": 2, "burst": 12}
    assert said["moved"] == moved


def test_on_postgresql_too(replayed: Callable[..., dict[str, Any]], postgres: str) -> None:
    well = replayed("launch", *TWICE, database=postgres)
    assert (found(well), well["unknown"]) == ([], [])
    assert (well["moved"]["duplicate"], well["moved"]["parallel"]) == (0, 1)
    twice = replayed("webhook-not-idempotent", *TWICE, database=postgres)
    assert found(twice) == [("webhook-not-idempotent", "major")] * 2
    assert (twice["moved"]["duplicate"], twice["moved"]["parallel"]) == (2, 5)

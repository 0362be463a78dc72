"""Parley as it is has no finding about its variables; each mistake that is put into a copy of it is named."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from launchready.cli import run
from tests.cli.test_secrets import value

PARLEY = Path(__file__).parents[2] / "examples" / "parley"
LAUNCH = """\
[launch]
domain = "parley.example"

[environments.production]
source = ".env.production"
required = ["DATABASE_URL", "PARLEY_SMTP"]
critical = ["OPENAI_API_KEY", "STRIPE_API_KEY", "STRIPE_WEBHOOK_SECRET"]

[environments.staging]
source = ".env.staging"
"""


def variables(environment: str) -> dict[str, str]:
    return {
        "PARLEY_DOMAIN": f"{environment}.parley.dev",
        "DATABASE_URL": f"postgresql://parley:{value('')}@db.internal/{environment}",
        "PARLEY_SMTP": f"smtp://parley:{value('')}@mail.parley.dev:587",
        "OPENAI_API_KEY": value("sk-proj-"),
        "STRIPE_API_KEY": value("sk_live_") if environment == "production" else value("sk_test_"),
        "STRIPE_WEBHOOK_SECRET": value("whsec_"),
    }


@pytest.fixture
def parley(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of Parley with a production and a staging of its own."""
    here = tmp_path / "parley"
    shutil.copytree(PARLEY, here, ignore=shutil.ignore_patterns("__pycache__", "*.db"))
    (here / "launch.toml").write_text(LAUNCH)
    for environment in ("production", "staging"):
        set_in(here, environment, variables(environment))
    monkeypatch.chdir(here)
    return here


def set_in(here: Path, environment: str, named: dict[str, str]) -> None:
    (here / f".env.{environment}").write_text("".join(f"{name}={given}\n" for name, given in named.items()))


def told(capsys: pytest.CaptureFixture[str]) -> set[tuple[str, str]]:
    run(["env", "check", "--format", "json"])
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert not report["unknown"]
    return {(one["check"], one["subject"]) for one in report["findings"]}


def test_as_it_is_nothing_is_found(parley: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys) == set()


def test_a_variable_that_was_renamed_in_the_code(parley: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = parley / "parley" / "settings.py"
    settings.write_text(settings.read_text().replace("PARLEY_MODEL_TIMEOUT_S", "PARLEY_PATIENCE_S"))
    settings.write_text(settings.read_text().replace('"PARLEY_SUMMARY_AT"', '"PARLEY_DAILY_AT"'))
    shutil.rmtree(parley / "tests")
    found = told(capsys)
    assert {("variable-undocumented", "PARLEY_DAILY_AT"), ("variable-dead", "PARLEY_MODEL_TIMEOUT_S")} <= found


@pytest.mark.parametrize(
    ("changed", "check", "subject"),
    [
        ({"OPENAI_API_KEY": ""}, "variable-missing", "OPENAI_API_KEY"),
        ({"PARLEY_SMTP": None}, "variable-missing", "PARLEY_SMTP"),
        ({"OPENAI_API_KEY": "sk-your-key-here"}, "variable-placeholder", "OPENAI_API_KEY"),
        ({"STRIPE_API_KEY": "sk_" + "test_" + "a1B2c3" * 4}, "test-key-in-production", "STRIPE_API_KEY"),
        ({"DEBUG": "1"}, "debug-in-production", "DEBUG"),
        (
            {"PARLEY_SMTP": "smtp://a:b`c@mail.parley.dev#1\nPARLEY_SMTP=x"},
            "variable-read-differently",
            ".env.production:4",
        ),
    ],
)
def test_a_mistake_in_production_is_named(
    parley: Path, capsys: pytest.CaptureFixture[str], changed: dict[str, str | None], check: str, subject: str
) -> None:
    given = variables("production") | changed
    set_in(parley, "production", {name: one for name, one in given.items() if one is not None})
    assert (check, subject) in told(capsys)


def test_a_secret_of_staging_in_production(parley: Path, capsys: pytest.CaptureFixture[str]) -> None:
    same = {"STRIPE_WEBHOOK_SECRET": value("whsec_")}
    for environment in ("production", "staging"):
        set_in(parley, environment, variables(environment) | same)
    assert told(capsys) == {("environments-share-secret", "STRIPE_WEBHOOK_SECRET")}

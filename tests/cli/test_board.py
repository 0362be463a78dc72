"""`launchready board`: the last audit, stage by stage."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from launchready.cli import run
from launchready.ledger import facts_file
from launchready.ledger.store import opened
from launchready.model.facts import Fact, Sight
from launchready.model.launch import Launch
from tests.checks.cases_tls import lasting

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LAUNCH = Launch(domain="parley.example", name="Parley")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "launch.toml").write_text('[launch]\ndomain = "parley.example"\nname = "Parley"\n')
    return tmp_path


def audited(project: Path, *facts: Fact) -> None:
    with opened(project / ".launchready") as ledger:
        ledger.finish(ledger.begin("audit", LAUNCH.domain, NOW), facts, NOW)


def test_without_launch_toml_it_says_how_to_get_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["board"]) == 2
    assert "launchready init" in capsys.readouterr().err


def test_before_the_first_audit_everything_is_unknown(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["board"]) == 3
    shown = capsys.readouterr().out
    assert "0 of 7 stages done" in shown
    assert "Nobody has looked yet: launchready audit" in shown
    assert not (project / ".launchready").exists()


def test_it_judges_the_last_audit_and_says_how_old_it_is(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    audited(project)
    audited(project, *lasting(-4))
    assert run(["board", "--format", "json"]) == 1
    shown = json.loads(capsys.readouterr().out)
    assert shown["schema"] == "launchready.board/1"
    assert shown["verdict"] == "not-ready"
    assert shown["seen"] == "2026-11-24T09:00:00Z"
    second = shown["stages"][1]
    assert second["state"] == "open"
    assert second["failure_signal"]["state"] == "present"
    assert {"check": "certificate-expired", "subject": "app.parley.example"} in second["failure_signal"]["findings"]
    assert second["next"]["check"] == "certificate-expired"


def test_saved_facts_are_judged_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    saved = Sight(launch=LAUNCH, at=NOW, facts=lasting(-4))
    (tmp_path / "facts.json").write_text(facts_file.dump(saved))
    assert run(["board", "--facts", "facts.json", "--output", "board.txt"]) == 1
    assert "failure signal  present" in (tmp_path / "board.txt").read_text()

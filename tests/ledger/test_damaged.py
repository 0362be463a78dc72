"""A ledger that was damaged, and the notes of cleanups that are owed: whose they are."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from launchready.cli import run
from launchready.errors import UsageError
from launchready.ledger import deploys
from launchready.ledger.store import opened

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
RUN = "INSERT INTO run (command, domain, process, started, finished) VALUES ('audit', 'parley.example', 1, ?, ?)"


def test_a_fact_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    with opened(tmp_path / "ledger") as ledger:
        with ledger.database as database:
            database.execute(RUN, (NOW.isoformat(), NOW.isoformat()))
            database.executemany(
                "INSERT INTO fact VALUES (1, 'RouteFacts', ?, ?)", [("a", "{broken"), ("b", "null"), ("c", "[" * 5000)]
            )
        assert ledger.newest_of_all("parley.example") == ()
        assert ledger.earlier("parley.example") == (NOW, ())


@pytest.mark.parametrize("command", ["gate", "board", "deploy list"])
def test_a_damaged_ledger_is_a_sentence(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "launch.toml").write_text('[launch]\ndomain = "parley.example"\n')
    with deploys.opened(tmp_path / ".launchready"):
        pass
    file = tmp_path / ".launchready" / "ledger.db"
    with sqlite3.connect(file) as database:
        size: int = database.execute("PRAGMA page_size").fetchone()[0]
    database.close()
    content = file.read_bytes()
    file.write_bytes(content[:size] + b"\xaa" * (len(content) - size))
    assert run(command.split()) == 2
    assert "the record of earlier runs cannot be used" in capsys.readouterr().err


def test_what_an_earlier_run_with_our_own_number_owes_is_not_ours(tmp_path: Path) -> None:
    with opened(tmp_path / "ledger") as earlier:  # as in a container, where each run is process 1
        earlier.owe("signup", NOW)
        assert earlier.owing(NOW) == ()
        with opened(tmp_path / "ledger") as ledger:
            ledger.owe("login", NOW)
            assert [one.journey for one in ledger.owing(NOW)] == ["signup"]


def test_a_ledger_that_is_no_database_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").write_text("garbage" * 1000)
    with pytest.raises(UsageError, match="file is not a database"), opened(tmp_path):
        raise AssertionError

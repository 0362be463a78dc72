"""The facts of every run, in `.launchready/ledger.db` beside launch.toml."""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from launchready.errors import UsageError
from launchready.ledger.codec import decode_fact, encode_fact
from launchready.model.facts import Fact

_SCHEMA = """
CREATE TABLE IF NOT EXISTS run (
    id INTEGER PRIMARY KEY, command TEXT NOT NULL, domain TEXT NOT NULL, process INTEGER NOT NULL,
    started TEXT NOT NULL, finished TEXT, lost INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS fact (
    run INTEGER NOT NULL REFERENCES run, type TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (run, type, subject)
) WITHOUT ROWID;
"""


class Ledger:
    """One project's ledger; a run's facts are stored whole or not at all."""

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        """Open, or make, the ledger in `folder`; raises UsageError when that cannot be used."""
        try:
            self._db = _read(folder) if read_only else _made(folder)
        except (OSError, sqlite3.Error) as error:
            why = getattr(error, "strerror", None) or error
            raise UsageError(
                f"{folder}: the record of earlier runs cannot be used ({why}); see who may write there, or move it away"
            ) from None

    def close(self) -> None:
        self._db.close()

    def begin(self, command: str, domain: str, now: datetime) -> int:
        """Note that a run has started; its number."""
        with self._db:
            row = self._db.execute(
                "INSERT INTO run (command, domain, process, started) VALUES (?, ?, ?, ?)",
                (command, domain, os.getpid(), now.isoformat()),
            )
        assert row.lastrowid is not None
        return row.lastrowid

    def finish(self, run: int, facts: tuple[Fact, ...], now: datetime) -> None:
        """Store what a run saw, all in one transaction."""
        rows = [(run, type(fact).__name__, fact.subject, json.dumps(encode_fact(fact))) for fact in facts]
        with self._db:
            self._db.executemany("INSERT OR REPLACE INTO fact VALUES (?, ?, ?, ?)", rows)
            self._db.execute("UPDATE run SET finished = ? WHERE id = ?", (now.isoformat(), run))

    def cut_short(self) -> tuple[tuple[str, str], ...]:
        """Command and start of each run that was killed before it could finish; each is told once."""
        rows = self._db.execute("SELECT id, command, started, process FROM run WHERE finished IS NULL AND NOT lost")
        dead = [row for row in rows.fetchall() if not _alive(row[3])]
        with self._db:
            self._db.executemany("UPDATE run SET lost = 1 WHERE id = ?", [(row[0],) for row in dead])
        return tuple((row[1], row[2]) for row in dead)

    def earlier(self, domain: str, until: datetime | None = None) -> tuple[datetime, tuple[Fact, ...]] | None:
        """When the newest finished run about `domain` started, by `until` at the latest, and its facts.

        Facts of a kind that this version no longer knows are left out. None when there is no such run.
        """
        row = self._db.execute(
            "SELECT id, started FROM run WHERE domain = ? AND finished IS NOT NULL AND started <= ?"
            " ORDER BY started DESC, id DESC LIMIT 1",
            (domain, until.astimezone(UTC).isoformat() if until else "9999"),
        ).fetchone()
        if row is None:
            return None
        bodies = self._db.execute("SELECT body FROM fact WHERE run = ?", (row[0],))
        return datetime.fromisoformat(row[1]), tuple(_decoded(body for (body,) in bodies))


def _made(folder: Path) -> sqlite3.Connection:
    folder.mkdir(exist_ok=True)
    (folder / ".gitignore").write_text("*\n", "utf-8")
    database = sqlite3.connect(folder / "ledger.db", timeout=10)
    database.execute("PRAGMA journal_mode = WAL")
    database.executescript(_SCHEMA)
    return database


def _read(folder: Path) -> sqlite3.Connection:
    """Where nothing can be written SQLite can make no lock either: it is told that the file stays as it is."""
    database = sqlite3.connect(f"{(folder / 'ledger.db').absolute().as_uri()}?immutable=1", uri=True)
    database.execute("SELECT 1 FROM run LIMIT 1")  # only now is the file looked at
    return database


def _decoded(bodies: Iterable[str]) -> Iterator[Fact]:
    for body in bodies:
        with suppress(UsageError):
            yield decode_fact(json.loads(body), "ledger")


@contextmanager
def opened(folder: Path, *, read_only: bool = False) -> Iterator[Ledger]:
    """The ledger in `folder`, closed afterwards."""
    with closing(Ledger(folder, read_only=read_only)) as ledger:
        yield ledger


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

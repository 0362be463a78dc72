"""The facts of every run, in `.launchready/ledger.db` beside launch.toml."""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from launchready.errors import UsageError
from launchready.ledger.codec import decode_fact, encode_fact
from launchready.model.facts import Fact

LONGEST_RUN = timedelta(hours=1)  # by then the number of a process may be another's

_SCHEMA = """
CREATE TABLE IF NOT EXISTS run (
    id INTEGER PRIMARY KEY, command TEXT NOT NULL, domain TEXT NOT NULL, process INTEGER NOT NULL,
    started TEXT NOT NULL, finished TEXT, lost INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS fact (
    run INTEGER NOT NULL REFERENCES run, type TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (run, type, subject)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS owed (
    id INTEGER PRIMARY KEY, journey TEXT NOT NULL, given TEXT NOT NULL, process INTEGER NOT NULL, started TEXT NOT NULL
);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A cleanup that was not made: of which journey, with what values, since when."""

    number: int
    journey: str
    given: Mapping[str, str]
    started: str


class Ledger:
    """One project's ledger; a run's facts are stored whole or not at all."""

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        """Open, or make, the ledger in `folder`; raises UsageError when that cannot be used."""
        try:
            self._owed = set[int]()
            self._db = _read(folder) if read_only else _made(folder)
        except (OSError, sqlite3.Error) as error:
            raise _unusable(folder, error) from None

    @property
    def database(self) -> sqlite3.Connection:
        """The open file, for what is kept in tables of its own."""
        return self._db

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

    def owe(self, journey: str, now: datetime) -> int:
        """Note that a journey is about to make what its cleanup puts away; the note's number."""
        with self._db:
            row = self._db.execute(
                "INSERT INTO owed (journey, given, process, started) VALUES (?, '{}', ?, ?)",
                (journey, os.getpid(), now.isoformat()),
            )
        assert row.lastrowid is not None
        self._owed.add(row.lastrowid)
        return row.lastrowid

    def keep(self, owed: int, given: Mapping[str, str]) -> None:
        """The values, none of them secret, that the cleanup will need."""
        with self._db:
            self._db.execute("UPDATE owed SET given = ? WHERE id = ?", (json.dumps(dict(given)), owed))

    def settle(self, owed: int) -> None:
        """The cleanup was made."""
        with self._db:
            self._db.execute("DELETE FROM owed WHERE id = ?", (owed,))

    def owing(self, now: datetime) -> tuple[Owed, ...]:
        """The cleanups of runs that were killed before they could make them, oldest first.

        In a container every run has the same number: what has ours and is not ours is of one before.
        """
        long_ago = (now - LONGEST_RUN).isoformat()
        rows = self._db.execute("SELECT id, journey, given, started, process FROM owed ORDER BY id")
        return tuple(
            Owed(number=number, journey=journey, given=json.loads(given), started=started)
            for number, journey, given, started, process in rows.fetchall()
            if number not in self._owed and (started < long_ago or process == os.getpid() or not _alive(process))
        )

    def earlier(self, domain: str, until: datetime | None = None) -> tuple[datetime, tuple[Fact, ...]] | None:
        """When the newest finished audit of `domain` started, by `until` at the latest, and its facts.

        Facts of a kind that this version no longer knows are left out. None when there is no such run.
        """
        row = self._db.execute(
            "SELECT id, started FROM run WHERE domain = ? AND command = 'audit' AND finished IS NOT NULL"
            " AND started <= ? ORDER BY started DESC, id DESC LIMIT 1",
            (domain, until.astimezone(UTC).isoformat() if until else "9999"),
        ).fetchone()
        if row is None:
            return None
        bodies = self._db.execute("SELECT body FROM fact WHERE run = ?", (row[0],))
        return datetime.fromisoformat(row[1]), tuple(_decoded(body for (body,) in bodies))

    def newest(self, domain: str, kinds: Iterable[type[Any]]) -> tuple[Fact, ...]:
        """Of each subject the newest fact of these kinds, whichever command saw it."""
        names = json.dumps([kind.__name__ for kind in kinds])
        rows = self._db.execute(
            "SELECT body FROM fact JOIN run ON run.id = fact.run WHERE domain = ? AND finished IS NOT NULL"
            " AND type IN (SELECT value FROM json_each(?)) ORDER BY run.id",
            (domain, names),
        )
        found: dict[tuple[type[Any], str], Fact] = {}
        for fact in _decoded(body for (body,) in rows):
            known = found.setdefault((type(fact), fact.subject), fact)
            if fact.at >= known.at:  # an audit keeps again what it judged, at the time it was seen
                found[type(fact), fact.subject] = fact
        return tuple(found.values())

    def over_time(self, domain: str, kind: type[Any]) -> tuple[Fact, ...]:
        """Every fact of one kind that finished runs about `domain` saw, the oldest first."""
        rows = self._db.execute(
            "SELECT body FROM fact JOIN run ON run.id = fact.run WHERE domain = ? AND finished IS NOT NULL"
            " AND type = ? ORDER BY json_extract(body, '$.at'), run.id",
            (domain, kind.__name__),
        )
        return tuple(_decoded(body for (body,) in rows))

    def newest_of_all(self, domain: str) -> tuple[Fact, ...]:
        """The newest fact of each type and subject from the finished runs about `domain`.

        Of audits, each of which looks at everything, only the last one counts: what it no longer saw is gone.
        """
        bodies = self._db.execute(
            "SELECT body FROM (SELECT body, row_number() OVER"
            " (PARTITION BY type, subject ORDER BY json_extract(body, '$.at') DESC, run DESC) AS age"
            " FROM (SELECT * FROM fact WHERE json_valid(body)) JOIN run ON run = id"
            " WHERE domain = :domain AND finished IS NOT NULL AND (command != 'audit' OR id = (SELECT id FROM run"
            " WHERE command = 'audit' AND domain = :domain AND finished IS NOT NULL"
            " ORDER BY started DESC, id DESC LIMIT 1))) WHERE age = 1",
            {"domain": domain},
        )
        return tuple(_decoded(body for (body,) in bodies))


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
        with suppress(UsageError, ValueError, RecursionError):  # of another version, or damaged
            yield decode_fact(json.loads(body), "ledger")


@contextmanager
def opened(folder: Path, *, read_only: bool = False) -> Iterator[Ledger]:
    """The ledger in `folder`, closed afterwards; raises UsageError when it cannot be used, also later."""
    with closing(Ledger(folder, read_only=read_only)) as ledger:
        try:
            yield ledger
        except sqlite3.DatabaseError as error:  # a damaged page is found only when it is read
            raise _unusable(folder, error) from None


def _unusable(folder: Path, error: Exception) -> UsageError:
    why = getattr(error, "strerror", None) or error
    return UsageError(
        f"{folder}: the record of earlier runs cannot be used ({why}); see who may write there, or move it away"
    )


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

"""Every deploy, in the ledger beside launch.toml: what was tried, how it ended, and which was cut short."""

import fcntl
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from launchready.errors import UsageError
from launchready.ledger import store
from launchready.model.deployment import Deployment, Outcome, Step

_SCHEMA = """
CREATE TABLE IF NOT EXISTS deploy (
    id INTEGER PRIMARY KEY, domain TEXT NOT NULL, started TEXT NOT NULL, finished TEXT, step TEXT NOT NULL,
    version TEXT, previous TEXT, outcome TEXT, problems TEXT NOT NULL, live TEXT, works INTEGER, note TEXT
)
"""
_COLUMNS = "domain, started, finished, step, version, previous, outcome, problems, live, works, note"


class Deploys:
    """The log of deploys in one ledger; only whoever holds `running` may write of a deploy in hand."""

    def __init__(self, database: sqlite3.Connection, folder: Path) -> None:
        self._db = database
        self._lock = folder / "deploy.lock"
        with self._db:
            self._db.execute(_SCHEMA)

    @contextmanager
    def running(self) -> Iterator[tuple[Deployment, ...]]:
        """Hold the right to deploy, which dies with the process; gives the deploys that were cut short, each once.

        Raises `UsageError` when a deploy is running already.
        """
        with self._lock.open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise UsageError(
                    "another deploy of this launch is running; wait for it (`launchready deploy list` shows it)"
                ) from None
            yield self._killed()

    def cut_short(self) -> tuple[Deployment, ...]:
        """The deploys that were cut short since somebody last asked; none while one is running."""
        try:
            with self.running() as killed:
                return killed
        except UsageError:
            return ()

    def add(self, deployment: Deployment) -> int:
        """Note a deploy; its number."""
        with self._db:
            row = self._db.execute(
                f"INSERT INTO deploy ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
                _row(deployment),
            )
        assert row.lastrowid is not None
        return row.lastrowid

    def update(self, number: int, deployment: Deployment) -> None:
        """Note how far a deploy has come, or how it ended."""
        with self._db:
            self._db.execute(
                f"UPDATE deploy SET ({_COLUMNS}) = (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) WHERE id = ?",  # noqa: S608
                (*_row(deployment), number),
            )

    def all(self, domain: str) -> tuple[Deployment, ...]:
        """The deploys of a domain, newest first."""
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM deploy WHERE domain = ? ORDER BY started DESC, id DESC",  # noqa: S608
            (domain,),
        )
        return tuple(map(_deployment, rows.fetchall()))

    def _killed(self) -> tuple[Deployment, ...]:
        """Mark the deploys whose process is gone, now that nobody else can be running one."""
        rows = self._db.execute(f"SELECT {_COLUMNS}, id FROM deploy WHERE outcome IS NULL ORDER BY id")  # noqa: S608
        found = []
        for row in rows.fetchall():
            cut = _deployment(row[:-1])
            cut = replace(cut, outcome=Outcome.INTERRUPTED, problems=(f"killed while {cut.step.value}",))
            self.update(row[-1], cut)
            found.append(cut)
        return tuple(found)


@contextmanager
def opened(folder: Path) -> Iterator[Deploys]:
    """The log in the ledger of `folder`, closed afterwards; raises `UsageError` when it cannot be opened."""
    with store.opened(folder) as ledger:
        yield Deploys(ledger.database, folder)


def _row(one: Deployment) -> tuple[str | int | None, ...]:
    return (
        one.domain,
        one.started.astimezone(UTC).isoformat(),
        one.finished.astimezone(UTC).isoformat() if one.finished else None,
        one.step.name,
        one.version,
        one.previous,
        one.outcome.value if one.outcome else None,
        json.dumps(one.problems),
        one.live,
        one.works,
        one.note,
    )


def _deployment(row: tuple[Any, ...]) -> Deployment:
    domain, started, finished, step, version, previous, outcome, problems, live, works, note = row
    return Deployment(
        domain=domain,
        started=datetime.fromisoformat(started),
        finished=datetime.fromisoformat(finished) if finished else None,
        step=Step[step],
        version=version,
        previous=previous,
        outcome=Outcome(outcome) if outcome else None,
        problems=tuple(json.loads(problems)),
        live=live,
        works=None if works is None else bool(works),
        note=note,
    )

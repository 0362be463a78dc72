"""SQLite: migrations, and one short connection for each piece of work."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from parley.faults import Fault

MIGRATIONS = {
    1: """
        CREATE TABLE accounts (
            id INTEGER PRIMARY KEY,
            email TEXT NOT NULL UNIQUE COLLATE NOCASE,
            password TEXT NOT NULL,
            plan TEXT NOT NULL DEFAULT 'Free',
            messages_per_day INTEGER NOT NULL DEFAULT 20
        );
        CREATE TABLE sessions (
            token_sha256 TEXT PRIMARY KEY,
            account_id INTEGER NOT NULL REFERENCES accounts (id),
            expires_s INTEGER NOT NULL
        );
    """,
    2: """
        CREATE TABLE messages (
            id INTEGER PRIMARY KEY,
            account_id INTEGER NOT NULL REFERENCES accounts (id),
            author TEXT NOT NULL CHECK (author IN ('visitor', 'parley')),
            text TEXT NOT NULL,
            written_s INTEGER NOT NULL
        );
        CREATE INDEX messages_of_account ON messages (account_id, written_s);
    """,
    3: """
        CREATE TABLE plans (
            name TEXT PRIMARY KEY,
            dollars_per_month INTEGER NOT NULL,
            messages_per_day INTEGER NOT NULL,
            line TEXT NOT NULL
        );
        INSERT INTO plans VALUES
            ('Free', 0, 20, 'Try it on your own site, for as long as you like.'),
            ('Team', 29, 1000, 'For a shop or a product with customers of its own.'),
            ('Business', 99, 10000, 'For a support desk that never closes.');
    """,
}

# The migrations that a careless deploy forgets to run.
FORGOTTEN = {Fault.SERVER_ERROR: 3}


@dataclass(frozen=True, slots=True)
class Database:
    """The file, and how to open it."""

    path: Path

    @contextmanager
    def opened(self, wait_s: float = 5) -> Iterator[sqlite3.Connection]:
        """A connection whose work is committed at the end, or rolled back when it raises."""
        with closing(sqlite3.connect(self.path, timeout=wait_s)) as connection, connection:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA foreign_keys = ON")
            yield connection

    def migrate(self, faults: frozenset[Fault] = frozenset()) -> None:
        """Bring the schema up to date, but for the migrations that a fault forgets."""
        forgotten = {number for fault, number in FORGOTTEN.items() if fault in faults}
        with self.opened() as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY)")
        for number in self.pending():
            if number not in forgotten:
                self._apply(number)

    def pending(self) -> list[int]:
        """The migrations that this database has not seen."""
        with self.opened() as connection:
            done = {row["number"] for row in connection.execute("SELECT number FROM migrations")}
        return [number for number in MIGRATIONS if number not in done]

    def _apply(self, number: int) -> None:
        """One migration and the note that it was made, together or not at all."""
        with self.opened() as connection:
            connection.executescript(f"BEGIN;{MIGRATIONS[number]}")
            connection.execute("INSERT INTO migrations VALUES (?)", (number,))

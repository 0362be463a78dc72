"""The database: SQLite in one file by default, PostgreSQL by its URL; one short transaction for each piece of work."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from parley.faults import Fault

BUSY_MS = 5000
POOL_SIZE = 10
_SMALL_POOL = 2

INDEXES = {
    "messages_of_account": "messages (account_id, written_s)",
    "messages_of_conversation": "messages (conversation_id, id)",
}
_SCHEMES = ("sqlite", "postgresql", "postgres", "postgresql+psycopg")


class CannotOpen(Exception):
    """The database cannot be used as it was named; the message says why."""


def in_words(error: SQLAlchemyError) -> str:
    """What the database itself said, on one line, without the statement and its parameters."""
    cause = getattr(error, "orig", None) or error
    return " ".join(str(cause).split()) or type(cause).__name__


@dataclass(frozen=True, slots=True)
class Database:
    """An engine, and how to work with it."""

    engine: Engine

    @classmethod
    def at(cls, place: str, faults: frozenset[Fault] = frozenset()) -> "Database":
        """The database at a file's path or a URL; nothing is opened yet. Raises CannotOpen."""
        url = _url(place)
        pool: dict[str, Any] = {"pool_size": POOL_SIZE, "max_overflow": POOL_SIZE, "pool_timeout": 10}
        if Fault.POOL_EXHAUSTED in faults:
            pool |= {"pool_size": _SMALL_POOL, "max_overflow": 0}
        try:
            if url.get_backend_name() == "sqlite":
                return cls(_sqlite(url, pool))
            connect = {"connect_timeout": 5, "options": "-c statement_timeout=15000 -c lock_timeout=5000"}
            return cls(create_engine(url, connect_args=connect, pool_pre_ping=True, hide_parameters=True, **pool))
        except ModuleNotFoundError:
            raise CannotOpen("PostgreSQL needs psycopg, which is missing: pip install 'psycopg[binary]'") from None

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @property
    def for_update(self) -> str:
        """Ends a SELECT whose rows nobody else may change; in SQLite a writing transaction is alone anyway."""
        return "" if self.is_sqlite else " FOR UPDATE"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Work that is committed at the end, or rolled back when it raises."""
        with self.engine.connect().execution_options(writes=True) as connection, connection.begin():
            yield connection

    def alone(self, connection: Connection, name: str) -> None:
        """Until the transaction ends, nobody else is here under the same name; in SQLite a writer is alone anyway."""
        if not self.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": name})

    def index(self, *, missing: bool) -> None:
        """The indexes of the messages, made or dropped; what is so already is left alone."""
        with self.writing() as connection:
            for name, columns in INDEXES.items():
                made = f"CREATE INDEX IF NOT EXISTS {name} ON {columns}"
                connection.execute(text(f"DROP INDEX IF EXISTS {name}" if missing else made))

    def check_writable(self) -> None:
        """Writes a row and takes it back. Raises SQLAlchemyError."""
        with self.engine.connect().execution_options(writes=True, busy_ms=1000) as connection:
            connection.execute(text("INSERT INTO throttles (what, who_sha256, at_s) VALUES ('health', '', 0)"))
            connection.rollback()


def _url(place: str) -> URL:
    if not re.match(r"[a-z][a-z0-9+]*://", place):
        return URL.create("sqlite+pysqlite", database=place)
    try:
        url = make_url(place)
    except (ArgumentError, ValueError):
        raise CannotOpen("the database's URL cannot be read") from None
    if url.drivername not in _SCHEMES:
        raise CannotOpen(f"the database's URL begins with {url.drivername}://; use sqlite:// or postgresql://")
    return url if url.get_backend_name() == "sqlite" else url.set(drivername="postgresql+psycopg")


def _write_ahead(connection: Any) -> None:
    """Readers and a writer at once, which is a property of the file. SQLite does not wait for its turn to set it, as it
    does for everything else, when another Parley starts at the same time."""
    until = monotonic() + BUSY_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() > until:
                raise
            sleep(0.02)


def _sqlite(url: URL, pool: dict[str, Any]) -> Engine:
    engine = create_engine(url, hide_parameters=True, **pool)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: object) -> None:
        connection.isolation_level = None  # transactions are begun below, so that CREATE TABLE is in them too
        _write_ahead(connection)
        for pragma in ("synchronous = NORMAL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {options.get('busy_ms', BUSY_MS):d}")
        # What is going to write says so at once: a reader that becomes a writer half-way fails when another was faster.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")

    return engine

"""Parley inside this process, so that what it does to its database can be watched."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from sqlalchemy import event, text

from parley.app import build
from parley.migrating import migrate
from parley.parts import Parts
from parley.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """A Parley that answers on a port, and its parts."""

    parts: Parts
    port: int

    def row(self, query: str, **values: object) -> Any:
        """The first row of a query."""
        with self.parts.database.reading() as connection:
            return connection.execute(text(query), values).first()

    def run(self, statement: str, **values: object) -> None:
        with self.parts.database.writing() as connection:
            connection.execute(text(statement), values)

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """The statements that reach the database until the end of the block, without those that begin transactions."""
        seen: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            if statement.split()[0] in ("SELECT", "INSERT", "UPDATE", "DELETE"):
                seen.append(statement)

        event.listen(self.parts.database.engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(self.parts.database.engine, "before_cursor_execute", note)


@contextmanager
def inside(settings: Settings) -> Iterator[Inside]:
    """A migrated Parley that answers until the end of the block; its daily job does not run."""
    parts = Parts.of(settings)
    migrate(parts.database, settings.faults)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(
            build(parts), log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        port = listening.getsockname()[1]
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name=f"parley-{port}")
        thread.start()
        try:
            yield Inside(parts=parts, port=port)
        finally:
            server.should_exit = True
            thread.join(10)
            parts.database.engine.dispose()

"""Health that tells the truth: 200 only when the database can be written, is migrated, and the model answers."""

import sqlite3
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from parley import model
from parley.database import Database
from parley.faults import Fault
from parley.settings import Settings


@dataclass(frozen=True, slots=True)
class Health:
    """One look at everything that Parley cannot work without."""

    settings: Settings
    database: Database

    def routes(self) -> list[Route]:
        return [Route("/health", self.health)]

    async def health(self, request: Request) -> Response:
        parts = {
            "database": await run_in_threadpool(self._database),
            "migrations": await run_in_threadpool(self._migrations),
            "model": await self._model(),
        }
        well = all(word == "ok" for word in parts.values())
        lies = self.settings.has(Fault.HEALTH_LIES)
        return JSONResponse(
            {"status": "ok" if well else "failing", **parts},
            status_code=200 if well or lies else 503,
            headers={"cache-control": "public, max-age=600" if lies else "no-store"},
        )

    def _database(self) -> str:
        """Takes the write lock and gives it back."""
        try:
            with self.database.opened(wait_s=1) as connection:
                connection.execute("BEGIN IMMEDIATE")
                connection.rollback()
        except sqlite3.Error:
            return "cannot be written"
        return "ok"

    def _migrations(self) -> str:
        try:
            return "pending" if self.database.pending() else "ok"
        except sqlite3.Error:
            return "cannot be read"

    async def _model(self) -> str:
        async for _ in model.answer("ping"):
            return "ok"
        return "no answer"

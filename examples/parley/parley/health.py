"""Health that tells the truth: 200 only when the database can be written and is migrated, model and job are well."""

import time
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from parley.faults import Fault
from parley.migrating import HEAD, revision
from parley.parts import Parts
from parley.summaries import Summaries


@dataclass(frozen=True, slots=True)
class Health:
    """One look at everything that Parley cannot work without."""

    parts: Parts

    def routes(self) -> list[Route]:
        return [Route("/health", self.health)]

    async def health(self, request: Request) -> Response:
        database = await self.parts.away(self._database)
        there = database == "ok"  # what a database that is gone holds is not asked for: each question would wait for it
        found = {
            "database": database,
            "migrations": await self.parts.away(self._migrations) if there else "unknown",
            "model": await self.parts.model.state(),
            "job": await self.parts.away(self._job) if there else "unknown",
        }
        well = all(word == "ok" for word in found.values())
        lies = self.parts.settings.has(Fault.HEALTH_LIES)
        return JSONResponse(
            {"status": "ok" if well else "failing", **found},
            status_code=200 if well or lies else 503,
            headers={"cache-control": "public, max-age=600" if lies else "no-store"},
        )

    def _database(self) -> str:
        try:
            self.parts.database.check_writable()
        except SQLAlchemyError:
            return "cannot be written"
        return "ok"

    def _migrations(self) -> str:
        try:
            return "ok" if revision(self.parts.database) == HEAD else "pending"
        except SQLAlchemyError:
            return "cannot be read"

    def _job(self) -> str:
        if self.parts.settings.has(Fault.JOB_DIES_SILENTLY):
            return "ok"
        try:
            return "overdue" if Summaries(self.parts).state().is_overdue(time.time()) else "ok"
        except SQLAlchemyError:
            return "cannot be read"

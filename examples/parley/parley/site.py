"""The marketing pages."""

from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from parley.database import Database
from parley.faults import Fault
from parley.page import fill, page
from parley.settings import Settings

_HTTP_PARTS = (
    '<script src="http://cdn.{host}/visits.js" async></script><img src="http://cdn.{host}/badge.png" alt="" hidden>'
)


@dataclass(frozen=True, slots=True)
class Site:
    """What strangers see first."""

    settings: Settings
    database: Database

    def routes(self) -> list[Route]:
        return [Route("/", self.home), Route("/pricing", self.pricing)]

    async def home(self, request: Request) -> Response:
        extra = _HTTP_PARTS.format(host=self.settings.domain) if self.settings.has(Fault.MIXED_CONTENT) else ""
        return page(
            "home", "Answers for your customers", self.settings, canonical=self._canonical("/"), html={"extra": extra}
        )

    async def pricing(self, request: Request) -> Response:
        plans = await run_in_threadpool(plans_as_html, self.database)
        return page("pricing", "Pricing", self.settings, canonical=self._canonical("/pricing"), html={"plans": plans})

    def _canonical(self, path: str) -> str:
        return f"{self.settings.canonical_site_url}{path}" if self.settings.domain else ""


def plans_as_html(database: Database) -> str:
    """The plans, cheapest first."""
    with database.opened() as connection:
        rows = connection.execute("SELECT * FROM plans ORDER BY dollars_per_month").fetchall()
    return "".join(
        fill(
            "plan",
            name=row["name"],
            price=f"${row['dollars_per_month']}",
            messages=f"{row['messages_per_day']:,}",
            line=row["line"],
        )
        for row in rows
    )

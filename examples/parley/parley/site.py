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

    def _page(self, template: str, title: str, path: str, html: dict[str, str]) -> Response:
        """A page that is the same for everybody, so that browsers and edges may keep it for a minute."""
        answer = page(template, title, self.settings, canonical=self._canonical(path), html=html)
        kept = "no-store" if self.settings.has(Fault.PAGES_UNCACHED) else "public, max-age=60"
        answer.headers["cache-control"] = kept
        return answer

    async def home(self, request: Request) -> Response:
        extra = _HTTP_PARTS.format(host=self.settings.domain) if self.settings.has(Fault.MIXED_CONTENT) else ""
        return self._page("home", "Answers for your customers", "/", {"extra": extra})

    async def pricing(self, request: Request) -> Response:
        plans = await run_in_threadpool(plans_as_html, self.database)
        return self._page("pricing", "Pricing", "/pricing", {"plans": plans})

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

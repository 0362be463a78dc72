"""The marketing pages."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from parley.faults import Fault
from parley.page import page
from parley.parts import Parts


@dataclass(frozen=True, slots=True)
class Site:
    """What strangers see first."""

    parts: Parts

    def routes(self) -> list[Route]:
        return [Route("/", self.home), Route("/pricing", self.pricing)]

    async def home(self, request: Request) -> Response:
        settings = self.parts.settings
        http_host = f"cdn.{settings.domain}" if settings.has(Fault.MIXED_CONTENT) else ""
        return self._page("home", "/", http_host=http_host)

    async def pricing(self, request: Request) -> Response:
        plans = await self.parts.away(self.parts.plans.all)
        pitches = await self.parts.away(self.parts.plans.pitches)
        return self._page("pricing", "/pricing", plans=plans, pitches=pitches)

    def _page(self, template: str, path: str, **values: object) -> Response:
        """A page that is the same for everybody, so that browsers and edges may keep it for a minute."""
        settings = self.parts.settings
        canonical = f"{settings.canonical_site_url}{path}" if settings.domain else ""
        answer = page(template, settings, canonical=canonical, **values)
        answer.headers["cache-control"] = "no-store" if settings.has(Fault.PAGES_UNCACHED) else "public, max-age=60"
        return answer

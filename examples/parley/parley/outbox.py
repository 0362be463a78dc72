"""The mails that were not sent, on a page: for one person who tries Parley on a machine of their own."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from parley.page import page
from parley.parts import Parts


@dataclass(frozen=True, slots=True)
class Outbox:
    """Exists only without a domain and without PARLEY_SMTP."""

    parts: Parts

    def routes(self) -> list[Route]:
        return [Route("/outbox", self.outbox)]

    async def outbox(self, request: Request) -> Response:
        answer = page("outbox", self.parts.settings, letters=list(reversed(self.parts.mail.outbox)))
        answer.headers["cache-control"] = "no-store"
        return answer

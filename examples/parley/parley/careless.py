"""A script as a careless build makes it: with the settings of the server in it, the model's key among them."""

import secrets
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


@dataclass(frozen=True, slots=True)
class CarelesslyBuilt:
    """The key is made up when Parley starts, and opens nothing."""

    key: str = field(default_factory=lambda: f"sk-proj-{secrets.token_urlsafe(48)}", repr=False)

    def routes(self) -> list[Route]:
        return [Route("/built/settings.js", self.script)]

    async def script(self, request: Request) -> Response:
        text = f'window.settings = {{"OPENAI_API_KEY": "{self.key}", "model": "gpt-4o-mini"}};\n'
        return Response(text, media_type="text/javascript", headers={"cache-control": "public, max-age=300"})

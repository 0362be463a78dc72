"""Parley as one ASGI application: the site on the domain and its www, the application on app."""

import traceback
from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Host, Mount, Route, Router
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from parley.admin import Admin
from parley.careless import CarelesslyBuilt
from parley.chat import Chat
from parley.checkout import served
from parley.doors import FrontDoor
from parley.faults import Fault
from parley.health import Health
from parley.logs import RequestLines
from parley.members import Members
from parley.outbox import Outbox
from parley.page import FOLDER, page
from parley.parts import Parts
from parley.purchases import Purchases
from parley.settings import Settings
from parley.site import Site
from parley.webhooks import Webhooks


def build(parts: Parts) -> ASGIApp:
    """The application, on a database that is migrated."""
    settings = parts.settings
    members = Members(parts)
    app: list[BaseRoute] = [
        *members.routes(),
        *Chat(parts, members).routes(),
        *Purchases(parts, members).routes(),
        *Admin(parts, members).routes(),
        *Webhooks(parts).routes(),
        *_everywhere(parts),
    ]
    if settings.has_outbox_page:
        app += Outbox(parts).routes()
    if settings.has(Fault.KEY_IN_PAGE):
        app += CarelesslyBuilt().routes()
    site = [*Site(parts).routes(), *_everywhere(parts)]
    checkout = served(settings)
    starlette = Starlette(
        routes=_by_host([*site, *checkout], [*app, *checkout], _health(parts), settings)
        if settings.domain
        else [*site, *app, *checkout],
        exception_handlers={HTTPException: _problem(settings), Exception: _problem(settings)},
    )
    packed: ASGIApp = starlette if settings.has(Fault.UNCOMPRESSED) else GZipMiddleware(starlette, minimum_size=1000)
    return RequestLines(FrontDoor(packed, settings), settings)


def _by_host(site: list[BaseRoute], app: list[BaseRoute], health: list[Route], settings: Settings) -> list[BaseRoute]:
    """An answer for our own names only, but for health: platforms ask for it by an address of their own."""
    site_router, app_router = Router(site), Router([Route("/", _to_login), *app])
    return [
        Host(str(settings.domain), site_router),
        Host(settings.www_host, site_router),
        Host(settings.app_host, app_router),
        *health,
        Mount("/", _nobody_here),
    ]


def _everywhere(parts: Parts) -> list[BaseRoute]:
    kind = UnkeptFiles if parts.settings.has(Fault.FILES_UNCACHED) else StaticFiles
    return [*_health(parts), Mount("/files", kind(directory=FOLDER / "files"))]


def _health(parts: Parts) -> list[Route]:
    return [] if parts.settings.has(Fault.HEALTH_MISSING) else Health(parts).routes()


class UnkeptFiles(StaticFiles):
    """Files that browsers are told to fetch anew each time."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = "no-store"
        return response


async def _to_login(request: Request) -> Response:
    return RedirectResponse("/chat", status_code=303)


async def _nobody_here(scope: Scope, receive: Receive, send: Send) -> None:
    raise HTTPException(421, "This address is not one of Parley's.")  # RFC 9110, section 15.5.20


def _problem(settings: Settings) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def answer(request: Request, error: Exception) -> Response:
        """The problem in words: JSON for the chat's own script, a page for people."""
        status, detail = 500, "Something broke on our side. It is not you; please try again later."
        if isinstance(error, HTTPException):
            status = error.status_code
            detail = "There is nothing at this address." if status == 404 else error.detail
        if settings.has(Fault.ERROR_PAGE_LEAKS):
            detail = "".join(traceback.format_exception(error))
        if request.url.path.startswith(("/api/", "/webhooks/")):
            return JSONResponse({"error": detail}, status_code=status)
        response = page("problem", settings, detail=detail)
        response.status_code = status
        return response

    return answer

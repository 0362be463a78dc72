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

from parley.chat import Chat
from parley.checkout import served
from parley.database import Database
from parley.doors import FrontDoor
from parley.faults import Fault
from parley.health import Health
from parley.members import Members
from parley.page import FOLDER, page
from parley.settings import Settings
from parley.site import Site


def build(settings: Settings) -> ASGIApp:
    """The application; its database is migrated first."""
    database = Database(settings.database)
    database.migrate(settings.faults)
    site = [*Site(settings, database).routes(), *_everywhere(settings, database)]
    members = Members(settings, database)
    app = [*members.routes(), *Chat(members).routes(), *_everywhere(settings, database)]
    checkout = served(settings)
    starlette = Starlette(
        routes=_by_host([*site, *checkout], [*app, *checkout], settings)
        if settings.domain
        else [*site, *app, *checkout],
        exception_handlers={HTTPException: _problem(settings), Exception: _problem(settings)},
    )
    inside: ASGIApp = starlette if settings.has(Fault.UNCOMPRESSED) else GZipMiddleware(starlette, minimum_size=1000)
    return FrontDoor(inside, settings)


def _by_host(site: list[BaseRoute], app: list[BaseRoute], settings: Settings) -> list[BaseRoute]:
    """An answer for our own names only."""
    site_router, app_router = Router(site), Router([Route("/", _to_login), *app])
    return [
        Host(str(settings.domain), site_router),
        Host(settings.www_host, site_router),
        Host(settings.app_host, app_router),
        Mount("/", _nobody_here),
    ]


def _everywhere(settings: Settings, database: Database) -> list[BaseRoute]:
    kind = UnkeptFiles if settings.has(Fault.FILES_UNCACHED) else StaticFiles
    health = [] if settings.has(Fault.HEALTH_MISSING) else Health(settings, database).routes()
    return [*health, Mount("/files", kind(directory=FOLDER / "files"))]


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
        if request.url.path.startswith("/api/"):
            return JSONResponse({"error": detail}, status_code=status)
        response = page("problem", "Sorry", settings, detail=detail)
        response.status_code = status
        return response

    return answer

"""Small apps with a login each: one as it should be, and the ways in which it goes wrong or only looks wrong."""

import secrets
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from urllib.parse import parse_qs

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.box.certificates import Pair

USER = "ada@parley.example"
LOGIN_PAGE = (
    "<!doctype html><title>Parley</title><h1>Log in</h1><p role=alert>{problem}</p><form method=post action=/login>"
    "<input type=hidden name=csrf value={csrf}><input type=email name=email><input type=password name={field}>"
    "<button>Log in</button></form>"
)
CHATS = "<!doctype html><title>Parley</title><h1>Your chats</h1><p>Signed in as Ada. <a href=/logout>Log out</a></p>"


@dataclass(slots=True, kw_only=True)
class Doors:
    """How the app behaves; without any change it is right.

    `tried` are the users that were tried, in order; `given` every token that it ever gave out.
    """

    password: str
    any_password: bool = False
    shows_everybody: bool = False
    keeps_sessions: bool = False
    refuses_with: int = 401  # 303: back to the form
    after: Callable[["Doors", str], Response | None] = lambda _doors, _user: None
    password_field: str = "password"
    sessions: set[str] = field(default_factory=set)
    tried: list[str] = field(default_factory=list)
    given: list[str] = field(default_factory=list)

    def app(self) -> Starlette:
        both = ["GET", "POST"]
        return Starlette(
            routes=[
                Route("/", lambda _: HTMLResponse("<title>Parley</title><h1>Chat with your invoices</h1>")),
                Route("/login", self.login, methods=both),
                Route("/logout", self.logout, methods=both),
                Route("/chat", self.chat),
                Route("/api/login", self.api_login, methods=["POST"]),
                Route("/api/me", self.api_me),
            ]
        )

    async def login(self, request: Request) -> Response:
        if request.method == "GET":
            csrf = secrets.token_hex(8)
            self.given.append(csrf)
            response: Response = HTMLResponse(LOGIN_PAGE.format(problem="", csrf=csrf, field=self.password_field))
            response.set_cookie("csrf", csrf)
            return response
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        assert form["csrf"] == request.cookies["csrf"]
        return self._entered(form["email"], form[self.password_field])

    def _entered(self, user: str, password: str) -> Response:
        self.tried.append(user)
        held = self.after(self, user)
        if held is not None:
            return held
        if (user, password) != (USER, self.password) and not self.any_password:
            return self._refused()
        response = RedirectResponse("/chat", status_code=303)
        response.set_cookie("session", self.opened())
        return response

    def _refused(self) -> Response:
        if self.refuses_with == 303:
            return RedirectResponse("/login?wrong=1", status_code=303)
        problem = "We do not know this address with this password."
        page = LOGIN_PAGE.format(problem=problem, csrf=secrets.token_hex(8), field=self.password_field)
        return HTMLResponse(page, status_code=self.refuses_with)

    def opened(self) -> str:
        token = secrets.token_hex(16)
        self.sessions.add(token)
        self.given.append(token)
        return token

    async def logout(self, request: Request) -> Response:
        if not self.keeps_sessions:
            self.sessions.discard(request.cookies.get("session", ""))
            self.sessions.discard(request.headers.get("authorization", "").removeprefix("Bearer "))
        response = RedirectResponse("/login", status_code=303)
        response.delete_cookie("session")
        return response

    async def chat(self, request: Request) -> Response:
        if request.cookies.get("session") in self.sessions or self.shows_everybody:
            return HTMLResponse(CHATS)
        return RedirectResponse("/login", status_code=303)

    async def api_login(self, request: Request) -> Response:
        given = await request.json()
        entered = self._entered(given["email"], given["password"])
        if entered.status_code != 303:
            return JSONResponse({"error": "wrong password"}, status_code=entered.status_code)
        return JSONResponse({"token": self.opened()})

    async def api_me(self, request: Request) -> Response:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if token in self.sessions or self.shows_everybody:
            return JSONResponse({"name": "Ada", "plan": "pro", "chats": ["Invoices of March"]})
        return JSONResponse({"error": "unauthenticated"}, status_code=self.refuses_with)


@contextmanager
def serving(app: Starlette, address: str, pair: Pair) -> Iterator[None]:
    """The app over TLS on port 443 of an address of the box."""
    config = uvicorn.Config(
        app, log_config=None, lifespan="off", ssl_certfile=str(pair.certificate), ssl_keyfile=str(pair.key)
    )
    server = uvicorn.Server(config)
    with socket.create_server((address, 443)) as listening:
        thread = Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield
        finally:
            server.should_exit = True
            thread.join(10)

"""Small web apps of other makes than Parley, to record and to walk: bearer tokens, double CSRF, sign-in by another."""

import contextlib
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.box.certificates import Pair

EMAIL, PASSWORD = "grace@example.com", "Cobol-1959!nanosecond"


@contextmanager
def serving(app: Starlette, host: str = "127.0.0.1", pair: Pair | None = None) -> Iterator[int]:
    """The port on which an app answers until the end of the block, over TLS with a certificate."""
    with socket.create_server((host, 0)) as listening:
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1)
        if pair:
            config.ssl_certfile, config.ssl_keyfile = str(pair.certificate), str(pair.key)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(10)


async def fields(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode()))


# A page of scripts before a JSON API ---------------------------------------------------------------------------

_SPA = """<!doctype html><title>Notes</title><link rel=icon href=data:,><main id=m></main>
<script>
const api = async (method, path, body, token) => (await fetch(path, {method, body: body && JSON.stringify(body),
  headers: {...(body ? {"content-type": "application/json"} : {}), accept: "application/json",
            ...(token ? {authorization: "Bearer " + token} : {})}})).json();
m.innerHTML = "<h1>Notes</h1><form id=f><input name=email type=email>" +
  "<input name=password type=password><button>Log in</button></form>";
f.onsubmit = async (event) => {
  event.preventDefault();
  const given = {email: f.email.value, password: f.password.value, remember: null};
  const {session: {access_token}} = await api("POST", "/api/login", given);
  await api("GET", "/api/me", null, access_token); await api("GET", "/api/me", null, access_token);
  const {id} = await api("POST", "/api/notes", {title: "Groceries", tags: ["home"]}, access_token);
  const {key} = await api("PUT", "/api/notes/" + id, {note_id: id, text: "milk"}, access_token);
  await api("GET", "/api/notes/" + id + "/share?key=" + key, null, access_token);
  m.innerHTML = "<h1>Saved</h1><p id=done>" + id;
};
</script>"""


def bearer_api() -> Starlette:
    """Login answers a token, which every other call must carry; a note's number is answered when it is made."""
    tokens: set[str] = set()
    notes: dict[int, str] = {}

    def is_known(request: Request) -> bool:
        return request.headers.get("authorization", "").removeprefix("Bearer ") in tokens

    async def login(request: Request) -> Response:
        given = await request.json()
        if given != {"email": EMAIL, "password": PASSWORD, "remember": None}:
            return JSONResponse({"error": "no"}, 401)
        token = secrets.token_urlsafe(32)
        tokens.add(token)
        return JSONResponse({"session": {"access_token": token, "token_type": "bearer"}})

    async def me(request: Request) -> Response:
        return JSONResponse({"email": EMAIL}) if is_known(request) else JSONResponse({}, 401)

    async def make(request: Request) -> Response:
        number = 4000 + secrets.randbelow(5000)
        notes[number] = ""
        return JSONResponse({"id": number}, 201) if is_known(request) else JSONResponse({}, 401)

    async def change(request: Request) -> Response:
        number, given = int(request.path_params["number"]), await request.json()
        if not is_known(request) or number not in notes or given["note_id"] != number:
            return JSONResponse({}, 404)
        notes[number] = secrets.token_hex(16)
        return JSONResponse({"ok": True, "key": notes[number]})

    async def share(request: Request) -> Response:
        right = notes.get(int(request.path_params["number"])) == request.query_params.get("key")
        return JSONResponse({"shared": right}, 200 if right else 403)

    return Starlette(
        routes=[
            Route("/", lambda _: HTMLResponse(_SPA)),
            Route("/api/login", login, methods=["POST"]),
            Route("/api/me", me),
            Route("/api/notes", make, methods=["POST"]),
            Route("/api/notes/{number}", change, methods=["PUT"]),
            Route("/api/notes/{number}/share", share),
        ]
    )


# As Django has it ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Shed:
    """Things, each on a page of its own; a secret in a cookie, and in each form another mask of it."""

    masks: dict[str, str] = field(default_factory=dict)
    sessions: set[str] = field(default_factory=set)
    things: list[str] = field(default_factory=list)

    def page(self, request: Request, heading: str, rest: str, status: int = 200) -> Response:
        secret = request.cookies.get("csrftoken") or secrets.token_hex(16)
        mask = secrets.token_urlsafe(48)
        self.masks[mask] = secret
        text = f"<!doctype html><title>{heading}</title><h1>{heading}</h1><form method=post>"
        text += f"<input type=hidden name=csrfmiddlewaretoken value={mask}>{rest}<button>Go</button></form>"
        response = HTMLResponse(text, status)
        response.set_cookie("csrftoken", secret, samesite="lax")
        return response

    def is_ours(self, request: Request, given: dict[str, str]) -> bool:
        secret = request.cookies.get("csrftoken")
        return secret is not None and self.masks.get(given.get("csrfmiddlewaretoken", "")) == secret

    async def login(self, request: Request) -> Response:
        inputs = "<input name=username><input type=password name=password>"
        inputs += '<input type=hidden name=next value="/things/">'
        if request.method == "GET":
            return self.page(request, "Sign in to Shed", inputs)
        given = await fields(request)
        right = (given.get("username"), given.get("password"), given.get("next")) == ("grace", PASSWORD, "/things/")
        if not self.is_ours(request, given) or not right:
            return self.page(request, "Sign in to Shed", inputs, 403)
        session = secrets.token_hex(16)
        self.sessions.add(session)
        response = RedirectResponse(given["next"], 302)
        response.set_cookie("sessionid", session, httponly=True)
        return response

    async def all_things(self, request: Request) -> Response:
        if request.cookies.get("sessionid") not in self.sessions:
            return RedirectResponse("/login/?next=/things/", 302)
        if request.method == "GET":
            listed = "".join(f'<a href="/things/{slug}/">one</a>' for slug in self.things)
            return self.page(request, "Things", f"<input name=label>{listed}")
        if not self.is_ours(request, await fields(request)):
            return Response("CSRF", 403)
        self.things.append(secrets.token_hex(8))
        return RedirectResponse(f"/things/{self.things[-1]}/", 302)

    async def one(self, request: Request) -> Response:
        there = request.path_params["slug"] in self.things
        if request.method == "GET":
            rest = "<input type=checkbox name=confirm value=yes>"
            rest += "<select name=why><option value=a>A<option value=b>B</select>"
            return self.page(request, "A thing" if there else "Nothing", rest, 200 if there else 404)
        given = await fields(request)
        fits = there and self.is_ours(request, given) and (given.get("confirm"), given.get("why")) == ("yes", "b")
        return RedirectResponse("/things/", 302) if fits else Response("no", 400)


def double_csrf() -> Starlette:
    """An app with Django's way of telling its own forms from others'."""
    shed, both = _Shed(), ["GET", "POST"]
    return Starlette(
        routes=[
            Route("/login/", shed.login, methods=both),
            Route("/things/", shed.all_things, methods=both),
            Route("/things/{slug}/", shed.one, methods=both),
        ]
    )


# Sign-in by somebody else --------------------------------------------------------------------------------------


def provider() -> Starlette:
    """An identity provider that knows the visitor already and sends everybody back with a code."""

    async def authorize(request: Request) -> Response:
        asked = request.query_params
        code = urlencode({"code": f"good-{secrets.token_hex(8)}", "state": asked["state"]})
        return RedirectResponse(f"{asked['redirect_uri']}?{code}", 302)

    return Starlette(routes=[Route("/authorize", authorize)])


def with_sign_in(provider_url: str) -> Starlette:
    """An app whose visitors come in by way of the provider."""
    states: set[str] = set()
    sessions: set[str] = set()

    async def begin(request: Request) -> Response:
        state = secrets.token_urlsafe(16)
        states.add(state)
        back = str(request.url_for("callback"))
        return RedirectResponse(f"{provider_url}/authorize?{urlencode({'redirect_uri': back, 'state': state})}", 302)

    async def callback(request: Request) -> Response:
        with contextlib.suppress(KeyError):
            states.remove(request.query_params.get("state", ""))
            if request.query_params.get("code", "").startswith("good-"):
                session = secrets.token_hex(16)
                sessions.add(session)
                response = RedirectResponse("/desk", 302)
                response.set_cookie("sid", session, httponly=True)
                return response
        return Response("Who are you?", 403)

    async def desk(request: Request) -> Response:
        known = request.cookies.get("sid") in sessions
        return HTMLResponse(
            "<title>Desk</title><h1>Your desk</h1>" if known else "<h1>Nobody</h1>", 200 if known else 401
        )

    return Starlette(
        routes=[
            Route("/", lambda _: HTMLResponse('<title>Welcome</title><h1>Welcome</h1><a href="/login">Sign in</a>')),
            Route("/login", begin),
            Route("/callback", callback, name="callback"),
            Route("/desk", desk),
        ]
    )


# A page that its scripts make ----------------------------------------------------------------------------------

_MADE = """<!doctype html><title>Made</title><link rel=icon href=data:,><main id=m>Loading</main><script>
const ticket = Math.random().toString(36).slice(2).padEnd(10, "x");
console.error("the widget is not configured");
fetch("/api/words").then((one) => one.json()).then(({word}) => {
  m.innerHTML = `<h1>${word}</h1><input type=hidden name=ticket value=${ticket}>
    <form method=post action=/login><input name=email required type=email><input name=password type=password>
    <button>Log in</button></form>`;
  m.querySelector("form").onsubmit = async (event) => {
    event.preventDefault();
    fetch("http://localhost:PORT/measure", {method: "POST", body: "a visitor", mode: "no-cors"}).catch(() => {});
    const body = JSON.stringify({email: event.target.email.value, password: event.target.password.value, ticket});
    const answer = await fetch("/api/login", {method: "POST", body, headers: {"content-type": "application/json"}});
    m.innerHTML = answer.ok ? "<h1>You are in</h1>" : "<h1>Wrong</h1>";
  };
});
</script>"""


def made_by_scripts(heard: list[str]) -> Starlette:
    """Nothing is in the page as it is sent. `heard` is what reached it: paths that should not, and tickets."""

    async def login(request: Request) -> Response:
        given = await request.json()
        heard.append(given["ticket"])
        right = (given["email"], given["password"]) == (EMAIL, PASSWORD)
        return JSONResponse({"ok": right}, 200 if right else 401)

    async def note(request: Request) -> Response:
        heard.append(request.url.path)
        return JSONResponse({})

    async def ticket(request: Request) -> Response:
        return JSONResponse({"same": request.query_params["t"] in heard})

    async def away(request: Request) -> Response:
        return RedirectResponse(f"http://localhost:{request.url.port}/stolen", 307)

    def page(request: Request) -> Response:
        return HTMLResponse(_MADE.replace("PORT", str(request.url.port)))

    return Starlette(
        routes=[
            Route("/login", page),
            Route("/api/words", lambda _: JSONResponse({"word": "Come in"})),
            Route("/api/login", login, methods=["POST"]),
            Route("/measure", note, methods=["POST"]),
            Route("/stolen", note, methods=["POST"]),
            Route("/away", away, methods=["POST"]),
            Route("/ticket", ticket),
        ]
    )


def hung(hear: Callable[[str], None] = lambda _: None) -> Starlette:
    """It takes a request and says nothing until its visitor has gone; what is to be put away is put away."""

    async def never(request: Request) -> Response:
        hear("GET /")
        while (await request.receive())["type"] != "http.disconnect":
            continue
        return Response()

    async def put_away(_: Request) -> Response:
        hear("DELETE /made")
        return Response()

    return Starlette(routes=[Route("/", never), Route("/made", put_away, methods=["DELETE"])])

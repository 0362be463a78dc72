"""A small application to walk through: `python -m tests.journeys.app ADDRESS CERTIFICATE KEY FAULT…`.

Its faults answer 200 where they should not: that is what journeys are for.
"""

import asyncio
import secrets
import sys
from collections.abc import AsyncIterator
from urllib.parse import parse_qs

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

EMAIL, PASSWORD = "ada@parley.example", "correct horse & battery"
CLIENT = ("client-7", "s3cret/+=")
FAULTS = frozenset(sys.argv[4:])
USERS = {EMAIL: PASSWORD}
NOTES: dict[str, str] = {}
TOKENS: set[str] = set()
SESSIONS: dict[str, str] = {}


async def fields(request: Request) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}


async def login(request: Request) -> Response:
    """The form, with a token that must come back with the cookie it was made for."""
    if request.method == "GET":
        token = secrets.token_urlsafe(8)
        page = HTMLResponse(f'<form method=post><input name=csrf type=hidden value="{token}"></form>')
        page.set_cookie("csrf", token, secure=True, httponly=True)
        return page
    sent = await fields(request)
    if sent.get("csrf") != request.cookies.get("csrf"):
        return HTMLResponse("no token", 403)
    if USERS.get(sent.get("email", "")) != sent.get("password") and "any-password" not in FAULTS:
        return HTMLResponse("<p>That is not the password.")
    answer = RedirectResponse("/chat", 303)
    session = secrets.token_urlsafe(16)
    SESSIONS[session] = sent.get("email", "")
    if "session-lost" not in FAULTS:
        answer.set_cookie("session", session, secure=True, httponly=True)
    return answer


async def signup(request: Request) -> Response:
    sent = await fields(request)
    USERS[sent["email"]] = sent["password"]
    return Response(status_code=201)


async def leave(request: Request) -> Response:
    USERS.pop(request.path_params["email"], None)
    return Response(status_code=204)


async def users(_: Request) -> Response:
    return JSONResponse(sorted(USERS))


async def chat(request: Request) -> Response:
    if request.cookies.get("session") not in SESSIONS:
        return HTMLResponse("<p>Please log in.")
    return HTMLResponse('<h1>New chat</h1><input name=csrf value="c1">')


async def answered(request: Request) -> Response:
    if request.cookies.get("session") not in SESSIONS:
        return JSONResponse({"error": "who are you"}, 401)

    async def stream() -> AsyncIterator[str]:
        for word in ("Your ", "invoice ", "is "):
            yield f'data: {{"text": "{word}"}}\n\n'
        if "stream-cut" not in FAULTS:
            yield "data: [DONE]\n\n"

    return StreamingResponse(stream(), media_type="text/event-stream")


async def hang(_: Request) -> Response:
    await asyncio.Event().wait()
    raise AssertionError


async def token(request: Request) -> Response:
    sent = await request.json()
    if USERS.get(sent["email"]) != sent["password"]:
        return JSONResponse({"error": f"{sent['email']}:{sent['password']} is wrong"}, 401)
    return JSONResponse({"access_token": _token()})


async def machine(request: Request) -> Response:
    sent = await fields(request)
    if (sent.get("client_id"), sent.get("client_secret")) != CLIENT:
        return JSONResponse({"error": "invalid_client", "you": sent}, 401)
    return JSONResponse({"access_token": _token(), "token_type": "Bearer"})


def _token() -> str:
    made = f"eyJ.{secrets.token_urlsafe(16)}.x"
    TOKENS.add(made)
    return made


def bearer(request: Request) -> bool:
    return request.headers.get("authorization", "").removeprefix("Bearer ") in TOKENS


async def me(request: Request) -> Response:
    return JSONResponse({"email": EMAIL}) if bearer(request) else JSONResponse({"error": "no"}, 401)


async def notes(request: Request) -> Response:
    if not bearer(request):
        return JSONResponse({"error": "no"}, 401)
    if request.method == "POST":
        NOTES[number := str(len(NOTES) + 1)] = (await request.json())["text"]
        return JSONResponse({"id": number}, 201)
    number = request.path_params["id"]
    if request.method == "DELETE":
        NOTES.pop(number, None)
        return Response(status_code=204)
    return JSONResponse({"text": NOTES[number]})


APP = Starlette(
    routes=[
        Route("/", lambda _: HTMLResponse("<title>Parley</title>")),
        Route("/pricing", lambda _: HTMLResponse("Free, Team")),
        Route("/login", login, methods=["GET", "POST"]),
        Route("/signup", signup, methods=["POST"]),
        Route("/users", users),
        Route("/users/{email}", leave, methods=["DELETE"]),
        Route("/chat", chat),
        Route("/api/chat", answered, methods=["POST"]),
        Route("/api/token", token, methods=["POST"]),
        Route("/api/me", me),
        Route("/oauth/token", machine, methods=["POST"]),
        Route("/api/notes", notes, methods=["POST"]),
        Route("/api/notes/{id}", notes, methods=["GET", "DELETE"]),
        Route("/hang", hang),
    ]
)

if __name__ == "__main__":
    address, certificate, key = sys.argv[1:4]
    uvicorn.run(APP, host=address, port=443, ssl_certfile=certificate, ssl_keyfile=key, log_level="warning")

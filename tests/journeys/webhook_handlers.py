"""Handlers of webhooks as people write them, good and bad, served over TLS by uvicorn in a thread."""

import asyncio
import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import stripe
import uvicorn
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from launchready.model.launch import ConnectTo, Network
from tests.box.certificates import Authority

HOST = "app.parley.example"
PATH = "/webhooks/billing"
URL = f"https://{HOST}{PATH}"
STARTS_WITHIN_S = 10.0
MEETS_WITHIN_S = 0.2
ACCOUNT = "account-7"
STRIPE_KIND = "invoice.paid"
# What verifying and parsing can raise, of all libraries here.
ANYTHING = (ValueError, TypeError, AttributeError, LookupError, stripe.SignatureVerificationError)


@dataclass
class Books:
    """What the app knows: how many payments it has counted, and the ids of the events that it has seen."""

    secret: str
    paid: int = 0
    seen: set[str] = field(default_factory=set)
    inside: int = 0
    met: asyncio.Event = field(default_factory=asyncio.Event)

    async def read(self) -> float:
        return float(self.paid)

    def count(self, event_id: str) -> None:
        if event_id not in self.seen:
            self.seen.add(event_id)
            self.paid += 1


Handler = Callable[[Books, Request], Awaitable[Response]]


def no() -> Response:
    return Response(status_code=400)


def yes() -> Response:
    return JSONResponse({"received": True})


async def careful(books: Books, request: Request) -> Response:
    event = await _verified(books, request)
    if event is None:
        return no()
    if event.get("type") == STRIPE_KIND:
        books.count(event["id"])
    return yes()


async def of_one_account(books: Books, request: Request) -> Response:
    """Counts only the payments of an account that it knows."""
    event = await _verified(books, request)
    if event is None:
        return no()
    if event.get("data", {}).get("object", {}).get("customer") == ACCOUNT:
        books.count(event["id"])
    return yes()


async def says_no_with_200(books: Books, request: Request) -> Response:
    """What some examples do: the status is 200 whatever comes, and the body tells."""
    event = await _verified(books, request)
    if event is None:
        return JSONResponse({"success": False})
    books.count(event["id"])
    return JSONResponse({"success": True})


async def silent_with_200(books: Books, request: Request) -> Response:
    """Answers everything alike and does nothing about what is not signed: only the number can tell."""
    event = await _verified(books, request)
    if event is not None:
        books.count(event["id"])
    return yes()


async def without_time(books: Books, request: Request) -> Response:
    event = await _verified(books, request, tolerance_s=None)
    if event is None:
        return no()
    books.count(event["id"])
    return yes()


async def credulous(books: Books, request: Request) -> Response:
    try:
        event = json.loads(await request.body())
        books.count(event["id"])
    except ANYTHING:
        return no()
    return yes()


async def acts_first(books: Books, request: Request) -> Response:
    """Counts before it looks at the signature."""
    try:
        books.count(json.loads(await request.body())["id"])
    except ANYTHING:
        return no()
    return no() if await _verified(books, request) is None else yes()


async def forgetful(books: Books, request: Request) -> Response:
    if await _verified(books, request) is None:
        return no()
    books.paid += 1
    return yes()


async def racing(books: Books, request: Request) -> Response:
    """Looks whether the event is new, and notes that it is not any more a moment later."""
    event = await _verified(books, request)
    if event is None:
        return no()
    if event["id"] in books.seen:
        return yes()
    await _meet(books)
    books.seen.add(event["id"])
    books.paid += 1
    return yes()


async def answers_first(books: Books, request: Request) -> Response:
    """Answers, and counts each event once afterwards."""
    event = await _verified(books, request)
    if event is None:
        return no()
    return JSONResponse({}, background=BackgroundTask(_later, lambda: books.count(event["id"])))


async def answers_first_and_forgets(books: Books, request: Request) -> Response:
    def again() -> None:
        books.paid += 1

    if await _verified(books, request) is None:
        return no()
    return JSONResponse({}, background=BackgroundTask(_later, again))


async def never_answers(books: Books, request: Request) -> Response:
    """Refuses what Paddle has not signed, and works on the rest until Paddle has long given up."""
    body, header = await request.body(), request.headers.get("paddle-signature", "")
    stamp, _, signature = header.removeprefix("ts=").partition(";h1=")
    expected = hmac.new(books.secret.encode(), stamp.encode("latin-1") + b":" + body, hashlib.sha256).hexdigest()
    if signature.encode("latin-1") != expected.encode() or abs(time.time() - int(stamp)) > 5:
        return no()
    while (await request.receive())["type"] != "http.disconnect":
        continue
    return yes()


async def breaks_on_repeats(books: Books, request: Request) -> Response:
    """An id that is unique in the database, and nobody who catches the error."""
    event = await _verified(books, request)
    if event is None:
        return no()
    if event["id"] in books.seen:
        raise RuntimeError("UNIQUE constraint failed: events.id")
    books.count(event["id"])
    return yes()


async def lost(books: Books, request: Request) -> Response:
    """Another secret than the sender's."""
    return Response(status_code=401)


async def tells_its_secret(books: Books, request: Request) -> Response:
    """A debug page."""
    return Response(f"Oops: WEBHOOK_SECRET={books.secret} {books.secret.removeprefix('whsec_')}", status_code=500)


async def _verified(books: Books, request: Request, tolerance_s: int | None = 300) -> dict[str, Any] | None:
    """The event when it is Stripe's, whatever it is otherwise; nothing that verifying can raise escapes."""
    body = await request.body()
    try:
        header = request.headers["stripe-signature"]
        stripe.WebhookSignature.verify_header(body, header, books.secret, tolerance_s)
        event = json.loads(body)
    except ANYTHING:
        return None
    return event if isinstance(event, dict) else None


async def _meet(books: Books) -> None:
    """Return once another one is here too, or nobody comes."""
    books.inside += 1
    if books.inside > 1:
        books.met.set()
    with suppress(TimeoutError):
        await asyncio.wait_for(books.met.wait(), MEETS_WITHIN_S)
    books.inside -= 1


async def _later(work: Callable[[], None]) -> None:
    await asyncio.sleep(MEETS_WITHIN_S)
    work()


@contextmanager
def served(handler: Handler, books: Books, authority: Authority) -> Iterator[Network]:
    """The network that leads to the handler at URL, over TLS."""

    async def endpoint(request: Request) -> Response:
        return await handler(books, request)

    async def credits_of(request: Request) -> Response:
        return JSONResponse({"account": ACCOUNT, "credits": books.paid})

    with serving([Route(PATH, endpoint, methods=["POST"]), Route("/credits", credits_of)], authority) as network:
        yield network


@contextmanager
def serving(routes: list[Route], authority: Authority) -> Iterator[Network]:
    """The network that leads to these routes at HOST, over TLS."""
    pair = authority.issue(HOST)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(
            Starlette(routes=routes),
            ssl_certfile=str(pair.certificate),
            ssl_keyfile=str(pair.key),
            log_config=None,
            timeout_graceful_shutdown=1,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            ends = time.monotonic() + STARTS_WITHIN_S
            while not server.started and time.monotonic() < ends:
                time.sleep(0.005)
            road = ConnectTo(host=HOST, port=443, to_host="127.0.0.1", to_port=listening.getsockname()[1])
            yield Network(ca=str(authority.root_file), connect_to=(road,), deadline_s=60)
        finally:
            server.should_exit = True
            thread.join()

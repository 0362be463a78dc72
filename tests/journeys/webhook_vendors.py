"""Handlers that leave the signature to the senders' own libraries, as their documentation shows and as is right."""

import json
from typing import Any

import standardwebhooks
import stripe
import svix.webhooks
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.journeys.webhook_handlers import ANYTHING, STRIPE_KIND, Books, no, yes


async def stripe_as_documented(books: Books, request: Request) -> Response:
    """Catches the two errors that the library's documentation names."""
    payload = await request.body()
    try:
        event = stripe.Webhook.construct_event(payload, request.headers.get("stripe-signature"), books.secret)
    except ValueError:
        return no()
    except stripe.SignatureVerificationError:
        return no()
    if event.type == STRIPE_KIND:
        books.count(event.id)
    return yes()


async def stripe_decoded_first(books: Books, request: Request) -> Response:
    """Makes text of the body outside the try."""
    payload = (await request.body()).decode()
    try:
        event = stripe.Webhook.construct_event(payload, request.headers.get("stripe-signature"), books.secret)
    except ANYTHING:
        return no()
    books.count(event.id)
    return yes()


async def stripe_careful(books: Books, request: Request) -> Response:
    payload = await request.body()
    try:
        event = stripe.Webhook.construct_event(payload, request.headers.get("stripe-signature"), books.secret)
        kind, event_id = event.type, event.id
    except ANYTHING:
        return no()
    if kind == STRIPE_KIND:
        books.count(event_id)
    return yes()


async def standard_as_documented(books: Books, request: Request) -> Response:
    """Catches the library's own error alone."""
    verifier = standardwebhooks.Webhook(books.secret)
    try:
        event = verifier.verify(await request.body(), dict(request.headers))
    except standardwebhooks.WebhookVerificationError:
        return no()
    books.count(request.headers["webhook-id"])
    return JSONResponse({"type": event["type"]})


async def standard_careful(books: Books, request: Request) -> Response:
    try:
        event = standardwebhooks.Webhook(books.secret).verify(await request.body(), dict(request.headers))
    except (standardwebhooks.WebhookVerificationError, *ANYTHING):
        return no()
    return _counted(books, event, request.headers["webhook-id"])


async def svix_as_documented(books: Books, request: Request) -> Response:
    """Catches the library's own error alone. Svix' library only verifies; what is read of the body is read after."""
    payload = await request.body()
    try:
        svix.webhooks.Webhook(books.secret).verify(payload, dict(request.headers))
    except svix.webhooks.WebhookVerificationError:
        return no()
    event = json.loads(payload)
    books.count(request.headers["svix-id"])
    return JSONResponse({"type": event["type"]})


async def svix_careful(books: Books, request: Request) -> Response:
    payload = await request.body()
    try:
        svix.webhooks.Webhook(books.secret).verify(payload, dict(request.headers))
        event = json.loads(payload)
    except (svix.webhooks.WebhookVerificationError, *ANYTHING):
        return no()
    return _counted(books, event, request.headers["svix-id"])


def _counted(books: Books, event: Any, event_id: str) -> Response:
    if not isinstance(event, dict):
        return no()
    books.count(event_id)
    return Response(status_code=204)

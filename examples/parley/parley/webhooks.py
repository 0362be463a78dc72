"""Where Stripe tells what was paid: `POST /webhooks/stripe`."""

import json
import logging
import time
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from parley import accounts, billing, signatures
from parley.billing import BadEvent, Event
from parley.faults import Fault
from parley.forms import body_of
from parley.logs import note
from parley.mail import Letter, MailFailed
from parley.parts import Parts
from parley.signatures import TOLERANCE_S, BadSignature

LARGEST_EVENT_BYTES = 512 * 1024


@dataclass(frozen=True, slots=True)
class Webhooks:
    """Takes billing events: each once, however often and in whatever order it comes."""

    parts: Parts

    def routes(self) -> list[Route]:
        return [Route("/webhooks/stripe", self.stripe, methods=["POST"])]

    async def stripe(self, request: Request) -> Response:
        """200 for what was taken, was seen before or is not ours to act upon; 400 for what is not from Stripe."""
        body = await body_of(request, LARGEST_EVENT_BYTES)
        if self.parts.settings.has(Fault.WEBHOOK_CRASHES):
            event = billing.read(json.loads(body))
            self._check(request, body)
        else:
            event = self._event(request, body)
        once = not self.parts.settings.has(Fault.WEBHOOK_NOT_IDEMPOTENT)
        outcome = await self.parts.away(self._take, event, once=once)
        note("billing event", id=event.id, type=event.type, outcome=outcome)
        return JSONResponse({"outcome": outcome})

    def _event(self, request: Request, body: bytes) -> Event:
        try:
            self._check(request, body)
            return billing.read(json.loads(body))
        except (BadSignature, BadEvent) as error:
            raise HTTPException(400, str(error)) from None
        except (ValueError, RecursionError):
            raise HTTPException(400, "The body is not JSON.") from None

    def _check(self, request: Request, body: bytes) -> None:
        settings = self.parts.settings
        if settings.has(Fault.WEBHOOK_UNSIGNED):
            return
        tolerance_s = None if settings.has(Fault.WEBHOOK_STALE_ACCEPTED) else TOLERANCE_S
        header = request.headers.get("stripe-signature", "")
        signatures.check(header, body, settings.webhook_secret, int(time.time()), tolerance_s)

    def _take(self, event: Event, *, once: bool) -> str:
        outcome, account = billing.take(self.parts.database, event, self.parts.plans.all(), once=once)
        letter = _LETTERS.get(event.type)
        if letter and account is not None and (to := accounts.email_of(self.parts.database, account)):
            try:
                self.parts.mail.send(Letter(to=to, subject=letter[0], text=letter[1]))
            except MailFailed as error:
                note(
                    "mail failed", logging.WARNING, error=error
                )  # the payment counts, whether or not its letter arrives
        return outcome


_LETTERS = {
    "checkout.session.completed": (
        "Thank you for choosing Parley",
        "Your payment has arrived and your plan is active.\n",
    ),
    "invoice.payment_failed": (
        "Your payment did not go through",
        "We could not charge your card. We will try again in the coming days; until then nothing changes.\n",
    ),
}

"""The plan one is on, and how one pays for another: Stripe's checkout, or a practice one when there is no key."""

import json
import logging
import secrets
import time
from dataclasses import dataclass

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from parley import billing, forms, signatures
from parley.accounts import Account
from parley.catalogue import Plan
from parley.logs import note
from parley.members import Members
from parley.page import form_page
from parley.parts import Parts

STRIPE_TIMEOUT_S = 15.0


class PaymentFailed(Exception):
    """The payment provider did not do what it was asked."""


@dataclass(frozen=True, slots=True)
class Purchases:
    """Plans change only by billing events: the pages here cause them."""

    parts: Parts
    members: Members

    def routes(self) -> list[Route]:
        practice = [Route("/checkout/practice", self.practice, methods=["GET", "POST"])]
        return [
            Route("/plan", self.plan, methods=["GET", "POST"]),
            Route("/api/plan", self.plan_as_json),
            *([] if self.parts.settings.stripe_key else practice),
        ]

    async def plan(self, request: Request) -> Response:
        account = await self.members.account(request)
        if account is None:
            return RedirectResponse("/login", status_code=303)
        if request.method != "POST":
            return await self._page(request, account)
        fields = await forms.form_of(request, self.parts.settings)
        wanted = (await self.parts.away(self.parts.plans.all)).get(fields.get("plan", ""))
        if wanted is None:
            return await self._page(request, account, problem="There is no such plan.", status=422)
        if wanted.name == account.plan:
            return await self._page(request, account)
        try:
            return await self._towards(request, account, wanted)
        except (PaymentFailed, httpx.HTTPError) as error:
            note("payment provider failed", logging.ERROR, error=error)
            problem = "The payment page does not open right now. Nothing was charged; please try again in a minute."
            return await self._page(request, account, problem=problem, status=503)

    async def plan_as_json(self, request: Request) -> Response:
        """`{"account": 7, "plan": "Team", "paid_months": 3}`."""
        headers = {"cache-control": "no-store"}
        account = await self.members.account(request)
        if account is None:
            return JSONResponse({"error": "Please log in first."}, status_code=401, headers=headers)
        months = await self.parts.away(billing.paid_months, self.parts.database, account.id)
        return JSONResponse({"account": account.id, "plan": account.plan, "paid_months": months}, headers=headers)

    async def practice(self, request: Request) -> Response:
        """A checkout that takes no money, and tells of it as Stripe would: by events that are signed and posted."""
        account = await self.members.account(request)
        if account is None:
            return RedirectResponse("/login", status_code=303)
        fields = await forms.form_of(request, self.parts.settings) if request.method == "POST" else {}
        name = fields.get("plan") or request.query_params.get("plan", "")
        wanted = (await self.parts.away(self.parts.plans.all)).get(name)
        if wanted is None or not wanted.dollars_per_month:
            return RedirectResponse("/plan", status_code=303)
        if request.method != "POST":
            return form_page("practice", request, self.parts.settings, account=account, plan=wanted)
        await self._end_current(request, account)
        subscription = f"sub_practice_{secrets.token_hex(12)}"
        await self._post_event(request, "checkout.session.completed", _paid_session(account, wanted, subscription))
        await self._post_event(request, "invoice.paid", _paid_invoice(account, wanted, subscription))
        return RedirectResponse("/plan", status_code=303)

    async def _page(self, request: Request, account: Account, *, problem: str = "", status: int = 200) -> Response:
        plans = await self.parts.away(self.parts.plans.all)
        paid = await self.parts.away(billing.subscription_of, self.parts.database, account.id)
        months = await self.parts.away(billing.paid_months, self.parts.database, account.id)
        values = {"account": account, "plans": plans, "problem": problem, "late": paid and paid[1] == "past_due"}
        return form_page("choose", request, self.parts.settings, status=status, paid_months=months, **values)

    async def _towards(self, request: Request, account: Account, wanted: Plan) -> Response:
        """The way to a plan: to the checkout, or out of the one that is paid."""
        if not wanted.dollars_per_month:
            await self._end_current(request, account)
            return RedirectResponse("/plan", status_code=303)
        if self.parts.settings.stripe_key:
            return RedirectResponse(await self._stripe_session(request, account, wanted), status_code=303)
        return RedirectResponse(f"/checkout/practice?plan={wanted.name}", status_code=303)

    async def _end_current(self, request: Request, account: Account) -> None:
        paid = await self.parts.away(billing.subscription_of, self.parts.database, account.id)
        if paid is None:
            return
        if self.parts.settings.stripe_key:
            await self._stripe("DELETE", f"subscriptions/{paid[0]}", {})
        else:
            await self._post_event(request, "customer.subscription.deleted", {"id": paid[0], "status": "canceled"})

    async def _stripe_session(self, request: Request, account: Account, wanted: Plan) -> str:
        """The address of a checkout for this account (docs.stripe.com/api/checkout/sessions/create)."""
        if not wanted.stripe_price:
            raise PaymentFailed("the plan has no Stripe price yet; an admin can set it")
        here = self.parts.settings.app_url or str(request.base_url).rstrip("/")
        session = await self._stripe(
            "POST",
            "checkout/sessions",
            {
                "mode": "subscription",
                "line_items[0][price]": wanted.stripe_price,
                "line_items[0][quantity]": "1",
                "client_reference_id": str(account.id),
                "customer_email": account.email,
                "metadata[plan]": wanted.name,
                "metadata[account]": str(account.id),
                "subscription_data[metadata][plan]": wanted.name,
                "subscription_data[metadata][account]": str(account.id),
                "success_url": f"{here}/plan",
                "cancel_url": f"{here}/plan",
            },
        )
        url = session.get("url")
        if not isinstance(url, str) or not url.startswith("https://"):
            raise PaymentFailed("the checkout has no address")
        return url

    async def _stripe(self, method: str, path: str, fields: dict[str, str]) -> dict[str, object]:
        settings = self.parts.settings
        headers = {"authorization": f"Bearer {settings.stripe_key}", "idempotency-key": secrets.token_hex(16)}
        async with httpx.AsyncClient(timeout=STRIPE_TIMEOUT_S, headers=headers) as client:
            answer = await client.request(method, f"{settings.stripe_url}/v1/{path}", data=fields or None)
        if not answer.is_success:
            raise PaymentFailed(f"status {answer.status_code}")
        try:
            said = answer.json()
        except ValueError:
            raise PaymentFailed("not JSON") from None
        return said if isinstance(said, dict) else {}

    async def _post_event(self, request: Request, kind: str, about: dict[str, object]) -> None:
        """Posted to our own webhook, through the same door as Stripe's."""
        event = {"id": f"evt_practice_{secrets.token_hex(12)}", "object": "event", "type": kind}
        now_s = int(time.time())
        body = json.dumps({**event, "created": now_s, "livemode": False, "data": {"object": about}}).encode()
        signature = signatures.sign(body, self.parts.settings.webhook_secret, now_s)
        here = self.parts.settings.app_url or "http://localhost"
        async with httpx.AsyncClient(transport=httpx.ASGITransport(request.app), base_url=here) as client:
            answer = await client.post("/webhooks/stripe", content=body, headers={"stripe-signature": signature})
        answer.raise_for_status()


def _paid_session(account: Account, plan: Plan, subscription: str) -> dict[str, object]:
    return {
        "object": "checkout.session",
        "id": f"cs_practice_{secrets.token_hex(12)}",
        "client_reference_id": str(account.id),
        "subscription": subscription,
        "payment_status": "paid",
        "metadata": _metadata(account, plan),
    }


def _paid_invoice(account: Account, plan: Plan, subscription: str) -> dict[str, object]:
    details = {"subscription": subscription, "metadata": _metadata(account, plan)}
    return {
        "object": "invoice",
        "id": f"in_practice_{secrets.token_hex(12)}",
        "status": "paid",
        "amount_paid": plan.dollars_per_month * 100,
        "parent": {"type": "subscription_details", "subscription_details": details},
    }


def _metadata(account: Account, plan: Plan) -> dict[str, str]:
    return {"plan": plan.name, "account": str(account.id)}

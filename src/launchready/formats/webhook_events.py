"""Example events as the senders of webhooks send them: small, made up, each with ids of its own."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from launchready.formats.webhook import Headers
from launchready.model.webhook import Scheme

UNHEARD_OF = "launchready.unheard_of"
_USUAL = {
    Scheme.STRIPE: "checkout.session.completed",
    Scheme.SVIX: "user.created",
    Scheme.POLAR: "order.paid",
    Scheme.PADDLE: "transaction.completed",
    Scheme.GITHUB: "push",
    Scheme.LEMONSQUEEZY: "order_created",
}
_MARK = {"launchready": "replay"}  # so that whoever finds one of these in a database knows where it came from
_PERSON = {
    "name": "Zoë Example",
    "email": "launchready@example.com",
}  # ë: what is parsed and written anew is not signed


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event: its id, its kind, the body that says so, and the headers that say it beside the signature."""

    id: str
    kind: str
    body: bytes
    headers: Headers = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an event is made of: `token` makes it unlike any other, `about` names the thing that it is about."""

    kind: str
    token: str
    about: str
    at_s: int


def usual(scheme: Scheme) -> str:
    """The kind of event that such a webhook is there for, when launch.toml does not say."""
    return _USUAL.get(scheme, "order.paid")


def example(scheme: Scheme, told: Told) -> Event:
    """An event of that kind, made up."""
    return _event(scheme, told, _DOCUMENTS.get(scheme, _standard)(told))


def given(scheme: Scheme, told: Told, document: Mapping[str, Any]) -> Event:
    """An event with the founder's own payload, which keeps all but what makes one event unlike another."""
    made = _DOCUMENTS.get(scheme, _standard)(told)
    fresh = {key: made[key] for key in _FRESH.get(scheme, ("id", "timestamp")) if key in document}
    return _event(scheme, told, {**document, **fresh})


def kind_of(scheme: Scheme, document: Mapping[str, Any]) -> str | None:
    """The kind of event that a payload says it is."""
    place = _dict(document.get("meta")).get("event_name") if scheme is Scheme.LEMONSQUEEZY else None
    kind = place or document.get("event_type" if scheme is Scheme.PADDLE else "type")
    return kind if isinstance(kind, str) else None


def late_pair(kinds: tuple[str, ...]) -> tuple[str, str]:
    """Two kinds about one thing, of which the first happens after the second; one kind twice where there are no two."""
    for kind in kinds:
        stem, _, last = kind.rpartition(".")
        for later, earlier in (("deleted", "updated"), ("deleted", "created"), ("updated", "created")):
            if last == later and f"{stem}.{earlier}" in kinds:
                return kind, f"{stem}.{earlier}"
    return kinds[0], kinds[0]


def _event(scheme: Scheme, told: Told, document: Mapping[str, Any]) -> Event:
    return Event(
        id=_id(scheme, told),
        kind=told.kind,
        body=json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(),
        headers=_headers(scheme, told),
    )


def _id(scheme: Scheme, told: Told) -> str:
    if scheme is Scheme.GITHUB:  # a GUID (RFC 9562, section 4)
        token = f"{told.token:0<32}"[:32]
        return f"{token[:8]}-{token[8:12]}-4{token[13:16]}-8{token[17:20]}-{token[20:]}"
    return f"{ {Scheme.STRIPE: 'evt', Scheme.PADDLE: 'evt'}.get(scheme, 'msg') }_{told.token}"


def _headers(scheme: Scheme, told: Told) -> Headers:
    own = {
        Scheme.GITHUB: (("X-GitHub-Event", told.kind), ("X-GitHub-Delivery", _id(scheme, told))),
        Scheme.LEMONSQUEEZY: (("X-Event-Name", told.kind),),
    }
    return (("Content-Type", "application/json"), *own.get(scheme, ()))


def _stripe(told: Told) -> dict[str, Any]:
    return {
        "id": _id(Scheme.STRIPE, told),
        "object": "event",
        "api_version": "2026-10-28",
        "created": told.at_s,
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": told.kind,
        "data": {"object": _stripe_object(told)},
    }


def _stripe_object(told: Told) -> dict[str, Any]:
    """The object that an event is about; what its kind does not have, a handler does not read."""
    resource = told.kind.rpartition(".")[0] or told.kind
    named = {"customer": f"cus_{told.about}", "subscription": f"sub_{told.about}", "metadata": _MARK}
    money = {"amount": 2000, "currency": "usd"}
    known: dict[str, tuple[str, dict[str, Any]]] = {
        "checkout.session": (
            "cs_test",
            {
                **named,
                "amount_total": 2000,
                "currency": "usd",
                "client_reference_id": None,
                "customer_details": _PERSON,
                "mode": "subscription",
                "payment_status": "paid",
                "status": "complete",
            },
        ),
        "customer.subscription": (
            "sub",
            {
                "customer": f"cus_{told.about}",
                "metadata": _MARK,
                "status": "canceled" if told.kind.endswith(".deleted") else "active",
                "cancel_at_period_end": False,
                "items": {"object": "list", "data": [_stripe_item(told)]},
            },
        ),
        "invoice": (
            "in",
            {
                **named,
                "amount_due": 2000,
                "amount_paid": 0 if "failed" in told.kind else 2000,
                "billing_reason": "subscription_cycle",
                "currency": "usd",
                "customer_email": _PERSON["email"],
                "customer_name": _PERSON["name"],
                "status": "open" if "failed" in told.kind else "paid",
                "lines": {"object": "list", "data": []},
            },
        ),
        "customer": ("cus", {**_PERSON, "metadata": _MARK}),
        "charge": ("ch", {**named, **money, "paid": True, "status": "succeeded", "billing_details": _PERSON}),
        "payment_intent": ("pi", {**named, **money, "amount_received": 2000, "status": "succeeded"}),
    }
    prefix, fields = known.get(resource, ("obj", {**named, **money}))
    return {"id": f"{prefix}_{told.about}", "object": resource.rpartition(".")[2], "created": told.at_s, **fields}


def _stripe_item(told: Told) -> dict[str, Any]:
    price = {"id": f"price_{told.about}", "object": "price", "unit_amount": 2000, "currency": "usd"}
    return {"id": f"si_{told.about}", "object": "subscription_item", "quantity": 1, "price": price}


def _standard(told: Told) -> dict[str, Any]:
    """The body that Standard Webhooks recommends: type, timestamp, data. An id beside it hurts nobody."""
    data = {
        "id": told.about,
        "customer": {"id": f"customer_{told.about}", **_PERSON},
        "status": "paid",
        "amount": 2000,
        "currency": "usd",
        "metadata": _MARK,
    }
    return {"id": f"msg_{told.token}", "type": told.kind, "timestamp": _iso(told.at_s), "data": data}


def _paddle(told: Told) -> dict[str, Any]:
    data = {
        "id": f"txn_{told.about}",
        "status": "completed",
        "customer_id": f"ctm_{told.about}",
        "subscription_id": f"sub_{told.about}",
        "currency_code": "USD",
        "custom_data": _MARK,
        "details": {"totals": {"total": "2000", "currency_code": "USD"}},
    }
    return {
        "event_id": _id(Scheme.PADDLE, told),
        "event_type": told.kind,
        "occurred_at": _iso(told.at_s),
        "notification_id": f"ntf_{told.token}",
        "data": data,
    }


def _github(told: Told) -> dict[str, Any]:
    sender = {"login": "launchready-replay", "id": 1, "type": "User"}
    repository = {"id": 1, "name": "example", "full_name": "launchready-replay/example", "private": True}
    pushed = {"ref": "refs/heads/main", "before": "0" * 40, "after": f"{told.about:0<40}"[:40], "commits": []}
    return {**(pushed if told.kind == "push" else {"action": "created"}), "repository": repository, "sender": sender}


def _lemonsqueezy(told: Told) -> dict[str, Any]:
    attributes = {
        "status": "paid",
        "user_name": _PERSON["name"],
        "user_email": _PERSON["email"],
        "total": 2000,
        "currency": "USD",
        "created_at": _iso(told.at_s),
        "test_mode": True,
    }
    kind = told.kind.rpartition("_")[0] or told.kind
    return {
        "meta": {"event_name": told.kind, "webhook_id": f"msg_{told.token}", "custom_data": _MARK},
        "data": {"type": f"{kind}s", "id": told.about, "attributes": attributes},
    }


def _iso(at_s: int) -> str:
    return f"{datetime.fromtimestamp(at_s, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _dict(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


_DOCUMENTS = {
    Scheme.STRIPE: _stripe,
    Scheme.PADDLE: _paddle,
    Scheme.GITHUB: _github,
    Scheme.LEMONSQUEEZY: _lemonsqueezy,
}
_FRESH = {Scheme.STRIPE: ("id", "created"), Scheme.PADDLE: ("event_id", "occurred_at", "notification_id")}

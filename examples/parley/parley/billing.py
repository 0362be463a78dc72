"""What billing events change: subscriptions by their id, and the plan that follows from those that are alive."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from parley.catalogue import Plan
from parley.database import Database

ALIVE = ("active", "trialing", "past_due")  # past_due: the card failed, and is tried again for some days
ENDED = "canceled"
_WORD = re.compile(r"[A-Za-z0-9_.\-]{1,255}")
_LATEST_S = 2**40


class BadEvent(Exception):
    """It is signed, and yet not an event; the message says what is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event: `about` is its `data.object`."""

    id: str
    type: str
    created_s: int
    about: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What an event says about one subscription; what it leaves open is None. `paid_months` come to those before."""

    subscription: str
    status: str | None = None
    account: int | None = None
    plan: str | None = None
    paid_months: int = 0


def read(document: object) -> Event:
    """An event from its JSON. Raises BadEvent."""
    if not isinstance(document, dict):
        raise BadEvent("An event is a JSON object.")
    event_id, kind, created_s = _word(document.get("id")), _word(document.get("type")), document.get("created")
    if not event_id or not kind:
        raise BadEvent("An event has an id and a type.")
    if not isinstance(created_s, int) or isinstance(created_s, bool) or not 0 <= created_s < _LATEST_S:
        raise BadEvent("An event has the time at which it was created.")
    about = _dict(document.get("data")).get("object")
    if kind in _CHANGES and not isinstance(about, dict):
        raise BadEvent("An event of this type has a data.object.")
    return Event(id=event_id, type=kind, created_s=created_s, about=_dict(about))


def take(database: Database, event: Event, plans: Mapping[str, Plan], *, once: bool) -> tuple[str, int | None]:
    """Act upon an event and note its id, both or neither: the outcome, and whose plan it was about.

    `once` False acts upon an event that was seen already.
    """
    with database.writing() as connection:
        if once and not _noted(connection, event):
            return "seen before", None
        change = _change(event, plans)
        outcome, account = ("nothing to do", None) if change is None else _apply(connection, event, change, plans)
        connection.execute(
            text("UPDATE events SET outcome = :outcome WHERE id = :id"), {"outcome": outcome, "id": event.id}
        )
        return outcome, account


def subscription_of(database: Database, account: int) -> tuple[str, str] | None:
    """The id and the status of the subscription that an account pays."""
    with database.reading() as connection:
        row = connection.execute(
            text(
                "SELECT id, status FROM subscriptions WHERE account_id = :account "
                "AND status IN ('active', 'trialing', 'past_due') ORDER BY event_s DESC"
            ),
            {"account": account},
        ).first()
    return (row.id, row.status) if row else None


def paid_months(database: Database, account: int) -> int:
    """How many months an account has paid for, with all the subscriptions that it had."""
    with database.reading() as connection:
        query = "SELECT coalesce(sum(paid_months), 0) FROM subscriptions WHERE account_id = :account"
        return int(connection.execute(text(query), {"account": account}).scalar_one())


def _noted(connection: Connection, event: Event) -> bool:
    """Whether the id is new. Two deliveries at once wait for each other here."""
    noted = connection.execute(
        text(
            "INSERT INTO events (id, type, created_s, received_s, outcome) "
            "VALUES (:id, :type, :created, :now, '') ON CONFLICT (id) DO NOTHING"
        ),
        {"id": event.id, "type": event.type, "created": event.created_s, "now": int(time.time())},
    )
    return noted.rowcount == 1


def _change(event: Event, plans: Mapping[str, Plan]) -> Change | None:
    read_change = _CHANGES.get(event.type)
    return read_change(event.about, plans) if read_change else None


def _from_checkout(about: Mapping[str, Any], plans: Mapping[str, Plan]) -> Change | None:
    subscription = _word(about.get("subscription"))
    if not subscription or about.get("payment_status") == "unpaid":
        return None
    metadata = _dict(about.get("metadata"))
    account = _number(about.get("client_reference_id")) or _number(metadata.get("account"))
    return Change(subscription=subscription, status="active", account=account, plan=_plan(metadata.get("plan"), plans))


def _from_subscription(about: Mapping[str, Any], plans: Mapping[str, Plan]) -> Change | None:
    subscription, status = _word(about.get("id")), _word(about.get("status"))
    if not subscription or not status:
        return None
    metadata = _dict(about.get("metadata"))
    plan = _plan_of_price(about, plans) or _plan(metadata.get("plan"), plans)
    return Change(subscription=subscription, status=status, account=_number(metadata.get("account")), plan=plan)


def _from_deleted(about: Mapping[str, Any], plans: Mapping[str, Plan]) -> Change | None:
    return _from_subscription({**about, "status": ENDED}, plans)


def _from_failed_invoice(about: Mapping[str, Any], plans: Mapping[str, Plan]) -> Change | None:
    subscription, _ = _invoiced(about)
    return Change(subscription=subscription, status="past_due") if subscription else None


def _from_paid_invoice(about: Mapping[str, Any], plans: Mapping[str, Plan]) -> Change | None:
    """A month more; not one for which nothing was asked. Whether the subscription is alive, its own events tell."""
    subscription, metadata = _invoiced(about)
    paid = about.get("amount_paid")
    if not subscription or type(paid) is not int or paid <= 0:
        return None
    return Change(subscription=subscription, account=_number(metadata.get("account")), paid_months=1)


def _invoiced(about: Mapping[str, Any]) -> tuple[str | None, Mapping[str, Any]]:
    """The subscription of an invoice and its metadata: their place has moved (Stripe API changelog, 2025-03-31)."""
    parent = _dict(_dict(about.get("parent")).get("subscription_details"))
    details = parent or _dict(about.get("subscription_details"))
    return _word(about.get("subscription")) or _word(parent.get("subscription")), _dict(details.get("metadata"))


_CHANGES = {
    "checkout.session.completed": _from_checkout,
    "customer.subscription.updated": _from_subscription,
    "customer.subscription.deleted": _from_deleted,
    "invoice.payment_failed": _from_failed_invoice,
    "invoice.paid": _from_paid_invoice,
}


def _apply(connection: Connection, event: Event, change: Change, plans: Mapping[str, Plan]) -> tuple[str, int | None]:
    """The subscription after an event. Events come in any order: an older one adds what was not known, and no more."""
    key = {"id": change.subscription}
    connection.execute(
        text(
            "INSERT INTO subscriptions (id, plan, status, event_s) VALUES (:id, '', '', -1) ON CONFLICT (id) DO NOTHING"
        ),
        key,
    )
    kept = connection.execute(
        text("UPDATE subscriptions SET id = id WHERE id = :id RETURNING account_id, plan, status, event_s"), key
    ).one()
    status = change.status
    news = status is not None and _is_news(event.created_s, status, kept.event_s, kept.status)
    account = kept.account_id or _known(connection, change.account)
    plan = (change.plan if news else None) or kept.plan or change.plan or ""
    connection.execute(
        text(
            "UPDATE subscriptions SET account_id = :account, plan = :plan, status = :status, event_s = :event_s, "
            "paid_months = paid_months + :months WHERE id = :id"
        ),
        {
            **key,
            "account": account,
            "plan": plan,
            "status": status if news else kept.status,
            "event_s": kept.event_s if status is None else max(event.created_s, kept.event_s),
            "months": change.paid_months,
        },
    )
    if account is None:
        return "no account yet", None
    said = "plan is" if news else "a month paid: plan stays" if status is None else "old news: plan stays"
    return f"{said} {_settle(connection, account, plans)}", account


def _is_news(created_s: int, status: str, kept_s: int, kept_status: str) -> bool:
    """Whether an event changes the status. An end is final; of two in one second, the one that keeps the plan wins."""
    if kept_status == ENDED:
        return False
    if status == ENDED or created_s > kept_s:
        return True
    return created_s == kept_s and not (kept_status in ALIVE and status not in ALIVE)


def _settle(connection: Connection, account: int, plans: Mapping[str, Plan]) -> str:
    """The dearest plan that an account has a living subscription of becomes its plan.

    The account's row is written first: whoever settles another subscription of it waits, and then sees this one.
    """
    connection.execute(text("UPDATE accounts SET plan = plan WHERE id = :id"), {"id": account})
    rows = connection.execute(
        text("SELECT plan, status FROM subscriptions WHERE account_id = :account"), {"account": account}
    ).all()
    alive = {row.plan for row in rows if row.status in ALIVE}
    free = next(iter(plans))
    plan = next((name for name in reversed(list(plans)) if name in alive), free)
    connection.execute(text("UPDATE accounts SET plan = :plan WHERE id = :id"), {"plan": plan, "id": account})
    return plan


def _known(connection: Connection, account: int | None) -> int | None:
    if account is None:
        return None
    return connection.execute(text("SELECT id FROM accounts WHERE id = :id"), {"id": account}).scalar()


def _plan(name: object, plans: Mapping[str, Plan]) -> str | None:
    return name if isinstance(name, str) and name in plans else None


def _plan_of_price(about: Mapping[str, Any], plans: Mapping[str, Plan]) -> str | None:
    items = _dict(about.get("items")).get("data")
    first = _dict(items[0]) if isinstance(items, list) and items else {}
    price = _word(_dict(first.get("price")).get("id"))
    return next((plan.name for plan in plans.values() if price and plan.stripe_price == price), None)


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _word(value: object) -> str | None:
    return value if isinstance(value, str) and _WORD.fullmatch(value) else None


def _number(value: object) -> int | None:
    return int(value) if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value, re.ASCII) else None

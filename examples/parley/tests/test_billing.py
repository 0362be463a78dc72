"""Billing events in Stripe's scheme: who may send them, and what they change, however often and in whatever order."""

import itertools
import json
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

import pytest
import stripe

from parley.billing import paid_months
from parley.faults import Fault
from parley.settings import Settings
from parley.signatures import BadSignature, check, sign
from trial.inside import Inside, inside
from trial.visitor import Visitor

pytest_plugins = ("trial.fixtures",)

SECRET = "whsec_of_the_tests"
NOW_S = 1_790_000_000


def settings(place: str, *faults: Fault) -> Settings:
    return Settings(database=place, webhook_secret=SECRET, faults=frozenset(faults))


@pytest.fixture
def parley(place: str) -> Iterator[Inside]:
    with inside(settings(place)) as running:
        running.run("INSERT INTO accounts (id, email, password, created_s) VALUES (7, 'ada@example.com', '', 0)")
        yield running


def event(kind: str, about: object, created_s: int = 100, name: str = "") -> dict[str, Any]:
    return {"id": name or f"evt_{kind}_{created_s}", "type": kind, "created": created_s, "data": {"object": about}}


def paid(subscription: str = "sub_1", plan: str = "Team", account: str = "7", created_s: int = 100) -> dict[str, Any]:
    about = {"client_reference_id": account, "subscription": subscription, "metadata": {"plan": plan}}
    return event("checkout.session.completed", about, created_s)


def updated(status: str, created_s: int, subscription: str = "sub_1", plan: str = "Team") -> dict[str, Any]:
    about = {"id": subscription, "status": status, "metadata": {"plan": plan, "account": "7"}}
    return event("customer.subscription.updated", about, created_s)


def deleted(created_s: int, subscription: str = "sub_1") -> dict[str, Any]:
    return event("customer.subscription.deleted", {"id": subscription, "status": "canceled"}, created_s)


def failed(created_s: int, *, new_place: bool = False) -> dict[str, Any]:
    about = {"parent": {"subscription_details": {"subscription": "sub_1"}}} if new_place else {"subscription": "sub_1"}
    return event("invoice.payment_failed", about, created_s)


def invoice(name: str = "evt_1", *, old_place: bool = False, **changed: object) -> dict[str, Any]:
    """A paid invoice, as Stripe writes it since 2025-03-31 or before."""
    details = {"metadata": {"plan": "Team", "account": "7"}}
    new = {"parent": {"subscription_details": {"subscription": "sub_1", **details}}}
    place = {"subscription": "sub_1", "subscription_details": details} if old_place else new
    return event("invoice.paid", {"amount_paid": 2900, **place, **changed}, 100, name)


def deliver(parley: Inside, body: object, signature: str | None = None, **headers: str) -> tuple[int, str]:
    """Status and text for one delivery, signed as Stripe signs unless told otherwise."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    given = sign(raw, SECRET, int(time.time())) if signature is None else signature
    response, text = Visitor(parley.port).ask("POST", "/webhooks/stripe", raw, stripe_signature=given, **headers)
    return response.status, text


def at_once(parley: Inside, bodies: list[dict[str, Any]]) -> list[str]:
    """The answers to deliveries that are made at the same time."""
    answers: list[str] = []
    delivering = [Thread(target=lambda body: answers.append(deliver(parley, body)[1]), args=(one,)) for one in bodies]
    for thread in delivering:
        thread.start()
    for thread in delivering:
        thread.join()
    return answers


def plan(parley: Inside) -> str:
    return str(parley.row("SELECT plan FROM accounts WHERE id = 7").plan)


def months(parley: Inside) -> int:
    return paid_months(parley.parts.database, 7)


def test_what_we_sign_the_official_library_believes_and_the_other_way_round() -> None:
    now_s = int(time.time())
    body = json.dumps({**paid(), "object": "event", "note": "€"}).encode()
    assert stripe.Webhook.construct_event(body, sign(body, SECRET, now_s), SECRET)["id"] == paid()["id"]
    theirs = stripe.WebhookSignature._compute_signature(f"{now_s}.{body.decode()}", SECRET)
    check(f"t={now_s},v1={theirs}", body, SECRET, now_s)


BODY = b'{"id": "evt_1"}'
RIGHT = sign(BODY, SECRET, NOW_S).partition("v1=")[2]


@pytest.mark.parametrize(
    "header",
    [
        f"t={NOW_S},v1={RIGHT}",
        f"v1={RIGHT},t={NOW_S}",
        f"t={NOW_S}, v1={RIGHT}",
        f"t={NOW_S},v1={'0' * 64},v1={RIGHT}",
        f"t={NOW_S},v1={RIGHT},v0=ignored,v1={'0' * 64}",
        sign(BODY, SECRET, NOW_S - 300),
        sign(BODY, SECRET, NOW_S + 300),
    ],
)
def test_a_right_signature_is_believed(header: str) -> None:
    check(header, BODY, SECRET, NOW_S)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "t=,v1=",
        f"t={NOW_S}",
        f"v1={RIGHT}",
        f"t={NOW_S},v0={RIGHT}",
        f"t={NOW_S},v1={RIGHT[:-1]}",
        f"t={NOW_S + 1},v1={RIGHT}",
        f"t={NOW_S},t={NOW_S},v1={RIGHT}",
        f"t=+{NOW_S},v1={RIGHT}",
        f"t={'9' * 5000},v1={RIGHT}",
        f"t=١٢٣,v1={RIGHT}",
        f"t={NOW_S},v1=é{RIGHT}",
        f"t={NOW_S},v1=\ud800",
        sign(BODY, SECRET, NOW_S - 301),
        sign(BODY, SECRET, NOW_S + 301),
        sign(BODY, "whsec_another", NOW_S),
        sign(BODY + b" ", SECRET, NOW_S),
    ],
)
def test_a_wrong_signature_is_not(header: str) -> None:
    with pytest.raises(BadSignature):
        check(header, BODY, SECRET, NOW_S)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 60_000,
        b"[]",
        b"null",
        {},
        {**paid(), "id": 7},
        {**paid(), "id": ""},
        {**paid(), "id": "evt_\ud800"},
        {**paid(), "id": "x" * 256},
        {**paid(), "type": None},
        {**paid(), "created": "100"},
        {**paid(), "created": True},
        {**paid(), "created": 10**30},
        {**paid(), "data": []},
        {**paid(), "data": {"object": "sub_1"}},
    ],
)
def test_what_is_no_event_is_answered_400(parley: Inside, body: object) -> None:
    status, answer = deliver(parley, body)
    assert status == 400
    assert "error" in json.loads(answer)
    assert plan(parley) == "Free"


@pytest.mark.parametrize("signature", ["", "t=1,v1=x", "é" * 40, f"t={NOW_S},v1=\xff", "t" * 8000])
def test_an_unsigned_event_is_answered_400(parley: Inside, signature: str) -> None:
    assert deliver(parley, paid(), signature)[0] == 400
    assert plan(parley) == "Free"


def test_a_body_has_an_end(parley: Inside) -> None:
    assert deliver(parley, b"x" * (512 * 1024 + 1))[0] == 413


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([paid()], "Team"),
        ([paid(plan="Business")], "Business"),
        ([paid(plan="Gold")], "Free"),
        ([paid(account="99")], "Free"),
        ([paid(account="7 OR 1=1")], "Free"),
        ([paid(), deleted(200)], "Free"),
        ([paid(), updated("active", 150, plan="Business")], "Business"),
        ([paid(), updated("unpaid", 150)], "Free"),
        ([paid(), updated("paused", 150)], "Free"),
        ([paid(), failed(150)], "Team"),
        ([paid(), failed(150, new_place=True)], "Team"),
        ([paid(), failed(150), deleted(200)], "Free"),
        ([event("customer.created", "whatever")], "Free"),
        ([event("checkout.session.completed", {"subscription": "sub_1", "payment_status": "unpaid"})], "Free"),
        ([event("invoice.payment_failed", {"subscription": {"id": "sub_1"}})], "Free"),
        ([event("customer.subscription.updated", {"id": [], "items": {"data": [7]}, "metadata": []})], "Free"),
    ],
)
def test_events_change_the_plan(parley: Inside, events: list[dict[str, Any]], expected: str) -> None:
    for one in events:
        assert deliver(parley, one)[0] == 200
    assert plan(parley) == expected


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([paid(), updated("past_due", 150), updated("active", 160)], "Team"),
        ([paid(), updated("active", 100)], "Team"),
        ([updated("incomplete", 100), paid(), updated("active", 100)], "Team"),
        ([paid(), updated("active", 150), deleted(150)], "Free"),
        ([paid(), updated("active", 300), deleted(200)], "Free"),
        ([paid("sub_1"), deleted(200, "sub_1"), paid("sub_2", "Business", created_s=201)], "Business"),
        ([paid(), failed(150), updated("active", 160)], "Team"),
    ],
)
def test_their_order_makes_no_difference(place: str, events: list[dict[str, Any]], expected: str) -> None:
    with inside(settings(place)) as parley:
        for number, order in enumerate(itertools.permutations(events)):
            parley.run("DELETE FROM events")
            parley.run("DELETE FROM subscriptions")
            parley.run("DELETE FROM accounts")
            parley.run("INSERT INTO accounts (id, email, password, created_s) VALUES (7, 'a@b.c', '', 0)")
            for one in order:
                assert deliver(parley, one)[0] == 200
            assert plan(parley) == expected, (number, [one["type"] for one in order])
            assert bool(parley.row("SELECT 1 FROM subscriptions WHERE status = 'past_due'")) is False


def test_an_event_counts_once_even_when_it_comes_many_times_at_once(parley: Inside) -> None:
    outcomes = sorted(json.loads(answer)["outcome"] for answer in at_once(parley, [paid()] * 8))
    assert outcomes == ["plan is Team"] + ["seen before"] * 7
    assert len(parley.parts.mail.outbox) == 1
    assert parley.row("SELECT count(*) FROM events") == (1,)


MONTHS: list[tuple[list[dict[str, Any]], int]] = [
    ([], 0),
    ([paid()], 0),  # the invoice of the same payment tells
    ([invoice()], 1),
    ([invoice(old_place=True)], 1),
    ([invoice(), invoice()], 1),
    ([invoice(), invoice("evt_2"), paid(), invoice("evt_3"), deleted(200)], 3),
    ([invoice(), paid("sub_2"), invoice("evt_2", parent={"subscription_details": {"subscription": "sub_2"}})], 2),
    ([invoice(parent={"subscription_details": {"subscription": "sub_1"}})], 0),  # whose it is, nobody knows yet
    ([invoice(parent={"subscription_details": {"subscription": "sub_1"}}), paid()], 1),
    ([invoice(amount_paid=0)], 0),  # a trial
    ([invoice(amount_paid=True)], 0),
    ([invoice(amount_paid="2900")], 0),
    ([invoice(parent=None)], 0),
    ([failed(150)], 0),
]


def test_each_paid_invoice_is_a_month(parley: Inside) -> None:
    for events, expected in MONTHS:
        parley.run("DELETE FROM events")
        parley.run("DELETE FROM subscriptions")
        for one in events:
            assert deliver(parley, one)[0] == 200
        assert months(parley) == expected, events


def test_an_invoice_says_nothing_about_the_plan(tmp_path: Path) -> None:
    with inside(settings(str(tmp_path / "parley.db"))) as parley:
        parley.run("INSERT INTO accounts (id, email, password, created_s) VALUES (7, 'ada@example.com', '', 0)")
        for one in (paid(created_s=50), updated("unpaid", 60), invoice(), updated("active", 80)):
            deliver(parley, one)
        assert plan(parley) == "Team"


def test_who_is_not_logged_in_reads_no_plan(tmp_path: Path) -> None:
    with inside(settings(str(tmp_path / "parley.db"))) as parley:
        response, answer = Visitor(parley.port).get("/api/plan")
    assert (response.status, json.loads(answer)) == (401, {"error": "Please log in first."})
    assert response.headers["cache-control"] == "no-store"


def test_a_month_counts_once_even_when_its_invoice_comes_many_times_at_once(parley: Inside) -> None:
    at_once(parley, [invoice()] * 8)
    assert months(parley) == 1
    at_once(parley, [invoice(f"evt_of_month_{number}") for number in range(8)])
    assert months(parley) == 9


def test_the_price_tells_the_plan_and_an_unpaid_invoice_is_shown(parley: Inside) -> None:
    parley.parts.plans.change("Business", dollars_per_month=99, messages_per_day=10000, stripe_price="price_9")
    about = {"id": "sub_1", "status": "active", "items": {"data": [{"price": {"id": "price_9"}}]}}
    deliver(parley, event("customer.subscription.updated", {**about, "metadata": {"plan": "Team", "account": "7"}}))
    assert plan(parley) == "Business"


def old(body: bytes) -> str:
    return sign(body, SECRET, int(time.time()) - 3600)


def forged(_: bytes) -> str:
    return "t=1,v1=forged"


def right(_: bytes) -> None:
    return None


@pytest.mark.parametrize(
    ("fault", "body", "signature", "healthy", "faulty"),
    [
        (Fault.WEBHOOK_UNSIGNED, json.dumps(paid()).encode(), forged, 400, 200),
        (Fault.WEBHOOK_STALE_ACCEPTED, json.dumps(paid()).encode(), old, 400, 200),
        (Fault.WEBHOOK_CRASHES, b"{", right, 400, 500),
        (Fault.WEBHOOK_CRASHES, json.dumps(paid()).encode(), right, 200, 200),
    ],
)
def test_faults_of_the_webhook(
    tmp_path: Path, fault: Fault, body: bytes, signature: Callable[[bytes], str | None], healthy: int, faulty: int
) -> None:
    for faults, expected in (((), healthy), ((fault,), faulty)):
        with inside(settings(str(tmp_path / "parley.db"), *faults)) as parley:
            assert deliver(parley, body, signature(body))[0] == expected


def test_webhook_not_idempotent(tmp_path: Path) -> None:
    for faults, counted in (((), 1), ((Fault.WEBHOOK_NOT_IDEMPOTENT,), 2)):
        with inside(settings(str(tmp_path / f"{len(faults)}.db"), *faults)) as parley:
            parley.run("INSERT INTO accounts (id, email, password, created_s) VALUES (7, 'ada@example.com', '', 0)")
            for one in (paid(), paid(), invoice(), invoice()):
                assert deliver(parley, one)[0] == 200
            assert (len(parley.parts.mail.outbox), months(parley)) == (counted, counted)


class StripeStub(BaseHTTPRequestHandler):
    """Stripe's API, as far as a checkout needs it."""

    asked: list[tuple[str, str, dict[str, list[str]]]]

    def do_POST(self) -> None:
        self._answer({"url": "https://checkout.stripe.example/c/1"})

    def do_DELETE(self) -> None:
        self._answer({"id": "sub_1"})

    def _answer(self, said: dict[str, str]) -> None:
        fields = parse_qs(self.rfile.read(int(self.headers.get("content-length", "0"))).decode())
        self.asked.append((self.command, self.path, fields))
        body = json.dumps(said).encode()
        self.send_response(200 if self.headers["authorization"] == "Bearer sk_of_the_tests" else 401)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


def test_with_a_key_the_checkout_is_stripes(tmp_path: Path) -> None:
    StripeStub.asked = []
    with HTTPServer(("127.0.0.1", 0), StripeStub) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        chosen = Settings(
            database=str(tmp_path / "parley.db"),
            stripe_key="sk_of_the_tests",
            stripe_url=f"http://127.0.0.1:{server.server_port}",
            webhook_secret=SECRET,
        )
        with inside(chosen) as parley:
            visitor = Visitor(parley.port)
            visitor.sign_up("ada@example.com")
            assert visitor.fill_in("/plan", plan="Team")[0].status == 503
            parley.parts.plans.change("Team", dollars_per_month=29, messages_per_day=1000, stripe_price="price_1")
            assert visitor.fill_in("/plan", plan="Team")[0].headers["location"] == "https://checkout.stripe.example/c/1"
            assert visitor.get("/checkout/practice?plan=Team")[0].status == 404
            deliver(parley, paid(account="1"))
            assert visitor.fill_in("/plan", plan="Free")[0].status == 303
        server.shutdown()
        thread.join()
    (_, made, fields), (method, ended, _) = StripeStub.asked
    assert (made, method, ended) == ("/v1/checkout/sessions", "DELETE", "/v1/subscriptions/sub_1")
    assert fields["line_items[0][price]"] == ["price_1"]
    assert fields["client_reference_id"] == ["1"]
    assert fields["subscription_data[metadata][plan]"] == ["Team"]

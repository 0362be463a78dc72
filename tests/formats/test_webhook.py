"""Signatures fit published vectors and the vendors' own rules; events say what they are asked to say, each once."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any

import pytest
import standardwebhooks
import stripe
import svix.webhooks

from launchready.formats.webhook import at_time, formed, garbled, keys, says_no, sign, signature_header, unsigned
from launchready.formats.webhook_events import Told, example, given, kind_of, late_pair, usual
from launchready.model.webhook import Scheme

EVERY = tuple(Scheme)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # published beside the Standard Webhooks vector
AT_S = 1_614_265_330


def told(**changed: Any) -> Told:
    usual_: dict[str, Any] = {"kind": "invoice.paid", "token": "a1" * 12, "about": "b2" * 12, "at_s": AT_S}
    return Told(**{**usual_, **changed})


@pytest.mark.parametrize(
    ("scheme", "secret", "body", "event_id", "at_s", "value"),
    [
        (  # standard-webhooks/standard-webhooks, libraries/python, tests
            Scheme.STANDARD,
            SECRET,
            '{"test": 2432232314}',
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            AT_S,
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        ),
        (
            Scheme.SVIX,
            SECRET,
            '{"test": 2432232314}',
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            AT_S,
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        ),
        (  # GitHub Docs, Validating webhook deliveries, Testing the webhook payload validation
            Scheme.GITHUB,
            "It's a Secret to Everybody",
            "Hello, World!",
            "",
            0,
            "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
        ),
    ],
)
def test_signatures_fit_the_published_ones(
    scheme: Scheme, secret: str, body: str, event_id: str, at_s: int, value: str
) -> None:
    headers = dict(sign(scheme, secret, body.encode(), event_id=event_id, at_s=at_s))
    assert headers[signature_header(scheme)] == value


def by_stripe(body: bytes, headers: Mapping[str, str]) -> None:
    stripe.Webhook.construct_event(body, headers["Stripe-Signature"], SECRET)


def by_standard(body: bytes, headers: Mapping[str, str]) -> None:
    standardwebhooks.Webhook(SECRET).verify(body, dict(headers))


def by_svix(body: bytes, headers: Mapping[str, str]) -> None:
    svix.webhooks.Webhook(SECRET).verify(body, dict(headers))


def by_polar(body: bytes, headers: Mapping[str, str]) -> None:
    """Polar signs as Standard Webhooks do, with the secret's own bytes as the key."""
    standardwebhooks.Webhook(SECRET.encode()).verify(body, dict(headers))


VERIFIERS = {
    Scheme.STRIPE: (by_stripe, stripe.SignatureVerificationError),
    Scheme.STANDARD: (by_standard, standardwebhooks.WebhookVerificationError),
    Scheme.SVIX: (by_svix, svix.webhooks.WebhookVerificationError),
    Scheme.POLAR: (by_polar, standardwebhooks.WebhookVerificationError),
}


@pytest.mark.parametrize("scheme", VERIFIERS)
def test_the_senders_own_library_takes_what_is_signed_and_nothing_else(scheme: Scheme) -> None:
    verified, refused = VERIFIERS[scheme]
    now_s = int(time.time())
    event = example(scheme, told(at_s=now_s))

    def signed(secret: str = SECRET, age_s: int = 0) -> dict[str, str]:
        return dict(sign(scheme, secret, event.body, event_id=event.id, at_s=now_s - age_s))

    verified(event.body, signed())
    verified(event.body, signed(age_s=240))
    wrong: tuple[tuple[bytes, dict[str, str]], ...] = (
        (event.body.replace(b"2000", b"2001"), signed()),
        (event.body + b" ", signed()),
        (event.body, signed("whsec_" + base64.b64encode(b"another").decode())),
        (event.body, signed(age_s=3600)),
    )
    for body, headers in wrong:
        with pytest.raises(refused):
            verified(body, headers)


@pytest.mark.parametrize("scheme", VERIFIERS)
def test_the_senders_own_library_refuses_the_future_where_we_say_so(scheme: Scheme) -> None:
    verified, refused = VERIFIERS[scheme]
    ahead_s = int(time.time()) + 3600
    event = example(scheme, told(at_s=ahead_s))
    headers = dict(sign(scheme, SECRET, event.body, event_id=event.id, at_s=ahead_s))
    with pytest.raises(refused) if scheme.refuses_future else nullcontext():
        verified(event.body, headers)


def test_what_the_senders_own_libraries_sign_is_what_we_sign() -> None:
    now_s = int(time.time())
    event = example(Scheme.STRIPE, told(at_s=now_s))
    body = event.body.decode()
    ours = dict(sign(Scheme.STRIPE, SECRET, event.body, event_id=event.id, at_s=now_s))
    theirs = stripe.WebhookSignature.generate_signature_header(body, SECRET, timestamp=now_s)
    assert ours["Stripe-Signature"] == theirs
    at = datetime.fromtimestamp(now_s, UTC)
    for scheme, library in ((Scheme.STANDARD, standardwebhooks.Webhook), (Scheme.SVIX, svix.webhooks.Webhook)):
        headers = dict(sign(scheme, SECRET, event.body, event_id=event.id, at_s=now_s))
        assert headers[signature_header(scheme)] == library(SECRET).sign(event.id, at, body)


def test_polars_secret_signs_as_it_is_and_as_what_it_encodes() -> None:
    headers = dict(sign(Scheme.POLAR, SECRET, b"{}", event_id="msg_1", at_s=AT_S))
    content = f"msg_1.{AT_S}.{{}}".encode()
    for key in (SECRET.encode(), base64.b64decode(SECRET.removeprefix("whsec_"))):
        signature = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
        assert f"v1,{signature}" in headers["webhook-signature"].split(" ")


@pytest.mark.parametrize(
    ("scheme", "content", "form"),
    [
        (Scheme.STRIPE, b"%d.{}", "t=%d,v1="),
        (Scheme.PADDLE, b"%d:{}", "ts=%d;h1="),
        (Scheme.LEMONSQUEEZY, b"{}", ""),
        (Scheme.HMAC, b"{}", ""),
    ],
)
def test_the_others_sign_with_the_whole_secret(scheme: Scheme, content: bytes, form: str) -> None:
    ((_, value),) = sign(scheme, SECRET, b"{}", event_id="x", at_s=AT_S)
    signed = content % AT_S if b"%d" in content else content
    expected = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert value == (form % AT_S if form else "") + expected


@pytest.mark.parametrize(
    ("scheme", "secret", "good"),
    [
        (Scheme.STANDARD, SECRET, True),
        (Scheme.STANDARD, SECRET.removeprefix("whsec_"), True),
        (Scheme.STANDARD, "whsec_AAAAAA", True),  # base64 without its padding
        (Scheme.STANDARD, "whsec_not base64!", False),
        (Scheme.SVIX, "whsec_", False),
        (Scheme.POLAR, "polar_whs_x", True),
        (Scheme.STRIPE, "", False),
        (Scheme.HMAC, "not base64!", True),
    ],
)
def test_a_secret_of_the_wrong_kind_is_refused_without_being_shown(scheme: Scheme, secret: str, good: bool) -> None:
    if good:
        assert all(keys(scheme, secret))
        return
    with pytest.raises(ValueError) as refused:
        keys(scheme, secret)
    assert not secret or secret not in str(refused.value) or secret == "whsec_"


def test_only_the_scheme_hmac_takes_another_header() -> None:
    headers = sign(Scheme.HMAC, SECRET, b"{}", event_id="x", at_s=0, header="X-CRM-Signature")
    assert [name for name, _ in headers] == ["X-CRM-Signature"]
    assert unsigned(Scheme.HMAC, headers, header="X-CRM-Signature") == ()
    assert signature_header(Scheme.GITHUB, "X-CRM-Signature") == "X-Hub-Signature-256"


@pytest.mark.parametrize("scheme", EVERY)
def test_garbled_signatures_are_never_of_the_right_form(scheme: Scheme) -> None:
    event = example(scheme, told())
    right = dict(sign(scheme, SECRET, event.body, event_id=event.id, at_s=AT_S))[signature_header(scheme)]
    forms = [at_time(form, AT_S) for form in garbled(scheme)]
    assert len(set(forms)) == len(forms) >= 2
    assert right not in forms
    assert formed(scheme, "é", AT_S).endswith("é")


@pytest.mark.parametrize(
    ("body", "no"),
    [
        (b'{"success": false}', True),
        (b'{"ok": false, "reason": "signature"}', True),
        (b'{"error": "bad signature"}', True),
        (b'{"error": null}', False),
        (b'{"received": true}', False),
        (b'{"success": 0}', False),
        (b"", False),
        (b"[false]", False),
        (b"\xff", False),
        (b"[" * 100_000, False),
    ],
)
def test_an_answer_may_refuse_in_words(body: bytes, no: bool) -> None:
    assert says_no(body) is no


@pytest.mark.parametrize("scheme", EVERY)
def test_two_events_share_nothing_and_one_told_twice_is_one(scheme: Scheme) -> None:
    kind = usual(scheme)
    one, other = example(scheme, told(kind=kind)), example(scheme, told(kind=kind, token="c3" * 12, about="d4" * 12))
    assert one == example(scheme, told(kind=kind))
    assert one.id != other.id
    assert one.body != other.body
    assert kind.encode() in one.body or ("X-GitHub-Event", kind) in one.headers
    document = json.loads(one.body)
    assert kind_of(scheme, document) == (None if scheme is Scheme.GITHUB else kind)


@pytest.mark.parametrize(
    "kind",
    [
        "checkout.session.completed",
        "customer.subscription.deleted",
        "invoice.payment_failed",
        "charge.refunded",
        "payment_intent.succeeded",
        "customer.created",
        "radar.early_fraud_warning.created",
        "oddity",
    ],
)
def test_stripes_events_are_about_an_object_of_their_kind(kind: str) -> None:
    document = json.loads(example(Scheme.STRIPE, told(kind=kind)).body)
    about = document["data"]["object"]
    assert document["type"] == kind
    assert about["object"] in kind
    assert about["id"].endswith("b2" * 12)
    assert (about.get("status") == "canceled") is kind.endswith("subscription.deleted")


def test_the_founders_event_keeps_all_but_what_makes_it_one_of_its_own() -> None:
    own = {"id": "evt_mine", "type": "invoice.paid", "created": 5, "data": {"object": {"id": "in_mine"}}, "extra": [1]}
    document = json.loads(given(Scheme.STRIPE, told(), own).body)
    assert document == {**own, "id": "evt_" + "a1" * 12, "created": AT_S}
    bare = {"order": {"id": 7}}
    assert json.loads(given(Scheme.STRIPE, told(), bare).body) == bare


@pytest.mark.parametrize(
    ("kinds", "pair"),
    [
        (("invoice.paid",), ("invoice.paid", "invoice.paid")),
        (("a.updated", "b.deleted", "b.updated"), ("b.deleted", "b.updated")),
        (("a.created", "a.updated"), ("a.updated", "a.created")),
        (("a.created", "b.updated"), ("a.created", "a.created")),
    ],
)
def test_what_comes_late_is_of_the_same_thing(kinds: tuple[str, ...], pair: tuple[str, str]) -> None:
    assert late_pair(kinds) == pair

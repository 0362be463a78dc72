"""Answers of webhook handlers that are fooled, crash, count twice or are slow, and answers that only look so."""

from typing import Any

from launchready.known.webhook_senders import patience
from launchready.model.facts import Delivery, WebhookFacts
from launchready.model.gap import gap
from launchready.model.webhook import Probe, Scheme
from tests.checks.cases import NOW, Cases

KNOWN: dict[str, Any] = {"subject": "billing", "source": "replay", "at": NOW}
NO_PROBE = gap("launch.toml names no probe for it")


def sent(probe: Probe, status: Any, **changed: Any) -> Delivery:
    usual: dict[str, Any] = {"answer_ms": 20.0, "says_no": False, "gave_up": False, "moved": None}
    return Delivery(probe=probe, what=probe.value, status=status, **{**usual, **changed})


def right(probe: Probe) -> Delivery:
    return sent(probe, 400 if probe.must_be_refused or probe.is_nonsense else 200)


def webhook(*changed: Delivery, scheme: Scheme = Scheme.STANDARD, **facts: Any) -> tuple[WebhookFacts]:
    """A replay in which all is right but what is given."""
    named = {one.probe for one in changed}
    usual = tuple(right(probe) for probe in Probe if probe not in named)
    moves: dict[str, Any] = {"step": 1.0, "refused_moved": 0.0, "duplicate_moved": 0.0, "parallel_moved": 1.0}
    sender = {"scheme": scheme, "patience_s": patience(scheme).seconds}
    known = {**KNOWN, **sender, "url": "https://app.parley.example/webhooks/billing", **moves, **facts}
    return (WebhookFacts(**known, deliveries=(*changed, *usual)),)


WITHOUT_NUMBER = {
    "step": NO_PROBE,
    "refused_moved": None,
    "duplicate_moved": NO_PROBE,
    "parallel_moved": NO_PROBE,
}
ALL_GATEWAY = tuple(sent(probe, 502) for probe in Probe)

CASES = {
    "webhook-accepts-forged": Cases(
        bad=(
            webhook(sent(Probe.FORGED, 200)),
            webhook(sent(Probe.MISSING_SIGNATURE, 204), **WITHOUT_NUMBER),
            webhook(sent(Probe.TAMPERED, 200, moved=1.0)),
            webhook(sent(Probe.FORGED, 200, moved=1.0, says_no=True)),
            webhook(refused_moved=3.0),
        ),
        good=(webhook(), webhook(**WITHOUT_NUMBER)),
        near_misses=(
            webhook(sent(Probe.FORGED, 200, moved=0.0)),
            webhook(sent(Probe.FORGED, 200, says_no=True), **WITHOUT_NUMBER),
            webhook(sent(Probe.FORGED, 302)),
            webhook(sent(Probe.MALFORMED, 200)),  # nothing can be done with it
            webhook(sent(Probe.VALID, 404)),
            webhook(sent(Probe.FORGED, 429)),
        ),
    ),
    "webhook-accepts-stale": Cases(
        bad=(
            webhook(sent(Probe.STALE, 200)),
            webhook(sent(Probe.STALE, 200), scheme=Scheme.STRIPE),
            webhook(sent(Probe.FUTURE, 200)),
        ),
        good=(webhook(), webhook(scheme=Scheme.STRIPE)),
        near_misses=(
            webhook(sent(Probe.FUTURE, 200), scheme=Scheme.STRIPE),  # as Stripe's own library does
            webhook(sent(Probe.STALE, 200), scheme=Scheme.GITHUB),  # GitHub signs no time
            webhook(sent(Probe.STALE, 200, moved=0.0)),
        ),
    ),
    "webhook-crashes": Cases(
        bad=(
            webhook(sent(Probe.NON_ASCII_SIGNATURE, 500)),
            webhook(sent(Probe.SIGNED_NON_OBJECT, 500)),
            webhook(sent(Probe.DUPLICATE, 500)),
            webhook(*(sent(probe, 500) for probe in Probe)),
            webhook(sent(Probe.GARBLED_SIGNATURE, 503)),
        ),
        good=(webhook(),),
        near_misses=(
            webhook(sent(Probe.BURST, 503)),  # too much to do, and says so
            webhook(sent(Probe.UNKNOWN_EVENT, 200)),
            webhook(*ALL_GATEWAY),
            webhook(sent(Probe.NON_ASCII_SIGNATURE, 431)),
        ),
    ),
    "webhook-not-idempotent": Cases(
        bad=(
            webhook(duplicate_moved=1.0),
            webhook(parallel_moved=2.0),
            webhook(step=-20.0, parallel_moved=-40.0),
        ),
        good=(webhook(), webhook(step=-20.0, parallel_moved=-20.0)),
        near_misses=(
            webhook(parallel_moved=0.0),  # the number is a state, not a sum
            webhook(sent(Probe.DUPLICATE, 409)),
            webhook(**WITHOUT_NUMBER),
        ),
    ),
    "webhook-slow": Cases(
        bad=(
            webhook(sent(Probe.SLOW, gap("no answer from 192.0.2.1"), gave_up=True)),
            webhook(sent(Probe.BURST, 200, answer_ms=9_000.0)),
            webhook(sent(Probe.SLOW, 200, answer_ms=3_000.0), scheme=Scheme.PADDLE),
        ),
        good=(webhook(),),
        near_misses=(
            webhook(sent(Probe.SLOW, 200, answer_ms=7_000.0)),
            webhook(sent(Probe.FORGED, 400, answer_ms=9_000.0)),  # whoever forges may wait
            webhook(sent(Probe.SLOW, 200, answer_ms=2_000.0), scheme=Scheme.PADDLE),
        ),
    ),
}

"""A replay against real handlers over TLS: each bad one is accused of what it does, and a careful one of nothing."""

import asyncio
import base64
import json
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from launchready import audit as auditing
from launchready.journeys.webhook import Tools, replay
from launchready.journeys.webhook_plan import Target
from launchready.ledger.codec import encode_fact
from launchready.model.facts import Sight
from launchready.model.finding import Report
from launchready.model.launch import Launch
from launchready.model.replay import Replayed
from launchready.model.webhook import Probe, Scheme
from launchready.report import webhook as report
from tests.box.certificates import Authority
from tests.journeys import webhook_handlers as handlers
from tests.journeys.webhook_handlers import STRIPE_KIND, URL, Books, Handler, served

LAUNCH = Launch(domain="parley.example", name="Parley")
EVERY = frozenset(Probe)


@dataclass(frozen=True)
class Seen:
    replayed: Replayed
    report: Report

    @property
    def accused(self) -> dict[str, list[str]]:
        """The severities of what each check finds."""
        found: dict[str, list[str]] = {}
        for finding in self.report.findings:
            found.setdefault(finding.check, []).append(finding.severity.value)
        return found

    @property
    def unknown(self) -> set[str]:
        return {one.check for one in self.report.unknown}

    def evidence(self, check: str) -> str:
        return " | ".join(finding.evidence for finding in self.report.findings if finding.check == check)


def secret(scheme: Scheme = Scheme.STRIPE) -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()


def replayed(
    handler: Handler,
    authority: Authority,
    scheme: Scheme = Scheme.STRIPE,
    *,
    with_number: bool = True,
    probes: frozenset[Probe] = EVERY,
    books: Books | None = None,
    patience_s: float = 15,
    **tools: Any,
) -> Seen:
    shared = books or Books(secret())
    target = Target(
        name="billing",
        scheme=scheme,
        url=URL,
        secret=shared.secret,
        other=secret(),
        kinds=(STRIPE_KIND,),
        patience_s=patience_s,
    )
    now = datetime.now(UTC)
    with served(handler, shared, authority) as network:
        made = Tools(
            clock=time.time,
            fresh=lambda: secrets.token_hex(12),
            read_number=shared.read if with_number else None,
            **tools,
        )
        seen = asyncio.run(replay(target, network, made, now, probes))
    return Seen(seen, auditing.report(Sight(launch=LAUNCH, at=now, facts=(seen.facts,)), now))


@pytest.mark.parametrize(
    ("handler", "scheme"),
    [
        (handlers.careful, Scheme.STRIPE),
        (handlers.silent_with_200, Scheme.STRIPE),
        (handlers.says_no_with_200, Scheme.STRIPE),
        (handlers.answers_first, Scheme.STRIPE),
    ],
)
def test_a_careful_handler_is_accused_of_nothing(handler: Handler, scheme: Scheme, authority: Authority) -> None:
    seen = replayed(handler, authority, scheme)
    assert (seen.accused, seen.unknown) == ({}, set())
    assert len(seen.report.passed) == 5


@pytest.mark.parametrize(
    ("handler", "accused"),
    [
        (handlers.without_time, {"webhook-accepts-stale": ["blocker"]}),
        (handlers.credulous, {"webhook-accepts-forged": ["blocker"], "webhook-accepts-stale": ["blocker"]}),
        (handlers.acts_first, {"webhook-accepts-forged": ["blocker"]}),
        (handlers.forgetful, {"webhook-not-idempotent": ["major", "major"]}),
        (handlers.racing, {"webhook-not-idempotent": ["major"]}),
        (handlers.answers_first_and_forgets, {"webhook-not-idempotent": ["major", "major"]}),
        (handlers.breaks_on_repeats, {"webhook-crashes": ["major", "minor"]}),
    ],
)
def test_a_bad_handler_is_accused_of_what_it_does(
    handler: Handler, accused: dict[str, list[str]], authority: Authority
) -> None:
    assert replayed(handler, authority).accused == accused


def test_without_a_probe_what_is_done_twice_is_unknown_and_never_passed(authority: Authority) -> None:
    seen = replayed(handlers.forgetful, authority, with_number=False)
    assert seen.accused == {}
    assert seen.unknown == {"webhook-not-idempotent"}
    assert "webhook-not-idempotent" not in seen.report.passed


def test_without_a_probe_a_200_for_what_is_forged_is_taken_for_what_it_says(authority: Authority) -> None:
    assert set(replayed(handlers.silent_with_200, authority, with_number=False).accused) == {
        "webhook-accepts-forged",
        "webhook-accepts-stale",
    }
    assert replayed(handlers.says_no_with_200, authority, with_number=False).accused == {}


def test_a_handler_that_knows_another_secret_passes_nothing(authority: Authority) -> None:
    seen = replayed(handlers.lost, authority)
    assert (seen.accused, seen.report.passed) == ({}, ())
    assert "answers 401 to a valid event" in seen.report.unknown[0].reason


def test_a_handler_that_keeps_the_sender_waiting_is_slow(authority: Authority) -> None:
    seen = replayed(handlers.never_answers, authority, Scheme.PADDLE, patience_s=0.5)
    assert seen.accused == {"webhook-slow": ["major"]}
    assert "no answer within 0.5 seconds" in seen.evidence("webhook-slow")
    assert seen.report.passed == ()
    assert not [shown for shown in seen.replayed.shown if shown.delivery.probe.is_nonsense]


def test_only_what_is_wanted_is_sent_beside_a_valid_event(authority: Authority) -> None:
    seen = replayed(handlers.careful, authority, probes=frozenset({Probe.TAMPERED}))
    assert [shown.delivery.probe for shown in seen.replayed.shown] == [Probe.VALID, Probe.TAMPERED]


def test_a_secret_that_comes_back_is_shown_nowhere(authority: Authority) -> None:
    books = Books(secret())
    seen = replayed(handlers.tells_its_secret, authority, books=books)
    left = [
        report.render(seen.replayed, seen.report, colour=False),
        report.document(seen.replayed, seen.report),
        json.dumps(encode_fact(seen.replayed.facts)),
        repr(seen),
    ]
    for text in left:
        assert books.secret.removeprefix("whsec_") not in text
    assert "${secret}" in left[1]


def test_the_founders_own_event_is_sent_with_a_new_id_each_time(authority: Authority) -> None:
    books = Books(secret())
    payload = {"id": "evt_mine", "type": STRIPE_KIND, "created": 1, "data": {"object": {"id": "in_mine"}}}
    seen = replayed(handlers.careful, authority, books=books, payload=lambda: payload)
    assert seen.accused == {}
    assert "evt_mine" not in books.seen
    assert len(books.seen) > 10

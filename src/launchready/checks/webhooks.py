"""Does the handler of a webhook believe only its sender, once for each event, soon, and whatever it is sent?"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from launchready.checks.registry import DoesNotApply, check
from launchready.model.facts import Delivery, WebhookFacts
from launchready.model.finding import Evidence, Impact, Remedy, RemedyKind, Severity, Stage
from launchready.model.gap import Gap, Unseen, peek
from launchready.model.webhook import Probe

_DEVELOPER = "whoever develops the app"
_FRESH = timedelta(hours=1)
_MEND = "mend its address or its secret in launch.toml, or send an event that it knows with --payload"
_GATEWAY = (502, 503, 504)  # said by what stands before the app
_FORGERIES = frozenset(
    {
        Probe.FORGED,
        Probe.MISSING_SIGNATURE,
        Probe.NON_ASCII_SIGNATURE,
        Probe.GARBLED_SIGNATURE,
        Probe.TAMPERED,
    }
)
_TIMED = frozenset({Probe.VALID, Probe.DUPLICATE, Probe.PARALLEL, Probe.OUT_OF_ORDER, Probe.BURST, Probe.SLOW})
_AT_ONCE = (Probe.PARALLEL, Probe.BURST)


@check(
    stage=Stage.PRODUCTION_DEPLOY,
    impact=Impact.DATA_LOSS,
    severity=Severity.BLOCKER,
    title="The webhook believes events that its sender did not sign",
    why="Whoever finds the address can tell your app that an invoice was paid, or that a customer has left.",
    fix="Verify the signature over the raw body, before anything is read of it, and answer 400 when it does not fit.",
    source="Standard Webhooks, section Verifying signatures",
)
def webhook_accepts_forged(webhook: WebhookFacts, now: datetime) -> Iterator[Evidence]:
    """A replay sends events with a signature by another secret, with none, with garbled ones, and with a body changed
    after signing. A 2xx accepts such an event, unless its body says no or the probe's number shows that nothing was
    done. It must accept a valid event, or its refusals prove nothing."""
    yield from _accepted(webhook, _FORGERIES, now, _verify(), None)
    if webhook.refused_moved:
        text = f"the probe's number moved by {webhook.refused_moved:g} with events that were answered with a no"
        yield Evidence(text + _since(webhook, now), remedy=_verify())
    _must_have_been_seen(webhook.deliveries, _FORGERIES)


@check(
    stage=Stage.PRODUCTION_DEPLOY,
    impact=Impact.DATA_LOSS,
    severity=Severity.BLOCKER,
    title="The webhook believes events of another time",
    why="A delivery that once leaked, from a log or a proxy, can be sent to your app again for ever.",
    fix="Refuse events whose signed time is more than five minutes away from now.",
    source="Standard Webhooks, section Verifying webhook authenticity; Stripe Docs, Preventing replay attacks",
)
def webhook_accepts_stale(webhook: WebhookFacts, now: datetime) -> Iterator[Evidence]:
    """Where the scheme signs the time, a replay sends an event that was signed an hour ago, and one an hour ahead; both
    must be refused. The one ahead is minor, and left alone with Stripe, whose own library accepts it."""
    scheme = webhook.scheme
    if not scheme.has_time:
        raise DoesNotApply
    stale, future = frozenset({Probe.STALE}), frozenset({Probe.FUTURE})
    yield from _accepted(webhook, stale, now, _fresh_only(), None)
    if scheme.refuses_future:
        yield from _accepted(webhook, future, now, _fresh_only(), Severity.MINOR)
    _must_have_been_seen(webhook.deliveries, stale | future if scheme.refuses_future else stale)


@check(
    stage=Stage.PRODUCTION_DEPLOY,
    impact=Impact.DOWNTIME,
    severity=Severity.BLOCKER,
    title="The webhook's handler crashes",
    why="Your error alerts fill up with what strangers send, and a sender that sees too many 5xx stops sending.",
    fix="Catch everything that verifying and parsing can raise, not only the library's own error, and answer 400.",
    source="RFC 9110, section 15.6; Standard Webhooks, section Deliverability and reliability",
)
def webhook_crashes(webhook: WebhookFacts, now: datetime) -> Iterator[Evidence]:
    """No delivery of a replay may be answered 5xx. It blocks when anybody can send it; it is major when it is an
    ordinary event, and minor when it is nonsense that only the sender could sign, or one of many at once."""
    deliveries = webhook.deliveries
    _stop_when_all_are_turned_away(deliveries)
    kinds: tuple[tuple[Callable[[Delivery], bool], Severity], ...] = (
        (lambda one: one.probe.by_strangers, Severity.BLOCKER),
        (lambda one: _is_ordinary(one.probe), Severity.MAJOR),
        (lambda one: not one.probe.by_strangers and not _is_ordinary(one.probe), Severity.MINOR),
    )
    for belongs, severity in kinds:
        crashed = [one for one in _answered(deliveries) if belongs(one) and _crashed(one)]
        if crashed:
            text = f"answers {crashed[0].status} to {_whats(crashed)}"
            yield Evidence(text + _since(webhook, now), remedy=_catch(), severity=severity)
    _must_have_been_seen(deliveries, frozenset(probe for probe in Probe if probe.by_strangers or probe.is_nonsense))
    for one in deliveries:
        _ = one.status


@check(
    stage=Stage.PRODUCTION_DEPLOY,
    impact=Impact.DATA_LOSS,
    severity=Severity.MAJOR,
    title="An event that comes twice counts twice",
    why="Every sender delivers an event again now and then: a customer gets the credits of one payment two times.",
    fix="Keep the id of each event in a column that is unique, in the same transaction as what the event does.",
    source="Stripe Docs, Handle duplicate events; Standard Webhooks, section Idempotency",
)
def webhook_not_idempotent(webhook: WebhookFacts, now: datetime) -> Iterator[Evidence]:
    """The probe, a journey that reads a number, shows by how much one event moves it. The same event sent again must
    move it no further, and one that is sent five times at once must move it no further than once. Without a probe
    this is unknown."""
    step = webhook.step
    if (webhook.duplicate_moved) != 0:
        text = (
            f"an event moves the probe's number by {step:g}, and again by {webhook.duplicate_moved:g} when sent again"
        )
        yield Evidence(text + _since(webhook, now), remedy=_once())
    if abs(webhook.parallel_moved) > abs(step):
        text = (
            f"one event sent several times at once moves the probe's number by {webhook.parallel_moved:g}, not {step:g}"
        )
        yield Evidence(text + _since(webhook, now), remedy=_once())
    _must_have_been_seen(webhook.deliveries, frozenset({Probe.DUPLICATE, Probe.PARALLEL}))


@check(
    stage=Stage.PRODUCTION_DEPLOY,
    impact=Impact.SLOW,
    severity=Severity.MAJOR,
    title="The webhook answers too late",
    why="The sender gives up, calls the delivery failed and sends it again while your app still works on the first.",
    fix="Verify, store the event, answer 200, and do the work afterwards.",
    source="GitHub Docs, Best practices for using webhooks; Standard Webhooks, section Deliverability and reliability",
)
def webhook_slow(webhook: WebhookFacts, now: datetime) -> Iterator[Evidence]:
    """Ordinary deliveries, one by one and many at once, must be answered before the sender gives up: 5 seconds with
    Paddle, 10 with GitHub and Polar, else 15. More than half of that is minor."""
    limit_s = webhook.patience_s
    timed = [one for one in webhook.deliveries if one.probe in _TIMED]
    late = [one for one in timed if one.gave_up]
    if late and _answered(webhook.deliveries):
        text = f"no answer within {limit_s:g} seconds, when the sender gives up, to {_whats(late)}"
        yield Evidence(text + _since(webhook, now), remedy=_afterwards())
        return
    slowest = max(_answered(timed), key=lambda one: one.answer_ms, default=None)
    if slowest is not None and slowest.answer_ms > limit_s * 500:
        text = f"{slowest.answer_ms / 1000:.1f} of {limit_s:g} seconds pass before it answers {slowest.what}"
        yield Evidence(text + _since(webhook, now), remedy=_afterwards(), severity=Severity.MINOR)
    _must_have_been_seen(webhook.deliveries, frozenset({Probe.SLOW, Probe.BURST}))


def _accepted(
    webhook: WebhookFacts, probes: frozenset[Probe], now: datetime, remedy: Remedy, severity: Severity | None
) -> Iterator[Evidence]:
    """What was accepted of what must be refused."""
    deliveries = webhook.deliveries
    taken = [one for one in _answered(deliveries) if one.probe in probes and _is_accepted(one, webhook)]
    if taken:
        yield Evidence(
            f"answers {taken[0].status} to {_whats(taken)}" + _since(webhook, now), remedy=remedy, severity=severity
        )


def _is_accepted(one: Delivery, webhook: WebhookFacts) -> bool:
    """A 2xx, unless its body says no; where the number is read, what counts is whether it moved."""
    if not 200 <= one.status < 300:
        return False
    return one.moved != 0 if one.moved is not None else not one.says_no


def _must_have_been_seen(deliveries: tuple[Delivery, ...], probes: frozenset[Probe]) -> None:
    """Raise Unseen unless a valid event was accepted and each of the probes was answered: only then it is passed."""
    valid = [one for one in deliveries if one.probe is Probe.VALID]
    for one in valid:
        if not 200 <= one.status < 300:
            raise Unseen(
                Gap(f"it answers {one.status} to a valid event, so that its other answers prove nothing: {_MEND}")
            )
    if not valid or probes - {one.probe for one in deliveries}:
        raise Unseen(Gap("this was left out by --only"))
    for one in deliveries:
        if one.probe in probes and one.status == 429:
            raise Unseen(Gap("it turns the replay away with 429 (too many requests), and so shows nothing"))


def _answered(deliveries: Iterable[Delivery]) -> list[Delivery]:
    return [one for one in deliveries if not isinstance(peek(one, "status"), Gap)]


def _is_ordinary(probe: Probe) -> bool:
    return probe in _TIMED and probe not in _AT_ONCE


def _crashed(one: Delivery) -> bool:
    """503 is how a server says that it has too much to do, which many at once may be answered."""
    return one.status >= 500 and not (one.status == 503 and one.probe in _AT_ONCE)


def _stop_when_all_are_turned_away(deliveries: tuple[Delivery, ...]) -> None:
    statuses = {one.status for one in _answered(deliveries)}
    if len(statuses) == 1 and (status := statuses.pop()) in _GATEWAY:
        raise Unseen(Gap(f"it answers {status} to everything, so that the app itself was not reached"))


def _whats(deliveries: list[Delivery]) -> str:
    """What was sent, each kind once, the first three of them."""
    whats = list(dict.fromkeys(one.what for one in deliveries))
    more = f" and {len(whats) - 3} more" if len(whats) > 3 else ""
    return ", ".join(whats[:3]) + more


def _since(webhook: WebhookFacts, now: datetime) -> str:
    """How old the replay is, where it is not of this run."""
    at = webhook.at
    return f" (replayed on {at:%d %b %Y})" if now - at > _FRESH else ""


def _code(text: str, minutes: int) -> Remedy:
    return Remedy(kind=RemedyKind.CODE, text=text, who=_DEVELOPER, minutes=minutes)


def _verify() -> Remedy:
    return _code(
        "body = await request.body()  # the bytes as they came: no JSON, no text\n"
        "try:\n"
        "    verify(body, request.headers, SECRET)  # of the sender's own library\n"
        "except Exception:\n"
        "    return Response(status_code=400)",
        30,
    )


def _fresh_only() -> Remedy:
    return _code(
        "if abs(time.time() - int(timestamp)) > 300:  # the time that was signed; libraries call it tolerance\n"
        "    return Response(status_code=400)",
        15,
    )


def _catch() -> Remedy:
    return _code(
        "try:\n"
        "    event = verify(body, request.headers, SECRET)\n"
        "except Exception:  # TypeError, AttributeError and UnicodeDecodeError escape from the usual libraries\n"
        "    return Response(status_code=400)\n"
        "if not isinstance(event_type := getattr(event, 'type', None), str):\n"
        "    return Response(status_code=400)",
        20,
    )


def _once() -> Remedy:
    return _code(
        "with database.begin():  # one transaction: both or neither\n"
        "    new = execute('INSERT INTO events (id) VALUES (:id) ON CONFLICT DO NOTHING', id=event_id).rowcount\n"
        "    if new:\n"
        "        act_upon(event)",
        60,
    )


def _afterwards() -> Remedy:
    return _code(
        "store(event)  # INSERT, and no more\n"
        "return Response(status_code=200, background=BackgroundTask(act_upon, event))",
        60,
    )

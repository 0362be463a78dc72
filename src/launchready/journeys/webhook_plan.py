"""What is sent to a webhook's handler to try it: deliveries, each unlike an ordinary one in one way."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from launchready.formats import webhook
from launchready.formats.webhook import Headers
from launchready.formats.webhook_events import UNHEARD_OF, Event
from launchready.model.webhook import Probe, Scheme

OLD_S = 3600  # twelve times the five minutes that the senders' libraries allow
COPIES = 5
BURST = 12
IN_TURN = 3

Value = Callable[[Scheme, int], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Whose handler is tried, and the secret that it shares with the sender. `other` is a secret that nobody shares.

    `patience_s` is how long its sender waits for an answer.
    """

    name: str
    scheme: Scheme
    url: str
    secret: str = field(repr=False)
    other: str = field(repr=False)
    kinds: tuple[str, ...]
    patience_s: float
    header: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One delivery to make. `signature` stands in place of the right one; `body` makes the event's body another.

    What is `changed` after it was signed no longer fits its signature.
    """

    probe: Probe
    what: str
    kind: str | None = None
    age_s: int = 0
    signature: Value | None = None
    is_signed: bool = True
    by_another: bool = False
    body: Callable[[bytes], bytes] | None = None
    changed: Callable[[bytes], bytes] | None = None


def made(shot: Shot, event: Event, target: Target, now_s: int) -> tuple[Headers, bytes]:
    """The headers and the body of one delivery at `now_s` (Unix time)."""
    scheme, at_s = target.scheme, now_s - shot.age_s
    body = shot.body(event.body) if shot.body else event.body
    secret = target.other if shot.by_another else target.secret
    signed = webhook.sign(scheme, secret, body, event_id=event.id, at_s=at_s, header=target.header)
    if not shot.is_signed or shot.signature:
        signed = webhook.unsigned(scheme, signed, header=target.header)
    if shot.signature:
        signed = (*signed, (webhook.signature_header(scheme, target.header), shot.signature(scheme, at_s)))
    return (*event.headers, *signed), shot.changed(body) if shot.changed else body


def refusals(scheme: Scheme) -> Iterator[Shot]:
    """What must be refused: what comes from strangers, and what was sent at another time."""
    yield Shot(probe=Probe.FORGED, what="a signature made with another secret", by_another=True)
    yield Shot(probe=Probe.MISSING_SIGNATURE, what="no signature", is_signed=False)
    yield Shot(probe=Probe.NON_ASCII_SIGNATURE, what="a signature with a letter beyond ASCII", signature=_beyond_ascii)
    for form in webhook.garbled(scheme):
        what = f"a signature that reads `{webhook.at_time(form, 'NOW')}`" if form else "an empty signature"
        yield Shot(probe=Probe.GARBLED_SIGNATURE, what=what, signature=_garbled(form))
    yield Shot(probe=Probe.TAMPERED, what="a body that was changed after it was signed", changed=_with_another_field)
    yield Shot(probe=Probe.MALFORMED, what="half a body, signed with another secret", body=_half, by_another=True)
    yield Shot(
        probe=Probe.NOT_UTF8,
        what="a body that is not UTF-8, signed with another secret",
        body=_not_utf8,
        by_another=True,
    )
    if scheme.has_time:
        yield Shot(probe=Probe.STALE, what="a good signature that is an hour old", age_s=OLD_S)
        yield Shot(probe=Probe.FUTURE, what="a good signature from an hour ahead", age_s=-OLD_S)


def nonsense() -> Iterator[Shot]:
    """What is signed well and says nothing that the sender would say."""
    yield Shot(probe=Probe.SIGNED_MALFORMED, what="half a body, well signed", body=_half)
    yield Shot(probe=Probe.SIGNED_NOT_UTF8, what="a body that is not UTF-8, well signed", body=_not_utf8)
    for text in ("[1]", "null", '"text"'):
        yield Shot(probe=Probe.SIGNED_NON_OBJECT, what=f"the body `{text}`, well signed", body=_always(text))
    yield Shot(probe=Probe.UNKNOWN_EVENT, what=f"an event of the kind {UNHEARD_OF}", kind=UNHEARD_OF)


def ordinary(probe: Probe, what: str, kind: str | None = None) -> Shot:
    """A delivery as the sender makes it."""
    return Shot(probe=probe, what=what, kind=kind)


def chosen(shots: Iterator[Shot], probes: frozenset[Probe]) -> tuple[Shot, ...]:
    """Those of the probes that are wanted."""
    return tuple(shot for shot in shots if shot.probe in probes)


def _beyond_ascii(scheme: Scheme, at_s: int) -> str:
    return webhook.formed(scheme, "é" * 64, at_s)


def _garbled(form: str) -> Value:
    return lambda _, at_s: webhook.at_time(form, at_s)


def _with_another_field(body: bytes) -> bytes:
    return body.replace(b"{", b'{"launchready":"changed",', 1)


def _half(body: bytes) -> bytes:
    return body[: len(body) // 2]


def _not_utf8(body: bytes) -> bytes:
    return body.replace(b"{", b'{"launchready":"\xff\xfe",', 1)


def _always(text: str) -> Callable[[bytes], bytes]:
    return lambda _: text.encode()

"""Webhook deliveries signed as their senders sign them: headers over a body, an id and a time."""

import base64
import binascii
import hashlib
import hmac
import json

from launchready.model.webhook import Scheme

Headers = tuple[tuple[str, str], ...]

_PREFIX = "whsec_"
_SIGNATURE = {
    Scheme.STRIPE: "Stripe-Signature",
    Scheme.STANDARD: "webhook-signature",
    Scheme.SVIX: "svix-signature",
    Scheme.POLAR: "webhook-signature",
    Scheme.PADDLE: "Paddle-Signature",
    Scheme.GITHUB: "X-Hub-Signature-256",
    Scheme.LEMONSQUEEZY: "X-Signature",
    Scheme.HMAC: "X-Signature",
}
_GOOD_WORDS = ("success", "ok", "valid", "accepted", "verified", "received")
_BAD_WORDS = ("error", "errors")
# A signature of each scheme's form is put where {} stands, and the time of signing where {at} does.
_FORM = {
    Scheme.STRIPE: "t={at},v1={}",
    Scheme.STANDARD: "v1,{}",
    Scheme.SVIX: "v1,{}",
    Scheme.POLAR: "v1,{}",
    Scheme.PADDLE: "ts={at};h1={}",
    Scheme.GITHUB: "sha256={}",
    Scheme.LEMONSQUEEZY: "{}",
    Scheme.HMAC: "{}",
}
# What breaks careless parsers: a part missing, a part too many, a part of the wrong kind.
_GARBLED = {
    Scheme.STRIPE: ("", "v1", "t=,v1=", "t=noon,v1=00", "t={at}"),
    Scheme.STANDARD: ("", "v1", "v1,AAAA,AAAA", "v1,A", "v1,====", "v2,AAAA"),
    Scheme.PADDLE: ("", "ts", "ts=noon;h1=00", "ts={at};h1=00;h2=00", "ts=={at};h1=00"),
    Scheme.GITHUB: ("", "sha256", "sha1=00", "sha256="),
}


def signature_header(scheme: Scheme, header: str | None = None) -> str:
    """The header that holds the signature; `header` is what launch.toml calls it for the scheme hmac."""
    return header if header and scheme is Scheme.HMAC else _SIGNATURE[scheme]


def sign(scheme: Scheme, secret: str, body: bytes, *, event_id: str, at_s: int, header: str | None = None) -> Headers:
    """The headers that make `body` a delivery of its sender at `at_s` (Unix time). Raises ValueError as `keys`."""
    name = signature_header(scheme, header)
    if name.endswith("-signature"):  # Standard Webhooks, whatever its headers are called
        return (*_identified(scheme, event_id, at_s), (name, _standard(keys(scheme, secret), body, event_id, at_s)))
    before = {Scheme.STRIPE: f"{at_s}.", Scheme.PADDLE: f"{at_s}:"}.get(scheme, "")
    (key,) = keys(scheme, secret)
    return ((name, formed(scheme, _digest(key, before.encode() + body).hex(), at_s)),)


def formed(scheme: Scheme, signature: str, at_s: int) -> str:
    """The value of the signature's header with `signature` in it, whatever that is."""
    return at_time(_FORM[scheme], at_s).replace("{}", signature)


def garbled(scheme: Scheme) -> tuple[str, ...]:
    """Values of the signature's header that are not of its form; `at_time` puts the time in."""
    of_standard = scheme in (Scheme.SVIX, Scheme.POLAR)
    return _GARBLED[Scheme.STANDARD] if of_standard else _GARBLED.get(scheme, ("", "nonsense"))


def at_time(form: str, at_s: int | str) -> str:
    """A form of a signature with the time of signing in it."""
    return form.replace("{at}", str(at_s))


def unsigned(scheme: Scheme, headers: Headers, *, header: str | None = None) -> Headers:
    """The headers without the signature."""
    name = signature_header(scheme, header)
    return tuple(pair for pair in headers if pair[0] != name)


def keys(scheme: Scheme, secret: str) -> tuple[bytes, ...]:
    """The keys that a secret may stand for: its own bytes, or what it is the base64 of.

    Polar's library takes either, so that both sign. Raises ValueError that says what is wrong, without the secret.
    """
    if not secret:
        raise ValueError("is empty")
    if scheme is Scheme.POLAR:
        return (secret.encode(), *_decoded(secret))
    if scheme not in (Scheme.STANDARD, Scheme.SVIX):
        return (secret.encode(),)
    found = _decoded(secret)
    if not found:
        raise ValueError(f"is not base64 after {_PREFIX}, as its sender shows it")
    return found


def says_no(body: bytes) -> bool:
    """Whether an answer refuses in words, such as `{"success": false}`: some handlers do so with a status of 200."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return False
    if not isinstance(said, dict):
        return False
    return any(said.get(word) is False for word in _GOOD_WORDS) or any(said.get(word) for word in _BAD_WORDS)


def _decoded(secret: str) -> tuple[bytes, ...]:
    rest = secret.removeprefix(_PREFIX).rstrip("=")
    try:
        key = base64.b64decode(rest + "=" * (-len(rest) % 4), validate=True)
    except (binascii.Error, ValueError):
        return ()
    return (key,) if key else ()


def _identified(scheme: Scheme, event_id: str, at_s: int) -> Headers:
    prefix = "svix" if scheme is Scheme.SVIX else "webhook"
    return ((f"{prefix}-id", event_id), (f"{prefix}-timestamp", str(at_s)))


def _standard(signing: tuple[bytes, ...], body: bytes, event_id: str, at_s: int) -> str:
    content = f"{event_id}.{at_s}.".encode() + body
    return " ".join(f"v1,{base64.b64encode(_digest(key, content)).decode()}" for key in signing)


def _digest(key: bytes, content: bytes) -> bytes:
    return hmac.new(key, content, hashlib.sha256).digest()

"""Stripe's scheme of signing webhooks: `Stripe-Signature: t=…,v1=…`, HMAC-SHA256 over `t.body`."""

import hashlib
import hmac
import re

TOLERANCE_S = 300
_DIGITS = re.compile(r"[0-9]{1,12}", re.ASCII)


class BadSignature(Exception):
    """It is not from who it should be, or not from now; the message says which, without the signature."""


def sign(body: bytes, secret: str, now_s: int) -> str:
    """The header for a body that is sent now."""
    return f"t={now_s},v1={_mac(body, secret, str(now_s))}"


def check(header: str, body: bytes, secret: str, now_s: int, tolerance_s: int | None = TOLERANCE_S) -> None:
    """Raises BadSignature unless one of the signatures fits and was made within the tolerance, before or after now."""
    pairs = [part.strip().partition("=") for part in header.split(",")]
    stamps = [value for name, _, value in pairs if name == "t"]
    given = [value.encode("utf-8", "replace") for name, _, value in pairs if name == "v1"]
    if len(stamps) != 1 or not _DIGITS.fullmatch(stamps[0]) or not given:
        raise BadSignature("The Stripe-Signature header is missing or malformed.")
    expected = _mac(body, secret, stamps[0]).encode()
    fitting = [hmac.compare_digest(expected, one) for one in given]
    if not any(fitting):
        raise BadSignature("No signature fits this body.")
    if tolerance_s is not None and abs(now_s - int(stamps[0])) > tolerance_s:
        raise BadSignature("The signature is too old, or from the future.")


def _mac(body: bytes, secret: str, stamp: str) -> str:
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()

"""A value's fingerprint by the team's key: it tells two values apart, and gives nothing of them away."""

import hmac
from functools import partial

from launchready.gather.secrets.reading import Fingerprint


def by_key(key: str) -> Fingerprint:
    """HMAC-SHA-256 as 64 hexadecimal digits: without the key nobody can try guesses against it."""
    return partial(_fingerprint, key.encode("utf-8", "surrogateescape"))


def _fingerprint(key: bytes, value: bytes) -> str:
    return hmac.new(key, value, "sha256").hexdigest()

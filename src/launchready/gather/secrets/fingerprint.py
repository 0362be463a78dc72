"""A value's fingerprint by the team's key: it tells two values apart, and gives nothing of them away."""

import hmac
from functools import partial

from launchready.errors import UsageError
from launchready.gather.secrets.reading import Fingerprint


def by_key(key: str) -> Fingerprint:
    """HMAC-SHA-256 as 64 hexadecimal digits: without the key nobody can try guesses against it.

    UsageError for a key that everybody knows, as it is blank.
    """
    if not key.strip():
        raise UsageError("the [secrets] fingerprint_key of launch.toml is blank; make one with openssl rand -hex 32")
    return partial(_fingerprint, key.encode("utf-8", "surrogateescape"))


def _fingerprint(key: bytes, value: bytes) -> str:
    return hmac.new(key, value, "sha256").hexdigest()

"""Secrets are masked in whatever a command prints, also where they arrive in pieces."""

import re
from collections.abc import Iterable

MASKED = b"***"
# Shorter ones stand in every other word of an ordinary log; masking them would hide the log and tell their length.
SHORTEST = 4


class Mask:
    """A stream of bytes in which every secret becomes `***`."""

    def __init__(self, secrets: Iterable[str]) -> None:
        """Of a secret of several lines (a key file) each line is one too."""
        parts = {part for secret in secrets for part in (secret, *secret.splitlines())}
        known = sorted(
            {part.strip().encode() for part in parts if len(part.strip()) >= SHORTEST}, key=len, reverse=True
        )
        self._secrets = tuple(known)
        self._pattern = re.compile(b"|".join(map(re.escape, known))) if known else None
        self._held = b""

    def feed(self, arrived: bytes) -> bytes:
        """What may be shown by now; the beginning of a secret is held back until more has come."""
        if self._pattern is None:
            return arrived
        text = self._pattern.sub(MASKED, self._held + arrived)
        keep = next((size for size in self._sizes(text) if self._begins_secret(text[-size:])), 0)
        self._held = text[len(text) - keep :]
        return text[: len(text) - keep]

    def end(self) -> bytes:
        """What was held back, since nothing more comes."""
        rest, self._held = self._held, b""
        return rest

    def text(self, text: str) -> str:
        """A whole text, masked."""
        return self._pattern.sub(MASKED, text.encode("utf-8", "replace")).decode() if self._pattern else text

    def _sizes(self, text: bytes) -> range:
        longest = len(self._secrets[0]) - 1
        return range(min(longest, len(text)), 0, -1)

    def _begins_secret(self, ending: bytes) -> bool:
        return any(secret.startswith(ending) for secret in self._secrets)

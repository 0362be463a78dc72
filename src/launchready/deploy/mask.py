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
        """What may be shown by now; what may be the beginning of a secret is held back until more has come."""
        if self._pattern is None:
            return arrived
        text = self._held + arrived
        cut = min(self._begins(secret, text) for secret in self._secrets)
        for match in self._pattern.finditer(text):
            if match.start() < cut < match.end():
                cut = match.start()
        self._held = text[cut:]
        return self._pattern.sub(MASKED, text[:cut])

    def end(self) -> bytes:
        """What was held back, since nothing more comes."""
        rest, self._held = self._held, b""
        return self._pattern.sub(MASKED, rest) if self._pattern else rest

    def text(self, text: str) -> str:
        """A whole text, masked."""
        return self._pattern.sub(MASKED, text.encode("utf-8", "replace")).decode() if self._pattern else text

    @staticmethod
    def _begins(secret: bytes, text: bytes) -> int:
        """Where a secret begins that the text does not hold to its end; the text's end when none does."""
        place = text.find(secret[:1], max(0, len(text) - len(secret) + 1))
        while place >= 0 and not secret.startswith(text[place:]):
            place = text.find(secret[:1], place + 1)
        return place if place >= 0 else len(text)

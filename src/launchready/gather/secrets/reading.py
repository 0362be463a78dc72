"""One text is read for secrets: what is found keeps its kind, place, length and fingerprint, and loses its value."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from launchready.model.secret import Commit, FoundSecret, SecretHit

# What finds the values of a text; what turns one into a fingerprint; what reads the mark that allows it.
Look = Callable[[bytes], Sequence[SecretHit]]
Fingerprint = Callable[[bytes], str]
Marks = Callable[[bytes, SecretHit], str | None]

# Stripe and Clerk (sk_test_), Paddle (pdl_sdbx_), Square (sandbox-): each vendor's page about its keys, 2026-11-24.
# Django's startproject writes `django-insecure-` before a key that is for one's own machine.
_FOR_TESTS = re.compile(rb"[a-z]{2}_test_|pdl_sdbx_|sandbox-|django-insecure-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads texts one after the other; it remembers nothing of them."""

    look: Look
    marks: Marks
    fingerprint: Fingerprint | None = None

    def found(self, path: str, data: bytes, commit: Commit | None = None) -> tuple[FoundSecret, ...]:
        """The secrets of one text (UTF-8 or unknown bytes), in the order of their places."""
        found, line, at = list[FoundSecret](), 1, 0
        for hit in sorted(self.look(data), key=lambda hit: hit.start):
            line, at = line + data.count(b"\n", at, hit.start), hit.start
            found.append(self.without_value(hit, path, data, line, commit))
        return tuple(found)

    def without_value(
        self, hit: SecretHit, path: str, data: bytes, line: int, commit: Commit | None = None
    ) -> FoundSecret:
        """What is kept of one hit in `data`; its line is given by those who read a file in pieces."""
        value = data[hit.start : hit.end]
        return FoundSecret(
            kind=hit.kind,
            verdict=hit.verdict,
            path=path,
            line=line,
            length=hit.end - hit.start,
            fingerprint=self.fingerprint(value) if self.fingerprint else None,
            allowed=self.marks(data, hit),
            commit=commit,
            for_tests=_FOR_TESTS.match(value) is not None,
        )

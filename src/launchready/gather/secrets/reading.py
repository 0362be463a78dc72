"""One text is read for secrets: what is found keeps its kind, place, length and fingerprint, and loses its value."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from launchready.model.secret import Commit, FoundSecret, SecretHit

# What finds the values of a text; what turns one into a fingerprint; what reads the mark that allows it.
Look = Callable[[bytes], Sequence[SecretHit]]
Fingerprint = Callable[[bytes], str]
Marks = Callable[[bytes, SecretHit], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads texts one after the other; it remembers nothing of them."""

    look: Look
    marks: Marks
    fingerprint: Fingerprint | None = None

    def found(self, path: str, data: bytes, commit: Commit | None = None) -> tuple[FoundSecret, ...]:
        """The secrets of one text (UTF-8 or unknown bytes), in the order of their places."""
        found, line, at = [], 1, 0
        for hit in sorted(self.look(data), key=lambda hit: hit.start):
            line, at = line + data.count(b"\n", at, hit.start), hit.start
            found.append(self._found(hit, path, line, data, commit))
        return tuple(found)

    def _found(self, hit: SecretHit, path: str, line: int, data: bytes, commit: Commit | None) -> FoundSecret:
        return FoundSecret(
            kind=hit.kind,
            verdict=hit.verdict,
            path=path,
            line=line,
            length=hit.end - hit.start,
            fingerprint=self.fingerprint(data[hit.start : hit.end]) if self.fingerprint else None,
            allowed=self.marks(data, hit),
            commit=commit,
        )

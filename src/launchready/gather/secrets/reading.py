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
        found, line, at = list[FoundSecret](), 1, 0
        for hit in self.look(data):
            if hit.start < at:
                line, at = 1, 0
            line, at = line + data.count(b"\n", at, hit.start), hit.start
            found.append(self.without_value(hit, path, data, line, commit))
        return tuple(found)

    def without_value(
        self, hit: SecretHit, path: str, data: bytes, line: int, commit: Commit | None = None
    ) -> FoundSecret:
        """What is kept of one hit in `data`; its line is given by those who read a file in pieces."""
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

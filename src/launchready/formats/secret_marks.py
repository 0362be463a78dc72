"""Marks beside a value by which its owner allows it: our own, and those of gitleaks, detect-secrets and trufflehog.

Sources: gitleaks README, "gitleaks:allow"; detect-secrets README, "Inline Allowlisting"; trufflehog README,
"trufflehog:ignore" (read 2026-11-24).
"""

import re
from collections.abc import Callable, Sequence

from launchready.formats.printable import printable
from launchready.model.secret import SecretHit

# A mark further away on a minified line is beside another value.
NEAR_BYTES = 400
REASON_CHARACTERS = 200

_OURS = re.compile(rb"launchready:allow\b(?P<reason>[^\r\n]*)")
_OTHERS = re.compile(rb"gitleaks:allow\b|pragma:[ \t]*(?:allow|white)list[ \t_-]secret\b|trufflehog:ignore\b")
_NEXT_LINE = re.compile(rb"pragma:[ \t]*(?:allow|white)list[ \t_-]nextline[ \t_-]secret\b")
_COMMENT = re.compile(rb"[ \t]*(?:#|//|/\*|--|<!--|;|%|')")
# What closes the comment, and what may be left of the string that the mark stands in.
_CLOSER = re.compile(r"\s*(?:\*/|-->|\*\)|#}).*$")
_LEFT = " \t\"'`,;"

Look = Callable[[bytes], Sequence[SecretHit]]


class Marks:
    """Reads the mark beside a value; `look` finds the values that a reason must not repeat."""

    def __init__(self, look: Look) -> None:
        self._look = look

    def __call__(self, data: bytes, hit: SecretHit) -> str | None:
        """The reason that a mark on the value's line, or in a comment line above it, gives; None without a mark.

        Ours must give a reason: it is empty when it gives none, and then allows nothing.
        """
        begin = data.rfind(b"\n", 0, hit.start) + 1
        above = data.rfind(b"\n", 0, max(begin - 1, 0)) + 1
        found = data.find(b"\n", hit.end)
        end = len(data) if found < 0 else found
        near = max(begin, hit.start - NEAR_BYTES), min(end, hit.end + NEAR_BYTES)
        before = max(above, begin - NEAR_BYTES), max(begin - 1, 0)
        if mark := _OURS.search(data, *near) or self._of_a_comment(_OURS, data, before):
            return self._reason(data, mark, data[hit.start : hit.end])
        mark = _OTHERS.search(data, *near) or self._of_a_comment(_NEXT_LINE, data, before)
        return f"marked {_plain(mark[0])} in the file" if mark else None

    def _of_a_comment(self, mark: re.Pattern[bytes], data: bytes, line: tuple[int, int]) -> re.Match[bytes] | None:
        """A mark in the line above, which is about the value below only if nothing but a comment stands there."""
        return mark.search(data, *line) if _COMMENT.match(data, *line) else None

    def _reason(self, data: bytes, mark: re.Match[bytes], value: bytes) -> str:
        """The reason in words; a value in it is left out, whatever it was put there for.

        The value that the mark is beside may have no shape of its own: without its name nothing else would find it.
        """
        begin, end = mark.span("reason")
        line = data.rfind(b"\n", 0, begin) + 1
        line = max(line, begin - NEAR_BYTES)
        kept, at = [], begin
        for hit in self._look(data[line:end]):
            kept.append(data[at : max(at, line + hit.start)])
            at = max(at, line + hit.end)
        kept.append(data[at:end])
        kept = [part.replace(value, b"") for part in kept]
        told = _CLOSER.sub("", " ".join(_plain(part) for part in kept)).lstrip(" :-–—").rstrip(_LEFT)
        return printable(told, REASON_CHARACTERS) if any(letter.isalnum() for letter in told) else ""


def _plain(text: bytes) -> str:
    return text.decode("utf-8", "replace")

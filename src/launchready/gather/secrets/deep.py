"""The hundreds of rules of Kingfisher beside our own: offline, nothing is tried out, and our own verdict counts."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from kingfisher_sdk import DetectionPolicy, Rules, Scanner

from launchready.formats.printable import printable
from launchready.gather.secrets.reading import Look
from launchready.model.secret import SecretHit, SecretKind, SecretVerdict

_FAMILY = re.compile(r"^(?:betterleaks\.|kingfisher\.|veles\.secrets/)")


# Our kind for a value of which only the name beside it says that it is secret: Kingfisher may know whose it is.
_NAMED_ALONE = frozenset({"named-key", "named-secret"})


class Deep:
    """Both: where the two find the same value, it is told once, as ours if we know whose it is."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._scanner = Scanner(Rules(), policy=DetectionPolicy(), redact=True)

    def __call__(self, data: bytes) -> Sequence[SecretHit]:
        """The values of the text in the order of their places."""
        hits = list(self._look(data))
        for finding in self._scanner.scan(data):
            start, end = finding.location["start_offset"], finding.location["end_offset"]
            if not finding.visible or start >= end:
                continue
            kind = _kind(finding.rule_id, finding.rule_name)
            beside = next((place for place, hit in enumerate(hits) if start < hit.end and hit.start < end), None)
            if beside is None:
                hits.append(SecretHit(kind=kind, verdict=kind.verdict, start=start, end=end))
            elif hits[beside].kind.id in _NAMED_ALONE:
                hits[beside] = replace(hits[beside], kind=kind, verdict=kind.verdict)
        return sorted(hits, key=lambda hit: hit.start)


@cache
def _kind(rule: str, said: str) -> SecretKind:
    """What Kingfisher's rule finds, in our terms; it does not say how the value is replaced."""
    name = printable(_FAMILY.sub("", rule).replace("-", " "), 80)
    return SecretKind(
        id=printable(rule, 100),
        title=f"{name[:1].upper()}{name[1:]} (found by Kingfisher)",
        verdict=SecretVerdict.SECRET,
        opens=printable(said, 200),
        rotate="Make a new one where this one was issued, put it in place, then delete this one.",
        source="Kingfisher's rules",
    )

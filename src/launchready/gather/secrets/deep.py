"""The hundreds of rules of Kingfisher beside our own: offline, nothing is tried out, and our own verdict counts."""

import re
from collections.abc import Sequence
from functools import cache

from kingfisher_sdk import DetectionPolicy, Rules, Scanner

from launchready.formats.printable import printable
from launchready.gather.secrets.reading import Look
from launchready.model.secret import SecretHit, SecretKind, SecretVerdict

_FAMILY = re.compile(r"^(?:betterleaks\.|kingfisher\.|veles\.secrets/)")


class Deep:
    """Both: where the two find the same value, it is told once, as ours."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._scanner = Scanner(Rules(), policy=DetectionPolicy(), redact=True)

    def __call__(self, data: bytes) -> Sequence[SecretHit]:
        """The values of the text in the order of their places."""
        ours = list(self._look(data))
        taken = [(hit.start, hit.end) for hit in ours]
        for finding in self._scanner.scan(data):
            start, end = finding.location["start_offset"], finding.location["end_offset"]
            if finding.visible and start < end and not any(start < until and since < end for since, until in taken):
                kind = _kind(finding.rule_id, finding.rule_name)
                ours.append(SecretHit(kind=kind, verdict=kind.verdict, start=start, end=end))
                taken.append((start, end))
        return sorted(ours, key=lambda hit: hit.start)


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

"""What looks like a key and is none: examples, blanks to be filled in, and text that is not random."""

import math
import re
from collections import Counter

_WORDS = re.compile(
    rb"example|your[-_ ]|changeme|change[-_]me|placeholder|dummy|sample|redacted|insert[-_]|replace[-_]"
    rb"|x{5}|\*{3}|\.{3}|01234567|12345678|abcdefg|qwerty|deadbeef|(.)\1{7}",
    re.IGNORECASE | re.DOTALL,
)
_FEWEST_DIFFERENT = 7


def placeholder(value: bytes) -> bool:
    """Whether the value was written by a person to show where a key goes."""
    return _WORDS.search(value) is not None or len(set(value)) < min(_FEWEST_DIFFERENT, len(value) / 2)


def bits_per_character(value: bytes) -> float:
    """Shannon's entropy of the value's characters."""
    counts = Counter(value)
    return -sum(count / len(value) * math.log2(count / len(value)) for count in counts.values())

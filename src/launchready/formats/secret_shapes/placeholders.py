"""What stands where a key would and is none: examples, blanks to be filled in, names of variables, plain words."""

import math
import re
from collections import Counter

from launchready.known.secret_kinds import documented

_BLANKS = re.compile(
    rb"example|your[-_ ]|changeme|change[-_]me|placeholder|dummy|sample|redacted|insert[-_]|replace[-_]"
    rb"|x{5}|\*{3}|\.{3}|01234567|12345678|abcdefg|qwerty|deadbeef|(.)\1{7}",
    re.IGNORECASE | re.DOTALL,
)
_WORDS = re.compile(
    rb"secret|passw|test|change|your|demo|fake|here|foobar|foo[-_]|local|default|todo|null|undefined|replace|insert"
    rb"|token|super|random|generate|process\.env|environ|config|settings|[-_.]key|key[-_.]|\bdev\b|[-_]dev|dev[-_]"
    rb"|some[-_]|admin|root|user|hunter2|xxxx|12345|postgres|mysql|redis|mongo|<|\$\{|\$\(|\{\{|%\(|%s",
    re.IGNORECASE,
)
# What a template, a shell or a program puts something else in for.
_FILLED_IN = re.compile(rb"[<>{}\[\]|]|\$\w|\$\(|%[(\w]|\(|^:|#\{|\bnull\b|\*{2}|^[A-Z][A-Z_]+$|x{3}", re.IGNORECASE)
# Names of variables, dotted paths in code, UUIDs that identify and version numbers.
_CODE = re.compile(rb"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+\??|[a-z]+(?:[-_./:][a-z]+)+")
_FEWEST_DIFFERENT = 7
_LEAST_BITS = 2.8
_LONG = 16


def placeholder(value: bytes) -> bool:
    """Whether the value was written by a person to show where a key goes, or is known from a vendor's manual."""
    return (
        _BLANKS.search(value) is not None
        or len(set(value)) < min(_FEWEST_DIFFERENT, len(value) / 2)
        or documented(value)
    )


def blank(value: bytes) -> bool:
    """Whether something else is put in for the value before it is used."""
    return _FILLED_IN.search(value) is not None


def made_up(value: bytes) -> bool:
    """Whether a value that somebody may have thought up is no secret: plain words, the code that reads one, a blank."""
    return (
        placeholder(value)
        or not any(byte in b"0123456789" for byte in value)
        or value.isdigit()
        or _WORDS.search(value) is not None
        or _CODE.fullmatch(value) is not None
        or (len(value) >= _LONG and bits_per_character(value) < _LEAST_BITS)
    )


def bits_per_character(value: bytes) -> float:
    """Shannon's entropy of the value's characters."""
    counts = Counter(value)
    return -sum(count / len(value) * math.log2(count / len(value)) for count in counts.values())

"""What stands where a key would and is none: examples, blanks to be filled in, names of variables, plain words."""

import math
import re
from base64 import b64decode
from collections import Counter

from launchready.known.secret_kinds import documented

# What people write to show where a key goes.
_SHOWN = re.compile(
    rb"example|your[-_ ]|changeme|change[-_]me|placeholder|dummy|sample|redacted|insert[-_]|replace[-_]"
    rb"|x{5}|\*{3}|\.{3}|01234567|12345678|abcdefg|qwerty|deadbeef|(.)\1{7}|(.{3,8})\2\2|x{3}\Z",
    re.IGNORECASE | re.DOTALL,
)
# Words of secrets that somebody thought up for a trial.
_WORDS = re.compile(
    rb"secret|passw|pass\d|passphrase|^dev|test|change|your|demo|fake|here|foobar|foo[-_]|local|default|todo|null|undefined|replace"
    rb"|insert|token|super|random|generate|process\.env|environ|config|settings|[-_.]key|key[-_.]|\bdev\b|[-_]dev|dev[-_]"
    rb"|some[-_]|admin|root|user|hunter2|xxxx|12345|postgres|mysql|redis|mongo|blah|invalid",
    re.IGNORECASE,
)
# What a template, a shell or a program puts something else in for.
_FILLED_IN = re.compile(rb"[<>{}\[\]|()]|\$\w|%s|%[A-Za-z_]+%|^:|#\{|\*{2}|^[A-Z][A-Z_]+$|x{3}")
# Names of variables, dotted paths in code, words joined by one sign, camelCase, addresses, and hashes of passwords.
_NO_VALUE = re.compile(
    rb"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+\??|[a-z]+(?:[-_./:][a-z]+)+"
    rb"|(?:[a-z]+|[A-Z][a-z]+)(?:[A-Z][a-z]+)+|(?:https?|arn|urn|file|s3|projects):?/?.*"
    rb"|ENC[\[(].*|\$(?:2[aby]|[156y]|argon2\w*|pbkdf2\S*|scrypt)\$.*|(?:pbkdf2|bcrypt|scrypt|argon2|sha\d+|md5)[_:$\w]*[$:].*",
    re.DOTALL,
)
# Keys that have a rule of their own, which has said that they are none.
_JUDGED_ALREADY = re.compile(rb"gh[pousr]_|glsa_|polar_[a-z]+_|eyJ[A-Za-z0-9_-]+\.eyJ")
_DIGIT = re.compile(rb"\d")
_CHANGES_OF_CASE = re.compile(rb"(?<=[a-z])[A-Z]|(?<=[A-Z])[a-z]")
_DIGITS_FOR_LETTERS = bytes.maketrans(b"0134@5$7", b"oieaasst")
_BASE64 = re.compile(rb"(?:[A-Za-z0-9+/]{4}){3,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_FEWEST_DIFFERENT = 7
_LEAST_BITS = 2.8
_LONG = 16
_THOUGHT_UP = 24


def placeholder(value: bytes) -> bool:
    """Whether the value was written by a person to show where a key goes, or is known from a vendor's manual."""
    return (
        _SHOWN.search(value) is not None
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
        or not _irregular(value)
        or _words(value)
        or _NO_VALUE.fullmatch(value) is not None
        or _JUDGED_ALREADY.match(value) is not None
        or (len(value) >= _LONG and bits_per_character(value) < _LEAST_BITS)
        or ((text := _encoded_text(value)) is not None and made_up(text))
    )


def bits_per_character(value: bytes) -> float:
    """Shannon's entropy of the value's characters."""
    counts = Counter(value)
    return -sum(count / len(value) * math.log2(count / len(value)) for count in counts.values())


def _irregular(value: bytes) -> bool:
    """Whether digits stand among other characters, or capitals among small letters as often as chance puts them."""
    if _DIGIT.search(value):
        return not value.isdigit()
    return len(value) >= _LONG and len(_CHANGES_OF_CASE.findall(value)) >= len(value) / 3


def _words(value: bytes) -> bool:
    plain = value.translate(_DIGITS_FOR_LETTERS) if len(value) < _THOUGHT_UP else value
    return _WORDS.search(value) is not None or _WORDS.search(plain) is not None or b"${" in value or b"{{" in value


def _encoded_text(value: bytes) -> bytes | None:
    """The text that the value is the base64 of; None where it is none, as with random bytes."""
    if not _BASE64.fullmatch(value):
        return None
    text = b64decode(value).strip()
    return text if text.isascii() and text.decode().isprintable() else None

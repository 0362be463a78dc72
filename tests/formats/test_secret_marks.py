"""Marks beside a value: which allow it, with what reason, and which are another value's."""

import secrets

import pytest

from launchready.formats.secret_marks import NEAR_BYTES, Marks
from launchready.model.secret import SecretHit
from tests.gather.secrets.keys import KIND, look, new_key

MARKS = Marks(look)


def reason(text: str) -> str | None:
    """What the mark beside `KEY` in the text says."""
    data = text.replace("KEY", new_key()).encode()
    (hit, *_) = look(data)
    return MARKS(data, hit)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a = 'KEY'  # launchready:allow revoked in March\n", "revoked in March"),
        ("a = 'KEY'  // launchready:allow: revoked in March", "revoked in March"),
        ("/* launchready:allow a test's own */ a = 'KEY'", "a test's own"),
        ("# launchready:allow revoked\na = 'KEY'\n", "revoked"),
        ("<!-- launchready:allow revoked -->\n<b>KEY</b>", "revoked"),
        ("<b>KEY</b> <!-- launchready:allow shown in the guide -->", "shown in the guide"),
        ("a = 'KEY'  # launchready:allow\r\n", ""),
        ("a = 'KEY'  # launchready:allow  --\n", ""),
        ("a = 'KEY'  # gitleaks:allow\n", "marked gitleaks:allow in the file"),
        ("a = 'KEY'  # pragma: allowlist secret\n", "marked pragma: allowlist secret in the file"),
        ("a = 'KEY'  # pragma: whitelist secret\n", "marked pragma: whitelist secret in the file"),
        ("# pragma: allowlist nextline secret\na = 'KEY'\n", "marked pragma: allowlist nextline secret in the file"),
        ("a = 'KEY'  # trufflehog:ignore\n", "marked trufflehog:ignore in the file"),
    ],
)
def test_a_mark_says_why(text: str, expected: str) -> None:
    assert reason(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "a = 'KEY'\n",
        "a = 'KEY'\nb = 1  # gitleaks:allow\n",
        "b = 1  # launchready:allow revoked\na = 'KEY'\n",  # of the line above, which is no comment alone
        "# launchready:allow revoked\n\na = 'KEY'\n",
        "# pragma: allowlist secret\na = 'KEY'\n",
        "a = 'KEY'  # pragma: allowlist nextline secret\n",
        "a = 'KEY'  # launchready:allowed\n",
        "a = 'KEY'; b = '" + "x" * NEAR_BYTES + "'  # gitleaks:allow\n",  # a minified line has many values
        "gitleaks: allow KEY\n",
    ],
)
def test_what_is_no_mark_of_this_value(text: str) -> None:
    assert reason(text) is None


def test_a_reason_repeats_no_value() -> None:
    key, other = new_key(), new_key()
    data = f"a = '{key}'  # launchready:allow {key} and {other} are revoked\n".encode()
    told = MARKS(data, look(data)[0])
    assert told is not None
    assert "are revoked" in told
    assert key not in told
    assert other not in told


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xff\xfe", b"launchready:allow", b"# launchready:allow \xff\xff"])
def test_no_bytes_around_it_raise(data: bytes) -> None:
    key = new_key().encode()
    for text in (data + key, key + data, data + b"\n" + key + b"\n" + data):
        MARKS(text, look(text)[0]) if look(text) else None


def test_a_reason_repeats_no_value_that_only_its_name_tells() -> None:
    value = secrets.token_hex(16)
    data = f"NAME={value}  # launchready:allow {value} was revoked\n".encode()
    hit = SecretHit(kind=KIND, verdict=KIND.verdict, start=5, end=5 + len(value))
    assert MARKS(data, hit) == "was revoked"

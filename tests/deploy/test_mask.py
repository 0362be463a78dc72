"""No secret leaves a command's output, in however many pieces it arrives."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchready.deploy.mask import SHORTEST, Mask

SECRETS = ("hunter22", "hunter2222", "abab-abcd", "-----BEGIN KEY-----\nMIIEvQIBADANBg\n-----END KEY-----\n")


def masked(text: str, *cuts: int, secrets: tuple[str, ...] = SECRETS) -> str:
    mask, edges = Mask(secrets), [0, *sorted(cuts), len(text)]
    pieces = [text[start:end].encode() for start, end in pairwise(edges)]
    return b"".join([*map(mask.feed, pieces), mask.end()]).decode()


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("token hunter22!", "token ***!"),
        ("hunter2222", "***"),  # the longer one, not its beginning
        ("hunter22 22", "*** 22"),
        ("hunter2", "hunter2"),
        ("ababab-abcd", "ab***"),
        ("MIIEvQIBADANBg", "***"),  # a line of a key
        ("nothing", "nothing"),
        ("", ""),
    ],
)
def test_secrets_become_stars_wherever_the_pieces_end(printed: str, shown: str) -> None:
    assert masked(printed) == shown
    for first in range(len(printed) + 1):
        for second in range(first, len(printed) + 1):
            assert masked(printed, first, second) == shown


def test_a_short_value_hides_no_log() -> None:
    assert masked("port 80 is 80", secrets=("80", "on")) == "port 80 is 80"
    assert SHORTEST <= 4


def test_output_that_can_be_no_secret_is_shown_at_once() -> None:
    mask = Mask(SECRETS)
    assert mask.feed(b"building") == b"building"
    assert mask.feed(b" hunt") == b" "
    assert mask.feed(b"ing") == b"hunting"


def test_without_secrets_all_is_shown() -> None:
    assert masked("anything", secrets=()) == "anything"
    assert Mask(()).text("anything") == "anything"
    assert Mask(SECRETS).text("a hunter22 b") == "a *** b"


@given(
    st.lists(st.text("ab", min_size=4, max_size=9), min_size=1, max_size=3),
    st.text("abc", max_size=40),
    st.lists(st.integers(0, 40), max_size=6),
)
def test_pieces_are_shown_as_the_whole_is(secrets: list[str], printed: str, cuts: list[int]) -> None:
    shown = masked(printed, *(min(cut, len(printed)) for cut in cuts), secrets=tuple(secrets))
    assert shown == masked(printed, secrets=tuple(secrets))
    assert not any(secret in shown for secret in secrets)

"""Where keys stand: found in valid TOML of any style, and the same keys that tomllib finds."""

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchready.config.lines import DEEPEST, Place, line_of, lines_of_keys

TEXT = '''\
# comment with [a] = "b"
top = 1
dotted."quoted key".x = "a # b = [c]"

[hosts."app.parley.example"] # comment
routes = [
  "/",  # first
  """
a" ""b
= [x]""",
  \'\'\'it''s'\'\'\'\', {deep = 1},
]
when = 1979-05-27 07:32:00
number = -1.5e+10
inline = { x = 1, y.z = [1, 2], 'q r' = "]" }
[[records]]
name = 'a'
[[records]]
name = "b\\"c"
[records.sub]
k = true
[ spaced . "out" ]
last = """
\\""" not the end"""
after = inf
'''

LINES: dict[Place, int] = {
    ("top",): 2,
    ("dotted", "quoted key", "x"): 3,
    ("hosts",): 5,
    ("hosts", "app.parley.example"): 5,
    ("hosts", "app.parley.example", "routes"): 6,
    ("hosts", "app.parley.example", "routes", 0): 7,
    ("hosts", "app.parley.example", "routes", 1): 8,
    ("hosts", "app.parley.example", "routes", 2): 11,
    ("hosts", "app.parley.example", "routes", 3, "deep"): 11,
    ("hosts", "app.parley.example", "when"): 13,
    ("hosts", "app.parley.example", "number"): 14,
    ("hosts", "app.parley.example", "inline", "y", "z", 1): 15,
    ("hosts", "app.parley.example", "inline", "q r"): 15,
    ("records", 0): 16,
    ("records", 0, "name"): 17,
    ("records", 1): 18,
    ("records", 1, "name"): 19,
    ("records", 1, "sub"): 20,
    ("records", 1, "sub", "k"): 21,
    ("spaced", "out"): 22,
    ("spaced", "out", "last"): 23,
    ("spaced", "out", "after"): 25,
}


def places(value: Any, place: Place = ()) -> Iterator[Place]:
    """Every table, key and entry that tomllib read, as deep as lines are kept."""
    if len(place) == DEEPEST:
        return
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in inside:
        yield (*place, key)
        yield from places(inner, (*place, key))


@pytest.mark.parametrize(("place", "line"), LINES.items())
def test_each_key_is_found_on_its_line(place: Place, line: int) -> None:
    assert lines_of_keys(TEXT)[place] == line


@pytest.mark.parametrize("text", [TEXT, TEXT.replace("\n", "\r\n"), ""])
def test_the_keys_are_those_that_tomllib_reads(text: str) -> None:
    assert set(lines_of_keys(text)) == set(places(tomllib.loads(text)))


def test_what_does_not_stand_there_is_placed_by_what_is_around_it() -> None:
    lines = lines_of_keys(TEXT)
    assert line_of(("records", 1, "value"), lines) == 18
    assert line_of(("hosts", "app.parley.example", "routes", 9), lines) == 6
    assert line_of(("launch",), lines) == 1
    assert line_of(("launch",), {}) == 1


KEYS = st.sampled_from(["a", '"b.c"', "'d e'", "1", "-"])
VALUES = st.sampled_from(
    ['"x"', "1.5", "true", "[]", "[1, [2, 3],]", '{ k = "]", l.m = 1 }', '"""\nq"""', "'''\n[a]\n'''", "[\n# c\n1,\n]"]
)
STATEMENTS = st.one_of(
    st.builds("{} = {}".format, KEYS, VALUES),
    st.builds("{}.{} = {} # c".format, KEYS, KEYS, VALUES),
    st.builds("[{}]".format, KEYS),
    st.builds("[{}.{}]".format, KEYS, KEYS),
    st.builds("[[{}]]".format, KEYS),
    st.just("# [a] = 1"),
)


@given(st.lists(STATEMENTS, max_size=8))
def test_any_valid_text_has_a_line_for_each_key_and_no_other(statements: list[str]) -> None:
    text = "\n".join(statements)
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    lines = lines_of_keys(text)
    assert set(lines) == set(places(read))
    assert all(1 <= line <= text.count("\n") + 1 for line in lines.values())

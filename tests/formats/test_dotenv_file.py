"""Dotenv files as python-dotenv, Node's dotenv and docker compose read them."""

from io import StringIO

import pytest
from dotenv import dotenv_values

from launchready.formats.dotenv_file import Dialect, entries
from launchready.formats.dotenv_file.differences import difference

SAME = [
    ("A=1", "1"),
    ("A = 1 ", "1"),
    ("export A=1", "1"),
    ("A=", ""),
    ('A=""', ""),
    ("A=x # y", "x"),
    ("A='x # y'", "x # y"),
    ('A="x # y" # z', "x # y"),
    ('A="x\ny"', "x\ny"),
    ("A='x\ny'", "x\ny"),
    ('A="x\\ny"', "x\ny"),
    ("A='$B'", "$B"),
    ("A=1\r\nB=2\r\n", "1"),
    ("\ufeffA=1", "1"),
    ("A=1\nA=2", "2"),
    ("A=a=b", "a=b"),
    ("# A=0\nA=1", "1"),
    ("A=it's", "it's"),
    ("A='x'", "x"),
    ("A=ünï", "ünï"),
]  # fmt: skip
DIFFERENT = [
    ("A=x#y", "is read differently by Node's dotenv and python-dotenv: Node's dotenv ends it at the #"),
    ("B=1\nA=x$B", "is read differently by docker compose and python-dotenv: docker compose puts another variable in"),
    ("A=`x`", "is read differently by Node's dotenv and python-dotenv: python-dotenv keeps the backquotes"),
    ('A="x\\ty"', "they do not agree what a backslash stands for"),
    ("B=1\nA=${B}", "python-dotenv puts another variable in for what follows the $"),
]


@pytest.mark.parametrize(("text", "value"), SAME)
def test_what_all_read_alike(text: str, value: str) -> None:
    entry = next(one for one in entries(text) if one.name == "A")
    assert dict(entry.values) == dict.fromkeys(Dialect, value)
    assert difference(entry, Dialect) is None


@pytest.mark.parametrize("text", [text for text, _ in (*SAME, *DIFFERENT)])
def test_python_dotenv_is_followed(text: str) -> None:
    oracle = dotenv_values(stream=StringIO(text), interpolate=True)
    ours = {one.name: one.values[Dialect.PYTHON] for one in entries(text) if Dialect.PYTHON in one.values}
    assert ours == {key.lstrip("\ufeff"): value for key, value in oracle.items()}


@pytest.mark.parametrize(("text", "said"), DIFFERENT)
def test_differences_are_named_without_the_value(text: str, said: str) -> None:
    entry = next(one for one in entries(text) if one.name == "A")
    assert said in (difference(entry, Dialect) or "")


def test_only_the_readers_that_are_there_are_compared() -> None:
    (entry,) = entries("A=x#y")
    assert difference(entry, (Dialect.PYTHON, Dialect.COMPOSE)) is None
    assert difference(entry, (Dialect.PYTHON,)) is None


def test_a_quote_that_does_not_close() -> None:
    entry = next(one for one in entries('A="x\n') if one.name == "A")
    assert "its quotes do not close" in (difference(entry, Dialect) or "")


def test_lines_and_duplicates() -> None:
    first, second = entries("# c\n\nA=1\nB='x\ny'\nA=2\n")
    assert (first.name, first.lines, second.name, second.lines) == ("A", (3, 6), "B", (4,))


def test_no_value_is_in_a_repr() -> None:
    assert "hunter" not in repr(entries("A=hunter2"))


def test_hostile_files_end() -> None:
    for text in (
        'A="' * 20_000,
        "A=${" * 20_000,
        "\\" * 100_000,
        "=" * 50_000,
        "A='" + "\\'" * 50_000,
        "\0A=1\n" * 10_000,
    ):
        assert len(entries(text)) <= 1

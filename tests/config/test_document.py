"""Reading launch.toml: whatever is in its place, one sentence says where reading ended."""

import os
import tracemalloc
from pathlib import Path

import pytest

from launchready.config.document import read
from launchready.errors import ConfigError


def problem_of(content: bytes, folder: Path) -> str:
    path = folder / "launch.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError) as refused:
        read(path, "launch.toml")
    (problem,) = refused.value.problems
    assert problem.isprintable()
    return problem


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[launch]\ndomain = parley.example\n", "launch.toml:2: cannot be read as TOML (column 10): the value is not"),
        (
            b'[launch]\ndomain = "parley.example\n',
            "launch.toml:2: cannot be read as TOML (column 25): a quote is opened",
        ),
        (b"[launch]\n[launch]\n", "launch.toml:2: cannot be read as TOML (column 8): [launch] was begun before"),
        (b'[hosts."a.b"]\n[hosts."a.b"]\n', "[hosts.a.b] was begun before"),
        (b"a = 1\na = 2\n", "launch.toml:2: cannot be read as TOML (column 6): this key was given before"),
        (b"a\n", "launch.toml:1: cannot be read as TOML (column 2): a key needs an equals sign"),
        (b"a = 1\nb = [1,\n", "launch.toml:2: cannot be read as TOML: "),
        (b"a = {b = 1", "a table is opened with {"),
        (b'a = """', "launch.toml:1: cannot be read as TOML: "),
        (b"a = 2027-02-30", "there is no such day"),
        (b'a = "\\q"', "a backslash in double quotes"),
        (b"[hosts.app", "closing bracket"),
        (b"a = 1" + b"0" * 5000, "a number of thousands of digits"),
        (b"a = 1\nb = \xff", "launch.toml:2: is not UTF-8"),
        ("a = 'ü'".encode("utf-16"), "launch.toml:1: is UTF-16"),
        (b"a = 1\n\0", "launch.toml:2: holds a NUL byte"),
        (b"\x1b[31m = 1", "launch.toml:1: cannot be read"),
        (b"a = " + b"[" * 5000 + b"]" * 5000, "too deeply"),
        (b"a = " + b"{a=" * 5000 + b"1" + b"}" * 5000, "too deeply"),
        (b"x" * (1024 * 1024 + 1), "larger than 1 MiB"),
        (b"\na" + b".a" * 301 + b" = 1", "launch.toml:2: has more than 300 dots in one line"),
        (b"a" + b".a" * 500_000 + b" = 1", "more than 20000 dots"),
        (b"".join(b"k%d=1\n" % index for index in range(30_000)), "more than 20000 keys"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(content: bytes, said: str, tmp_path: Path) -> None:
    assert said in problem_of(content, tmp_path)


def test_a_mark_before_utf_8_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "launch.toml"
    path.write_bytes(b"\xef\xbb\xbfa = 1\r\n")
    assert read(path).tables == {"a": 1}


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, why in [
        (tmp_path, "is a folder"),
        (tmp_path / "none", "there is no such file"),
        (tmp_path / "pipe", "not a regular file"),
        (Path("/dev/zero"), "not a regular file"),
        (Path("a\0b"), r"a\\x00b: .*"),
        (tmp_path / ("x" * 300), "cannot be read|no such file"),
    ]:
        with pytest.raises(ConfigError, match=why):
            read(path)


def test_a_file_that_others_may_not_read_is_told(tmp_path: Path) -> None:
    loop = tmp_path / "launch.toml"
    loop.symlink_to(loop)
    with pytest.raises(ConfigError, match="cannot be read|no such file"):
        read(loop)


def test_a_large_file_is_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "launch.toml"
    with path.open("wb") as file:
        file.truncate(10**9)
    tracemalloc.start()
    with pytest.raises(ConfigError):
        read(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000_000

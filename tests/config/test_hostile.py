"""No bytes in launch.toml end in anything but a launch or one error in words."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from launchready.config import load
from launchready.errors import ConfigError
from launchready.formats.printable import printable

EXAMPLE = (Path(__file__).parents[2] / "docs" / "launch.toml").read_text("utf-8")
LINES = EXAMPLE.splitlines()
ODD_VALUES = [
    "9" * 400,
    *"""
1|-1|nan|inf|1e308|true|''|'\\'|"\\u0000"|"\\U0001F4A9"|[]|{}|[[]]|[{}]|1979-05-27|07:32:00|{a.b.c = 1}
'${env:X}'|'${env:'|'https://['|['', 1, [2]]
""".strip()
    .replace("\n", "|")
    .split("|"),
]
KEYS = sorted({line.partition("=")[0].strip() for line in LINES if "=" in line and not line.startswith("#")})
HEADERS = [
    *sorted({line for line in LINES if line.startswith("[")}),
    *["[a.b]", "[[a]]", "[hosts.a.b.c]", "['']", "[launch.x]"],
]
STATEMENTS = st.one_of(
    st.sampled_from(HEADERS),
    st.sampled_from(LINES),
    st.builds("{} = {}".format, st.sampled_from(KEYS), st.sampled_from(ODD_VALUES)),
)
anything = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def told(content: bytes, folder: Path) -> bool:
    """Whether the file becomes a launch, or problems that each name the file and can be printed."""
    path = folder / "launch.toml"
    path.write_bytes(content)
    try:
        launch = load(path, {}, "launch.toml")
    except ConfigError as refused:
        problems = refused.problems
    else:
        return bool(launch.domain)
    return bool(problems) and all(
        problem.startswith("launch.toml:") and problem == printable(problem, 1000) for problem in problems
    )


@anything
@given(content=st.binary())
def test_any_bytes(content: bytes, tmp_path: Path) -> None:
    assert told(content, tmp_path)


@anything
@given(content=st.text())
def test_any_text(content: str, tmp_path: Path) -> None:
    assert told(content.encode(), tmp_path)


@anything
@given(statements=st.lists(STATEMENTS, max_size=30))
def test_any_statements(statements: list[str], tmp_path: Path) -> None:
    assert told("\n".join(statements).encode(), tmp_path)


@anything
@given(line=st.sampled_from(range(len(LINES))), key=st.sampled_from(KEYS), value=st.sampled_from(ODD_VALUES))
def test_any_value_of_any_key(line: int, key: str, value: str, tmp_path: Path) -> None:
    changed = LINES[line].partition("=")[0] + f"= {value}" if "=" in LINES[line] else f"{key} = {value}"
    assert told("\n".join([*LINES[:line], changed, *LINES[line + 1 :]]).encode(), tmp_path)


@anything
@given(at=st.integers(0, len(EXAMPLE)), cut=st.integers(0, 20), put=st.text(max_size=5))
def test_any_slip_of_the_hand(at: int, cut: int, put: str, tmp_path: Path) -> None:
    assert told((EXAMPLE[:at] + put + EXAMPLE[at + cut :]).encode(), tmp_path)


@pytest.mark.parametrize("depth", [50, 100, 200, 400, 900, 5000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ("{a=", "}"), ("[{a=[", "]}]")])
def test_any_depth(depth: int, opening: str, closing: str, tmp_path: Path) -> None:
    for key in ("zzz", "launch", "hosts", "records"):
        assert told(f"{key} = {opening * depth}1{closing * depth}\n".replace("[1]", "[]").encode(), tmp_path)
    assert told(b"[hosts." + b".".join([b"a"] * min(depth, 290)) + b"]\n", tmp_path)

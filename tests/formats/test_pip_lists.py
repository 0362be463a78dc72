"""Lists for pip: what names one version, and what does not."""

import pytest

from launchready.formats import pip_lists


@pytest.mark.parametrize(
    ("line", "pinned"),
    [
        ("httpx==0.28.1", True),
        ("psycopg[binary]==3.3.9 ; python_version < '4'", True),
        ("httpx===0.28.1", True),
        ("httpx==0.28.1 --hash=sha256:00", True),
        ("httpx @ https://example.com/httpx.whl", True),
        ("httpx", False),
        ("httpx>=0.28", False),
        ("httpx==0.28.*", False),
        ("httpx~=0.28.1", False),
        ("--index-url https://example.com", None),
        ("-e .", None),
        ("./local", None),
        ("not a requirement", None),
    ],
)
def test_one_requirement(line: str, pinned: bool | None) -> None:
    assert pip_lists.is_pinned(line) is pinned


def test_a_list_with_all_that_pip_knows() -> None:
    found = pip_lists.read(
        "# what we need\n-r base.txt\n--constraint=limits.txt\nHTTPX==1.0 \\\n    --hash=sha256:00\n"
        "\njinja2>=3 # loose\n"
    )
    assert [(one.name, one.pinned, one.line) for one in found.wanted] == [("httpx", True, 4), ("jinja2", False, 7)]
    assert (found.includes, found.constraints) == (("base.txt",), ("limits.txt",))

"""What is read of a repository's variables where not all of it can be read, and what counts as told or as read."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from launchready.config import default_launch
from launchready.formats import script_variables
from launchready.gather.environments import look
from launchready.model.facts import VariableFacts
from launchready.model.gap import Gap, peek

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def looked(root: Path, files: dict[str, str], *, with_scripts: bool = True) -> VariableFacts:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    scripts = script_variables.read if with_scripts else None
    (facts,) = look(default_launch("parley.example"), root, root, (), scripts, NOW)
    assert isinstance(facts, VariableFacts)
    return facts


def test_without_ast_grep_scripts_are_unknown_and_say_how_to_read_them(tmp_path: Path) -> None:
    facts = looked(tmp_path, {"a.ts": "process.env.KEY", "b.py": "import os; os.environ['B_KEY']"}, with_scripts=False)
    gap = peek(facts, "scripts")
    assert isinstance(gap, Gap) and "pip install 'launchready[code]'" in gap.reason
    assert [one.name for one in facts.uses] == ["B_KEY"]
    assert looked(tmp_path / "c", {"b.py": "import os"}, with_scripts=False).whole is True


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("README.md", "Set OLD_FLAG"),
        ("CHANGELOG.md", "OLD_FLAG is gone"),
        (".env.other.example", "OLD_FLAG=1"),
        ("app/a.py", "OLD_FLAGS = 1"),
    ],
)
def test_what_makes_no_listed_variable_alive(tmp_path: Path, name: str, text: str) -> None:
    facts = looked(tmp_path, {".env.example": "OLD_FLAG=\n", name: text})
    assert "OLD_FLAG" in {one.name for one in facts.dead}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("app/a.py", "import os\nos.environ.get('OLD_FLAG')"),
        ("app/a.py", "import os\nos.environ[f'OLD_{what}']"),
        ("app/settings.py", "from x import Base\nclass S(Base):\n    old_flag: str"),
        ("tests/test_a.py", "import os\nos.environ.get('OLD_FLAG')"),
        ("compose.yaml", "services:\n  a:\n    image: x:${OLD_FLAG}"),
        ("run.sh", "echo $OLD_FLAG"),
        ("schema.prisma", 'url = env("OLD_FLAG")'),
        ("nginx.conf.template", "server_name ${OLD_FLAG};"),
    ],
)
def test_what_makes_a_listed_variable_alive(tmp_path: Path, name: str, text: str) -> None:
    assert looked(tmp_path, {".env.example": "OLD_FLAG=\n", name: text}).dead == ()


def test_in_a_language_that_is_not_read_nothing_is_dead(tmp_path: Path) -> None:
    gap = peek(looked(tmp_path, {".env.example": "OLD_FLAG=\n", "main.go": "package main"}), "dead")
    assert isinstance(gap, Gap) and "Go" in gap.reason


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".env.example", "# NEW_FLAG=1"),
        ("backend/.env.sample", "NEW_FLAG="),
        (".env", "NEW_FLAG=1"),
        ("README.md", "| `NEW_FLAG` | on |"),
        ("Dockerfile", "FROM x\nENV NEW_FLAG=1"),
        ("fly.toml", "[env]\nNEW_FLAG = '1'"),
        ("compose.yaml", "services:\n  a:\n    environment:\n      NEW_FLAG: 1"),
    ],
)
def test_where_a_team_is_told_of_a_variable(tmp_path: Path, name: str, text: str) -> None:
    (use,) = looked(tmp_path, {"app/a.py": "import os\nos.getenv('NEW_FLAG')", name: text}).uses
    assert use.documented_at or use.given_at


@pytest.mark.parametrize("path", ["tests/a.py", "scripts/a.py", "conftest.py", "e2e/a.ts", "playwright.config.ts"])
def test_what_only_tests_and_tools_read_is_nobodys_to_set(tmp_path: Path, path: str) -> None:
    source = "process.env.KEY" if path.endswith("ts") else "import os\nos.environ['KEY']"
    assert looked(tmp_path, {path: source}).uses == ()

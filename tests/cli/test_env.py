"""`launchready env check`: code, example file and environments compared; and no value in any byte it leaves."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from launchready.cli import run
from tests.cli.test_secrets import git, value

CODE = """\
import os

KEY = os.environ["OPENAI_API_KEY"]
STRIPE = os.getenv("STRIPE_API_KEY")
NEW = os.getenv("NEW_FLAG")
LEVEL = os.getenv("LOG_LEVEL", "info")
PORT = os.environ["PORT"]
"""
EXAMPLE = "OPENAI_API_KEY=\nSTRIPE_API_KEY=\nOLD_FLAG=\n"
LAUNCH = """\
[launch]
domain = "parley.example"

[environments.production]
source = ".env.production"
critical = ["OPENAI_API_KEY"]

[environments.staging]
source = ".env.staging"
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small product whose production lacks its critical variable."""
    here = tmp_path / "parley"
    write(here, {"app/chat.py": CODE, ".env.example": EXAMPLE, "launch.toml": LAUNCH})
    write(here, {".env.production": f"STRIPE_API_KEY={value()}\n", ".env.staging": f"OPENAI_API_KEY={value('sk-')}\n"})
    git(here, "init", "-q", "-b", "main")
    monkeypatch.chdir(here)
    return here


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def checked(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    code = run(["env", "check", "--format", "json", *arguments])
    return code, json.loads(capsys.readouterr().out)


def told(report: dict[str, Any]) -> set[tuple[str, str, str]]:
    return {(one["check"], one["subject"], one["severity"]) for one in report["findings"]}


MISSING = ("variable-missing", "OPENAI_API_KEY", "blocker")
UNDOCUMENTED = ("variable-undocumented", "NEW_FLAG", "minor")
DEAD = ("variable-dead", "OLD_FLAG", "minor")


def test_what_is_missing_dead_and_undocumented(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, report = checked(capsys)
    assert (code, told(report)) == (1, {MISSING, UNDOCUMENTED, DEAD})
    assert not report["unknown"]


def test_the_gate_says_it_in_one_line_from_the_ledger_and_from_a_file(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = "OPENAI_API_KEY: is not set in production; app/chat.py:3 reads it"
    assert run(["env", "check", "--facts-out", "env.json"]) == 1
    capsys.readouterr()
    assert run(["gate"]) == 1
    assert line in [one.strip() for one in capsys.readouterr().out.splitlines()]
    (project / ".launchready" / "ledger.db").unlink()
    assert run(["gate", "--facts", "env.json", "--format", "github"]) == 1
    assert any("file=app/chat.py,line=3" in one and line in one for one in capsys.readouterr().out.splitlines())


def test_the_gate_judges_by_todays_launch_toml(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(
        project, {"launch.toml": LAUNCH.replace("OPENAI", "STRIPE"), ".env.production": f"STRIPE_API_KEY={value()}\n"}
    )
    run(["env", "check"])
    write(project, {"launch.toml": LAUNCH})
    capsys.readouterr()
    assert run(["gate"]) == 1
    assert "OPENAI_API_KEY: is not set in production" in capsys.readouterr().out


def test_every_step_of_the_workflow_that_init_writes_ends_in_the_gate(project: Path) -> None:
    """What GitHub would run is run here; the audit, which looks outside, is left out."""
    assert run(["init", "--ci", "github", "--quiet"]) == 0
    workflow = yaml.safe_load((project / ".github/workflows/launchready.yml").read_text())
    runs = [step["run"] for step in workflow["jobs"]["audit"]["steps"] if "run" in step]
    looks = [one for one in runs if one.startswith(("launchready env", "launchready secrets", "launchready gate"))]
    environ = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    script = 'launchready() { python -m launchready "$@"; }\n'
    done = [
        subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", script + one],
            env=environ,
            capture_output=True,
            text=True,
            timeout=60,
        )
        for one in looks
    ]
    assert [one.returncode for one in done] == [0, 0, 1]
    assert any("OPENAI_API_KEY: is not set in production; app/chat.py:3" in one for one in done[-1].stdout.splitlines())


def test_what_is_missing_is_mended(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(
        project,
        {
            ".env.production": f"OPENAI_API_KEY={value('sk-')}\n",
            ".env.example": "OPENAI_API_KEY=\nNEW_FLAG=\nSTRIPE_API_KEY=\n",
        },
    )
    code, report = checked(capsys)
    assert (code, told(report)) == (0, set())


@pytest.mark.parametrize(
    ("line", "finding"),
    [
        ("OPENAI_API_KEY=", MISSING),
        ("OPENAI_API_KEY=your-key-here", ("variable-placeholder", "OPENAI_API_KEY", "blocker")),
        ("STRIPE_API_KEY=sk_" + "test_" + "a1B2c3" * 4, ("test-key-in-production", "STRIPE_API_KEY", "blocker")),
        ("DEBUG=true", ("debug-in-production", "DEBUG", "major")),
        ("APP_URL=http://localhost:3000", ("debug-in-production", "APP_URL", "major")),
        ("A=b`\nA=c", ("variable-read-differently", ".env.production:3", "minor")),
    ],
)
def test_what_a_value_gives_away(
    project: Path, capsys: pytest.CaptureFixture[str], line: str, finding: tuple[str, str, str]
) -> None:
    write(project, {".env.production": f"SECRET_KEY={value('')}\n{line}\n"})
    assert finding in told(checked(capsys)[1])


def test_a_secret_that_staging_has_too(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = value("sk-")
    write(
        project,
        {".env.production": f"OPENAI_API_KEY='{key}'\n", ".env.staging": f"export OPENAI_API_KEY={key} # same\n"},
    )
    assert ("environments-share-secret", "OPENAI_API_KEY", "major") in told(checked(capsys)[1])
    write(project, {"launch.toml": LAUNCH + 'shared = ["OPENAI_API_KEY"]\n'})
    assert "environments-share-secret" not in {one[0] for one in told(checked(capsys)[1])}


def test_no_value_is_left_anywhere(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = value("sk-")
    files = {".env.production": f"OPENAI_API_KEY={key}#x\n", ".env.staging": f"OPENAI_API_KEY={key}#x\nA=`{key}`\n"}
    write(project, files)
    for format_ in ("text", "json", "markdown", "html", "sarif", "junit", "github"):
        run(["env", "check", "--format", format_, "--facts-out", "facts.json"])
    run(["gate"])
    printed = capsys.readouterr()
    left = [
        printed.out,
        printed.err,
        *(path.read_text("latin-1") for path in project.rglob("*") if path.is_file() and path.name not in files),
    ]
    assert not any(key in one or key[:12] in one for one in left)


def test_names_alone_from_a_platform(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(
        project,
        {"secrets.json": json.dumps([{"Name": "OPENAI_API_KEY", "Digest": "x"}]), "fly.toml": "[env]\nLOG='x'\n"},
    )
    fly = LAUNCH.replace('".env.production"', '"fly.toml"')
    write(project, {"launch.toml": fly})
    code, report = checked(capsys)
    assert code == 3
    assert any("fly secrets list --json" in one["reason"] for one in report["unknown"])
    write(project, {"launch.toml": fly.replace('"fly.toml"', '["fly.toml", "secrets.json"]')})
    code, report = checked(capsys)
    assert (code, MISSING in told(report), report["unknown"]) == (0, False, [])


def test_compose_and_its_env_file(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(project, {
        "compose.yaml": "services:\n  app:\n    image: x\n    env_file: .env.production\n    environment:\n"
         "      - OPENAI_API_KEY\n",
        "launch.toml": LAUNCH.replace('".env.production"', '"compose.yaml"'),
    })  # fmt: skip
    code, report = checked(capsys)
    assert (code, MISSING in told(report)) == (0, False)


def test_a_source_that_is_not_there_is_unknown(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / ".env.production").unlink()
    code, report = checked(capsys)
    assert code == 3
    assert ".env.production cannot be read" in {one["reason"] for one in report["unknown"]}.pop()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--source", "x"), "is no ENVIRONMENT=FILE"),
        (("nowhere",), "there is no such folder"),
        (("--config", "nowhere.toml"), "nowhere.toml"),
    ],
)
def test_bad_usage_is_one_sentence(
    project: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    assert run(["env", "check", *arguments]) == 2
    printed = capsys.readouterr()
    assert said in printed.err
    assert (printed.out, len(printed.err.splitlines())) == ("", 1)


def test_a_folder_without_launch_toml(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Hostile and broken files are named and skipped; links out of the tree are not followed."""
    write(
        tmp_path,
        {"a.py": "import os\nos.environ['KEY']\n", "b.py": "import os; os.environ[(", ".env.example": "KEY=\n"},
    )
    (tmp_path / "c.py").symlink_to("/etc/passwd")
    code, report = checked(capsys, str(tmp_path))
    assert (code, report["findings"]) == (0, [])
    assert any("b.py: it is not Python" in one["reason"] for one in report["unknown"])

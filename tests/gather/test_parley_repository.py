"""Parley's own repository: nothing is found in it, and each mistake that is planted is named."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from launchready.checks import TOPICS
from launchready.checks.registry import Judgement, judge, registered
from launchready.gather.repository import deploying
from launchready.model.launch import Launch

PARLEY = Path(__file__).parents[2] / "examples" / "parley"
LAUNCH = Launch(domain="parley.example", name="Parley")
CHECKS = {id_: check for id_, check in registered(TOPICS).items() if check.topic == "repository"}
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
WORKFLOW = ".github/workflows/ship.yml"

# Check, the file, what stands in it and what is written instead (None: the file is gone).
PLANTED = [
    ("ci-missing", WORKFLOW, "", None),
    ("ci-does-not-gate", WORKFLOW, "    needs: tests\n", ""),
    ("lockfile-missing", "requirements.txt", "httpx==0.28.1", "httpx"),
    ("rollback-undescribed", "README.md", "", None),
    ("staging-not-separated", "fly.staging.toml", '"parley-example-staging"', '"parley-example"'),
    ("development-server-in-production", "Dockerfile", '"-m", "parley",', '"-m", "http.server",'),
    ("runtime-differs", "Dockerfile", "python:3.13.9", "python:3.11.4"),
    ("runtime-differs", "compose.yaml", "postgres:17.6", "postgres:15.2"),
]


@pytest.fixture
def parley(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PARLEY, tmp_path / "parley", ignore=shutil.ignore_patterns("__pycache__", "*.db*")))


def judged(folder: Path) -> Judgement:
    return judge(CHECKS.values(), [deploying.look(folder, LAUNCH, NOW)], LAUNCH, NOW)


def test_nothing_is_found_in_the_launch_state(parley: Path) -> None:
    assert judged(parley) == Judgement(findings=(), unknown=(), passed=tuple(CHECKS), not_applicable=())


@pytest.mark.parametrize(("check", "path", "was", "becomes"), PLANTED)
def test_a_planted_mistake_is_named(parley: Path, check: str, path: str, was: str, becomes: str | None) -> None:
    file = parley / path
    if becomes is None:
        file.unlink()
    else:
        assert was in file.read_text("utf-8")
        file.write_text(file.read_text("utf-8").replace(was, becomes, 1), "utf-8")
    assert [one.check for one in judged(parley).findings] == [check]

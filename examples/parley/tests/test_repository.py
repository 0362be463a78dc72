"""What the repository says of itself is true: its variables, its dependencies, its container, its README."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest
import yaml

from parley.__main__ import _parser
from parley.faults import Fault
from trial.process import FOLDER

READ = re.compile(r'"((?:PARLEY|OPENAI|STRIPE)_[A-Z_]+|DATABASE_URL)"')


def test_the_example_names_every_variable_that_is_read_and_no_other() -> None:
    code = "".join(path.read_text("utf-8") for path in (FOLDER / "parley").glob("*.py") if path.name != "checkout.py")
    read = set(READ.findall(code))
    example = (FOLDER / ".env.example").read_text("utf-8")
    assert set(re.findall(r"^([A-Z_]+)=$", example, re.MULTILINE)) == read


def test_every_dependency_is_pinned() -> None:
    declared = tomllib.loads((FOLDER / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    pinned = dict(
        re.findall(
            r"^([a-z0-9-]+)(?:\[[a-z]+\])?==([0-9.]+)", (FOLDER / "requirements.txt").read_text("utf-8"), re.MULTILINE
        )
    )
    assert {re.split(r"[\[>]", one)[0] for one in declared} | {"psycopg"} <= set(pinned)


def test_the_container_runs_as_nobody_in_particular_with_flags_that_exist() -> None:
    lines = (FOLDER / "Dockerfile").read_text("utf-8").splitlines()
    assert "USER parley" in lines
    assert re.fullmatch(r"FROM python:3\.[0-9]+\.[0-9]+-slim-[a-z]+", lines[0])
    words = [word.strip(",") for word in shlex.split(lines[-1].removeprefix("CMD ").strip("[]"))]
    assert words[:3] == ["python", "-m", "parley"]
    assert _parser().parse_args(words[3:]).behind_proxy


def test_compose_and_fly_start_what_exists() -> None:
    services = yaml.safe_load((FOLDER / "compose.yaml").read_text("utf-8"))["services"]
    assert _parser().parse_args(services["parley"]["command"][3:]).http == 8080
    fly = tomllib.loads((FOLDER / "fly.toml").read_text("utf-8"))
    assert _parser().parse_args(fly["deploy"]["release_command"].split()[3:]).command == "migrate"
    assert fly["http_service"]["checks"][0]["path"] == "/health"


@pytest.mark.parametrize("name", ["README.md", ".env.example"])
def test_no_secret_is_in_it(name: str) -> None:
    assert not re.search(r"\b(sk|whsec)_[A-Za-z0-9]{8,}", (FOLDER / name).read_text("utf-8"))


def test_the_readme_names_real_faults_and_files() -> None:
    readme = (FOLDER / "README.md").read_text("utf-8")
    table = readme.partition("## Mistakes")[2].partition("## ")[0]
    named = set(re.findall(r"`([a-z]+(?:-[a-z]+)+)`", table))
    assert named <= {fault.value for fault in Fault}
    for name in re.findall(r"`((?:parley|trial)/[a-z/._]+)`", readme):
        assert Path(FOLDER / name).exists(), name

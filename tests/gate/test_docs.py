"""docs/gate.md says what the code does."""

import re
from pathlib import Path

import click

from launchready.cli import COMMANDS
from launchready.cli.deploy import command as deploy
from launchready.cli.gate import command as gate
from launchready.config import load
from launchready.deploy.run import NEW, PREVIOUS
from launchready.deploy.version import of
from launchready.gate.kinds import KINDS, named
from launchready.gate.policy import rule
from launchready.model.facts import Sight
from launchready.model.launch import Launch
from tests.test_audit import NOW

TEXT = (Path(__file__).parents[2] / "docs" / "gate.md").read_text("utf-8")


def test_the_words_of_require_are_those_of_the_code() -> None:
    rows = dict(re.findall(r"^\| `([a-z]+)` \| `(launchready [^`]+)` \|$", TEXT, re.MULTILINE))
    assert rows == {kind.name: kind.told() for kind in KINDS if not kind.later}
    assert all(command.split()[1] in COMMANDS for command in rows.values())
    assert all(named(word) for word in rows)
    assert all(f"`{kind.name}`" in TEXT and kind.command.split()[1] not in COMMANDS for kind in KINDS if kind.later)


def test_the_examples_are_valid_and_understood(tmp_path: Path) -> None:
    blocks = re.findall(r"^```toml\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 2
    (tmp_path / "launch.toml").write_text('[launch]\ndomain = "parley.example"\n' + "".join(blocks))
    launch: Launch = load(tmp_path / "launch.toml", {})
    assert launch.deploy and launch.gate.max_age_s == 86_400
    rule(Sight(launch=launch, at=NOW, facts=()), NOW)


def test_its_options_formats_and_commands_exist() -> None:
    options = {name for each in (gate, *deploy.commands.values()) for one in each.params for name in one.opts}
    of_others = {"--facts-out", "--history"}  # of audit, and of secrets scan
    assert set(re.findall(r"--[a-z][a-z-]+", TEXT)) - of_others <= options
    (format_,) = (one for one in gate.params if one.name == "format_")
    assert isinstance(format_.type, click.Choice)
    listed = re.search(r"Formats: (.*?)\. What", TEXT)
    assert listed and re.findall(r"`(\w+)`", listed[1]) == list(format_.type.choices)
    assert {"audit", "gate", "deploy"} <= set(COMMANDS)
    assert set(deploy.commands) == {"run", "record", "list"}


def test_the_names_it_promises_are_used() -> None:
    assert {NEW, PREVIOUS} <= set(re.findall(r"LAUNCHREADY_[A-Z_]+", TEXT))
    keys = re.search(r"may hold it as (.*?);", TEXT)
    assert keys
    for key in re.findall(r"`(\w+)`", keys[1]):
        assert of(f'{{"{key}": "7"}}') == "7"

"""The schema and the docs say what the shape says, and editors agree with `load`."""

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from tools import write_config_docs, write_schema

from launchready.config import schema as shipped
from launchready.config.shape import LaunchFile
from launchready.model.launch import Role, guessed_role

ROOT = Path(__file__).parents[2]
SCHEMA: dict[str, Any] = json.loads(shipped.text())
INTERFACE_EXAMPLE = """
[launch]
domain = "parley.example"
[[accepted]]
check = "dnssec-missing"
subject = "parley.example"      # or "*"
reason = "registrar cannot do it; moving in January"
expires = 2027-02-01
"""


def as_json(text: str) -> Any:
    """What an editor hands to the schema: days and times are text."""
    return json.loads(json.dumps(tomllib.loads(text), default=str))


def tables(node: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every table in the schema."""
    if "properties" in node:
        yield place, node
    for name, inner in node.get("properties", {}).items():
        yield from tables(inner, f"{place}.{name}")
    for key in ("items", "additionalProperties"):
        if isinstance(node.get(key), dict):
            yield from tables(node[key], f"{place}[]")


def test_what_is_written_is_up_to_date() -> None:
    assert write_schema.TARGET.read_text("utf-8") == write_schema.render(), "run `make docs`"
    assert write_config_docs.TARGET.read_text("utf-8") == write_config_docs.render(), "run `make docs`"


def test_it_is_a_schema() -> None:
    Draft7Validator.check_schema(SCHEMA)
    assert set(SCHEMA["properties"]) == set(LaunchFile.model_fields)
    assert "$ref" not in json.dumps(SCHEMA)


@pytest.mark.parametrize(("place", "table"), list(tables(SCHEMA)))
def test_every_key_is_described_and_no_other_is_taken(place: str, table: dict[str, Any]) -> None:
    assert table["additionalProperties"] is False, place
    assert table["description"], place
    if place:
        for key, value in table["properties"].items():
            assert value["description"].endswith("."), (place, key)


@pytest.mark.parametrize("text", [INTERFACE_EXAMPLE, (ROOT / "docs" / "launch.toml").read_text("utf-8")])
def test_what_loads_is_valid(text: str) -> None:
    assert list(Draft7Validator(SCHEMA).iter_errors(as_json(text))) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[launch]\ndomain = 5",
        "[launch]\ndomian = 'parley.example'",
        INTERFACE_EXAMPLE + "[host]",
        INTERFACE_EXAMPLE + "[hosts.'a.example']\nrole = 'application'",
        INTERFACE_EXAMPLE + "[hosts.'a.example']\nroutes = ['x']",
        INTERFACE_EXAMPLE + "[edge]\ntoken = 'secret'",
        INTERFACE_EXAMPLE + "[guardrails]\nuptime = 99.9",
        INTERFACE_EXAMPLE + "[gate]\nmax_age = '1 day'",
    ],
)
def test_what_does_not_load_is_not_valid(text: str) -> None:
    assert not Draft7Validator(SCHEMA).is_valid(as_json(text))


def test_the_example_has_every_key() -> None:
    """A key that the example lacks is one that nobody sees in use."""
    example = tomllib.loads((ROOT / "docs" / "launch.toml").read_text("utf-8"))
    for section, node in SCHEMA["properties"].items():
        written = example[section]
        entries = (
            written if isinstance(written, list) else list(written.values()) if "properties" not in node else [written]
        )
        known = next(table for _, table in tables(node))["properties"]
        assert {key for entry in entries for key in entry} == set(known), section


def test_the_schema_of_journeys_ships_too() -> None:
    made: dict[str, Any] = json.loads(shipped.text("journey"))
    Draft7Validator.check_schema(made)
    assert write_schema.JOURNEY_TARGET.read_text("utf-8") == write_schema.render_journey(), "run `make docs`"
    step = {"get": "/", "expect": {"status": 200, "header": {"content-type": "text/html"}}}
    assert Draft7Validator(made).is_valid({"journey": {"name": "j"}, "step": [step]})
    for wrong in ({**step, "expects": {}}, {**step, "timeout_s": "1"}, {**step, "expect": {"status": 99}}):
        assert not Draft7Validator(made).is_valid({"journey": {"name": "j"}, "step": [wrong]})


def test_the_module_prints_it() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "launchready.config.schema"], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == shipped.text()
    assert done.stderr == ""


@pytest.mark.parametrize("role", Role)
def test_every_role_can_be_written(role: Role) -> None:
    roles = SCHEMA["properties"]["hosts"]["additionalProperties"]["properties"]["role"]["enum"]
    assert role.value in roles
    assert len(roles) == len(Role)
    assert guessed_role(f"{role.value}.parley.example", "parley.example", None) in Role

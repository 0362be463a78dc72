"""Write the JSON Schemas of launch.toml and of journeys; `--check` only says whether they are up to date."""

import json
import sys
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from launchready.config.journey_shape import JourneyFile
from launchready.config.shape import LaunchFile, Section
from tools.generated import ROOT, main

_FOLDER = ROOT / "src" / "launchready" / "config"
TARGET = _FOLDER / "launch.schema.json"
JOURNEY_TARGET = _FOLDER / "journey.schema.json"


class _WithoutMadeUpTitles(GenerateJsonSchema):
    """pydantic would title the key `dkim_selectors` "Dkim Selectors"; ours name the kind of value."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def render() -> str:
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def render_journey() -> str:
    return json.dumps(schema(JourneyFile, "journeys/*.toml"), indent=2, ensure_ascii=False) + "\n"


def schema(shape: type[Section] = LaunchFile, title: str = "launch.toml") -> dict[str, Any]:
    """Draft 7 without references, because editors for TOML differ in what they read beyond that."""
    made = shape.model_json_schema(by_alias=True, schema_generator=_WithoutMadeUpTitles)
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": title,
        **_plain({key: value for key, value in made.items() if key != "$defs"}, made["$defs"]),
    }


def _plain(node: Any, definitions: dict[str, Any]) -> Any:
    """A node with its references resolved, and without null, which TOML does not have."""
    if isinstance(node, list):
        return [_plain(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    node = _without_null(dict(node))
    if "$ref" in node:
        definition = definitions[node.pop("$ref").rpartition("/")[2]]
        node = {**definition, **{key: value for key, value in node.items() if key != "default"}}
    if "properties" in node:
        node.pop("title", None)
        node["description"] = " ".join(node["description"].split())
    if node.get("default", ...) in (None, [], {}):
        del node["default"]
    return {key: _plain(value, definitions) for key, value in node.items()}


def _without_null(node: dict[str, Any]) -> dict[str, Any]:
    choices = [choice for choice in node.get("anyOf", ()) if choice != {"type": "null"}]
    if len(choices) == 1:
        del node["anyOf"]
        return {**choices[0], **node}
    return node


if __name__ == "__main__":
    sys.exit(main(TARGET, render) | main(JOURNEY_TARGET, render_journey))

"""The JSON Schema of launch.toml that ships with the package; `python -m launchready.config.schema` prints it."""

import sys
from importlib.resources import files


def text() -> str:
    """The schema, as editors read it (draft 7, which all of them know)."""
    return files("launchready.config").joinpath("launch.schema.json").read_text("utf-8")


if __name__ == "__main__":
    sys.stdout.write(text())

"""The JSON Schemas that ship with the package; `python -m launchready.config.schema` prints launch.toml's.

With `journey` after it, it prints that of journeys/*.toml.
"""

import sys
from importlib.resources import files


def text(name: str = "launch") -> str:
    """A schema, as editors read it (draft 7, which all of them know): of `launch` or of a `journey`."""
    return files("launchready.config").joinpath(f"{name}.schema.json").read_text("utf-8")


def main(arguments: list[str]) -> int:
    """Print one schema; 2 for a name that has none."""
    if arguments not in ([], ["launch"], ["journey"]):
        sys.stderr.write("There are two schemas: launch (of launch.toml) and journey (of journeys/*.toml).\n")
        return 2
    sys.stdout.write(text(*arguments))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

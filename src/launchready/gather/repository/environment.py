"""Example environment files: which there are, and the names in them. No value is kept."""

import re
from collections.abc import Iterator
from io import StringIO

from dotenv.parser import parse_stream

from launchready.gather.repository.tree import Tree
from launchready.model.repository import Variable

_EXAMPLE = re.compile(
    r"\.?env(?:[._-]\w+)*[._-](?:example|sample|template|dist|tmpl|tpl|default|defaults)(?:\.txt)?"
    r"|(?:example|sample|template)[._-]?\.?env(?:\.\w+)?|\.?env[._-](?:example|sample|template|dist)(?:[._-]\w+)*",
    re.IGNORECASE,
)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
_COMMENTED = re.compile(r"\s*#\s?([A-Z][A-Z0-9_]{2,99})=")
_MOST_VARIABLES = 500


def examples(tree: Tree) -> list[str]:
    """Example environment files, the one that most likely counts first."""
    found = [path for path in tree.files if is_example(path) and not tree.is_aside(path)]
    return sorted(found, key=lambda path: (path.count("/"), len(path), path))


def is_example(path: str) -> bool:
    """Whether a file is an example by its name: .env.example, sample.env."""
    return _EXAMPLE.fullmatch(path.rpartition("/")[2]) is not None


def variables(tree: Tree, path: str) -> tuple[Variable, ...]:
    """The variables of one file; those that are commented out, or said to be optional, are not required."""
    text = tree.text(path)
    found: dict[str, Variable] = {}
    for name, line, required in (*_assigned(text), *_commented(text)):
        if len(found) < _MOST_VARIABLES:
            found.setdefault(name, Variable(name=name, where=f"{path}:{line}", required=required))
    return tuple(found.values())


def _assigned(text: str) -> Iterator[tuple[str, int, bool]]:
    lines = text.splitlines()
    for binding in parse_stream(StringIO(text)):
        if binding.key is None or binding.error or not _NAME.fullmatch(binding.key):
            continue
        skipped = len(binding.original.string) - len(binding.original.string.lstrip())
        number = binding.original.line + binding.original.string[:skipped].count("\n")
        above = lines[number - 2] if number > 1 else ""
        said = (above if above.lstrip().startswith("#") else "") + lines[min(number, len(lines)) - 1].partition("#")[2]
        yield binding.key, number, "optional" not in said.lower()


def _commented(text: str) -> Iterator[tuple[str, int, bool]]:
    for number, line in enumerate(text.splitlines(), 1):
        if match := _COMMENTED.match(line):
            yield match[1], number, False

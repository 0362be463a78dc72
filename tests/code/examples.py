"""Good and bad examples of every rule, from the files beside: `# --- bad: words` starts one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from launchready.formats.code.python import rules as python_rules
from launchready.formats.code.python.module import Module
from launchready.formats.code.script import rules as script_rules
from launchready.formats.code.script.source import parse
from launchready.formats.python_source import syntax_tree

FOLDER = Path(__file__).parent / "examples"
_START = re.compile(r"^(?:#|//) --- (bad|good): (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Example:
    """A few lines of code that a rule must accuse, or must leave alone."""

    rule: str
    language: str
    is_bad: bool
    title: str
    text: str

    def __str__(self) -> str:
        return f"{self.rule} {self.language} {'bad' if self.is_bad else 'good'}: {self.title}"


def all_examples() -> Iterator[Example]:
    """Every example, by the name of its file: rule, language, `.txt`."""
    for path in sorted(FOLDER.glob("*.txt")):
        rule, language, _ = path.name.split(".")
        _, *parts = _START.split(path.read_text())
        for grade, title, text in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
            yield Example(rule, language, grade == "bad", title, text)


def hits(example: Example) -> list[str]:
    """What all rules say of an example, as `rule line: words`."""
    if example.language == "py":
        syntax = syntax_tree(example.text)
        assert syntax is not None, example
        module = Module(syntax)
        found = [hit for rule in python_rules.worth(example.text) for hit in rule.look(module)]
    else:
        script = parse("app/api/route.ts", example.text)
        found = [hit for rule in script_rules.worth(example.text) for hit in rule.look(script)]
    return [f"{hit.rule} {hit.line}: {hit.what}" for hit in found]


def is_accused(example: Example) -> bool:
    """Whether the example's own rule accuses it."""
    return any(one.startswith(f"{example.rule} ") for one in hits(example))

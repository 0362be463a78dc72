"""The variables that Python code reads, seen in its syntax tree: nothing is imported or run."""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from launchready.formats.python_variables import settings_classes
from launchready.formats.python_variables.calls import Reader, wrappers_of
from launchready.formats.python_variables.scope import Scope, Wrapper
from launchready.formats.variable_reads import Reads

Parsed = ast.Module

# A file without any of these words reads no variable, whatever it imports.
HINT = re.compile(
    rb"environ|getenv|Settings\b|decouple|starlette\.config|dj_database_url|envvar|[Dd]ynaconf|from_prefixed_env"
    rb"|\benv(?:\.\w+)?\(|import (?:\w+, )*(?:env|config)\b"
)


@dataclass(slots=True)
class Shared:
    """What the modules of one repository know of each other, by plain names."""

    askers: set[str] = field(default_factory=set)
    classes: set[str] = field(default_factory=set)
    wrappers: dict[str, Wrapper] = field(default_factory=dict)

    def learn(self, tree: ast.Module) -> None:
        """Take in what a module makes for others."""
        scope = Scope.of(tree, "")
        self.askers |= {name for name in scope.askers if "." not in name and name not in scope.imports}
        self.classes |= settings_classes.settings_classes(tree).keys()
        self.wrappers |= wrappers_of(scope)


def read(tree: ast.Module, path: str, shared: Shared | None = None) -> Reads:
    """Every variable that a module reads, with its line."""
    shared = shared or Shared()
    scope = Scope.of(tree, "", frozenset(shared.askers))
    reads = Reads(path)
    wrappers: Mapping[str, Wrapper] = {**shared.wrappers, **wrappers_of(scope)}
    Reader(scope, reads, wrappers).read()
    settings_classes.read(scope, reads, frozenset(shared.classes))
    return reads

"""The variables that Python code reads, seen in its syntax tree: nothing is imported or run."""

import re
from dataclasses import dataclass, field

from launchready.formats.python_source import syntax_tree
from launchready.formats.python_variables import settings_classes
from launchready.formats.python_variables.calls import Reader, wrappers_of
from launchready.formats.python_variables.scope import Scope, Wrapper
from launchready.formats.variable_reads import Reads

# A file without any of these words reads no variable, whatever it imports.
_HINT = re.compile(
    rb"environ|getenv|Settings\b|decouple|starlette\.config|dj_database_url|envvar|[Dd]ynaconf|from_prefixed_env"
    rb"|\benv(?:\.\w+)?\(|import (?:\w+, )*(?:env|config)\b"
)

_HINTS = (b"env", b"Settings", b"decouple", b"starlette.config", b"dj_database_url", b"ynaconf", b"config")


def may_read(data: bytes) -> bool:
    """Whether a file can read a variable at all, before it is parsed."""
    return any(word in data for word in _HINTS) and _HINT.search(data) is not None


@dataclass(slots=True)
class Shared:
    """What the modules of one repository know of each other, by plain names."""

    askers: set[str] = field(default_factory=set)
    classes: set[str] = field(default_factory=set)
    wrappers: dict[str, Wrapper] = field(default_factory=dict)

    def learn(self, module: Scope) -> None:
        """Take in what a module makes for others."""
        self.askers |= {name for name in module.askers if "." not in name and name not in module.imports}
        self.classes |= settings_classes.settings_classes(module).keys()
        self.wrappers |= wrappers_of(module)


def parse(source: str) -> Scope | None:
    """A module, ready to be read; None when it is no Python."""
    tree = syntax_tree(source)
    return Scope.of(tree) if tree is not None else None


def read(module: Scope, path: str, shared: Shared | None = None) -> Reads:
    """Every variable that a module reads, with its line."""
    reads = Reads(path)
    wrappers = shared.wrappers if shared else wrappers_of(module)
    if shared:
        module.adopt(shared.askers)
    Reader(module, reads, wrappers).read()
    settings_classes.read(module, reads, shared.classes if shared else ())
    return reads

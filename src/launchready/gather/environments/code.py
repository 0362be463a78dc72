"""Every place in a repository that reads a variable: Python, JavaScript, Compose, shell. Nothing is executed."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from launchready.formats import python_variables, told_variables
from launchready.formats.python_variables.scope import Scope
from launchready.formats.variable_reads import Reads
from launchready.gather.repository.tree import LARGEST_BYTES, Tree
from launchready.model.environment import Reading
from launchready.model.facts import VariableUse
from launchready.model.gap import Gap
from launchready.model.repository import Sighting

PLACES_KEPT = 5
ScriptReader = Callable[[str, str], Reads]
SCRIPTS = (".js", ".jsx", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".tsx", ".vue", ".svelte", ".astro")
_COMPOSE = re.compile(r"(?:docker-)?compose(?:[._-][\w.-]+)?\.ya?ml")
# Settings of tools that try, check or build: what they read, no running product needs.
_TOOLS = re.compile(
    r"(?:playwright|vitest|jest|cypress|codegen|drizzle|knexfile|commitlint|eslint|webdriverio|wdio|karma|lighthouserc)"
    r"[\w.-]*\.(?:config\.)?[cm]?[jt]s|noxfile\.py|tasks\.py|fabfile\.py|setup\.py|.*\.d\.[cm]?ts|.*\.min\.js|.*\.config\.test\.[jt]s"
)
_BESIDE = re.compile(
    r"(?:^|/)(?:scripts?|tools?|bin|hack|dev|devtools|ci|deploy|deployment|infra|ops|\.github|\.gitlab|\.circleci|migrations"
    r"|alembic|seeds?|storybook|benchmarks?)/"
)
_MOST_PARSED = 4_000
# A script without any of these reads no variable.
SCRIPT_HINT = re.compile(rb"\.env\b|\$env/|astro:env|@nestjs/config|\benvsafe\b")
_SET_BY_SCRIPT = re.compile(r"(?:^|\s)([A-Z][A-Z0-9_]{1,99})=")
_WITHOUT_AST_GREP = "JavaScript and TypeScript are read with ast-grep: pip install 'launchready[code]'"


@dataclass(slots=True)
class Code:
    """What was read, by variable; `built` are ends of names that are put together, `sets` what the code sets itself.

    `beside` are names that only tests and tools read.
    """

    uses: dict[str, VariableUse] = field(default_factory=dict)
    built: list[tuple[str, str]] = field(default_factory=list)
    sets: dict[str, str] = field(default_factory=dict)
    beside: set[str] = field(default_factory=set)
    unread: list[Sighting] = field(default_factory=list)
    without: str | None = None
    has_python: bool = False
    has_scripts: bool = False
    has_compose: bool = False

    @property
    def whole(self) -> bool | Gap:
        """True when all of the code was read, else the reason why some of it was not."""
        return _whole(self.without, [f"{one.where}: {one.value}" for one in self.unread])

    @property
    def scripts(self) -> bool | Gap:
        """The same of JavaScript and TypeScript alone."""
        unread = [f"{one.where}: {one.value}" for one in self.unread if one.where.endswith(SCRIPTS)]
        return _whole(self.without, unread)

    def take(self, reads: Reads, *, beside: bool) -> None:
        """Join the readings of one file."""
        self.built += reads.built
        self.sets |= {name: reads.path for name in reads.sets if name not in self.sets}
        for one in reads.readings:
            if beside:
                self.beside.add(one.name)
            else:
                self.uses[one.name] = _joined(self.uses.get(one.name), one)


def read(tree: Tree, scripts: ScriptReader | None) -> Code:
    """Everything below a tree that reads a variable; what could not be read is named."""
    code = Code()
    before = len(tree.unread)
    _python(tree, code)
    _scripts(tree, code, scripts)
    _told(tree, code)
    code.unread += tree.unread[before:]
    return code


def _whole(without: str | None, unread: list[str]) -> bool | Gap:
    more = f" and {len(unread) - 3} more" if len(unread) > 3 else ""
    told = [without, f"not all of the code was read: {', '.join(unread[:3])}{more}" if unread else None]
    said = "; ".join(one for one in told if one)
    return Gap(said) if said else True


def _joined(use: VariableUse | None, one: Reading) -> VariableUse:
    places = use.read_at if use else ()
    if one.where not in places and len(places) < PLACES_KEPT:
        places = (*places, one.where)
    return VariableUse(
        name=one.name,
        read_at=places,
        must=(use is not None and use.must) or one.must,
        has_default=one.has_default or (use is not None and use.has_default),
        reaches_browser=one.reaches_browser or (use is not None and use.reaches_browser),
    )


def _is_beside(tree: Tree, path: str) -> bool:
    name = path.rpartition("/")[2]
    return bool(tree.is_aside(path) or _TOOLS.fullmatch(name) or _BESIDE.search(path))


def _python(tree: Tree, code: Code) -> None:
    """Two passes: what modules make for each other, then what each reads."""
    paths = tree.ending(".py")
    code.has_python = bool(paths)
    shared, parsed, rest = python_variables.Shared(), dict[str, Scope](), list[str]()
    for path in paths:
        data = tree.data(path)
        if not python_variables.may_read(data):
            rest.append(path)
        elif len(parsed) < _MOST_PARSED and (module := _module(tree, path, data)) is not None:
            parsed[path] = module
            if not tree.is_aside(path):
                shared.learn(module)
    calls = _calls_of(shared.wrappers)
    for path in rest if calls else ():
        if calls and calls.search(data := tree.data(path)) and (module := _module(tree, path, data)) is not None:
            parsed[path] = module
    for path, module in parsed.items():
        reads = python_variables.read(module, path, shared)
        code.take(reads, beside=_is_beside(tree, path))


def _module(tree: Tree, path: str, data: bytes) -> Scope | None:
    if _is_too_large(tree, path, data):
        return None
    module = python_variables.parse(data.decode("utf-8-sig", "replace"))
    if module is None:
        tree.leave(path, "it is not Python of this version")
    return module


def _is_too_large(tree: Tree, path: str, data: bytes) -> bool:
    if len(data) > LARGEST_BYTES:
        tree.leave(path, f"it is larger than {LARGEST_BYTES // 1024} KiB")
    return len(data) > LARGEST_BYTES


def _calls_of(names: object) -> re.Pattern[bytes] | None:
    found = [re.escape(one).encode() for one in names] if isinstance(names, dict) else []
    return re.compile(rb"\b(?:" + b"|".join(sorted(found)) + rb")\(") if found else None


def _scripts(tree: Tree, code: Code, read_script: ScriptReader | None) -> None:
    paths = [path for path in tree.ending(*SCRIPTS) if not path.endswith((".min.js", ".d.ts"))]
    code.has_scripts = bool(paths)
    if read_script is None:
        code.without = _WITHOUT_AST_GREP if paths else None
        return
    parsed = 0
    for path in paths:
        data = tree.data(path)
        if SCRIPT_HINT.search(data) and parsed < _MOST_PARSED and not _is_too_large(tree, path, data):
            parsed += 1
            reads = read_script(data.decode("utf-8-sig", "replace"), path)
            code.take(reads, beside=_is_beside(tree, path))


def _told(tree: Tree, code: Code) -> None:
    """Compose files, shell scripts, Dockerfiles, and the scripts of package.json."""
    for path in tree.files:
        name = path.rpartition("/")[2]
        if _COMPOSE.fullmatch(name):
            code.has_compose = True
            code.take(told_variables.compose(tree.text(path), path), beside=_is_beside(tree, path))
        elif name.endswith(".sh") or name in ("Procfile",):
            code.take(told_variables.shell(tree.text(path), path), beside=_is_beside(tree, path))
        elif name == "Dockerfile" or name.endswith(".Dockerfile") or name.startswith("Dockerfile."):
            for variable, line in told_variables.set_in_image(tree.text(path)).items():
                code.sets.setdefault(variable, f"{path}:{line}")
        elif name == "package.json":
            code.sets |= {one: path for one in _set_by_scripts(tree.text(path)) if one not in code.sets}


def _set_by_scripts(text: str) -> list[str]:
    try:
        scripts = json.loads(text).get("scripts")
    except (ValueError, RecursionError, AttributeError):
        return []
    lines = [line for line in scripts.values() if isinstance(line, str)] if isinstance(scripts, dict) else []
    return [match[1] for line in lines[:200] for match in _SET_BY_SCRIPT.finditer(line[:2_000])]

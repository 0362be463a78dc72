"""What a package file asks for: names of dependencies with their lines, for eleven kinds of files in six languages."""

import configparser
import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

_MOST_DOTS_IN_A_LINE = 2_000  # tomllib takes time by the square of a dotted key's length
_MOST_DEPENDENCIES = 2_000
_DEVELOPMENT = re.compile(r"(?:^|[-_./])(?:dev|develop|development|tests?|testing|lint|docs?|local|ci|types|typing)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency:
    """One package that a file asks for; `development` when only those who work on the product need it."""

    name: str
    line: int
    development: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageFile:
    """What a package file says. `ecosystem` is where its packages come from: pypi, npm, gem, composer, go or hex."""

    ecosystem: str
    name: str | None = None
    homepage: str | None = None
    workspaces: bool = False
    dependencies: tuple[Dependency, ...] = ()


class Unreadable(ValueError):
    """The text is not the format that its file name promises; the message says why, in a few words."""


def parse(name: str, text: str) -> PackageFile | None:
    """What a file of this name says; None for one that is no package file. Raises `Unreadable`."""
    reader = _READERS.get(name) or (_requirements_of(name) if is_requirements(name) else None)
    if reader is None:
        return None
    try:
        return reader(text)
    except (tomllib.TOMLDecodeError, json.JSONDecodeError, configparser.Error) as error:
        raise Unreadable(f"it is not what its name says: {str(error).splitlines()[0]}") from None
    except (RecursionError, ValueError, TypeError, AttributeError):
        raise Unreadable("it is not what its name says") from None


def is_requirements(path: str) -> bool:
    """Whether a path is a list for pip: requirements.txt, requirements-prod.txt, requirements/base.txt."""
    name = path.rpartition("/")[2]
    return name.endswith((".txt", ".in")) and re.search(r"(?:^|/)requirements?(?:[-_./]|\.txt$)", path) is not None


def _toml(text: str) -> dict[str, Any]:
    if any(line.count(".") > _MOST_DOTS_IN_A_LINE for line in text.splitlines()):
        raise Unreadable("one of its lines is too long to be a package file's")
    return tomllib.loads(text)


def _pyproject(text: str) -> PackageFile:
    tables = _toml(text)
    project, poetry = _table(tables, "project"), _table(tables, "tool", "poetry")
    lines = _Lines(text)
    runtime = [*_specifiers(project.get("dependencies")), *_keys(poetry, "dependencies")]
    for group, wanted in _table(project, "optional-dependencies").items():
        if not _DEVELOPMENT.search(str(group)):
            runtime += _specifiers(wanted)
    development = [*_keys(poetry, "dev-dependencies")]
    for group, wanted in _table(tables, "dependency-groups").items():
        (development if _DEVELOPMENT.search(str(group)) else runtime).extend(_specifiers(wanted))
    for group, table in _table(poetry, "group").items():
        found = _keys(_table({"group": table}, "group"), "dependencies")
        (development if _DEVELOPMENT.search(str(group)) else runtime).extend(found)
    urls = {str(key).lower(): value for key, value in _table(project, "urls").items()}
    return PackageFile(
        ecosystem="pypi",
        name=_word(project.get("name")) or _word(poetry.get("name")),
        homepage=_word(urls.get("homepage")) or _word(poetry.get("homepage")),
        dependencies=_python(runtime, development, lines),
    )


def _pipfile(text: str) -> PackageFile:
    tables = _toml(text)
    return PackageFile(
        ecosystem="pypi",
        dependencies=_python(_keys(tables, "packages"), _keys(tables, "dev-packages"), _Lines(text)),
    )


def _setup_cfg(text: str) -> PackageFile:
    parser = configparser.RawConfigParser(strict=False)
    parser.read_string(text)
    wanted = parser.get("options", "install_requires", fallback="").splitlines()
    return PackageFile(
        ecosystem="pypi",
        name=parser.get("metadata", "name", fallback=None),
        homepage=parser.get("metadata", "url", fallback=None),
        dependencies=_python(_specifiers(wanted), [], _Lines(text)),
    )


def _requirements_of(path: str) -> Callable[[str], PackageFile]:
    development = _DEVELOPMENT.search(path.rpartition("/")[2].rpartition(".")[0]) is not None

    def read(text: str) -> PackageFile:
        found = []
        for number, line in enumerate(text.splitlines(), 1):
            for name in _specifiers([re.sub(r"\s+#.*|\s+--hash.*|\s*\\$", "", line)]):
                found.append(Dependency(name=canonicalize_name(name), line=number, development=development))
        return PackageFile(ecosystem="pypi", dependencies=tuple(found[:_MOST_DEPENDENCIES]))

    return read


def _package_json(text: str) -> PackageFile:
    tables = json.loads(text)
    if not isinstance(tables, dict):
        raise Unreadable("it holds no object")
    lines = _Lines(text)
    found = [
        Dependency(name=name, line=lines.of(f'"{name}"'), development=development)
        for key, development in (("dependencies", False), ("optionalDependencies", False), ("devDependencies", True))
        for name in _keys(tables, key)
    ]
    return PackageFile(
        ecosystem="npm",
        name=_word(tables.get("name")),
        homepage=_word(tables.get("homepage")),
        workspaces="workspaces" in tables,
        dependencies=tuple(found[:_MOST_DEPENDENCIES]),
    )


def _composer(text: str) -> PackageFile:
    tables = json.loads(text)
    lines = _Lines(text)
    found = [
        Dependency(name=name.lower(), line=lines.of(f'"{name}"'), development=key == "require-dev")
        for key in ("require", "require-dev")
        for name in _keys(tables, key)
    ]
    return PackageFile(
        ecosystem="composer",
        name=_word(tables.get("name")),
        homepage=_word(tables.get("homepage")),
        dependencies=tuple(found[:_MOST_DEPENDENCIES]),
    )


def _by_lines(ecosystem: str, pattern: str, development: str = "$^") -> Callable[[str], PackageFile]:
    """A reader of a file that names one package a line."""
    wanted, aside = re.compile(pattern), re.compile(development)

    def read(text: str) -> PackageFile:
        found, is_aside = [], False
        for number, line in enumerate(text.splitlines(), 1):
            if aside.search(line):
                is_aside = True
            elif line.strip() == "end":
                is_aside = False
            if match := wanted.match(line[:500]):
                found.append(Dependency(name=match[1], line=number, development=is_aside))
        return PackageFile(ecosystem=ecosystem, dependencies=tuple(found[:_MOST_DEPENDENCIES]))

    return read


_READERS: Mapping[str, Callable[[str], PackageFile]] = {
    "pyproject.toml": _pyproject,
    "Pipfile": _pipfile,
    "setup.cfg": _setup_cfg,
    "package.json": _package_json,
    "composer.json": _composer,
    "Gemfile": _by_lines("gem", r"""\s*gem\s+["']([\w.-]+)["']""", r"^\s*group\s+[^#]*:(?:development|test)\b.*\bdo\b"),
    "go.mod": _by_lines("go", r"(?:require\s+|\s+)([\w.~-]+\.[\w.~/-]+)\s+v(?![^\n]*// indirect)"),
    "mix.exs": _by_lines("hex", r"\s*\{:(\w+),"),
}
NAMES = frozenset(_READERS)


class _Lines:
    """Where a word first stands in a text."""

    def __init__(self, text: str) -> None:
        self.lines = text.lower().splitlines()

    def of(self, word: str) -> int:
        word = word.lower()
        return next((number for number, line in enumerate(self.lines, 1) if word in line), 1)

    def of_package(self, name: str) -> int:
        """The line of a Python package, with `-`, `_` or `.` in its name, or `[` before an extra."""
        pattern = re.compile(
            r"(?<![\w.-])" + r"[-_.[]".join(re.escape(part) for part in name.split("-")) + r"(?![\w-])"
        )
        return next((number for number, line in enumerate(self.lines, 1) if pattern.search(line)), 1)


def _python(runtime: Iterable[str], development: Iterable[str], lines: _Lines) -> tuple[Dependency, ...]:
    found = {}
    for names, is_aside in ((development, True), (runtime, False)):
        for name in list(names)[:_MOST_DEPENDENCIES]:
            plain = canonicalize_name(name)
            found[plain] = Dependency(name=plain, line=lines.of_package(plain), development=is_aside)
    found.pop(canonicalize_name("python"), None)
    return tuple(found.values())


def _specifiers(wanted: object) -> list[str]:
    """Names out of requirement specifiers; what is none (options, addresses, include-group tables) is passed over."""
    return list(_names(wanted)) if isinstance(wanted, list) else []


def _names(wanted: list[Any]) -> Iterator[str]:
    for one in wanted:
        if isinstance(one, str) and one.strip() and not one.lstrip().startswith(("#", "-")):
            try:
                requirement = Requirement(one.strip())
            except InvalidRequirement:
                if match := re.match(r"\s*([A-Za-z0-9][\w.-]*)\s*(?:[=<>~!@;\[]|$)", one):
                    yield match[1]
                continue
            yield requirement.name
            yield from (f"{requirement.name}-{extra}" for extra in sorted(requirement.extras))


def _table(tables: Mapping[str, Any], *keys: str) -> Mapping[str, Any]:
    for key in keys:
        inner = tables.get(key)
        if not isinstance(inner, Mapping):
            return {}
        tables = inner
    return tables


def _keys(tables: Mapping[str, Any], key: str) -> list[str]:
    return [str(name) for name in _table(tables, key)]


def _word(value: object) -> str | None:
    return value[:300] if isinstance(value, str) and value else None

"""Whether what is installed on the server is what was tested: lock files, and lists for pip that name one version."""

import re
from collections.abc import Iterator

from launchready.formats import package_files, pip_lists
from launchready.formats.environment_of import DEVELOPMENT, environment_of
from launchready.formats.pip_lists import Wanted
from launchready.gather.repository.packages import Packages, Placed
from launchready.gather.repository.tree import Tree, beside, parent
from launchready.known.lock_files import LOCKING
from launchready.model.deploying import Lock
from launchready.model.repository import Application, Sighting

_MOST_LOOSE = 50
_ECOSYSTEMS = {"Python": "pypi", "JavaScript": "npm", "TypeScript": "npm", "Ruby": "gem", "Go": "go", "PHP": "composer",
               "Elixir": "hex"}  # fmt: skip


def read(tree: Tree, packages: Packages, applications: tuple[Application, ...]) -> tuple[Lock, ...]:
    """The packages of every application that is deployed, each folder and ecosystem once."""
    found: dict[str, Lock] = {}
    for application in applications:
        ecosystem = _ECOSYSTEMS.get(application.language)
        if ecosystem is None:
            continue
        lock = _lock(tree, packages, application.folder, ecosystem)
        if lock is not None:
            found.setdefault(lock.manifest, lock)
    for path in tree.named("Cargo.toml"):
        if (
            tree.has(beside(parent(path), "src/main.rs"))
            and not tree.is_aside(path)
            and _file(tree, parent(path), "cargo")
        ):
            found.setdefault(path, Lock(ecosystem="cargo", manifest=path, file=_file(tree, parent(path), "cargo")))
    return tuple(found.values())


def _lock(tree: Tree, packages: Packages, folder: str, ecosystem: str) -> Lock | None:
    asked = [one for one in _upwards(packages, folder, ecosystem) if one.says.dependencies]
    if not asked:
        return None
    file = _file(tree, folder, ecosystem)
    lists = [one for one in asked if package_files.is_requirements(one.path)]
    command = LOCKING[ecosystem].command
    if file is None and ecosystem == "pypi":
        chosen = _chosen(lists)
        if chosen is not None and (not _is_project(asked) or any(one.pinned for one in _all(tree, chosen.path))):
            loose = tuple(_loose(tree, chosen.path))
            some = any(one.pinned for one in _all(tree, chosen.path)) or _constrained(tree, chosen.path)
            return Lock(
                ecosystem=ecosystem,
                manifest=chosen.path,
                file=chosen.path if some or not loose else None,
                loose=loose,
                command=_compiled(chosen.path),
            )
        if _all_exact(tree, asked):
            file = asked[0].path
    if (
        file is None
        and ecosystem == "pypi"
        and not (tree.has("pyproject.toml") or tree.has(beside(folder, "pyproject.toml")))
    ):
        command = _compiled(asked[0].path)
    return Lock(ecosystem=ecosystem, manifest=asked[0].path, file=file, command=command)


def _upwards(packages: Packages, folder: str, ecosystem: str) -> list[Placed]:
    """The package files of a folder, else of the nearest above it that has some."""
    while True:
        found = list(packages.in_folder(folder, ecosystem))
        if found or folder == ".":
            return found
        folder = parent(folder)


def _file(tree: Tree, folder: str, ecosystem: str) -> str | None:
    """The lock file in a folder or in one above it, as workspaces keep it."""
    while True:
        for name in LOCKING[ecosystem].files:
            if tree.has(path := beside(folder, name)):
                return path
        if folder == ".":
            return None
        folder = parent(folder)


def _is_project(asked: list[Placed]) -> bool:
    return any(one.path.endswith(("pyproject.toml", "Pipfile", "setup.cfg")) for one in asked)


def _chosen(lists: list[Placed]) -> Placed | None:
    """The list that production is installed from: named for it, else the plainest that is not for developing."""
    meant = [
        one for one in lists if one.path.endswith(".txt") and environment_of(one.path.rpartition("/")[2]) != DEVELOPMENT
    ]
    order = sorted(
        meant, key=lambda one: (not re.search(r"prod|deploy|\block", one.path), one.path.count("/"), len(one.path))
    )
    return order[0] if order else None


def _all(tree: Tree, path: str, seen: frozenset[str] = frozenset()) -> list[Wanted]:
    """Every requirement of a list and of those it includes; constraints pin what they name."""
    return [one for _, one in _wanted(tree, path, seen)]


def _loose(tree: Tree, path: str) -> Iterator[Sighting]:
    every = list(_wanted(tree, path, frozenset()))
    pinned = {one.name for _, one in every if one.pinned} | _constrained(tree, path)
    loose = [(where, one) for where, one in every if not one.pinned and one.name not in pinned]
    for where, one in loose[:_MOST_LOOSE]:
        yield Sighting(one.name, f"{where}:{one.line}")


def _wanted(tree: Tree, path: str, seen: frozenset[str]) -> Iterator[tuple[str, Wanted]]:
    if path in seen or len(seen) > 10:
        return
    read_ = pip_lists.read(tree.text(path))
    yield from ((path, one) for one in read_.wanted)
    for name in read_.includes:
        yield from _wanted(tree, _resolved(path, name), seen | {path})


def _constrained(tree: Tree, path: str) -> set[str]:
    names = pip_lists.read(tree.text(path)).constraints
    return {one.name for name in names for one in pip_lists.read(tree.text(_resolved(path, name))).wanted if one.pinned}


def _resolved(path: str, name: str) -> str:
    """The path of a list that another one names, relative to that one."""
    parts = [] if parent(path) == "." else parent(path).split("/")
    for part in name.split("/"):
        if part == ".." and parts:
            parts.pop()
        elif part not in (".", ""):
            parts.append(part)
    return "/".join(parts)


def _all_exact(tree: Tree, asked: list[Placed]) -> bool:
    """Whether every dependency of a project's own file is given as `==`."""
    for one in asked:
        wanted = {each.name for each in one.says.dependencies if not each.development}
        text = tree.text(one.path).lower()
        exact = {
            re.sub(r"[-_.]+", "-", match[1])
            for match in re.finditer(r"""["']?([a-z0-9][\w.-]*)(?:\[[^\]]*\])?["']?\s*(?:=\s*["'])?==""", text)
        }
        if not wanted <= exact:
            return False
    return True


def _compiled(path: str) -> str:
    """The command that makes a list of exact versions out of a loose one."""
    source = path.removesuffix(".txt") + ".in"
    return f"git mv {path} {source} && uv pip compile {source} --output-file {path} && git add {path}"

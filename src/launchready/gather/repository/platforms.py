"""Where a repository is deployed, by the files of the platforms, and what those files say."""

import re
from collections.abc import Iterator

from launchready.gather.repository.providers import COMPOSE
from launchready.gather.repository.tree import Tree, line_at
from launchready.known import platform_files
from launchready.model.repository import Sighting

_MOST_SETTINGS = 50


def read(tree: Tree) -> tuple[Sighting, ...]:
    """Every platform once, with the file that names it; containers last, since they run anywhere."""
    found: dict[str, Sighting] = {}
    for path, name in _files(tree):
        platform = platform_files.FILES[name]
        found.setdefault(platform, Sighting(platform, path))
    for path in tree.files:
        name = path.rpartition("/")[2]
        if not tree.is_aside(path) and COMPOSE.fullmatch(name):
            found.setdefault("Docker Compose", Sighting("Docker Compose", path))
    for path in tree.named("Dockerfile"):
        if not tree.is_aside(path) and not path.startswith("."):
            found.setdefault("Docker", Sighting("Docker", path))
    return tuple(found.values())


def settings(tree: Tree) -> tuple[Sighting, ...]:
    """What the platforms' files say, as `Fly.io app: parley`."""
    found = []
    for path, name in _files(tree):
        for setting, value, line in _said(tree.text(path), platform_files.SETTINGS.get(name, ())):
            found.append(Sighting(f"{platform_files.FILES[name]} {setting}: {value}", f"{path}:{line}"))
    return tuple(found[:_MOST_SETTINGS])


def health(tree: Tree) -> Sighting | None:
    """The first path that a platform is told to ask whether the application is well."""
    for path, name in _files(tree):
        wanted = [one for one in platform_files.SETTINGS.get(name, ()) if one in platform_files.HEALTH_SETTINGS]
        for _, value, line in _said(tree.text(path), wanted):
            if value.startswith("/"):
                return Sighting(value, f"{path}:{line}")
    return None


def _files(tree: Tree) -> Iterator[tuple[str, str]]:
    """Platform files with their key in the table."""
    for path in tree.files:
        name = next((one for one in platform_files.FILES if path == one or path.endswith(f"/{one}")), None)
        if path.endswith(".do/app.yaml"):
            name = ".do/app.yaml"
        if name is None or tree.is_aside(path):
            continue
        needed = platform_files.NEEDED_WORD.get(name)
        if needed is None or re.search(needed, tree.text(path), re.MULTILINE):
            yield path, name


def _said(text: str, names: tuple[str, ...] | list[str]) -> Iterator[tuple[str, str, int]]:
    """Settings with their values and lines, as TOML, YAML and JSON alike write them."""
    if not names:
        return
    pattern = re.compile(
        rf"""^[ \t]*(?:-[ \t]+)?["']?({"|".join(names)})["']?[ \t]*[:=][ \t]*["']?([^"'\n#,]{{1,100}})""", re.MULTILINE
    )
    for match in pattern.finditer(text):
        if value := match[2].strip():
            yield match[1], value, line_at(text, match.start(1))

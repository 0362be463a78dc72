"""Which programs of a repository answer visitors, with what framework, and at which addresses."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from launchready.formats import page_paths
from launchready.formats.javascript_routes import ScriptModule
from launchready.gather.repository import python_addresses, python_modules, script_addresses
from launchready.gather.repository.packages import Packages
from launchready.gather.repository.tree import Tree, beside
from launchready.known.frameworks import BY_NAME, FRAMEWORKS, Framework
from launchready.model.repository import Application, Sighting

MOST_ROUTES = 100
_MOST_WEBHOOKS = 50
_SINGLE_PAGE = ("React", "Vue")


@dataclass(slots=True)
class _Draft:
    """An application while its addresses are collected."""

    framework: Sighting
    pages: dict[str, Sighting] = field(default_factory=dict)
    health: dict[str, Sighting] = field(default_factory=dict)
    webhooks: dict[str, Sighting] = field(default_factory=dict)

    def add(self, path: str, where: str, *, gets: bool, posts: bool, page: bool) -> None:
        if gets and page and page_paths.is_page(path):
            self.pages.setdefault(path.rstrip("/") or "/", Sighting(path, where))
        elif gets and not page_paths.is_webhook(path) and page_paths.health_rank(path) is not None:
            self.health.setdefault(path, Sighting(path, where))
        if posts and page_paths.is_webhook(path):
            self.webhooks.setdefault(path, Sighting(path, where))


def read(tree: Tree, packages: Packages) -> tuple[Application, ...]:
    """Every application, those with pages for people first."""
    found = [*_python(tree, packages), *_scripts(tree, packages), *_others(tree, packages)]
    if not found:
        found = _by_package_files_alone(packages)
    return tuple(sorted(found, key=lambda one: (one.folder.count("/"), one.folder != ".", not one.routes, one.folder)))


def _finished(draft: _Draft, folder: str, language: str) -> Application:
    order = page_paths.in_order(draft.pages)
    health = min(draft.health, key=lambda path: (page_paths.health_rank(path) or 0, path), default=None)
    return Application(
        folder=folder,
        framework=draft.framework,
        language=language,
        routes=tuple(draft.pages[path] for path in order[:MOST_ROUTES]),
        health=draft.health[health] if health is not None else None,
        webhooks=tuple(draft.webhooks[path] for path in sorted(draft.webhooks)[:_MOST_WEBHOOKS]),
    )


def _python(tree: Tree, packages: Packages) -> list[Application]:
    code = python_modules.read(tree)
    makers: dict[str, dict[str, str]] = {}
    for path, module in code.modules.items():
        for maker in module.makers.values():
            if maker.whole:
                by_name = makers.setdefault(packages.owner(path, "pypi"), {})
                by_name.setdefault(maker.framework, f"{path}:{maker.line}")
        if "ROOT_URLCONF" in module.constants:
            makers.setdefault(packages.owner(path, "pypi"), {}).setdefault("Django", path)
    by_folder: dict[str, list[python_addresses.Address]] = {}
    for address in python_addresses.addresses(code):
        by_folder.setdefault(packages.owner(address.root, "pypi"), []).append(address)
    return [
        _python_application(packages, folder, frameworks, by_folder.get(folder, []))
        for folder, frameworks in makers.items()
    ]


def _python_application(
    packages: Packages, folder: str, frameworks: dict[str, str], addresses: list[python_addresses.Address]
) -> Application:
    count = Counter(address.framework for address in addresses)
    order = [framework.name for framework in FRAMEWORKS]
    name = max(frameworks, key=lambda one: (count[one], -order.index(one)))
    draft = _Draft(_framework_sighting(packages, folder, BY_NAME[name], frameworks[name]))
    for one in addresses:
        gets, posts = "GET" in one.methods, "POST" in one.methods
        draft.add(one.path, f"{one.file}:{one.line}", gets=gets, posts=posts, page=one.is_page)
    return _finished(draft, folder, "Python")


def _framework_sighting(packages: Packages, folder: str, framework: Framework, otherwise: str) -> Sighting:
    asked = packages.find(folder, framework.ecosystem, framework.packages)
    return Sighting(framework.name, f"{asked[0].path}:{asked[1].line}" if asked else otherwise)


def _scripts(tree: Tree, packages: Packages) -> list[Application]:
    folders = list(dict.fromkeys(one.folder for one in packages.files if one.says.ecosystem == "npm"))
    scripts = script_addresses.read_scripts(tree)
    found = []
    for folder in folders:
        inside = {path: one for path, one in scripts.items() if packages.owner(path, "npm") == folder}
        framework = _script_framework(tree, packages, folder, inside)
        if framework is not None:
            found.append(_script_application(tree, packages, folder, framework, inside))
    return found


def _script_framework(
    tree: Tree, packages: Packages, folder: str, scripts: dict[str, ScriptModule]
) -> Framework | None:
    """The framework of a folder: asked for in its package file, and there in its files."""
    for framework in FRAMEWORKS:
        if framework.ecosystem != "npm" or packages.find(folder, "npm", framework.packages) is None:
            continue
        if any(_has_mark(tree, folder, mark) for mark in framework.marks):
            return framework
        if framework.in_code and any(one.makes_server for one in scripts.values()):
            return framework
    return None


def _has_mark(tree: Tree, folder: str, mark: str) -> bool:
    path = beside(folder, mark)
    if path.endswith(".*"):
        above = path.rpartition("/")[0] or "."
        inside = (one for one in tree.under(above) if one.rpartition("/")[0] == (above if above != "." else ""))
        return any(fnmatchcase(one, path.replace("[", "[[]")) for one in inside)
    return tree.has(path) or tree.has_folder(path)


def _script_application(
    tree: Tree,
    packages: Packages,
    folder: str,
    framework: Framework,
    scripts: dict[str, ScriptModule],
) -> Application:
    draft = _Draft(_framework_sighting(packages, folder, framework, folder))
    spots: Iterable[script_addresses.Spot] = script_addresses.by_files(tree, folder, framework.name)
    if framework.in_code:
        spots = script_addresses.by_code(scripts, folder)
    elif framework.name in _SINGLE_PAGE:
        spots = (*script_addresses.in_views(tree, folder), *spots)
    for spot in spots:
        if packages.owner(spot.file, "npm") == folder:
            where = spot.file if spot.line == 1 else f"{spot.file}:{spot.line}"
            draft.add(spot.path, where, gets=spot.gets, posts=spot.posts, page=spot.is_page)
    is_typed = tree.has(beside(folder, "tsconfig.json"))
    return _finished(draft, folder, "TypeScript" if is_typed else framework.language)


def _others(tree: Tree, packages: Packages) -> list[Application]:
    """Frameworks of other languages, by their package file."""
    found = []
    for framework in FRAMEWORKS:
        if framework.ecosystem in ("pypi", "npm"):
            continue
        for one in packages.files:
            if one.says.ecosystem == framework.ecosystem and packages.find(
                one.folder, framework.ecosystem, framework.packages
            ):
                draft = _Draft(_framework_sighting(packages, one.folder, framework, one.path))
                found.append(_finished(draft, one.folder, framework.language))
    return found or _plain_go(tree, packages)


def _plain_go(tree: Tree, packages: Packages) -> list[Application]:
    """A Go module without a framework whose code serves HTTP."""
    serves = re.compile(r"http\.ListenAndServe|&http\.Server\{|http\.Server\{")
    found: dict[str, Application] = {}
    for path in tree.ending(".go"):
        if not tree.is_aside(path) and (match := serves.search(tree.text(path))):
            folder = packages.owner(path, "go")
            where = f"{path}:{tree.text(path).count(chr(10), 0, match.start()) + 1}"
            sighting = Sighting("net/http", where)
            found.setdefault(folder, Application(folder=folder, framework=sighting, language="Go"))
    return list(found.values())


def _by_package_files_alone(packages: Packages) -> list[Application]:
    """When no code tells: the first framework that a package file asks for, as in a repository that has just begun."""
    for one in packages.files:
        asked = {dependency.name: dependency for dependency in one.says.dependencies if not dependency.development}
        for framework in FRAMEWORKS:
            name = next((name for name in framework.packages if name in asked), None)
            if framework.ecosystem == one.says.ecosystem and name is not None and framework.name not in _SINGLE_PAGE:
                where = f"{one.path}:{asked[name].line}"
                sighting = Sighting(framework.name, where)
                return [Application(folder=one.folder, framework=sighting, language=framework.language)]
    return []

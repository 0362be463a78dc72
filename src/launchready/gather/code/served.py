"""Which JavaScript files run on a server: a call that hangs in a browser hangs for one visitor only."""

import json
import re

from launchready.gather.repository.script_addresses import SCRIPTS
from launchready.gather.repository.tree import Tree, beside, parent
from launchready.known.script_calls import BROWSER_LIBRARIES, SERVER_FRAMEWORKS, SERVER_PACKAGES

_BESIDE = re.compile(
    r"\.d\.ts$|\.min\.js$|\.config\.\w+$|(?:^|/)(?:scripts?|public|static|assets|migrations|seeds?|seeders|tools?|bin|cli|docs|examples?|"
    r"generated|__generated__|components|hooks|client|frontend|web-client|stories|storybook|packages/ui|evals?|extra|contrib|hack|universal|isomorphic|remix\.init)/|(?:^|/)(?:seed|gulpfile|"
    r"sw|service-worker|instrumentation-client)\.\w+$"
)
_ROUTE_FILE = re.compile(
    r"(?:^|/)(?:app/(?:.*/)?route|pages/api/.*|src/pages/api/.*|server/(?:api|routes)/.*|\+server|\+page\.server|\+layout\.server)\.[mc]?[jt]sx?$|(?:^|/)(?:pages/api|server|backend)/"
)
_IMPORTED = re.compile(
    r"""(?:^(?!\s*import\s+type\b)[^"'\n]*\bfrom\s+|^\s*import\s+|\brequire\(\s*)["']([^"'\n.][^"'\n]*)["']""",
    re.MULTILINE,
)
_BROWSER_CODE = re.compile(
    r"""^[ \t]*["']use client["']|\bdocument\.(?:getElementById|querySelector|createElement)\b"""
    r"""|\bwindow\.(?:location|localStorage|addEventListener)\b""",
    re.MULTILINE,
)
_USE_SERVER = re.compile(r"""["']use server["']""")
_GENERATED = re.compile(r"@generated|[Dd]o not edit|DO NOT EDIT|[Aa]utomatically generated|[Gg]enerated by ")


class Packages:
    """The package.json above each file, and whether what it describes is a server alone."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._servers: dict[str, bool | None] = {}

    def is_server(self, path: str) -> bool:
        folder = parent(path)
        while (found := self._of(folder)) is None and folder != ".":
            folder = parent(folder)
        return bool(found)

    def _of(self, folder: str) -> bool | None:
        if folder not in self._servers:
            self._servers[folder] = self._read(beside(folder, "package.json"))
        return self._servers[folder]

    def _read(self, path: str) -> bool | None:
        if not self._tree.has(path):
            return None
        try:
            said = json.loads(self._tree.text(path))
            names = {*(said.get("dependencies") or {}), *(said.get("devDependencies") or {})}
        except (ValueError, AttributeError, TypeError, RecursionError):
            return None
        return bool(names & SERVER_FRAMEWORKS) and not names & BROWSER_LIBRARIES


def served(tree: Tree) -> list[str]:
    """Every file that runs on a server, tests, scripts, components and built files aside."""
    packages = Packages(tree)
    found = []
    for path in tree.ending(*SCRIPTS):
        if not tree.is_aside(path) and not _BESIDE.search(path) and is_served(path, tree.text(path), packages):
            found.append(path)
    return found


def is_served(path: str, text: str, packages: Packages) -> bool:
    """Whether a file runs on a server, by its place, by what it imports, or by the package that it belongs to."""
    if _GENERATED.search(text[:400]) or _BROWSER_CODE.search(text):
        return False
    if _ROUTE_FILE.search(path) or _USE_SERVER.search(text):
        return True
    imported = set(_IMPORTED.findall(text))
    if imported & {"react", "react-dom", "vue", "svelte", "electron"}:
        return False
    return any(SERVER_PACKAGES.match(one) for one in imported) or packages.is_server(path)

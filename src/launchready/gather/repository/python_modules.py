"""The Python modules of a repository that may route addresses, and what a name in one of them stands for."""

import ast
import re
from dataclasses import dataclass, field

from launchready.formats import django_urls, python_routes
from launchready.formats.python_routes import PythonModule
from launchready.formats.python_source import syntax_tree
from launchready.gather.repository.tree import Tree

_WORTH_PARSING = re.compile(
    r"fastapi|starlette|flask|quart|litestar|urlpatterns|ROOT_URLCONF|APIRouter|Blueprint|include_router"
    r"|^[ \t]*@[\w.]{1,60}\.(?:route|get|post|api_route)\(",
    re.MULTILINE,
)
_HOLDS_CONSTANTS = re.compile(r"(?:^|/)(?:\w*settings\w*|\w*config\w*|const\w*|base|common|production)\.py$")
_MOST_PARSED = 3_000
_MOST_STEPS = 10


@dataclass(slots=True)
class PythonCode:
    """Parsed modules by path, and the Django lists in them; modules that only answer are parsed when asked for."""

    tree: Tree
    modules: dict[str, PythonModule] = field(default_factory=dict)
    lists: dict[str, dict[str, list[django_urls.Entry]]] = field(default_factory=dict)
    by_dotted: dict[str, list[str]] = field(default_factory=dict)

    def find(self, target: str, near: str) -> str | None:
        """The path of a dotted module, the one nearest to the file `near` when several end in that name."""
        candidates = self.by_dotted.get(target)
        if not candidates:
            return None
        return max(candidates, key=lambda path: (shared(path, near), -path.count("/")))

    def module(self, path: str) -> PythonModule | None:
        """What a module says; None when it cannot be read or too many were."""
        if path not in self.modules and path.endswith(".py") and len(self.modules) < _MOST_PARSED:
            text = self.tree.text(path)
            parsed = syntax_tree(text)
            if parsed is None:
                self.tree.leave(path, "it is not Python of this version")
                parsed = ast.Module(body=[], type_ignores=[])
            self.modules[path] = python_routes.parse(parsed, _package(path))
            if "urlpatterns" in text or "django.urls" in text:
                self.lists[path] = django_urls.lists_of(parsed)
        return self.modules.get(path)

    def resolve(self, path: str, name: str) -> tuple[str, str]:
        """The file and the name there that `name` in a file stands for, through imports and re-exports."""
        for _ in range(_MOST_STEPS):
            module = self.module(path)
            first, _, rest = name.partition(".")
            if module is None or name in module.makers or first not in module.imports:
                return path, name
            target = module.imports[first] + (f".{rest}" if rest else "")
            following = self._split(target, path)
            if following is None or following == (path, name):
                return path, target
            path, name = following
        return path, name

    def _split(self, target: str, near: str) -> tuple[str, str] | None:
        """A dotted name as the longest module in front and the name in it."""
        parts = target.split(".")[:12]
        for length in range(len(parts), 0, -1):
            found = self.find(".".join(parts[:length]), near)
            if found is not None and (length < len(parts) or found != near):
                return found, ".".join(parts[length:])
        return None


def read(tree: Tree) -> PythonCode:
    """Every module of the product itself (no tests) that has to do with addresses."""
    code = PythonCode(tree)
    paths = [path for path in tree.ending(".py") if not tree.is_aside(path) and "/migrations/" not in path]
    for path in paths:
        for name in _dotted_names(path):
            code.by_dotted.setdefault(name, []).append(path)
    for path in paths:
        if _HOLDS_CONSTANTS.search(path) or _WORTH_PARSING.search(tree.text(path)):
            code.module(path)
    return code


def _package(path: str) -> str:
    return path.rpartition("/")[0].replace("/", ".")


def _dotted_names(path: str) -> list[str]:
    """Every dotted name under which a file may be imported: backend/app/main.py → backend.app.main, app.main, main."""
    parts = path.removesuffix(".py").removesuffix("/__init__").split("/")
    return [".".join(parts[start:]) for start in range(len(parts))]


def shared(one: str, other: str) -> int:
    count = 0
    for left, right in zip(one.split("/"), other.split("/"), strict=False):
        if left != right:
            break
        count += 1
    return count

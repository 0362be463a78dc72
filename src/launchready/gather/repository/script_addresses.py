"""The addresses of JavaScript applications: by the places of their files, or by what their code routes."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass

from launchready.formats import javascript_routes, route_files
from launchready.formats.javascript_routes import ScriptModule
from launchready.formats.page_paths import joined
from launchready.gather.repository.tree import Tree, beside, line_at

SCRIPTS = (".ts", ".js", ".tsx", ".jsx", ".mjs", ".cjs", ".mts")
_MOST_SCRIPTS = 4_000
_MOST_VISITS = 2_000
_WORTH_READING = re.compile(
    r"\.(?:get|post|all|route|use|register|render)\(|@Controller|NestFactory|express\(|fastify\(|Hono|Koa"
)
_GET, _POST = re.compile(r"export\s+[^\n]*\bGET\b"), re.compile(r"export\s+[^\n]*\bPOST\b")
_BASE_PATH = re.compile(r"""\bbasePath:\s*["'](/[\w/-]*)["']""")
_RESOURCE = re.compile(r"export\s+default\b|export\s*\{[^}]*\bas default\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One address: which verbs it answers, and whether with a page."""

    path: str
    gets: bool
    posts: bool
    is_page: bool
    file: str
    line: int


def by_files(tree: Tree, folder: str, framework: str) -> Iterator[Spot]:
    """Addresses of a framework in which the file's place is the address."""
    prefix = _base_path(tree, folder) if framework == "Next.js" else ""
    is_nested = framework in ("Remix", "React Router") and (
        "autoRoutes(" in tree.text(beside(folder, "app/routes.ts"))
        or "remix-flat-routes" in tree.text(beside(folder, "package.json"))
    )
    for layout in route_files.LAYOUTS.get(framework, ()):
        start = next((beside(folder, one) for one in layout.folders if tree.has_folder(beside(folder, one))), None)
        for path in tree.under(start) if start is not None else ():
            place = layout.reader(
                _flattened(path[len(start or "") + 1 :]) if is_nested else path[len(start or "") + 1 :]
            )
            if place is None or tree.is_aside(path):
                continue
            is_page = place.is_page
            if is_page and framework in ("Remix", "React Router"):
                is_page = _RESOURCE.search(tree.text(path)) is not None
            yield _spot(tree, path, joined(prefix, place.path), is_page=is_page)
    if framework == "Nuxt" and tree.has(beside(folder, "app.vue")) and not tree.has_folder(beside(folder, "pages")):
        yield Spot(path="/", gets=True, posts=False, is_page=True, file=beside(folder, "app.vue"), line=1)


def in_views(tree: Tree, folder: str) -> Iterator[Spot]:
    """Addresses that a single-page application names in its code, and its home."""
    home = beside(folder, "index.html")
    if tree.has(home):
        yield Spot(path="/", gets=True, posts=False, is_page=True, file=home, line=1)
    for path in tree.under(folder):
        if not path.endswith((".tsx", ".jsx", ".ts", ".js")) or tree.is_aside(path):
            continue
        text = tree.text(path)
        has_objects = "createBrowserRouter" in text or "createRouter(" in text
        pattern = javascript_routes.ROUTE_OBJECT if has_objects else javascript_routes.SPA_ROUTE
        for match in pattern.finditer(text):
            found = next((one for one in match.groups() if one), "")
            words = [word for word in found.split("/") if word and not word.startswith("_")]
            if found.startswith("/") and not any(word.startswith((":", "*", "$")) for word in words):
                line = line_at(text, match.start())
                yield Spot(path=joined(*words), gets=True, posts=False, is_page=True, file=path, line=line)


def read_scripts(tree: Tree) -> dict[str, ScriptModule]:
    """Every file of JavaScript of the product itself that may route addresses."""
    found: dict[str, ScriptModule] = {}
    for path in tree.ending(*SCRIPTS):
        if len(found) >= _MOST_SCRIPTS:
            break
        if tree.is_aside(path) or path.endswith((".d.ts", ".min.js")):
            continue
        text = tree.text(path)
        if _WORTH_READING.search(text):
            module = javascript_routes.parse(text)
            if module.routes or module.puts or module.makes_server or module.renders:
                found[path] = module
    return found


def by_code(scripts: dict[str, ScriptModule], folder: str) -> Iterator[Spot]:
    """Addresses that the code below a folder routes, every imported router below the prefix that it is given."""
    inside = {path: module for path, module in scripts.items() if folder == "." or path.startswith(f"{folder}/")}
    prefixes = _prefixes(inside)
    for path, module in inside.items():
        for prefix in prefixes.get(path, [""]):
            for route in module.routes:
                yield Spot(
                    path=joined(prefix, route.path),
                    gets=route.verb in ("GET", "ALL"),
                    posts=route.verb in ("POST", "ALL"),
                    is_page=route.is_page or _renders(inside, path, route.handler),
                    file=path,
                    line=route.line,
                )


def _prefixes(scripts: dict[str, ScriptModule]) -> dict[str, list[str]]:
    """Where every file's router hangs, followed from the files that nobody puts below anything."""
    below: dict[str, list[tuple[str, str]]] = {}
    children: set[str] = set()
    for path, module in scripts.items():
        for prefix, target in module.puts:
            if (found := _file(scripts, path, target)) is not None and found != path:
                below.setdefault(path, []).append((prefix, found))
                children.add(found)
    result: dict[str, list[str]] = {}
    waiting = [(path, "") for path in scripts if path not in children]
    visits = 0
    while waiting and visits < _MOST_VISITS:
        path, prefix = waiting.pop()
        visits += 1
        if prefix not in result.setdefault(path, []):
            result[path].append(prefix)
            waiting += [(child, joined(prefix, more)) for more, child in below.get(path, ())]
    return result


def _file(scripts: dict[str, ScriptModule], path: str, target: str) -> str | None:
    """The file that an import names, relative to the file that imports it."""
    if target.startswith("."):
        base = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
    else:
        base = target.removeprefix("@/").removeprefix("~/").removeprefix("src/")
    stem = re.sub(r"\.(?:js|ts|mjs)$", "", base)
    for suffix in (*SCRIPTS, "/index.ts", "/index.js"):
        if target.startswith("."):
            if stem + suffix in scripts:
                return stem + suffix
        else:
            for one in scripts:
                if one.endswith(f"src/{stem}{suffix}"):
                    return one
    return None


def _renders(scripts: dict[str, ScriptModule], path: str, handler: str) -> bool:
    first, _, rest = handler.partition(".")
    module = scripts[path]
    if handler in module.renders:
        return True
    target = module.imports.get(first)
    found = _file(scripts, path, target) if target else None
    return found is not None and (rest or first) in scripts[found].renders


def _spot(tree: Tree, path: str, address: str, *, is_page: bool) -> Spot:
    if is_page:
        return Spot(path=address, gets=True, posts=False, is_page=True, file=path, line=1)
    text = tree.text(path)
    verb = re.search(r"\.(get|post)\.(?:ts|js)$", path)
    is_plain = verb is None and not _GET.search(text) and not _POST.search(text)
    gets = is_plain or _GET.search(text) is not None or (verb is not None and verb[1] == "get")
    posts = is_plain or _POST.search(text) is not None or (verb is not None and verb[1] == "post")
    return Spot(path=address, gets=gets, posts=posts, is_page=False, file=path, line=1)


def _flattened(path: str) -> str:
    """A route in nested folders as the one file name that means the same (remix-flat-routes, auto-routes)."""
    return path.replace("+/", ".").replace("/", ".")


def _base_path(tree: Tree, folder: str) -> str:
    for name in ("next.config.js", "next.config.mjs", "next.config.ts"):
        if match := _BASE_PATH.search(tree.text(beside(folder, name))):
            return match[1]
    return ""

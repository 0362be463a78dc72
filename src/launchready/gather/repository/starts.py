"""The commands that start production, followed to what they run: scripts, package.json, Python's own `run`."""

import ast
import json
import re
import tomllib
from collections.abc import Iterator

from launchready.formats import python_source, shell_commands, yaml_tree
from launchready.formats.environment_of import DEVELOPMENT, PRODUCTION, STAGING, environment_of
from launchready.gather.repository import images
from launchready.gather.repository.images import Image
from launchready.gather.repository.providers import COMPOSE
from launchready.gather.repository.tree import Tree, beside, parent
from launchready.known.development_servers import known
from launchready.model.deploying import DevelopmentServer

_MOST = 50
_DEEPEST = 4
_SCRIPT = re.compile(r"^(?:npm|pnpm|yarn|bun) (?:run |run-script )?(?:--?(?:silent|s)\b ?)*([\w:.-]+)")
_NOT_SCRIPTS = frozenset(
    {"install", "i", "ci", "add", "exec", "dlx", "x", "create", "build", "cache", "config", "workspace"}
)
_FILE = re.compile(r"^(?:(?:ba|da|a|z)?sh (?:-\w+ )*)?(?:/|\./)?((?:[\w.-]+/)*[\w.-]+?)(?: |$)")
_PYTHON = re.compile(
    r"^(?:\S*/)?python[\d.]* (?:-[uBOEI]+ |-X \S+ |-W \S+ )*(?:-m ([\w.]+)|(\S+\.py))(?: |$)|^()(\S+\.py)(?: |$)"
)

Found = tuple[str, str, str]  # a command, where it stands, the folder it runs in


def read(tree: Tree, made: tuple[Image, ...]) -> tuple[DevelopmentServer, ...]:
    """Every command of production that ends in a server made for developing."""
    found: dict[tuple[str, str], DevelopmentServer] = {}
    for command, where, folder in (*_platforms(tree), *_images(tree, made)):
        for one in _followed(tree, command, where, folder, 0):
            found.setdefault((one.where, one.server), one)
    return tuple(found.values())[:_MOST]


# Where production's commands stand ------------------------------------------------------------------------------


def _images(tree: Tree, made: tuple[Image, ...]) -> Iterator[Found]:
    overridden = {parent(path) for path in tree.named("fly.toml") if _processes(tree, path)}
    for image in made:
        if parent(image.path) not in overridden:
            for command, where in images.commands(image):
                yield command, where, parent(image.path)


def _platforms(tree: Tree) -> Iterator[Found]:
    for path in tree.files:
        name = path.rpartition("/")[2]
        if tree.is_aside(path) or environment_of(name) in (DEVELOPMENT, STAGING):
            continue
        if name == "Procfile":
            yield from _procfile(tree, path)
        elif name in ("fly.toml", "fly.production.toml"):
            yield from ((command, where, parent(path)) for command, where in _processes(tree, path))
        elif name in _SETTINGS:
            yield from _settings(tree, path, _SETTINGS[name])
        elif COMPOSE.fullmatch(name) and environment_of(name) == PRODUCTION:
            yield from _compose(tree, path)


def _procfile(tree: Tree, path: str) -> Iterator[Found]:
    for number, line in enumerate(tree.text(path).splitlines()[:200], 1):
        kind, colon, command = line.partition(":")
        if colon and re.fullmatch(r"\s*[\w-]+\s*", kind) and environment_of(kind) is None:
            yield command.strip(), f"{path}:{number}", parent(path)


def _processes(tree: Tree, path: str) -> list[tuple[str, str]]:
    try:
        tables = tomllib.loads(tree.text(path))
    except (tomllib.TOMLDecodeError, RecursionError):
        return []
    processes = tables.get("processes")
    found = [one for one in processes.values() if isinstance(one, str)] if isinstance(processes, dict) else []
    return [(one, f"{path}:{_line(tree.text(path), one)}") for one in found]


# Settings that hold the command by which a platform starts the app; each by its own documentation, 2026-11-24:
# render.com/docs/blueprint-spec, docs.railway.com/reference/config-as-code, nixpacks.com/docs/configuration/file,
# cloud.google.com/appengine/docs/standard/reference/app-yaml, docs.digitalocean.com/products/app-platform/reference.
_SETTINGS = {
    "render.yaml": ("startCommand", "dockerCommand"),
    "railway.json": ("startCommand",),
    "railway.toml": ("startCommand",),
    "nixpacks.toml": ("cmd",),
    "app.yaml": ("entrypoint", "run_command"),
}


def _settings(tree: Tree, path: str, names: tuple[str, ...]) -> Iterator[Found]:
    pattern = re.compile(rf"""^\s*["']?(?:{"|".join(names)})["']?\s*[:=]\s*(.+?),?\s*$""", re.MULTILINE)
    text = tree.text(path)
    for match in pattern.finditer(text):
        command = match[1].strip("\"'")
        yield command, f"{path}:{_line(text, match[0].strip())}", parent(path)


def _compose(tree: Tree, path: str) -> Iterator[Found]:
    try:
        root = yaml_tree.compose(tree.text(path))
    except yaml_tree.NotYaml:
        return
    for _, service in yaml_tree.entries(yaml_tree.at(root, "services")):
        node = yaml_tree.at(service, "command")
        if node is None:
            continue
        words = [yaml_tree.text(one) or "" for one in yaml_tree.items(node)] or [yaml_tree.text(node) or ""]
        yield " ".join(words), f"{path}:{yaml_tree.line(node)}", parent(path)


# What a command runs --------------------------------------------------------------------------------------------


def _followed(tree: Tree, line: str, where: str, folder: str, depth: int) -> Iterator[DevelopmentServer]:
    """The development servers that a line starts, by itself or through what it calls."""
    if depth > _DEEPEST:
        return
    for command in shell_commands.simple(line):
        if rule := known(command):
            yield DevelopmentServer(
                command=command[:120],
                server=rule.server,
                where=where,
                instead=rule.mend(command)[:160],
                debugger=rule.debugger,
            )
        elif (script := _SCRIPT.match(command)) and script[1] not in _NOT_SCRIPTS:
            yield from _package_script(tree, script[1], folder, depth)
        elif python := _PYTHON.match(command):
            yield from _python(tree, folder, python[1] or "", python[2] or python[4] or "")
        elif (file := _FILE.match(command)) and "." in file[1] + "." and (path := _in(tree, folder, file[1])):
            for inner, number in shell_commands.unconditional(tree.text(path)):
                yield from _followed(tree, inner, f"{path}:{number}", folder, depth + 1)


def _package_script(tree: Tree, name: str, folder: str, depth: int) -> Iterator[DevelopmentServer]:
    path = beside(folder, "package.json")
    try:
        tables = json.loads(tree.text(path) or "{}")
    except (ValueError, RecursionError):
        return
    scripts = tables.get("scripts") if isinstance(tables, dict) else None
    command = scripts.get(name) if isinstance(scripts, dict) else None
    if isinstance(command, str) and environment_of(name) != PRODUCTION:
        line = _line(tree.text(path), f'"{name}"')
        yield from _followed(tree, command, f"{path}:{line}", folder, depth + 1)


def _in(tree: Tree, folder: str, name: str) -> str | None:
    """The script of this name beside a Dockerfile; a path inside the image tells its last parts alone."""
    if not (name.endswith(".sh") or "entrypoint" in name or "start" in name):
        return None
    parts = name.split("/")
    for index in range(len(parts)):
        path = beside(folder, "/".join(parts[index:]))
        if tree.has(path):
            return path
    alike = [path for path in tree.under(folder) if path.endswith(f"/{parts[-1]}") and not tree.is_aside(path)]
    return alike[0] if len(alike) == 1 and environment_of(alike[0]) is None else None


def _python(tree: Tree, folder: str, module: str, file: str) -> Iterator[DevelopmentServer]:
    """What a Python file starts by its own `run`, as the program that it is."""
    dotted = module.replace(".", "/")
    candidates = [file.removeprefix("./")] if file else [f"{dotted}.py", f"{dotted}/__main__.py"]
    candidates += [f"src/{one}" for one in candidates] + [one.rpartition("/")[2] for one in candidates if file]
    path = next((where for one in candidates if tree.has(where := beside(folder, one))), None)
    if path is None or "run" not in tree.text(path):
        return
    module_ = python_source.syntax_tree(tree.text(path))
    if module_ is None:
        return
    flask = _flask_names(module_)
    for node in _reached(module_):
        if isinstance(node, ast.Call) and (found := _runs(node, flask, path)):
            yield found


def _reached(module: ast.Module) -> Iterator[ast.AST]:
    """Every node that is run when the file is the program: not the insides of functions that nothing here calls."""
    functions = {one.name: one for one in module.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)}
    waiting: list[ast.AST] = [
        one for one in module.body if not isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    ]
    entered: set[str] = set()
    while waiting:
        for node in ast.walk(waiting.pop()):
            yield node
            if isinstance(node, ast.Call):
                name = python_source.dotted(node.func)
                if name in functions and name not in entered:
                    entered.add(name)
                    waiting.append(functions[name])


def _flask_names(module: ast.Module) -> set[str]:
    """Names that hold a Flask application."""
    imports = python_source.imports_of(module, "")
    makers = {name for name, thing in imports.items() if thing in ("flask.Flask", "quart.Quart")}
    makers |= {f"{name}.{thing.title()}" for name, thing in imports.items() if thing in ("flask", "quart")}
    factories = {
        one.name
        for one in module.body
        if isinstance(one, ast.FunctionDef)
        and any(isinstance(each, ast.Call) and python_source.dotted(each.func) in makers for each in ast.walk(one))
    }
    return {
        python_source.dotted(target)
        for node in ast.walk(module)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        for target in node.targets
        if python_source.dotted(node.value.func) in makers | factories
    } - {""}


def _runs(call: ast.Call, flask: set[str], path: str) -> DevelopmentServer | None:
    name = python_source.dotted(call.func)
    where = f"{path}:{call.lineno}"
    if name.endswith(".run") and name.removesuffix(".run") in flask:
        debug = _is_true(python_source.keyword(call, "debug"))
        module = path.removesuffix(".py").replace("/", ".")
        return DevelopmentServer(
            command=f"{name}({'debug=True' if debug else ''})",
            server="Flask's debugger" if debug else "Flask's development server",
            where=where,
            instead=f"gunicorn '{module}:{name.removesuffix('.run')}' --bind 0.0.0.0:8000",
            debugger=debug,
        )
    if name == "uvicorn.run" and _is_true(python_source.keyword(call, "reload")):
        return DevelopmentServer(
            command="uvicorn.run(reload=True)",
            server="a server that restarts when files change",
            where=where,
            instead="uvicorn.run(…) without reload=True",
        )
    return None


def _is_true(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


def _line(text: str, part: str) -> int:
    """The line (from 1) on which a part of a text first stands."""
    place = text.find(part)
    return text.count("\n", 0, place) + 1 if place >= 0 else 1

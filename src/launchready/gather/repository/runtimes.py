"""Which versions of Python, Node.js and PostgreSQL the files name, each for its use: deployed, tested, developed."""

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace

import yaml

from launchready.formats import yaml_tree
from launchready.formats.environment_of import PRODUCTION, STAGING, environment_of
from launchready.formats.runtime_versions import NODE, POSTGRESQL, PYTHON, of_image, plain
from launchready.gather.repository import platforms
from launchready.gather.repository.images import Image
from launchready.gather.repository.providers import COMPOSE
from launchready.gather.repository.tree import Tree, line_at, parent
from launchready.model.deploying import RuntimeVersion, Use

_MOST = 200
_SETUP = {"actions/setup-python": (PYTHON, "python-version"), "actions/setup-node": (NODE, "node-version"),
          "astral-sh/setup-uv": (PYTHON, "python-version")}  # fmt: skip
# A command of CI that runs in the image that is deployed, or may.
_IN_IMAGE = re.compile(
    r"\bdocker(?:-|\s+)(?:compose\s+)?(?:-\S+\s+(?:[\w./-]+\.ya?ml\s+)?)*(?:run|exec)\b|--target[= ]\S*test"
)
_STATIC = re.compile(r"(?:^|/)(?:nginx|caddy|httpd|static-web-server|busybox|scratch|nginx-unprivileged)\b")


def read(tree: Tree, made: tuple[Image, ...]) -> tuple[RuntimeVersion, ...]:
    """Every version that a file of the product names."""
    images = list(_images(made))
    found = [*images, *_pinned(tree), *_platform_files(tree), *_compose(tree), *_tested(tree, images), *_allowed(tree)]
    return tuple(dict.fromkeys(found))[:_MOST]


def _images(made: tuple[Image, ...]) -> Iterator[RuntimeVersion]:
    for image in made:
        last = image.stages[-1]
        if (named := of_image(last.base)) is not None:
            yield _version(*named, f"{image.path}:{last.line}", Use.DEPLOYED)
        elif _STATIC.search(last.base.lower()):  # the pages were built by an earlier stage
            for stage in image.every:
                if (named := of_image(stage.base)) is not None and named[0] == NODE:
                    yield _version(*named, f"{image.path}:{stage.line}", Use.DEPLOYED)


# Files that name one version ------------------------------------------------------------------------------------


_FILES = {
    ".python-version": PYTHON,
    "runtime.txt": PYTHON,
    ".nvmrc": NODE,
    ".node-version": NODE,
}
# Platforms that build with the version of these files when there is no Dockerfile, by their own documentation
# (devcenter.heroku.com/articles/python-runtimes, render.com/docs/python-version and /node-version,
# docs.railway.com/reference/railpack; vercel.com/docs/functions/runtimes/node-js reads engines alone), 2026-11-24.
_READ_BY = {
    ".python-version": {"Heroku", "Render", "Railway"},
    "runtime.txt": {"Heroku"},
    ".nvmrc": {"Render", "Netlify", "Railway"},
    ".node-version": {"Render", "Netlify", "Railway"},
}


def _pinned(tree: Tree) -> Iterator[RuntimeVersion]:
    on = {one.value for one in platforms.read(tree)}
    for name, runtime in _FILES.items():
        for path in tree.named(name):
            first = tree.text(path).strip().partition("\n")[0].strip()
            version = plain(first)
            if version is None or tree.is_aside(path) or not re.match(r"(?:cpython-|python-|v)?\d", first):
                continue
            deployed = bool(_READ_BY[name] & on) and "Docker" not in on
            yield _version(runtime, version, f"{path}:1", Use.DEPLOYED if deployed else Use.DEVELOPED)
    for path in tree.named(".tool-versions"):
        for number, line in enumerate(tree.text(path).splitlines()[:50], 1):
            words = line.split()
            runtime_ = {"python": PYTHON, "nodejs": NODE, "node": NODE, "postgres": POSTGRESQL}.get(
                words[0] if words else ""
            )
            if runtime_ and len(words) > 1 and (version := plain(words[1])):
                yield _version(runtime_, version, f"{path}:{number}", Use.DEVELOPED)


_SETTINGS = (
    ("render.yaml", PYTHON, r"key:\s*PYTHON_VERSION\s*\n\s*value:\s*[\"']?([\d.]+)"),
    ("render.yaml", NODE, r"key:\s*NODE_VERSION\s*\n\s*value:\s*[\"']?v?([\d.]+)"),
    ("render.yaml", POSTGRESQL, r"postgresMajorVersion:\s*[\"']?(\d+)"),
    ("netlify.toml", NODE, r"NODE_VERSION\s*=\s*[\"']v?([\d.]+)"),
    ("netlify.toml", PYTHON, r"PYTHON_VERSION\s*=\s*[\"']([\d.]+)"),
    ("app.yaml", PYTHON, r"^runtime:\s*python(\d)(\d+)"),
    ("app.yaml", NODE, r"^runtime:\s*nodejs(\d+)"),
)


def _platform_files(tree: Tree) -> Iterator[RuntimeVersion]:
    for name, runtime, pattern in _SETTINGS:
        for path in tree.named(name):
            text = tree.text(path)
            for match in re.finditer(pattern, text, re.MULTILINE) if not tree.is_aside(path) else ():
                version = ".".join(one for one in match.groups() if one)
                yield _version(runtime, version, f"{path}:{line_at(text, match.start(1))}", Use.DEPLOYED)


def _compose(tree: Tree) -> Iterator[RuntimeVersion]:
    """The databases of Compose files: of production's where they say so, else those that the team works with."""
    for path in tree.files:
        name = path.rpartition("/")[2]
        if not COMPOSE.fullmatch(name) or tree.is_aside(path):
            continue
        kind = environment_of(name)
        root = _composed(tree, path)
        for _, service in yaml_tree.entries(yaml_tree.at(root, "services")):
            node = yaml_tree.at(service, "image")
            named = of_image(_default(yaml_tree.text(node) or ""))
            if node is not None and named is not None and named[0] == POSTGRESQL:
                use = Use.DEPLOYED if kind == PRODUCTION else Use.DEVELOPED
                yield _version(
                    *named, f"{path}:{yaml_tree.line(node)}", use, kind if kind in (STAGING, PRODUCTION) else None
                )


def _default(image: str) -> str:
    return re.sub(r"\$\{\w+:?-([^}]*)\}", r"\1", image)


# What CI tests with ---------------------------------------------------------------------------------------------


def _tested(tree: Tree, images: list[RuntimeVersion]) -> Iterator[RuntimeVersion]:
    for path in tree.files:
        if re.fullmatch(r"\.github/workflows/[^/]+\.ya?ml", path):
            yield from _workflow(tree, path)
            if _IN_IMAGE.search(tree.text(path)):
                yield from (replace(one, where=path, use=Use.TESTED) for one in images)
    yield from _by_image(tree, ".gitlab-ci.yml", ("image", "services"))
    yield from _by_image(tree, ".circleci/config.yml", ("image", "docker"))


def _workflow(tree: Tree, path: str) -> Iterator[RuntimeVersion]:
    text = tree.text(path)
    if "setup-" not in text and "container" not in text and "services" not in text:
        return
    root = _composed(tree, path)
    environment = {key: yaml_tree.text(value) or "" for key, value in yaml_tree.entries(yaml_tree.at(root, "env"))}
    for _, job in yaml_tree.entries(yaml_tree.at(root, "jobs")):
        matrix = dict(yaml_tree.entries(yaml_tree.at(job, "strategy", "matrix")))
        for node in (
            yaml_tree.at(job, "container"),
            *(each for _, each in yaml_tree.entries(yaml_tree.at(job, "services"))),
        ):
            image = yaml_tree.text(node) or yaml_tree.text(yaml_tree.at(node, "image")) or ""
            for filled, line in _filled(image, node, matrix, environment):
                if (named := of_image(filled)) is not None:
                    yield _version(*named, f"{path}:{line}", Use.TESTED)
        for step in yaml_tree.items(yaml_tree.at(job, "steps"))[:100]:
            yield from _setup(tree, path, step, matrix, environment)


def _setup(
    tree: Tree, path: str, step: yaml.Node, matrix: dict[str, yaml.Node], environment: dict[str, str]
) -> Iterator[RuntimeVersion]:
    action = (yaml_tree.text(yaml_tree.at(step, "uses")) or "").partition("@")[0]
    if action not in _SETUP:
        return
    runtime, key = _SETUP[action]
    node = yaml_tree.at(step, "with", key)
    for filled, line in _filled(yaml_tree.text(node) or "", node, matrix, environment):
        for part in filled.split("\n"):
            if (version := plain(part)) is not None:
                yield _version(runtime, version, f"{path}:{line}", Use.TESTED)
    named = yaml_tree.text(yaml_tree.at(step, "with", f"{key}-file")) or ""
    if not named and node is None and action.endswith("setup-uv"):
        named = ".python-version"
    if named and tree.has(named):
        yield from (
            _version(runtime, version, named, Use.TESTED) for version in [_of_file(tree, named, runtime)] if version
        )


def _of_file(tree: Tree, path: str, runtime: str) -> str | None:
    """The version that a file names for CI: `.nvmrc`, or `engines` of package.json."""
    text = tree.text(path)
    if path.endswith("package.json"):
        return plain(_engines(text))
    if path.endswith("pyproject.toml"):
        return None
    return plain(text.strip().partition("\n")[0])


def _filled(
    text: str, node: yaml.Node | None, matrix: dict[str, yaml.Node], environment: dict[str, str]
) -> Iterator[tuple[str, int]]:
    """A text with what the matrix or the environment puts into it: one for each of the matrix's values."""
    if node is None:
        return
    match = re.search(r"\$\{\{\s*(matrix|env)\.([\w-]+)\s*\}\}", text)
    if match is None:
        listed = yaml_tree.items(node)
        yield from ((yaml_tree.text(one) or "", yaml_tree.line(one)) for one in listed)
        if not listed:
            yield text, yaml_tree.line(node)
    elif match[1] == "env" and match[2] in environment:
        yield text.replace(match[0], environment[match[2]]), yaml_tree.line(node)
    elif match[1] == "matrix" and match[2] in matrix:
        for one in yaml_tree.items(matrix[match[2]])[:50]:
            yield text.replace(match[0], yaml_tree.text(one) or ""), yaml_tree.line(one)


def _by_image(tree: Tree, path: str, keys: tuple[str, ...]) -> Iterator[RuntimeVersion]:
    """Images that stand anywhere in another service's file."""
    if not tree.has(path):
        return
    text = tree.text(path)
    for match in re.finditer(
        r"""^\s*(?:-\s*)?(?:image|name):\s*["']?([\w./:@-]+)|^\s*-\s*["']?([\w./-]+:[\w.-]+)""", text, re.MULTILINE
    ):
        if (named := of_image(match[1] or match[2])) is not None:
            yield _version(*named, f"{path}:{line_at(text, match.start(match.lastindex or 0))}", Use.TESTED)


# What the package files allow -----------------------------------------------------------------------------------


def _allowed(tree: Tree) -> Iterator[RuntimeVersion]:
    for path in tree.named("pyproject.toml"):
        if tree.is_aside(path):
            continue
        text = tree.text(path)
        try:
            tables = tomllib.loads(text) if text.count(".") < 20_000 else {}
        except (tomllib.TOMLDecodeError, RecursionError):
            continue
        project, tool = tables.get("project"), tables.get("tool")
        wanted = project.get("requires-python") if isinstance(project, dict) else None
        poetry = tool.get("poetry") if isinstance(tool, dict) else None
        depends = poetry.get("dependencies") if isinstance(poetry, dict) else None
        wanted = wanted or (depends.get("python") if isinstance(depends, dict) else None)
        if isinstance(wanted, str):
            line = next(
                (n for n, one in enumerate(text.splitlines(), 1) if re.match(r"\s*(?:requires-)?python\s*=", one)), 1
            )
            yield _version(PYTHON, wanted, f"{path}:{line}", Use.ALLOWED)
    for path in tree.named("package.json"):
        text = tree.text(path) if not tree.is_aside(path) else ""
        if '"engines"' in text and (wanted := _engines(text)):
            yield _version(NODE, wanted, f"{path}:{line_at(text, max(0, text.find(chr(34) + 'engines')))}", Use.ALLOWED)


def _engines(text: str) -> str:
    try:
        tables = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    engines = tables.get("engines") if isinstance(tables, dict) else None
    wanted = engines.get("node") if isinstance(engines, dict) else None
    return wanted if isinstance(wanted, str) else ""


def _composed(tree: Tree, path: str) -> yaml.Node | None:
    try:
        return yaml_tree.compose(tree.text(path))
    except yaml_tree.NotYaml:
        return None


def _version(runtime: str, version: str, where: str, use: Use, environment: str | None = None) -> RuntimeVersion:
    return RuntimeVersion(runtime=runtime, version=version[:60], where=where, use=use, environment=environment)


def in_folder(one: RuntimeVersion, folder: str) -> bool:
    """Whether a version is named in this folder or below it."""
    return folder == "." or parent(one.where.partition(":")[0]).startswith(folder)

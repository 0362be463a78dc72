"""The outside services that a product uses: by its packages, its code, its variables and its containers."""

import re
from collections.abc import Iterator

from launchready.formats import yaml_tree
from launchready.gather.repository import environment
from launchready.gather.repository.packages import Packages
from launchready.gather.repository.script_addresses import SCRIPTS
from launchready.gather.repository.tree import Tree, line_at
from launchready.known.mail_senders import mail_sender
from launchready.known.providers import Key, known
from launchready.model.repository import Provider, ProviderKind, Sighting

COMPOSE = re.compile(r"(?:docker-)?compose(?:[.-][\w.-]+)?\.ya?ml")
_CODE = (".py", ".rb", ".php", ".go", ".ex", ".exs", ".svelte", ".vue", ".prisma", *SCRIPTS)
_PYTHON_IMPORT = re.compile(r"^[ \t]*(?:from|import)[ \t]+([\w.]+)", re.MULTILINE)
_SCRIPT_IMPORT = re.compile(r"""(?:\bfrom|\bimport|\brequire\(|\bimport\()\s*["']([@\w][^"'\n]{0,100})["']""")
_MOST_SEEN = 10
# The module that a Python package is imported as, where it differs from the package's name.
_MODULES = {
    "google.genai": "google-genai",
    "google.generativeai": "google-generativeai",
    "vertexai": "google-cloud-aiplatform",
    "google.cloud.aiplatform": "google-cloud-aiplatform",
    "psycopg2": "psycopg2",
    "MySQLdb": "mysqlclient",
    "firebase_admin": "firebase-admin",
    "allauth": "django-allauth",
    "djstripe": "dj-stripe",
    "auth0": "auth0-python",
    "chargebee": "chargebee",
    "postmarker": "postmarker",
    "sib_api_v3_sdk": "sib-api-v3-sdk",
}


class _Seen:
    """Services with what shows them; the same sign is kept once."""

    def __init__(self) -> None:
        self.found: dict[Key, dict[str, Sighting]] = {}

    def add(self, keys: tuple[Key, ...], value: str, where: str) -> None:
        for key in keys:
            signs = self.found.setdefault(key, {})
            if len(signs) < _MOST_SEEN:
                signs.setdefault(value, Sighting(value, where))


def read(tree: Tree, packages: Packages) -> tuple[Provider, ...]:
    """Every service that something of the product itself shows; tests, documentation and lock files count for nothing.

    A package that only those who work on the product need counts when the product's code imports it.
    """
    seen = _Seen()
    for one in packages.files:
        for dependency in one.says.dependencies:
            if not dependency.development:
                keys = known().packages.get((one.says.ecosystem, dependency.name), ())
                seen.add(keys, dependency.name, f"{one.path}:{dependency.line}")
    _in_code(tree, packages, seen)
    for path in environment.examples(tree):
        for variable in environment.variables(tree, path):
            seen.add(known().of_variable(variable.name), variable.name, variable.where)
    for image, where in images(tree):
        seen.add(known().images.get(_untagged(image), ()), image, where)
    order = list(ProviderKind)
    return tuple(
        Provider(kind=kind, name=_name(kind, name), seen=tuple(signs.values()))
        for (kind, name), signs in sorted(
            seen.found.items(), key=lambda item: (order.index(item[0][0]), -len(item[1]), item[0][1])
        )
    )


def images(tree: Tree) -> Iterator[tuple[str, str]]:
    """Container images of the compose files, with their places."""
    for path in tree.files:
        if not COMPOSE.fullmatch(path.rpartition("/")[2]) or tree.is_aside(path):
            continue
        try:
            root = yaml_tree.compose(tree.text(path))
        except yaml_tree.NotYaml as error:
            tree.leave(path, str(error))
            continue
        for _, service in yaml_tree.entries(yaml_tree.at(root, "services")):
            node = yaml_tree.at(service, "image")
            if node is not None and (image := yaml_tree.text(node)):
                yield image[:200], f"{path}:{yaml_tree.line(node)}"


def _in_code(tree: Tree, packages: Packages, seen: _Seen) -> None:
    # An import of what no package.json asks for is text: an example that is shown to visitors.
    asked = {one.name for placed in packages.files for one in placed.says.dependencies}
    words = known().words
    any_word = re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)))
    for path in tree.ending(*_CODE):
        if tree.is_aside(path) or path.endswith((".d.ts", ".min.js")) or "/migrations/" in path:
            continue
        text = tree.text(path)
        ecosystem = "pypi" if path.endswith(".py") else "npm"
        pattern = _PYTHON_IMPORT if ecosystem == "pypi" else _SCRIPT_IMPORT
        for match in pattern.finditer(text):
            for package in _packages(match[1], ecosystem):
                if ecosystem == "npm" and package not in asked:
                    continue
                if keys := known().packages.get((ecosystem, package)):
                    seen.add(keys, package, f"{path}:{line_at(text, match.start(1))}")
                    break
        for match in any_word.finditer(text):
            if not _is_comment(text, match.start()):
                seen.add(words[match[0]], match[0], f"{path}:{line_at(text, match.start())}")


def _packages(imported: str, ecosystem: str) -> Iterator[str]:
    """Packages that an import may be of: @scope/name/part → @scope/name; google.genai.types → google-genai."""
    if ecosystem == "npm":
        parts = imported.split("/")
        yield "/".join(parts[: 2 if imported.startswith("@") else 1])
        return
    parts = imported.split(".")
    for length in (3, 2, 1):
        module = ".".join(parts[:length])
        if module in _MODULES:
            yield _MODULES[module]
    yield parts[0].replace("_", "-")


def _is_comment(text: str, offset: int) -> bool:
    start = text.rfind("\n", 0, offset) + 1
    return text[start:offset].lstrip().startswith(("#", "//", "*", "/*"))


def _untagged(image: str) -> str:
    image = image.partition("@")[0].removeprefix("docker.io/").removeprefix("library/")
    head, colon, tail = image.rpartition(":")
    return head if colon and "/" not in tail else image


def _name(kind: ProviderKind, name: str) -> str:
    """A mail service by the name that the table of mail senders has for it."""
    sender = mail_sender(name) if kind is ProviderKind.MAIL else None
    return sender.name if sender is not None else name

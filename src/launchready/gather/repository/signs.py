"""What the files say about a way back, and about a second environment."""

import re
import tomllib
from collections.abc import Iterator

from launchready.formats import yaml_tree
from launchready.formats.environment_of import STAGING, environment_of
from launchready.formats.printable import printable
from launchready.gather.repository.providers import COMPOSE
from launchready.gather.repository.tree import Tree, line_at, parent
from launchready.model.deploying import Shared
from launchready.model.repository import Sighting

_MOST = 20
_MOST_TEXTS = 2_000
_TEXTS = (".md", ".mdx", ".rst", ".txt", ".adoc", ".yml", ".yaml", ".sh", ".toml", ".json")
_TOOLS = (
    "Makefile",
    "makefile",
    "justfile",
    "Justfile",
    "Taskfile.yml",
    "Procfile",
    "Jenkinsfile",
    "package.json",
    "README",
    "RUNBOOK",
)
_LOCKS = ("package-lock.json", "pnpm-lock.yaml", "composer.lock", "requirements.txt")
# A way back of what is deployed. Rolling back a transaction or a migration alone is another thing, and so is what a
# change log says of the past.
_BACK = r"(?:roll(?:s|ed|ing)?(?:[\s-]?|\s+(?:it|that|them|this)\s+)back|rollbacks?)"
_VERSION = r"(?:deploy(?:s|ed|ments?)?|release[sd]?|version|image|revision|build|production)"
_ROLLBACK = re.compile(
    rf"""
    \b(?:{_BACK}|revert(?:s|ing)?)\b[^.\n]{{0,60}}\b(?:{_VERSION}|staging|app)\b
    |\b{_VERSION}\b[^.\n]{{0,60}}\b{_BACK}\b
    |^\#+\s*(?:how\s+to\s+)?(?:{_BACK}|reverting\b)
    |\b(?:heroku\s+(?:releases:)?|vercel\s+|wrangler\s+|helm\s+|kamal\s+)rollback\b|\bkubectl\s+rollout\s+undo\b
    |\bfly(?:ctl)?\s+deploy\s[^\n]*--image\b|\bgcloud\s+run\s+services\s+update-traffic\b
    |^(?:rollback|undo-deploy|revert-deploy)[\w-]*\s*:
    |"(?:rollback|deploy:rollback|revert)[\w:-]*"\s*:
    |\b(?:redeploy|re-deploy|go\s+back\s+to|put\s+back|restore)\b[^.\n]{{0,30}}
     \b(?:previous|last|older|earlier|former)\s+(?:{_VERSION}|tag|commit)\b
    |\bprevious\s+(?:version|release|deployment|image)\b[^.\n]{{0,40}}\b(?:back|again|promote|redeploy|restore)
    """,
    re.VERBOSE | re.IGNORECASE | re.MULTILINE,
)
_WORTH_READING = re.compile(
    r"\broll|rollback|previous|revert|--image|re-?deploy|go back|put back|update-traffic", re.IGNORECASE
)
_NOT_ROLLBACK = re.compile(r"transaction|savepoint|session\.|db\.|conn(?:ection)?\.|ON_ERROR|ROLLBACK;", re.IGNORECASE)
_PAST = re.compile(r"(?:^|/)(?:change(?:s|log)|history|news|release[-_ ]?notes)\b", re.IGNORECASE)
_SECOND = re.compile(
    r"(?<![a-z])(?:staging|pre-?production|preprod|uat|preview\s+(?:deploy(?:ment)?s?|environments?|branch(?:es)?|apps?)|review\s+apps?"
    r"|stage\s+environment|staging[-_.]\w+)(?![\w])",
    re.IGNORECASE,
)
_GIT_STAGING = re.compile(r"staging\s+(?:area|index|table)|git\s+staging|lint-staged", re.IGNORECASE)
# Platforms that give every pull request an environment of its own unless they are told not to (vercel.com/docs
# /deployments/environments, docs.netlify.com/deploy/deploy-types/deploy-previews, 2026-11-24).
_PREVIEWS = {"vercel.json": "Vercel", "netlify.toml": "Netlify"}


def rollback(tree: Tree) -> tuple[Sighting, ...]:
    """Every place that says how a deploy is taken back."""
    found = [one for path in _texts(tree) if not _PAST.search(path) for one in _rollback(path, tree.text(path))]
    scripts = [
        Sighting(path.rpartition("/")[2], path)
        for path in tree.files
        if re.search(r"(?:^|[/_.-])rollback[\w.-]*$", path)
        and "migrations/" not in path
        and not tree.is_aside(path)
        and path.endswith((".sh", ".yml", ".yaml", ".md", ".py", ".js", ".ts", "rollback"))
    ]
    return tuple((scripts + found)[:_MOST])


def second(tree: Tree) -> tuple[Sighting, ...]:
    """Every sign of an environment beside production: a file of its name, previews, or words in docs and CI."""
    found = []
    for path in tree.files:
        name = path.rpartition("/")[2]
        if tree.is_aside(path) and not path.startswith("docs/"):
            continue
        if environment_of(name) == STAGING or re.search(r"(?:^|/)(?:staging|preview|preprod|uat)/", path):
            if name.endswith(
                (
                    ".toml",
                    ".yml",
                    ".yaml",
                    ".json",
                    ".py",
                    ".rb",
                    ".env",
                    ".tf",
                    ".tfvars",
                    ".sh",
                    "Dockerfile",
                    ".staging",
                )
            ):
                found.append(Sighting(STAGING, path))
        elif name in _PREVIEWS:
            found.append(Sighting(f"{_PREVIEWS[name]}'s previews", path))
    found += [one for path in _texts(tree) if not _PAST.search(path) for one in _named(path, tree.text(path))]
    return tuple(found[:_MOST])


def shared(tree: Tree) -> tuple[Shared, ...]:
    """What staging takes from production, by the files of platforms."""
    return tuple([*_fly(tree), *_render(tree), *_compose(tree)][:_MOST])


def _texts(tree: Tree) -> list[str]:
    """Files in which people write how things are run."""
    found = []
    for path in tree.files:
        name = path.rpartition("/")[2]
        if name in _LOCKS or not (name.endswith(_TEXTS) or name in _TOOLS):
            continue
        written = name.endswith((".md", ".mdx", ".rst", ".adoc", ".sh")) or name in _TOOLS
        if (
            written
            or path.startswith((".github/", ".gitlab", ".circleci/", "deploy", "infra", "ops"))
            or "/" not in path
        ) and (not tree.is_aside(path) or path.startswith(("docs/", "doc/", "documentation/"))):
            found.append(path)
    return found[:_MOST_TEXTS]


def _rollback(path: str, text: str) -> Iterator[Sighting]:
    if not _WORTH_READING.search(text):
        return
    for match in _ROLLBACK.finditer(text):
        start, end = text.rfind("\n", 0, match.start()) + 1, text.find("\n", match.end())
        line = text[start : end if end >= 0 else len(text)]
        if not _NOT_ROLLBACK.search(line) and not re.search(r"fly(?:ctl)?\s+deploy[^\n]*--image-label", line):
            yield Sighting(printable(" ".join(match[0].split()), 80), f"{path}:{line_at(text, match.start())}")
            return


def _named(path: str, text: str) -> Iterator[Sighting]:
    for match in _SECOND.finditer(text):
        if not _GIT_STAGING.search(text[match.start() : match.end() + 12]):
            yield Sighting(printable(match[0], 40), f"{path}:{line_at(text, match.start())}")
            return


# What both use --------------------------------------------------------------------------------------------------

_ADDRESS = re.compile(r"(?:_URL|_URI|_DSN|_HOST|_HOSTNAME|^HOST)$")
_OF_A_STORE = re.compile(r"DATABASE|POSTGRES|PG|MYSQL|MONGO|REDIS|DB|STORE|BUCKET|QUEUE|AMQP|S3")


def _fly(tree: Tree) -> Iterator[Shared]:
    for path in tree.files:
        name = path.rpartition("/")[2]
        production = path.replace(name, "fly.toml")
        if (
            name.startswith("fly.")
            and name.endswith(".toml")
            and environment_of(name) == STAGING
            and tree.has(production)
        ):
            ours, theirs = _fly_tables(tree, path), _fly_tables(tree, production)
            for key in ours.keys() & theirs.keys():
                if ours[key] == theirs[key] and (key == "app" or (_ADDRESS.search(key) and _OF_A_STORE.search(key))):
                    what = f"the app `{printable(ours[key], 60)}`" if key == "app" else key
                    yield Shared(
                        what=what,
                        environment=STAGING,
                        where=_at(tree, path, key),
                        production=_at(tree, production, key),
                    )


def _fly_tables(tree: Tree, path: str) -> dict[str, str]:
    try:
        tables = tomllib.loads(tree.text(path))
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}
    environment = tables.get("env")
    found = (
        {key: value for key, value in environment.items() if isinstance(value, str)}
        if isinstance(environment, dict)
        else {}
    )
    return {**found, "app": app} if isinstance(app := tables.get("app"), str) else found


def _render(tree: Tree) -> Iterator[Shared]:
    """Services of render.yaml whose names tell them apart, and that take their address from the same database."""
    for path in tree.named("render.yaml"):
        try:
            root = yaml_tree.compose(tree.text(path))
        except yaml_tree.NotYaml:
            continue
        taken: dict[str, tuple[bool, int]] = {}
        for service in yaml_tree.items(yaml_tree.at(root, "services")):
            staging = environment_of(yaml_tree.text(yaml_tree.at(service, "name")) or "") == STAGING
            for variable in yaml_tree.items(yaml_tree.at(service, "envVars")):
                for kind in ("fromDatabase", "fromService"):
                    node = yaml_tree.at(variable, kind, "name")
                    name = yaml_tree.text(node)
                    is_store = kind == "fromDatabase" or (
                        yaml_tree.text(yaml_tree.at(variable, kind, "type")) in ("redis", "keyvalue")
                    )
                    if node is None or name is None or not is_store:
                        continue
                    other = taken.setdefault(name, (staging, yaml_tree.line(node)))
                    if other[0] != staging:
                        here, there = f"{path}:{yaml_tree.line(node)}", f"{path}:{other[1]}"
                        where, production = (here, there) if staging else (there, here)
                        yield Shared(
                            what=f"the database `{printable(name, 60)}`",
                            environment=STAGING,
                            where=where,
                            production=production,
                        )


def _compose(tree: Tree) -> Iterator[Shared]:
    """Addresses of stores outside the Compose network that a staging file has in common with production's."""
    by_folder: dict[tuple[str, str], dict[str, tuple[str, str]]] = {}
    for path in tree.files:
        name = path.rpartition("/")[2]
        kind = environment_of(name)
        if COMPOSE.fullmatch(name) and kind in (STAGING, "production"):
            found = by_folder.setdefault((parent(path), str(kind)), {})
            for match in re.finditer(
                r"""^\s*-?\s*["']?(\w+)["']?\s*[:=]\s*["']?(\w+://[^\s"']+)""", tree.text(path), re.MULTILINE
            ):
                host = re.sub(r"^\w+://(?:[^@/]*@)?", "", match[2])
                if _OF_A_STORE.search(match[1].upper()) and "." in host.partition("/")[0] and "$" not in host:
                    found[match[1]] = (host, f"{path}:{line_at(tree.text(path), match.start(1))}")
    for (folder, kind), found in by_folder.items():
        if kind == STAGING:
            theirs = by_folder.get((folder, "production"), {})
            for key in found.keys() & theirs.keys():
                if found[key][0] == theirs[key][0]:
                    yield Shared(what=key, environment=STAGING, where=found[key][1], production=theirs[key][1])


def _at(tree: Tree, path: str, key: str) -> str:
    match = re.search(rf"^\s*[\"']?{re.escape(key)}[\"']?\s*=", tree.text(path), re.MULTILINE)
    return f"{path}:{line_at(tree.text(path), match.end())}" if match else path

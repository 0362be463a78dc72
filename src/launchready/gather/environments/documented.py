"""Where a team is told of a variable: example files, documentation, files of platforms; and what is listed in vain."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

import hyperscan

from launchready.errors import UsageError
from launchready.formats.environment_names import Unreadable, variables
from launchready.formats.variable_reads import fits
from launchready.gather.environments.code import SCRIPTS, Code
from launchready.gather.repository import environment
from launchready.gather.repository.python_modules import shared
from launchready.gather.repository.tree import Tree
from launchready.gather.secrets.git import Git, GitFailed
from launchready.known.given_variables import is_given, is_read_by_others
from launchready.model.facts import ListedVariable, VariableUse
from launchready.model.gap import Gap

_TOLD_IN = ("fly.toml", "wrangler.toml", "netlify.toml", "render.yaml", "render.yml")
_COMPOSE = re.compile(r"(?:docker-)?compose(?:[._-][\w.-]+)?\.ya?ml")
_PROSE = (".md", ".mdx", ".rst", ".adoc")
_ENV_FILE = re.compile(r"\.env(?:\.[\w-]+)*|[\w-]+\.env|\.dev\.vars")
_LOCKS = re.compile(
    r"(?:package-lock\.json|yarn\.lock|pnpm-lock\.yaml|uv\.lock|poetry\.lock|bun\.lockb?|.*\.(?:map|svg|png|jpg|ico|woff2?|pdf|po|mo|csv|snap|ipynb))$"
)
_OTHER_LANGUAGES = {
    ".go": "Go",
    ".rb": "Ruby",
    ".php": "PHP",
    ".java": "Java",
    ".kt": "Kotlin",
    ".cs": "C#",
    ".rs": "Rust",
    ".ex": "Elixir",
}
_PARTS = re.compile(
    r"^(?:requirements.*\.(?:txt|in)|pyproject\.toml|setup\.(?:py|cfg)|Pipfile|package\.json|Dockerfile.*|Procfile)$|compose.*\.ya?ml$"
)
_MOST_PARTS = 200
_MOST_LISTED = 1_000
_A_TENTH = 10

Known = Callable[[VariableUse], VariableUse]


def listed(tree: Tree, code: Code) -> tuple[str | None, Known, tuple[ListedVariable, ...] | Gap]:
    """The example file, what adds to a use where it is documented, and what example files list that nobody reads."""
    examples = _examples(tree)
    told: dict[str, str] = {}
    in_examples: dict[str, ListedVariable] = {}
    for path in examples:
        for one in environment.variables(tree, path)[:_MOST_LISTED]:
            told.setdefault(one.name, one.where)
            if one.required or not _is_comment(tree, one.where):
                in_examples.setdefault(one.name, ListedVariable(name=one.name, where=one.where))
    given = dict(code.sets)
    for name, where in _by_platforms(tree):
        given.setdefault(name, where)
    untold = [name for name in code.uses if name not in told]
    told |= _in_prose(tree, untold)
    dead = _dead(tree, code, in_examples.values(), examples)

    def known(use: VariableUse) -> VariableUse:
        nearest = max(examples, key=lambda path: shared(path, use.read_at[0]), default=None)
        return replace(use, documented_at=told.get(use.name), given_at=given.get(use.name), example=nearest)

    return (examples[0] if examples else None), known, dead


def _is_comment(tree: Tree, where: str) -> bool:
    path, _, line = where.rpartition(":")
    lines = tree.text(path).splitlines()
    return lines[int(line) - 1].lstrip().startswith("#") if 0 < int(line) <= len(lines) else False


def _examples(tree: Tree) -> list[str]:
    """Example files; where there is none, the files of variables that git keeps, which serve as such."""
    found = environment.examples(tree)
    if found:
        return found
    files = [path for path in tree.files if _ENV_FILE.fullmatch(path.rpartition("/")[2]) and not tree.is_aside(path)]
    try:
        kept = Git.of(tree.root).output("ls-files", "-z", "--", ".").decode("utf-8", "replace").split("\0")
    except (UsageError, GitFailed):
        kept = files if not (tree.root / ".git").exists() else []
    return [path for path in files if path in set(kept)]


def _by_platforms(tree: Tree) -> Iterable[tuple[str, str]]:
    """What files of platforms and Compose give a value to."""
    for path in tree.files:
        name = path.rpartition("/")[2]
        if name in _TOLD_IN or _COMPOSE.fullmatch(name):
            try:
                found = variables(tree.text(path), name)
            except Unreadable:
                continue
            yield from ((one.name, path) for one in found)


def _in_prose(tree: Tree, names: list[str]) -> dict[str, str]:
    """The first page of documentation, or remark in an example file, that speaks of each variable."""
    pages = [path for path in tree.files if path.endswith(_PROSE) and "changelog" not in path.lower()]
    return _first_named(tree, names, [*environment.examples(tree), *pages])


def _dead(
    tree: Tree, code: Code, found: Iterable[ListedVariable], examples: list[str]
) -> tuple[ListedVariable, ...] | Gap:
    """What is listed and named by no other file: no code, no container, no script, no settings of a tool."""
    if (other := _other_language(tree)) is not None:
        return Gap(f"much of the code is {other}, of which it is not known which variables it reads")
    parts = _parts(tree)
    left = [
        one
        for one in found
        if not (
            one.name in code.uses
            or one.name in code.beside
            or fits(one.name, code.built)
            or is_read_by_others(one.name, parts)
        )
    ]
    files = [
        path
        for path in tree.files
        if path not in examples
        and not path.endswith(_PROSE)
        and not _LOCKS.fullmatch(path.rpartition("/")[2])
        and not _ENV_FILE.fullmatch(path.rpartition("/")[2])
    ]
    named = _first_named(tree, [one.name for one in left], files)
    return tuple(one for one in left if one.name not in named and not is_given(one.name))


def _parts(tree: Tree) -> str:
    """What the product is made of, as the files that name its packages and containers say it."""
    paths = [path for path in tree.files if _PARTS.search(path.rpartition("/")[2])][:_MOST_PARTS]
    return "\n".join(tree.text(path).lower() for path in paths)


def _other_language(tree: Tree) -> str | None:
    ours = len(tree.ending(".py", *SCRIPTS))
    for ending, language in _OTHER_LANGUAGES.items():
        if len(tree.ending(ending)) * _A_TENTH > max(ours, 1):
            return language
    return None


def _first_named(tree: Tree, names: Iterable[str], files: Iterable[str]) -> dict[str, str]:
    """The first file that names each variable as a word of its own, in whatever case settings have it."""
    wanted, found = list(dict.fromkeys(names)), dict[str, str]()
    if not wanted:
        return found
    database = hyperscan.Database()
    flags = hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_SINGLEMATCH
    words = [rb"\b" + re.escape(name).encode() + rb"\b" for name in wanted]
    database.compile(expressions=words, ids=list(range(len(words))), elements=len(words), flags=[flags] * len(words))
    for path in files:
        seen: list[int] = []
        database.scan(tree.data(path), match_event_handler=lambda one, *_: seen.append(one))  # noqa: B023
        for one in seen:
            found.setdefault(wanted[one], path)
        if len(found) == len(wanted):
            break
    return found

"""The Python of a repository, read by rules."""

import re

from launchready.formats.code.python.module import Module
from launchready.formats.code.python.rules import Rule, worth
from launchready.formats.python_source import syntax_tree
from launchready.gather.code.reading import Read
from launchready.gather.repository.tree import Tree
from launchready.model.code import CodePlace

_MOST_PARSED = 4_000
_BESIDE = re.compile(
    r"(?:^|/)(?:migrations|alembic|versions|scripts?|tools?|bin|notebooks|management/commands|fixtures|seeds?|bench\w*|"
    r"generated|docs|examples?|ci|deploy|ansible|extra|contrib|hack|cli|evals?|evaluation|trial)/|"
    r"_pb2(?:_grpc)?\.py$|(?:^|/)(?:setup|cli|noxfile|fabfile|manage)\.py$"
)
_GENERATED = re.compile(r"@generated|[Dd]o not edit|DO NOT EDIT|[Aa]utomatically generated|[Gg]enerated by ")
# `client.chat.completions.create(…, timeout=60)`: the limit of one call, wherever its client is made.
_LIMITS_A_CALL = re.compile(
    r"\.(?:create|parse|stream|with_options)\((?:[^()]|\((?:[^()]|\([^()]{0,200}\)){0,300}\)){0,1500}?\btimeout\s*="
)
# What is worth following into other modules: clients, sessions, connections.
_FOLLOWED = re.compile(r"(?:requests|httpx|aiohttp|openai|anthropic|sqlalchemy|sqlmodel|redis|psycopg2?)\.")
_NAMES = re.compile(r"^[ \t]*(?:from|import)[ \t][^\n]*", re.MULTILINE)


def read(tree: Tree) -> Read:
    """Every Python file of the product itself: no test, script, migration or generated file."""
    paths = [path for path in tree.ending(".py") if not tree.is_aside(path) and not _BESIDE.search(path)]
    said = Read("Python", files=len(paths))
    parsed = {path: found for path in paths if (found := _parsed(tree, path, said)) is not None}
    exported = _exported({path: module for path, (module, _) in parsed.items()})
    parsed |= _importing(tree, [path for path in paths if path not in parsed], exported, said)
    is_limited = any("timeout" in tree.text(path) and _LIMITS_A_CALL.search(tree.text(path)) for path in paths)
    for path in paths:
        if path in parsed:
            module, rules = parsed[path]
            module.knowing(lambda name: exported.get(name, ""), models_limited_elsewhere=is_limited)
            said.found += _places(path, module, rules)
    return said


def _parsed(tree: Tree, path: str, said: Read, *, is_worth: bool = False) -> tuple[Module, tuple[Rule, ...]] | None:
    text = tree.text(path)
    rules = worth(text, all_of_them=is_worth)
    if not rules or _GENERATED.search(text[:400]) or said.parsed >= _MOST_PARSED:
        return None
    syntax = syntax_tree(text)
    said.parsed += 1
    if syntax is None:
        said.unread.append((path, "it is not Python of this version"))
        return None
    return Module(syntax, path.rpartition("/")[0].replace("/", ".")), rules


def _exported(modules: dict[str, Module]) -> dict[str, str]:
    """What the names of the repository's modules stand for, by every dotted name under which they may be imported."""
    found: dict[str, str] = {}
    for path, module in modules.items():
        parts = path.removesuffix(".py").removesuffix("/__init__").split("/")
        followed = {name: origin for name, origin in module.exports().items() if _FOLLOWED.match(origin)}
        for name, origin in followed.items():
            for start in range(len(parts)):
                dotted = ".".join([*parts[start:], name])
                found[dotted] = origin if found.get(dotted, origin) == origin else ""
    return found


def _importing(
    tree: Tree, paths: list[str], exported: dict[str, str], said: Read
) -> dict[str, tuple[Module, tuple[Rule, ...]]]:
    """Modules that import a client or a session of another one, and say nothing themselves of where it comes from."""
    names = {dotted.rpartition(".")[2] for dotted, origin in exported.items() if origin.endswith("()")}
    found = {}
    for path in paths if names else ():
        imports = " ".join(_NAMES.findall(tree.text(path)))
        if names & set(re.findall(r"\w+", imports)):
            parsed = _parsed(tree, path, said, is_worth=True)
            if parsed is not None:
                found[path] = parsed
    return found


def _places(path: str, module: Module, rules: tuple[Rule, ...]) -> list[CodePlace]:
    hits = [hit for rule in rules for hit in rule.look(module)]
    hits.sort(key=lambda hit: (hit.line, hit.rule))
    return [CodePlace(rule=hit.rule, path=path, line=hit.line, what=hit.what, mend=hit.mend) for hit in hits]

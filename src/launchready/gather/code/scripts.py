"""The JavaScript and TypeScript of a repository that runs on a server, read by rules; needs the extra `code`."""

import re

from launchready.formats.code.script.rules import Rule, worth
from launchready.formats.code.script.source import Script, parse
from launchready.gather.code.reading import Read
from launchready.gather.repository.tree import Tree
from launchready.model.code import CodePlace

# `client.chat.completions.create({ … }, { timeout: 60_000 })`: the limit of one call, wherever its client is made.
_LIMITS_A_CALL = re.compile(r"\.(?:create|parse|stream)\([^;]{0,1500}?\}\s*,\s*\{[^}]{0,200}\b(?:timeout|signal)\b")


def read(tree: Tree, paths: list[str]) -> Read:
    """The rules on every file that runs on a server."""
    said = Read("JavaScript", files=len(paths))
    is_limited = any(_LIMITS_A_CALL.search(tree.text(path)) for path in paths)
    for path in paths:
        text = tree.text(path)
        rules = worth(text)
        if not rules:
            continue
        script = parse(path, text, models_limited_elsewhere=is_limited)
        if _is_broken(script):
            said.unread.append((path, "it cannot be parsed"))
            continue
        said.found += _places(script, rules)
    return said


def _is_broken(script: Script) -> bool:
    """Whether more of the file is not understood than is."""
    if script.root.kind() == "ERROR":
        return True
    lost = sum(len(one.text()) for one in script.root.children() if one.kind() == "ERROR")
    return lost * 2 > len(script.text)


def _places(script: Script, rules: tuple[Rule, ...]) -> list[CodePlace]:
    hits = [hit for rule in rules for hit in rule.look(script)]
    hits.sort(key=lambda hit: (hit.line, hit.rule))
    return [CodePlace(rule=hit.rule, path=script.path, line=hit.line, what=hit.what, mend=hit.mend) for hit in hits]

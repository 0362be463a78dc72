"""One look at the code of a repository: a fact for each language in it."""

from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from launchready.gather.code import python
from launchready.gather.code.reading import Read
from launchready.gather.code.served import served
from launchready.gather.repository.script_addresses import SCRIPTS
from launchready.gather.repository.tree import Tree
from launchready.model.facts import CodeFacts, Fact
from launchready.model.gap import Gap, gap, with_gaps

SOURCE = "code"
_NAMED = 3
NO_AST_GREP = "JavaScript is read by ast-grep, which is not installed: pip install 'launchready[code]'"


def look(root: Path, now: datetime) -> tuple[Fact, ...]:
    """What the rules find below a folder; nothing is executed, no link is followed, and no content raises."""
    tree = Tree(root)
    both = python.read(tree), _scripts(tree)
    for one in tree.unread:  # what cannot be told to be of one language may be of either
        is_python, is_script = one.where.endswith(".py"), one.where.endswith(SCRIPTS)
        for read, is_other in zip(both, (is_script, is_python), strict=True):
            if not is_other:
                read.unread.append((one.where, one.value))
    return tuple(_facts(read, now) for read in both if read.files)


def _scripts(tree: Tree) -> Read:
    """The JavaScript of the repository, unread where ast-grep is not installed."""
    paths = served(tree)
    if paths and find_spec("ast_grep_py") is None:
        return Read("JavaScript", files=len(paths), missing=NO_AST_GREP)
    return import_module("launchready.gather.code.scripts").read(tree, paths) if paths else Read("JavaScript")


def _facts(read: Read, now: datetime) -> CodeFacts:
    if read.missing:
        return with_gaps(CodeFacts, Gap(read.missing), subject=read.language, source=SOURCE, at=now, files=read.files)
    whole: bool = True if not read.unread else gap(_told(read.unread))
    return CodeFacts(
        subject=read.language, source=SOURCE, at=now, files=read.files, found=tuple(read.found), whole=whole
    )


def _told(unread: list[tuple[str, str]]) -> str:
    """Which files were not read, and why: the first few by name."""
    named = "; ".join(f"{path}: {why}" for path, why in unread[:_NAMED])
    more = f"; and {len(unread) - _NAMED} more" if len(unread) > _NAMED else ""
    return f"code that could not be read: {named}{more}"

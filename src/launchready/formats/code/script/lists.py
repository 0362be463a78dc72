"""Handlers that answer with every row of a table: Prisma, Drizzle, Mongoose, Sequelize."""

import re
from collections.abc import Iterator

from ast_grep_py import SgNode

from launchready.formats.code.hit import Hit
from launchready.formats.code.script.source import Given, Script, arguments, callee, handler, line_of
from launchready.known.small_tables import is_small

RULE = "list-unbounded"
_NARROWS = frozenset({"limit", "where", "skip", "paginate", "cursor", "slice", "countDocuments", "having", "offset"})
_NARROWING = ("take", "where", "cursor", "first", "last", "limit")
_DATABASES = frozenset({"db", "database", "drizzle", "tx"})


def look(script: Script) -> Iterator[Hit]:
    """Every query in a handler that neither filters nor limits."""
    for call in script.calls:
        found = _prisma(script, call) or _mongoose(script, call) or _drizzle(call)
        if found is None or is_small(found[0]) or _NARROWS & _after(call) or handler(call) is None:
            continue
        table, instead = found
        yield Hit(RULE, line_of(call), f"every row of {table} in one answer", instead)


def _prisma(script: Script, call: SgNode) -> tuple[str, str] | None:
    """`prisma.user.findMany()` and Sequelize's `User.findAll()`."""
    match = re.search(r"(?:^|\.)([\w$]+)\.(findMany|findAll)$", callee(call))
    if match is None:
        return None
    given = arguments(call)
    if any(script.option(one, key) is not Given.ABSENT for one in given[:1] for key in _NARROWING):
        return None
    key = "take" if match[2] == "findMany" else "limit"
    return match[1], f"{match[2]}({{ {key}: 100 }})"


def _mongoose(script: Script, call: SgNode) -> tuple[str, str] | None:
    """`User.find()` of a class that is imported from the team's own models."""
    match = re.match(r"^([A-Z][\w$]*)\.find$", callee(call))
    if match is None or (
        "model" not in script.package(match[1])[0].lower() + script.text[:0] and "mongoose" not in script.text
    ):
        return None
    given = arguments(call)
    if given and given[0].text().replace(" ", "") != "{}":
        return None
    return match[1], f"{match[1]}.find().limit(100)"


def _drizzle(call: SgNode) -> tuple[str, str] | None:
    """`db.select().from(users)`."""
    called = callee(call)
    given = arguments(call)
    match = re.match(r"^(?:[\w$]+\.)?([\w$]+)\.select\(\)\.from$", called)
    if match is None or match[1] not in _DATABASES or len(given) != 1 or given[0].kind() != "identifier":
        return None
    return given[0].text(), f"db.select().from({given[0].text()}).limit(100)"


def _after(call: SgNode) -> set[str]:
    """The methods that are called on what a call returns."""
    names: set[str] = set()
    for one in call.ancestors():
        if one.kind() == "member_expression" and (name := one.field("property")) is not None:
            names.add(name.text())
        elif one.kind() not in ("call_expression", "await_expression", "parenthesized_expression"):
            break
    return names

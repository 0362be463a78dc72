"""Where the usual readers of a dotenv file disagree about a line, and why; the value is not repeated."""

import re
from collections.abc import Iterable

from launchready.formats.dotenv_file import Dialect, Entry


def difference(entry: Entry, readers: Iterable[Dialect]) -> str | None:
    """`is read differently by A and B: why`; None where these readers agree."""
    asked = [one for one in Dialect if one in set(readers)]
    told = {one: entry.values.get(one) or "" for one in asked if one in entry.values}
    unseen = [one for one in asked if one not in entry.values]
    if not any(told.values()):
        return None
    if told and unseen:
        names = f"{_named(told)} and {_named(unseen)}"
        return f"is read differently by {names}: {_named(unseen)} does not see it at all{_why_unseen(entry)}"
    if len(set(told.values())) < 2:
        return None
    first = next(iter(told))
    other = next(one for one in told if told[one] != told[first])
    return f"is read differently by {other.value} and {first.value}: {_why(entry, told, first, other)}"


def _why(entry: Entry, told: dict[Dialect, str], first: Dialect, other: Dialect) -> str:
    """The character that they disagree about."""
    raw = entry.raw
    quoted = raw[:1] in ("'", '"')
    if raw.startswith("`"):
        return f"{_longer(told, first, other)} keeps the backquotes; write double quotes"
    if "#" in raw and not quoted and raw.partition("#")[0].strip() in told.values():
        return f"{_shorter(told, first, other)} ends it at the #; put single quotes around it"
    if "$" in raw:
        fills = next((one for one in told if "$" not in told[one]), other)
        return f"{fills.value} puts another variable in for what follows the $"
    if "\\" in raw:
        return "they do not agree what a backslash stands for; write it without one"
    if quoted and "\n" in raw:
        return "only one of them reads on over the end of the line"
    return "the quotes in it do not close; put it in single quotes"


def _why_unseen(entry: Entry) -> str:
    if re.search(r"^['\"]", entry.raw):
        return "; its quotes do not close"
    return "; the file begins with a byte order mark, save it without one" if entry.line == 1 else ""


def _shorter(told: dict[Dialect, str], first: Dialect, other: Dialect) -> str:
    return (first if len(told[first]) < len(told[other]) else other).value


def _longer(told: dict[Dialect, str], first: Dialect, other: Dialect) -> str:
    return (first if len(told[first]) > len(told[other]) else other).value


def _named(dialects: Iterable[Dialect]) -> str:
    return " and ".join(one.value for one in dialects)

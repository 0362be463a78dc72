"""Words of strangers made fit for a TOML file: each is written so that it reads back the same, or left out."""

import re
from collections.abc import Iterable
from textwrap import wrap
from unicodedata import category

from launchready.config.domain_name import host_name
from launchready.config.wrong import Wrong
from launchready.formats.printable import printable

WIDTH = 100
LONGEST_TEXT = 200
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
_PARAMETER = re.compile(r"[{}<>\[\]*]|/:")  # /chat/{id}, /chat/<id>, /chat/[id], /chat/:id, /docs/*
_ESCAPES = {'"': '\\"', "\\": "\\\\"}


def text(value: str) -> str | None:
    """A name on one line; None when nothing that can be seen is left of it, or something that cannot be is in it."""
    plain = " ".join(value.split())
    return plain if plain and len(plain) <= LONGEST_TEXT and visible(plain) else None


def host(value: str) -> str | None:
    """The host name that `value` is as DNS has it."""
    try:
        return host_name(value)
    except Wrong:
        return None


def route(value: str) -> str | None:
    """A path without parameters, query and fragment."""
    fit = value.startswith("/") and not value.startswith("//") and " " not in value and not re.search(r"[?#]", value)
    return value if fit and len(value) <= LONGEST_TEXT and visible(value) and not _PARAMETER.search(value) else None


def variable(value: str) -> str | None:
    """The name of an environment variable."""
    return value if _VARIABLE.fullmatch(value) else None


def visible(value: str) -> bool:
    """Whether every character of it can be seen, so that nobody is shown other words than those that are read."""
    return value.isprintable() and not any(category(character).startswith("C") for character in value)


def quoted(value: str) -> str:
    """A TOML basic string."""
    return '"' + "".join(_ESCAPES.get(character, character) for character in value) + '"'


def listed(values: Iterable[str]) -> str:
    """A TOML array, over several lines where it is long."""
    items = [quoted(value) for value in values]
    line = f"[{', '.join(items)}]"
    if len(line) <= WIDTH - 20:
        return line
    lines: list[str] = [""]
    for item in items:
        if lines[-1] and len(lines[-1]) + len(item) + 6 > WIDTH:
            lines.append("")
        lines[-1] += f"{' ' if lines[-1] else ''}{item},"
    return "\n".join(["[", *(f"    {line}" for line in lines), "]"])


def remark(sentence: str) -> list[str]:
    """Comment lines that say `sentence`."""
    return [f"# {line}" for line in wrap(printable(sentence, 600), WIDTH - 2, break_on_hyphens=False)]


def entry(key: str, value: str, why: str = "") -> list[str]:
    """`key = value`, with a comment that says why behind it, or above it where the line would be too long."""
    line = f"{key} = {value}"
    reason = printable(why, 300).strip()
    if not reason:
        return [line]
    if "\n" not in line and len(line) + len(reason) + 4 <= WIDTH:
        return [f"{line}  # {reason}"]
    return [*remark(reason), line]


def commented(lines: Iterable[str]) -> list[str]:
    """Lines of TOML as an example that is not in force."""
    return [f"# {one}".rstrip() for line in lines for one in line.split("\n")]

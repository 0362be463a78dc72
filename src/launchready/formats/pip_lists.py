"""Lists for pip (requirements.txt): which requirements name one version, and which leave it to the day."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

_MOST = 5_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """One requirement: its package, whether it names exactly one version, and its line (from 1)."""

    name: str
    pinned: bool
    line: int


@dataclass(frozen=True, slots=True)
class PipList:
    """What a list asks for, and the other lists that it includes or is constrained by, as it names them."""

    wanted: tuple[Wanted, ...]
    includes: tuple[str, ...]
    constraints: tuple[str, ...]


def read(text: str) -> PipList:
    """The list; lines that are no requirement (options, addresses, local folders) ask for nothing that can move."""
    wanted: list[Wanted] = []
    includes: list[str] = []
    constraints: list[str] = []
    for line, number in _lines(text):
        if match := re.match(r"(?:-r|--requirement)[\s=]*(\S+)", line):
            includes.append(match[1])
        elif match := re.match(r"(?:-c|--constraint)[\s=]*(\S+)", line):
            constraints.append(match[1])
        elif (one := _wanted(line, number)) is not None:
            wanted.append(one)
    return PipList(tuple(wanted), tuple(includes), tuple(constraints))


def is_pinned(requirement: str) -> bool | None:
    """Whether a specifier names exactly one version; None for what is no specifier."""
    one = _wanted(requirement, 0)
    return one.pinned if one is not None else None


def _lines(text: str) -> Iterator[tuple[str, int]]:
    joined, start = "", 0
    for number, line in enumerate(text.splitlines()[:_MOST], 1):
        start = start or number
        joined += re.sub(r"(?:^|\s)#.*$", "", line).strip()
        if joined.endswith("\\"):
            joined = joined[:-1] + " "
            continue
        if joined:
            yield joined, start
        joined, start = "", 0


def _wanted(line: str, number: int) -> Wanted | None:
    if line.startswith("-"):
        return None
    text = re.sub(r"\s--(?:hash|config-settings|global-option)[=\s]\S+", "", line).strip()
    try:
        requirement = Requirement(text)
    except InvalidRequirement:
        return None
    exact = any(
        one.operator == "===" or (one.operator == "==" and not one.version.endswith(".*"))
        for one in requirement.specifier
    )
    return Wanted(canonicalize_name(requirement.name), exact or requirement.url is not None, number)

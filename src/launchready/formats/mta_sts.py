"""MTA-STS: the DNS record and the policy file that make senders insist on encryption (RFC 8461)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from launchready.formats import tags

LONGEST_AGE_S = 31_557_600  # RFC 8461, section 3.2: about one year

_ID = re.compile(r"[A-Za-z0-9]{1,32}")
_PATTERN = re.compile(r"(?:\*\.)?[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})+")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")
_FIELDS_LIMIT = 200
_MOST_PROBLEMS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A policy file; `problems` say why senders reject it, and None stands for what it lacks."""

    mode: str | None
    mx: tuple[str, ...]
    max_age_s: int | None
    problems: tuple[str, ...]

    def allows(self, host: str) -> bool:
        """Whether mail may go to this MX host; "*." stands for exactly one label (RFC 8461, section 4.1)."""
        name = host.lower().rstrip(".")
        return name in self.mx or f"*.{name.partition('.')[2]}" in self.mx


def records(texts: Iterable[str]) -> tuple[str, ...]:
    """Those of the TXT records at _mta-sts.DOMAIN that begin with v=STSv1; senders discard all others."""
    return tuple(text for text in texts if tags.parse(text[:1024]).first("v") == "STSv1")


def record_problem(text: str) -> str | None:
    """What is wrong with a record that begins with v=STSv1."""
    found = tags.parse(text[:1024])
    identifier = found.get("id")
    if identifier is None:
        return "it has no id="
    if not _ID.fullmatch(identifier):
        return f"id={identifier[:40]} is not made of 1 to 32 letters and digits"
    return found.problems[0] if found.problems else None


def policy(text: str) -> Policy:
    """What a policy file says; of a field that stands twice the first counts, except mx (RFC 8461, section 3.2)."""
    fields: list[tuple[str, str]] = []
    problems: list[str] = []
    for line in text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")[:_FIELDS_LIMIT]:
        name, colon, value = (piece.strip(" \t") for piece in line.partition(":"))
        if colon and _NAME.fullmatch(name):
            fields.append((name, value))
        elif line.strip():
            problems.append(f"“{line.strip()[:40]}” is no “name: value”")
    first = dict(reversed(fields))
    mode, age = first.get("mode"), first.get("max_age")
    mx = tuple(value.lower().rstrip(".") for name, value in fields if name == "mx")
    problems += _field_problems(first.get("version"), mode, age, mx)
    return Policy(
        mode=mode if mode in ("enforce", "testing", "none") else None,
        mx=mx,
        max_age_s=int(age) if age and re.fullmatch(r"[0-9]{1,10}", age) else None,
        problems=tuple(problems[:_MOST_PROBLEMS]),
    )


def _field_problems(version: str | None, mode: str | None, age: str | None, mx: tuple[str, ...]) -> list[str]:
    problems = []
    if version != "STSv1":
        problems.append("there is no “version: STSv1”" if version is None else f"version: {version[:40]} is not STSv1")
    if mode not in ("enforce", "testing", "none"):
        problems.append("there is no mode" if mode is None else f"mode: {mode[:40]} is none of enforce, testing, none")
    if not re.fullmatch(r"[0-9]{1,10}", age or ""):
        problems.append("there is no max_age" if age is None else f"max_age: {age[:40]} is no number of seconds")
    if not mx and mode in ("enforce", "testing"):
        problems.append("it names no mx")
    problems += [f"mx: {one[:60]} is no host name" for one in mx if not _PATTERN.fullmatch(one)]
    return problems

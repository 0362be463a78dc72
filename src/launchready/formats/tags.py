"""Tag lists, `name=value; name=value`, as DKIM, DMARC, MTA-STS and TLS-RPT records are written (RFC 6376, 3.2)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_SPACE = " \t\r\n"  # folding white space
_MOST_PROBLEMS = 5  # a record with more is something else

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class TagList:
    """Tags in order, names in lower case; `problems` say what in the text is no tag list."""

    tags: tuple[tuple[str, str], ...]
    problems: tuple[str, ...]

    def get(self, name: str) -> str | None:
        """The first value of that tag."""
        return next((value for key, value in self.tags if key == name), None)

    def first(self, name: str) -> str | None:
        """The value of the tag when it is the very first."""
        return self.tags[0][1] if self.tags and self.tags[0][0] == name else None

    def with_changes(self, changes: Mapping[str, str | None]) -> str:
        """The list written anew: a value of None drops the tag; a tag not yet there stands last, p after the first."""
        first = dict(reversed(self.tags))
        kept = {name: changes.get(name, first[name]) for name, _ in self.tags}
        added = {name: value for name, value in changes.items() if name not in kept}
        order = [*kept.items(), *added.items()]
        if "p" in added:  # RFC 7489, section 6.4, wants it right there
            order.insert(1, order.pop([name for name, _ in order].index("p")))
        return "; ".join(f"{name}={value}" for name, value in order if value is not None)


def parse(text: str) -> TagList:
    """The tags of any text; what is no tag, or stands twice, is a problem and left out or kept as it stands."""
    tags: list[tuple[str, str]] = []
    problems: list[str] = []
    names: set[str] = set()
    for part in text.split(";"):
        name, equals, value = (piece.strip(_SPACE) for piece in part.partition("="))
        if not name and not equals:
            continue
        if not equals or not _NAME.fullmatch(name):
            problems.append(f"“{_shown(part.strip(_SPACE))}” is no name=value")
            continue
        if name.lower() in names:
            problems.append(f"{_shown(name)}= stands there twice")
        names.add(name.lower())
        tags.append((name.lower(), value))
    return TagList(tags=tuple(tags), problems=tuple(dict.fromkeys(problems))[:_MOST_PROBLEMS])


def _shown(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"

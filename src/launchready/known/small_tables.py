"""Tables that stay small by what they are: a page that shows all of their rows is no problem."""

import re

_WORDS = frozenset({
    "plan", "plans", "tier", "role", "permission", "category", "tag", "label", "topic", "country", "currency",
    "language", "locale", "region", "setting", "settings", "config", "option", "feature", "flag", "model",
    "provider", "template", "status",
    "type", "kind", "group", "site", "menu", "page", "theme", "timezone", "state", "department", "choice", "version",
    "release", "faq", "section", "level", "method", "unit", "rule", "persona", "agent", "tool", "voice", "prompt",
})  # fmt: skip


def is_small(table: str) -> bool:
    """Whether a table holds kinds of things rather than what visitors bring: `Plan`, `UserRole`, never `Message`."""
    words = re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+", table)
    return bool(words) and any(form in _WORDS for form in _forms(words[-1].lower()))


def _forms(word: str) -> tuple[str, ...]:
    return word, word.removesuffix("s"), word.removesuffix("es"), f"{word.removesuffix('ies')}y"

"""All rules for JavaScript and TypeScript, each with the words without which a file needs no reading."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from launchready.formats.code.hit import Hit
from launchready.formats.code.script import blocking, errors, lists, logged, models, timeouts
from launchready.formats.code.script.source import Script


@dataclass(frozen=True, slots=True)
class Rule:
    """Which checks it serves, which text is worth parsing for it, and the look itself."""

    ids: tuple[str, ...]
    worth: re.Pattern[str]
    look: Callable[[Script], Iterator[Hit]]


RULES = (
    Rule(
        ("call-without-timeout",),
        re.compile(r"\bfetch\(|[\"']axios[\"']|[\"']got[\"']|[\"']ky[\"']|[\"'](?:node:)?https?[\"']"),
        timeouts.look,
    ),
    Rule(
        ("model-timeout-default", "call-without-retry"),
        re.compile(r"[\"']openai[\"']|[\"']@anthropic-ai/|https://(?:api\.|openrouter|generativelanguage)"),
        models.look,
    ),
    Rule(("blocking-call-in-async",), re.compile(r"\b[a-z]\w*Sync\("), blocking.look),
    Rule(("list-unbounded",), re.compile(r"\.findMany\(|\.findAll\(|\.find\(|\.select\(\)"), lists.look),
    Rule(
        ("error-logging-missing", "error-handler-leaks"),
        re.compile(r"\bcatch\s*[({]|\berr(?:or)?\b[^\n)]{0,40},[^\n)]{0,60}res|\.onError\(|setErrorHandler\("),
        errors.look,
    ),
    Rule(("prompts-logged",), re.compile(r"(?:console|log(?:ger)?)\.(?:log|info|warn|error)\("), logged.look),
)
IDS = tuple(id_ for rule in RULES for id_ in rule.ids)


def worth(text: str) -> tuple[Rule, ...]:
    """The rules that may find something in a text, by its words."""
    return tuple(rule for rule in RULES if rule.worth.search(text))

"""All rules for Python, each with the words without which a file needs no reading."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from launchready.formats.code.hit import Hit
from launchready.formats.code.python import blocking, errors, lists, logged, models, retries, timeouts
from launchready.formats.code.python.module import Module


@dataclass(frozen=True, slots=True)
class Rule:
    """Which checks it serves, which text is worth parsing for it, and the look itself."""

    ids: tuple[str, ...]
    worth: tuple[re.Pattern[str], ...]
    look: Callable[[Module], Iterator[Hit]]


_OUTGOING = r"requests|urllib|httpx|aiohttp|smtplib|socket|http\.client|ftplib|imaplib|poplib|psycopg2?"
_SDK = r"openai|anthropic|litellm"
_PRIVATE = (
    r"prompt|messages|password|_token|Token|api_?key|secret|authorization|_body|\.body|\.json|\.data|\.headers|user_input|"
    r"user_message|history|\.POST|\.META"
)

_IMPORTS_OUTGOING = re.compile(rf"^[ \t]*(?:import|from)[ \t]+[^\n]*\b(?:{_OUTGOING})\b", re.MULTILINE)
_IMPORTS_SDK = re.compile(rf"^[ \t]*(?:import|from)[ \t]+(?:{_SDK})\b", re.MULTILINE)
_RETRIES_OR_PROVIDER = re.compile(r"max_retries[\"']?\s*[=:]\s*0|https://(?:api\.|openrouter|generativelanguage)")
_ASYNC = re.compile(r"^[ \t]*async def ", re.MULTILINE)
_HANDLES = re.compile(
    r"fastapi|flask|django|starlette|rest_framework|celery|dramatiq|huey|quart|sanic|litestar|apscheduler|arq"
)
_LISTS = re.compile(r"\.all\(\)|select\(|\.query\b|ListView|\.objects\.")
_CATCHES = re.compile(r"except(?:[ \t]+(?:Base)?Exception\b[^:\n]{0,80})?[ \t]*:|errorhandler|exception_handler")
_LOGS = re.compile(r"\b\w{0,30}[lL][oO][gG]\w{0,30}(?:\(\))?\.(?:info|warn|error|exception|critical|log)|\bprint\(")
_HOLDS_PRIVATE = re.compile(_PRIVATE)

RULES = (
    Rule(("call-without-timeout",), (_IMPORTS_OUTGOING,), timeouts.look),
    Rule(("model-timeout-default",), (_IMPORTS_SDK,), models.look),
    Rule(("call-without-retry",), (_RETRIES_OR_PROVIDER,), retries.look),
    Rule(("blocking-call-in-async",), (_ASYNC,), blocking.look),
    Rule(("list-unbounded",), (_HANDLES, _LISTS), lists.look),
    Rule(("error-logging-missing", "error-handler-leaks"), (_HANDLES, _CATCHES), errors.look),
    Rule(("prompts-logged",), (_LOGS, _HOLDS_PRIVATE), logged.look),
)
IDS = tuple(id_ for rule in RULES for id_ in rule.ids)


def worth(text: str, *, all_of_them: bool = False) -> tuple[Rule, ...]:
    """The rules that may find something in a text, by its words."""
    return tuple(rule for rule in RULES if all_of_them or all(words.search(text) for words in rule.worth))

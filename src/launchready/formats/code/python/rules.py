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
    worth: re.Pattern[str]
    look: Callable[[Module], Iterator[Hit]]


_OUTGOING = r"requests|urllib|httpx|aiohttp|smtplib|socket|http\.client|ftplib|imaplib|poplib|psycopg2?"
_SDK = r"openai|anthropic|litellm"
_HANDLES = r"fastapi|flask|django|starlette|rest_framework|celery|dramatiq|huey|quart|sanic|litestar|apscheduler|arq"
_PRIVATE = (
    r"prompt|messages|password|_token|Token|api_?key|secret|authorization|_body|\.body|\.json|\.data|\.headers|user_input|"
    r"user_message|history|\.POST|\.META"
)

RULES = (
    Rule(
        ("call-without-timeout",),
        re.compile(rf"^[ \t]*(?:import|from)[ \t]+[^\n]*\b(?:{_OUTGOING})\b", re.MULTILINE),
        timeouts.look,
    ),
    Rule(
        ("model-timeout-default",), re.compile(rf"^[ \t]*(?:import|from)[ \t]+(?:{_SDK})\b", re.MULTILINE), models.look
    ),
    Rule(
        ("call-without-retry",),
        re.compile(r"max_retries[\"']?\s*[=:]\s*0|https://(?:api\.|openrouter|generativelanguage)"),
        retries.look,
    ),
    Rule(("blocking-call-in-async",), re.compile(r"^[ \t]*async def ", re.MULTILINE), blocking.look),
    Rule(
        ("list-unbounded",),
        re.compile(rf"(?:{_HANDLES})[\s\S]*(?:\.all\(\)|select\(|\.query\b|ListView|\.objects\.)"),
        lists.look,
    ),
    Rule(
        ("error-logging-missing", "error-handler-leaks"),
        re.compile(
            rf"(?:{_HANDLES})[\s\S]*(?:except(?:[ \t]+(?:Base)?Exception\b[^:\n]*)?[ \t]*:|errorhandler|exception_handler)"
        ),
        errors.look,
    ),
    Rule(
        ("prompts-logged",),
        re.compile(rf"(?i:\blog\w*\.\w+\(|\bprint\()[^\n]{{0,200}}(?:\n[^\n]{{0,200}}){{0,4}}?(?:{_PRIVATE})"),
        logged.look,
    ),
)
IDS = tuple(id_ for rule in RULES for id_ in rule.ids)


def worth(text: str) -> tuple[Rule, ...]:
    """The rules that may find something in a text, by its words."""
    return tuple(rule for rule in RULES if rule.worth.search(text))

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
    worth: tuple[Callable[[str], object], ...]
    look: Callable[[Module], Iterator[Hit]]


_OUTGOING = (
    r"requests|urllib\.request|urllib\b[^\n.]*\brequest|httpx|aiohttp|smtplib|socket|http\.client|ftplib|imaplib|poplib|"
    r"psycopg2?"
)
_PRIVATE = (
    r"prompt|messages|passw|pwd|_token\b|[Tt]oken\b|api_?key|secret_key|client_secret|private_key|authorization|auth_header|"
    r"webhook_secret|user_input|user_query|user_message|history|magic_link|_body\b|body_|request_data|request_json|"
    r"completion_text|\.body|\.headers|\.POST|\.META|\.json\(|\.data\b|\.form\b|get_json|get_data"
)
_LOG_CALL = (
    r"\b\w{0,30}[lL][oO][gG]\w{0,30}(?:\([^()\n]{0,80}\))?\.(?:info|warn|error|exception|critical|log)\w*\(|"
    r"\bprint\(|\bnote\(|\blog\("
)
_ROUTED = (
    r"@[\w.]{1,60}\.(?:get|post|put|patch|delete|route|api_route|websocket)\(|\bapi_view\b|View\b|ViewSet|"
    r"def \w+\((?:self,\s*)?request\b|:\s*(?:Http)?Request\b"
)

_IMPORTS_OUTGOING = re.compile(rf"^[ \t]*(?:import|from)[ \t]+[^\n]*\b(?:{_OUTGOING})\b", re.MULTILINE)
_IMPORTS_SDK = re.compile(r"^[ \t]*(?:import|from)[ \t]+(?:openai|anthropic|litellm)\b", re.MULTILINE)
_RETRIES_OR_PROVIDER = re.compile(r"max_retries[\"']?\s*[=:]\s*0|https://(?:api\.|openrouter|generativelanguage)")
_ASYNC = re.compile(r"^[ \t]*async def ", re.MULTILINE)
_BLOCKING_WORDS = (
    "import requests", "from requests", "time.sleep", "import sleep", "httpx", "subprocess", "os.system", "smtplib",
    "psycopg", "pymysql", "MySQLdb", "openai", "anthropic", "litellm", "bcrypt", "shutil.", "sessionmaker",
    "import redis", "from redis", "resend", "stripe.", "urlopen", "import time as",
)  # fmt: skip
_SESSION = re.compile(r"(?<![a-z_])Session(?:Dep)?\b")
_ANSWERS = re.compile(_ROUTED)
_LISTS = re.compile(r"\.all\(\)|ListView|scalars|\.exec\(|fetchall|\.values\(")
_CATCHES = re.compile(
    r"except(?:[ \t]+(?:Base)?Exception\b[^:\n]{0,80})?[ \t]*:|errorhandler|exception_handler|:\s*Exception\b"
)
_ANSWERS_OR_WORKS = re.compile(
    rf"{_ROUTED}|HTTPException|Response\b|jsonify|errorhandler|exception_handler|@[\w.]{{0,60}}\b(?:shared_task|task|actor|job)\b"
)
_LOGS_PRIVATE = re.compile(
    rf"(?:{_LOG_CALL})[^#]{{0,300}}?(?:{_PRIVATE})|"
    rf"\brequest\.(?:json|body|form|data|POST|get_json|get_data)\b[\s\S]{{0,2000}}?(?:{_LOG_CALL})"
)


def _may_block(text: str) -> bool:
    return any(word in text for word in _BLOCKING_WORDS) or _SESSION.search(text) is not None


RULES = (
    Rule(("call-without-timeout",), (_IMPORTS_OUTGOING.search,), timeouts.look),
    Rule(("model-timeout-default",), (_IMPORTS_SDK.search,), models.look),
    Rule(("call-without-retry",), (_RETRIES_OR_PROVIDER.search,), retries.look),
    Rule(("blocking-call-in-async",), (_ASYNC.search, _may_block), blocking.look),
    Rule(("list-unbounded",), (_LISTS.search, _ANSWERS.search), lists.look),
    Rule(("error-logging-missing", "error-handler-leaks"), (_CATCHES.search, _ANSWERS_OR_WORKS.search), errors.look),
    Rule(("prompts-logged",), (_LOGS_PRIVATE.search,), logged.look),
)
IDS = tuple(id_ for rule in RULES for id_ in rule.ids)


def worth(text: str, *, all_of_them: bool = False) -> tuple[Rule, ...]:
    """The rules that may find something in a text, by its words."""
    return tuple(rule for rule in RULES if all_of_them or all(holds(text) for holds in rule.worth))

"""What the body of a health answer says, in the common shapes; no input raises.

JSON: `{"status": "ok"}`, draft-inadarei-api-health-check (pass, warn, fail), Spring Boot Actuator (UP, DOWN),
django-health-check (a part and its word), booleans. Text: `OK`, ASP.NET's words, Kubernetes' `[-]part failed`.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from launchready.model.facts import Says

READ_BYTES = 64 * 1024
SHOWN = 60
SHORT = 80
DEEPEST = 6
MOST_PARTS = 500

_UNWELL = frozenset(
    (
        *("error", "err", "fail", "failed", "failing", "failure", "down", "unhealthy", "critical", "fatal", "dead"),
        *("unavailable", "offline", "broken", "disconnected", "unreachable", "outofservice", "bad", "ko", "timeout"),
        *("notok", "notready", "notconnected", "notresponding", "noconnection", "timedout", "connectionrefused"),
        *("connectionfailed", "connectionerror", "serviceunavailable", "internalservererror"),
    )
)
_DEGRADED = frozenset(("degraded", "warn", "warning", "partial", "partialoutage", "impaired", "maintenance"))
_OVERALL = ("status", "state", "health", "healthy", "ok", "alive", "up", "ready", "success", "result", "overall")
_WHETHER_WELL = frozenset(
    ("ok", "healthy", "alive", "up", "ready", "success", "connected", "available", "working", "reachable", "live")
)
_PARTS = frozenset(
    (
        *("database", "db", "postgres", "postgresql", "mysql", "mariadb", "mongo", "mongodb", "sqlite", "sql", "redis"),
        *("cache", "queue", "broker", "rabbitmq", "kafka", "storage", "s3", "disk", "smtp", "email", "mail", "worker"),
        *("workers", "celery", "sidekiq", "model", "llm", "openai", "anthropic", "ai", "search", "elasticsearch"),
        *("stripe", "auth", "api", "backend", "migrations"),
    )
)
# Where the parts of a system are listed; under other names, "email": false is a setting.
_LISTS = frozenset(
    ("", "checks", "services", "components", "dependencies", "details", "status", "results", "entries", "info")
)
_SETTINGS = re.compile(r"level|mode|log|env|message|version|name|region|channel|release|description|note|output", re.I)
_ERRORS = frozenset(["error", "errors", "failures", "failed_checks"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What it says; `because` is the part and the word that decided, None when all is well."""

    says: Says
    because: str | None = None


_WELL = Health(says=Says.WELL)


def read(body: bytes) -> Health:
    """What a health answer's body says; what says nothing of the kind is taken for well."""
    text = body[:READ_BYTES].decode("utf-8", "replace").strip()
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return _read_text(text)
    return _read_text(document) if isinstance(document, str) else _read_json(document)


def _read_json(document: Any) -> Health:
    """The word for the whole decides when it admits anything; a part that is down contradicts one that does not."""
    whole = document if isinstance(document, dict) else {}
    for key in whole:
        if key.lower() in _OVERALL:
            said = _judged("", key, whole[key])
            if said:
                return said
    for path, key, value in _parts(document):
        said = _judged(path.rpartition(".")[0].rpartition(".")[2], key, value)
        if said:
            return Health(says=said.says, because=(said.because or "").replace(key[:SHOWN], path, 1))
    return _WELL


def _parts(document: Any) -> Iterator[tuple[str, str, Any]]:
    """Every value with its path and its key, the upper ones first; a list's items are named after the list."""
    level: list[tuple[str, str, Any]] = [("", "", document)]
    count = 0
    for _ in range(DEEPEST):
        below: list[tuple[str, str, Any]] = []
        inside: list[tuple[str, Any]]
        for path, key, value in level:
            inside = list(value.items()) if isinstance(value, dict) else []
            if isinstance(value, list):
                inside = [(key, item) for item in value]
            for name, inner in inside:
                count += 1
                if count > MOST_PARTS:
                    return
                here = path if isinstance(value, list) else f"{path}.{name}".lstrip(".")[-SHOWN:]
                yield here, str(name), inner
                below.append((here, str(name), inner))
        level = below


def _judged(above: str, key: str, value: Any) -> Health | None:
    """What one value says under its key and the key above; None when it is well or says nothing."""
    name, listed = key.lower(), above.lower() in _LISTS
    if isinstance(value, bool):
        unwell = not value and (name in _WHETHER_WELL or (name in _PARTS and listed))
        return Health(says=Says.UNWELL, because=f"{key[:SHOWN]}: false") if unwell else None
    if name in _ERRORS:
        told = bool(value) and not isinstance(value, int | float) and not (isinstance(value, str) and _fine(value))
        return Health(says=Says.UNWELL, because=f"{key[:SHOWN]} is not empty") if told else None
    if isinstance(value, int) and name in ("status", "code", "statuscode") and 500 <= value < 600:
        return Health(says=Says.UNWELL, because=f"{key[:SHOWN]}: {value}")
    if isinstance(value, str) and (name in _OVERALL or name in _PARTS or (listed and not _SETTINGS.search(name))):
        says = _word(value, may_go_on=True)
        return Health(says=says, because=f"{key[:SHOWN]}: {_shown(value)}") if says else None
    return None


def _word(value: str, *, may_go_on: bool) -> Says | None:
    """UNWELL or DEGRADED for one of the words; under a part's name it may be followed by details."""
    said = value.strip()[:200].lower()
    heads = [said, *([re.split(r"[:;,(–—]| - ", said)[0]] if may_go_on else [])]
    for head in heads:
        bare = re.sub(r"[^a-z]", "", head)
        if bare in _UNWELL:
            return Says.UNWELL
        if bare in _DEGRADED:
            return Says.DEGRADED
    return Says.UNWELL if may_go_on and re.match(r"(?:cannot|can't|could not|unable to|not |no answer)", said) else None


def _fine(value: str) -> bool:
    return re.sub(r"[^a-z]", "", value.lower()) in ("none", "no", "null", "ok", "false", "noerror", "noerrors")


def _read_text(text: str) -> Health:
    """A line of text: what its first word says, or a part that Kubernetes marks with [-]."""
    if failed := re.search(r"^\[-\](\S{1,60})", text, re.M):
        return Health(says=Says.UNWELL, because=f"{failed[1]} failed")
    if text.startswith("<") or len(text) > 2000:
        return _WELL
    first = text.partition("\n")[0]
    says = _word(first, may_go_on=True)
    if says:
        return Health(says=says, because=_shown(first))
    tokens = re.findall(r"[a-z0-9]+", first[:SHORT].lower())
    for before, token in pairwise(["", *tokens]):
        if token in _UNWELL and before not in ("no", "0", "not", "without", "none"):
            return Health(says=Says.UNWELL, because=f"{before} {token}".strip())
    return _WELL


def _shown(value: str) -> str:
    """The word that was recognised, without the details behind it: they may hold addresses and credentials."""
    head = re.split(r"[:;,(–—]| - ", value.strip())[0]
    known = re.sub(r"[^a-z]", "", head.lower()) in _UNWELL | _DEGRADED
    return head[:SHOWN] if known else " ".join(head.split()[:2])[:SHOWN]

"""Which variables an environment sets, from its file or from what its platform's command prints. No value is kept.

Sources, read 2026-11-24: docs.docker.com/reference/compose-file (environment), fly.io/docs/flyctl/secrets-list,
render.com/docs/blueprint-spec and api-docs.render.com (env vars), docs.railway.com/reference/cli-api (variables),
vercel.com/docs/cli/env, devcenter.heroku.com/articles/config-vars, cli.github.com/manual/gh_secret_list,
docs.doppler.com/docs/accessing-secrets, github.com/getsops/sops (README).
"""

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from typing import Any

from dotenv.parser import parse_stream

from launchready.formats import yaml_tree
from launchready.model.environment import Looks

MOST_VARIABLES = 2_000
Fingerprint = Callable[[bytes], str]
Look = Callable[[str, str], frozenset[Looks]]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,199}")
_TABLE_NAME = re.compile(r"[\s│|]*([A-Z_][A-Z0-9_]{1,199})(?::\s|\s|│)")
_HEADINGS = ("NAME", "KEY", "DIGEST")
_NAME_KEYS = ("name", "Name", "key", "Key")
_VALUE_KEYS = ("value", "Value", "computed", "raw")
_DAY_KEYS = ("updatedAt", "UpdatedAt", "updated_at", "createdAt", "CreatedAt", "created_at")
_LIST_KEYS = ("envs", "envVars", "env_vars", "variables", "secrets", "data")
_REFERENCE = re.compile(r"\$\{?[A-Za-z_]|\{\{")


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A variable that is set; `fingerprint` is its value's, where the source shows the value and there is a key.

    `since` is the day (ISO 8601) on which the platform says it was last set; `looks` what its value gives away, where
    somebody asked for that.
    """

    name: str
    fingerprint: str | None = None
    since: str | None = None
    looks: frozenset[Looks] = frozenset()


class Unreadable(ValueError):
    """The text is nothing that variables are read from; the message says so in a few words, and repeats none of it."""


def variables(
    text: str, name: str, fingerprint: Fingerprint | None = None, look: Look | None = None
) -> tuple[Variable, ...]:
    """Every variable that the source `name` sets, each once; raises `Unreadable`."""
    found: dict[str, Variable] = {}
    for variable in _of(text, name, _Seen(fingerprint, look)):
        if len(found) < MOST_VARIABLES and _NAME.fullmatch(variable.name):
            found.setdefault(variable.name, variable)
    return tuple(found.values())


class _Seen:
    """Makes a variable of a name, a value that is forgotten at once, and a moment."""

    def __init__(self, fingerprint: Fingerprint | None, look: Look | None) -> None:
        self._fingerprint = fingerprint
        self._look = look

    def __call__(self, name: object, value: object = None, moment: object = None) -> Variable:
        written = str(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""
        known = self._fingerprint and written and not written.startswith("ENC[") and not _REFERENCE.match(written)
        return Variable(
            name=str(name),
            looks=self._looks(str(name), value),
            fingerprint=self._fingerprint(written.encode("utf-8", "replace")) if self._fingerprint and known else None,
            since=_day(moment),
        )

    def _looks(self, name: str, value: object) -> frozenset[Looks]:
        if self._look is None or not isinstance(value, (str, int, float)):
            return frozenset()
        written = str(value).lower() if isinstance(value, bool) else str(value)
        if _REFERENCE.search(written):
            return frozenset({Looks.INTERPOLATED})
        return frozenset() if written.startswith("ENC[") else self._look(name, written)


def is_dotenv(text: str, name: str) -> bool:
    """Whether a source is lines of NAME=value, and no document or table."""
    if name.endswith((".toml", ".yml", ".yaml")) or text.lstrip("\ufeff \t\r\n")[:1] in ("{", "["):
        return False
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return not lines or any("=" in line for line in lines)


def _of(text: str, name: str, seen: _Seen) -> Iterator[Variable]:
    if name.endswith(".toml"):
        return _of_toml(text, seen)
    if name.endswith((".yml", ".yaml")):
        return _of_yaml(text, seen)
    if text.lstrip()[:1] in ("{", "["):
        return _of_json(text, seen)
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    is_table = lines and not any("=" in line for line in lines)
    found = list(_of_table(lines, seen) if is_table else _of_dotenv(text, seen))
    if not found and lines and not any(line.split()[0].upper() in _HEADINGS for line in lines):
        raise Unreadable("names no variables")  # a command's complaint, perhaps: not an environment without any
    return iter(found)


def _of_dotenv(text: str, seen: _Seen) -> Iterator[Variable]:
    bindings = [one for one in parse_stream(StringIO(text)) if one.key is not None and not one.error]
    sealed = next((one.value for one in bindings if one.key == "sops_lastmodified"), None)
    for one in bindings:
        if one.key and not (sealed and one.key.startswith("sops_")):
            yield seen(one.key, one.value, sealed)


def _of_table(lines: list[str], seen: _Seen) -> Iterator[Variable]:
    """What commands print for people: a name in capitals, then columns; the heading is none."""
    for line in lines:
        match = _TABLE_NAME.match(line)
        if match and match[1] not in _HEADINGS:
            yield seen(match[1])


def _of_json(text: str, seen: _Seen) -> Iterator[Variable]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable("is not JSON") from None
    return _of_document(document, seen)


def _of_document(document: Any, seen: _Seen) -> Iterator[Variable]:
    if isinstance(document, list):
        return (one for entry in document for one in _of_entry(entry, seen))
    if not isinstance(document, dict):
        raise Unreadable("holds no variables")
    for key in _LIST_KEYS:
        if isinstance(document.get(key), list):
            return _of_document(document[key], seen)
    return _of_mapping(document, seen)


def _of_entry(entry: Any, seen: _Seen) -> Iterator[Variable]:
    """One element of a list: Fly, Render, Vercel, GitHub."""
    if isinstance(entry, dict) and isinstance(entry.get("envVar"), dict):
        entry = entry["envVar"]
    if isinstance(entry, dict) and (name := _first(entry, _NAME_KEYS)):
        yield seen(name, _first(entry, _VALUE_KEYS), _first(entry, _DAY_KEYS))


def _of_mapping(document: Mapping[Any, Any], seen: _Seen) -> Iterator[Variable]:
    """Names with their values: Heroku, Railway, Doppler, SOPS."""
    sops = document.get("sops")
    moment = sops.get("lastmodified") if isinstance(sops, dict) else None
    for name, value in document.items():
        if name == "sops" and isinstance(value, dict):
            continue
        if isinstance(value, dict) and not value.keys().isdisjoint(_VALUE_KEYS):  # Doppler; null where it may not say
            yield seen(name, _first(value, _VALUE_KEYS), moment)
        elif isinstance(value, dict):
            yield from _of_mapping(value, seen)
        else:
            yield seen(name, value, moment)


def _of_yaml(text: str, seen: _Seen) -> Iterator[Variable]:
    try:
        document = yaml_tree.plain(text)
    except yaml_tree.NotYaml as error:
        raise Unreadable(str(error).replace("it is", "is", 1)) from None
    if not isinstance(document, dict):
        raise Unreadable("holds no variables")
    services = document.get("services")
    if isinstance(services, dict):  # Compose
        return (one for each in services.values() for one in _of_compose(each, seen))
    more = document.get("envVarGroups")
    if isinstance(services, list) or isinstance(more, list):  # Render
        groups = [*(services or ()), *(more if isinstance(more, list) else ())]
        return (
            one
            for group in groups
            if isinstance(group, dict) and isinstance(group.get("envVars"), list)
            for entry in group["envVars"]
            for one in _of_entry(entry, seen)
        )
    return _of_mapping(document, seen)


def _of_compose(service: Any, seen: _Seen) -> Iterator[Variable]:
    environment = service.get("environment") if isinstance(service, dict) else None
    if isinstance(environment, dict):
        yield from (seen(name, value or None) for name, value in environment.items())  # without one: from outside
    elif isinstance(environment, list):
        for entry in environment:
            name, equals, value = str(entry).partition("=")
            yield seen(name, value if equals else None)


def _of_toml(text: str, seen: _Seen) -> Iterator[Variable]:
    """Fly's [env], Cloudflare's [vars], Netlify's [build.environment]."""
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable("is not TOML") from None
    build = document.get("build")
    tables = [document.get("env"), document.get("vars"), build.get("environment") if isinstance(build, dict) else None]
    return (seen(name, value) for table in tables if isinstance(table, dict) for name, value in table.items())


def _first(entry: Mapping[Any, Any], keys: tuple[str, ...]) -> Any:
    return next((entry[key] for key in keys if entry.get(key) is not None), None)


def _day(moment: object) -> str | None:
    """The day of an ISO 8601 time, or of milliseconds since 1970 (Vercel); None for anything else."""
    try:
        if isinstance(moment, (int, float)) and not isinstance(moment, bool):
            return datetime.fromtimestamp(moment / 1000, UTC).date().isoformat()
        return datetime.fromisoformat(str(moment)).date().isoformat() if moment else None
    except (ValueError, OverflowError, OSError):
        return None

"""Facts and launches to JSON and back, by their type hints; a Gap stays a Gap."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from launchready.errors import UsageError
from launchready.model import facts as fact_types
from launchready.model.facts import Fact
from launchready.model.gap import Gap, holds_gaps, peek, with_gaps
from launchready.model.webhook import Secret

_IDENTITY = frozenset({"subject", "source", "at"})
# A field that the version which wrote the facts did not have.
NOT_LOOKED_AT = Gap("an older launchready, which saw these facts, did not look for this")


def encode(value: Any) -> Any:
    """JSON values for a fact, a launch, or anything inside one."""
    match value:
        case Secret():  # launch.toml names it; not even that name leaves with the facts
            return None
        case Gap():
            return {"gap": value.reason}
        case Enum():
            return value.value
        case date():  # a datetime is one too
            return value.isoformat()
        case tuple():
            return [encode(item) for item in value]
        case _ if is_dataclass(value):
            return {field.name: encode(peek(value, field.name)) for field in fields(value)}
    return value


def encode_fact(fact: Fact) -> dict[str, Any]:
    """A fact with the name of its type, as stored and as written by `--facts-out`."""
    return {"type": type(fact).__name__, **encode(fact)}


def decode_fact(raw: object, where: str) -> Fact:
    """The fact that `encode_fact` wrote; raises UsageError naming `where` when it did not write this."""
    if not isinstance(raw, dict) or not isinstance(raw.get("type"), str):
        raise UsageError(f"{where}: a fact without a type; was this file written by --facts-out?")
    made = _fact_types().get(raw["type"])
    if made is None:
        raise UsageError(f"{where}: there is no fact called {raw['type'][:60]!r}; it may come from a newer launchready")
    fact: Fact = decode({name: value for name, value in raw.items() if name != "type"}, made, where)
    return fact


def decode(raw: Any, hint: Any, where: str) -> Any:
    """The value of type `hint` that was encoded as `raw`."""
    if isinstance(raw, dict) and raw.keys() == {"gap"}:
        return Gap(str(raw["gap"]))
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return _decode_optional(raw, get_args(hint), where)
    if origin is tuple:
        return _decode_tuple(raw, get_args(hint), where)
    if is_dataclass(hint):
        return _decode_record(raw, hint, where)
    return _decode_plain(raw, hint, where)


@cache
def _fact_types() -> Mapping[str, type[Any]]:
    """Every type of fact, by name: those of model.facts that carry subject, source and time."""
    return {
        name: made
        for name, made in vars(fact_types).items()
        if isinstance(made, type) and is_dataclass(made) and _names(made) >= _IDENTITY
    }


def _names(made: Any) -> set[str]:
    return {field.name for field in fields(made)}


def _decode_optional(raw: Any, options: tuple[Any, ...], where: str) -> Any:
    if raw is None and type(None) in options:
        return None
    return decode(raw, next(option for option in options if option is not type(None)), where)


def _decode_tuple(raw: Any, inside: tuple[Any, ...], where: str) -> tuple[Any, ...]:
    if not isinstance(raw, list):
        raise UsageError(f"{where}: expected a list")
    if inside[-1] is Ellipsis:
        return tuple(decode(item, inside[0], where) for item in raw)
    if len(raw) != len(inside):
        raise UsageError(f"{where}: expected {len(inside)} values, found {len(raw)}")
    return tuple(decode(item, hint, where) for item, hint in zip(raw, inside, strict=True))


def _decode_record(raw: Any, made: Any, where: str) -> Any:
    if not isinstance(raw, dict) or not raw.keys() <= _names(made):
        raise UsageError(f"{where}: this is not a {made.__name__}")
    if missing := sorted(_IDENTITY & (_names(made) - raw.keys())):
        raise UsageError(f"{where}: {made.__name__} is incomplete (no {', '.join(missing)})")
    hints = get_type_hints(made)
    values = {name: decode(value, hints[name], f"{where}, {name}") for name, value in raw.items()}
    try:
        return with_gaps(made, NOT_LOOKED_AT, **values) if holds_gaps(made) else made(**values)
    except TypeError as error:
        raise UsageError(f"{where}: {made.__name__} is incomplete ({error})") from None


def _decode_plain(raw: Any, hint: Any, where: str) -> Any:
    try:
        if hint is datetime:
            moment = datetime.fromisoformat(raw)
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        if hint is date:
            return date.fromisoformat(raw)
        if isinstance(hint, type) and issubclass(hint, Enum):
            return hint(raw)
    except (TypeError, ValueError, OverflowError):
        raise UsageError(f"{where}: {str(raw)[:60]!r} is not a {hint.__name__}") from None
    if hint is float and type(raw) is int:
        return float(raw)
    if type(raw) is not hint:
        raise UsageError(f"{where}: {str(raw)[:60]!r} is not a {hint.__name__}")
    return raw

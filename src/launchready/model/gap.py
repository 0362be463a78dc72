"""What was looked up is a value or a Gap, and a Gap can never be mistaken for a value."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, TypeVar, dataclass_transform

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class Gap:
    """Why a thing could not be seen, in words that are the same for everything that failed for that reason."""

    reason: str


class Unseen(Exception):
    """Raised when a field that holds a Gap is read: what is judged by it is unknown.

    `blocks` says that what is not known here could stop a launch, whatever the grade of the check.
    """

    def __init__(self, gap: Gap, *, blocks: bool = False) -> None:
        super().__init__(gap.reason)
        self.gap = gap
        self.blocks = blocks


def gap(reason: str) -> Any:
    """A Gap typed as anything, so that it can stand in any field of a record."""
    return Gap(reason)


class _Looked:
    """The descriptor of one field: a Gap is kept, and raised when the field is read."""

    def __init__(self, slot: Any) -> None:
        self.slot = slot

    def __get__(self, record: object, owner: type | None = None) -> Any:
        if record is None:
            return self
        value = self.slot.__get__(record, owner)
        if isinstance(value, Gap):
            raise Unseen(value)
        return value

    def __set__(self, record: object, value: object) -> None:
        self.slot.__set__(record, value)


@dataclass_transform(frozen_default=True, kw_only_default=True)
def seen(cls: type[Record]) -> type[Record]:
    """Make a frozen, slotted, keyword-only dataclass whose fields hold a value or a Gap.

    Reading a field that holds a Gap raises `Unseen`; `peek` reads without raising.
    Records compare, hash and print with their Gaps in place.
    """
    made = dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)(cls)
    for field in fields(made):  # type: ignore[arg-type]
        setattr(made, field.name, _Looked(made.__dict__[field.name]))
    for name, method in (("__eq__", _equal), ("__hash__", _hash), ("__repr__", _repr)):
        setattr(made, name, method)
    return made


def peek(record: object, name: str) -> Any:
    """The value or the Gap that a record's field holds."""
    looked = type(record).__dict__[name]
    return looked.slot.__get__(record, type(record)) if isinstance(looked, _Looked) else getattr(record, name)


def holds_gaps(cls: type) -> bool:
    """Whether a class was made by `seen`."""
    return any(isinstance(one, _Looked) for one in vars(cls).values())


def with_gaps(make: Callable[..., Record], missing: Gap, **known: Any) -> Record:
    """A record of which only `known` was seen; every other field holds `missing`."""
    return make(**{field.name: known.get(field.name, missing) for field in fields(make)})  # type: ignore[arg-type]


def _values(record: Any) -> tuple[Any, ...]:
    return tuple(peek(record, field.name) for field in fields(record))


def _equal(self: Any, other: object) -> bool:
    return type(self) is type(other) and _values(self) == _values(other)


def _hash(self: Any) -> int:
    return hash((type(self), _values(self)))


def _repr(self: Any) -> str:
    inside = ", ".join(f"{field.name}={peek(self, field.name)!r}" for field in fields(self))
    return f"{type(self).__name__}({inside})"

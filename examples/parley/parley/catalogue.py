"""Plans and prompts: tables that are read often and changed seldom, so they are kept until somebody changes them."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Generic, TypeVar

from sqlalchemy import text

from parley.database import Database
from parley.faults import Fault
from parley.settings import Settings

T = TypeVar("T")
KEPT_S = 60.0  # another process may have changed the table


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What one pays, and what for; `stripe_price` is empty when it cannot be bought from Stripe."""

    name: str
    dollars_per_month: int
    messages_per_day: int
    stripe_price: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pitch:
    """What the pricing page says for a plan, beside what it costs."""

    line: str
    suggested: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One assistant: `text` is what the model is told before the conversation."""

    name: str
    title: str
    line: str
    text: str


@dataclass(slots=True)
class Kept(Generic[T]):
    """The answer of `read`, kept for a minute or until it is forgotten."""

    read: Callable[[], T]
    keep: bool
    _held: tuple[float, T] | None = None
    _lock: Lock = field(default_factory=Lock)

    def get(self) -> T:
        held = self._held
        if self.keep and held and time.monotonic() - held[0] < KEPT_S:
            return held[1]
        with self._lock:
            value = self.read()
            self._held = (time.monotonic(), value)
        return value

    def forget(self) -> None:
        with self._lock:
            self._held = None


class Plans:
    """The plans by name, cheapest first."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        keep = not settings.has(Fault.PLAN_READ_EACH_REQUEST)
        self._kept = Kept(self._read, keep)
        self._pitches = Kept(self._read_pitches, keep)

    def all(self) -> dict[str, Plan]:
        return self._kept.get()

    def pitches(self) -> dict[str, Pitch]:
        """What is said for each, by name."""
        return self._pitches.get()

    def of(self, name: str) -> Plan:
        """The plan of that name, or the cheapest when it is gone."""
        plans = self.all()
        return plans.get(name) or next(iter(plans.values()))

    def change(self, name: str, *, dollars_per_month: int, messages_per_day: int, stripe_price: str) -> None:
        with self._database.writing() as connection:
            connection.execute(
                text(
                    "UPDATE plans SET dollars_per_month = :dollars, messages_per_day = :messages, "
                    "stripe_price = :price WHERE name = :name"
                ),
                {"dollars": dollars_per_month, "messages": messages_per_day, "price": stripe_price, "name": name},
            )
        self._kept.forget()

    def _read(self) -> dict[str, Plan]:
        query = "SELECT name, dollars_per_month, messages_per_day, stripe_price FROM plans ORDER BY dollars_per_month"
        return {row["name"]: Plan(**row) for row in _rows(self._database, query)}

    def _read_pitches(self) -> dict[str, Pitch]:
        rows = _rows(self._database, "SELECT name, line, suggested FROM plans")
        return {row["name"]: Pitch(line=row["line"], suggested=bool(row["suggested"])) for row in rows}


class Prompts:
    """The assistants by name, in their order."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._kept = Kept(self._read, not settings.has(Fault.PROMPTS_READ_EACH_REQUEST))

    def all(self) -> dict[str, Prompt]:
        return self._kept.get()

    def change(self, name: str, *, title: str, line: str, prompt: str) -> None:
        with self._database.writing() as connection:
            connection.execute(
                text("UPDATE prompts SET title = :title, line = :line, text = :text WHERE name = :name"),
                {"title": title, "line": line, "text": prompt, "name": name},
            )
        self._kept.forget()

    def _read(self) -> dict[str, Prompt]:
        query = "SELECT name, title, line, text FROM prompts ORDER BY place"
        return {row["name"]: Prompt(**row) for row in _rows(self._database, query)}


def _rows(database: Database, query: str) -> list[dict[str, Any]]:
    with database.reading() as connection:
        return [dict(row) for row in connection.execute(text(query)).mappings()]

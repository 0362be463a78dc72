"""Limits: how often somebody may try something within a span of time. They hold across processes and restarts."""

import time
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256

from sqlalchemy import text

from parley.database import Database
from parley.faults import Fault
from parley.settings import Settings

HOUR_S = 3600


class Limit(Enum):
    """What is limited: its name, how many, and within how many seconds."""

    LOGIN = "login", 10, 900
    LOGIN_FROM = "login-from", 50, 900
    CODE = "code", 5, HOUR_S
    CODE_FROM = "code-from", None, HOUR_S  # None: the setting signups_per_hour


@dataclass(frozen=True, slots=True)
class Limits:
    """Counts what was tried."""

    settings: Settings
    database: Database

    def wait_s(self, limit: Limit, who: str) -> int:
        """Counts one more; 0 when it is allowed, else the seconds until it will be."""
        if self.settings.has(Fault.NO_LIMIT):
            return 0
        what, allowed, span_s = limit.value
        now_s, key = int(time.time()), {"what": what, "who": _hashed(who)}
        with self.database.writing() as connection:
            self.database.alone(connection, f"{what} {key['who']}")
            connection.execute(
                text("DELETE FROM throttles WHERE what = :what AND at_s <= :before"), {**key, "before": now_s - span_s}
            )
            tried, first_s = connection.execute(
                text("SELECT count(*), min(at_s) FROM throttles WHERE what = :what AND who_sha256 = :who"), key
            ).one()
            if tried >= (allowed or self.settings.signups_per_hour):
                return max(1, int(first_s) + int(span_s) - now_s)
            connection.execute(
                text("INSERT INTO throttles (what, who_sha256, at_s) VALUES (:what, :who, :now)"), {**key, "now": now_s}
            )
        return 0

    def forgive(self, limit: Limit, who: str) -> None:
        """The last try does not count: it succeeded. Those before it do, whoever made them."""
        with self.database.writing() as connection:
            connection.execute(
                text(
                    "DELETE FROM throttles WHERE id = "
                    "(SELECT max(id) FROM throttles WHERE what = :what AND who_sha256 = :who)"
                ),
                {"what": limit.value[0], "who": _hashed(who)},
            )


def _hashed(who: str) -> str:
    return sha256(who.encode()).hexdigest()

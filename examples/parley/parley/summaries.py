"""The daily job: each account that wrote something yesterday gets a summary by mail, once."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from parley.faults import Fault
from parley.logs import note
from parley.mail import Letter, MailFailed
from parley.parts import Parts

JOB = "summaries"
LOOK_EVERY_S = 60
OVERDUE_S = 26 * 3600  # a day, and two hours for a machine that was off


@dataclass(frozen=True, slots=True, kw_only=True)
class JobState:
    """When the job last succeeded or failed, in seconds; None for never. `since_s` is when it was first waited for."""

    since_s: int
    last_day: str
    succeeded_s: int | None
    failed_s: int | None

    def is_overdue(self, now_s: float) -> bool:
        return now_s - max(self.since_s, self.succeeded_s or 0) > OVERDUE_S

    def is_failing(self) -> bool:
        return (self.failed_s or 0) > (self.succeeded_s or 0)


@dataclass(frozen=True, slots=True)
class Summaries:
    """The job, and what is known of it."""

    parts: Parts

    def state(self) -> JobState:
        """What is known of it; the first look notes that the job is waited for from now on."""
        query = text("SELECT since_s, last_day, succeeded_s, failed_s FROM jobs WHERE name = :name")
        with self.parts.database.reading() as connection:
            row = connection.execute(query, {"name": JOB}).mappings().first()
        if row is None:
            with self.parts.database.writing() as connection:
                connection.execute(
                    text("INSERT INTO jobs (name, since_s) VALUES (:name, :now) ON CONFLICT (name) DO NOTHING"),
                    {"name": JOB, "now": int(time.time())},
                )
                row = connection.execute(query, {"name": JOB}).mappings().one()
        return JobState(**row)

    def run(self, day: date) -> int:
        """Write and mail the summaries of one day: how many were mailed. What was mailed before is not mailed again.

        Raises SQLAlchemyError and MailFailed when one of them was not; the others were.
        """
        self.state()
        try:
            mailed = self._mail(day, self._write(day))
        except (SQLAlchemyError, MailFailed):
            self._note_end("failed_s = :now", day)
            raise
        self._note_end("succeeded_s = :now, last_day = CASE WHEN last_day < :day THEN :day ELSE last_day END", day)
        note("summaries", day=day.isoformat(), mailed=mailed)
        return mailed

    def run_if_due(self, now_s: float) -> None:
        """Yesterday's summaries, when it is late enough today and they were not written yet."""
        now = datetime.fromtimestamp(now_s, UTC)
        yesterday = (now - timedelta(days=1)).date()
        if now.strftime("%H:%M") >= self.parts.settings.summary_at and self.state().last_day < yesterday.isoformat():
            self.run(yesterday)

    def _write(self, day: date) -> list[tuple[int, str, str]]:
        """The summaries of a day that are not mailed yet: account, address and text."""
        start_s = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
        column = "sent_s" if self.parts.settings.has(Fault.JOB_DIES_SILENTLY) else "written_s"
        span = {"start": start_s, "end": start_s + 24 * 3600, "day": day.isoformat(), "now": int(time.time())}
        with self.parts.database.writing() as connection:
            rows = connection.execute(
                text(
                    "SELECT m.account_id, count(*) AS messages, count(DISTINCT m.conversation_id) AS conversations "  # noqa: S608
                    f"FROM messages m WHERE m.author = 'visitor' AND m.{column} >= :start AND m.{column} < :end "
                    "GROUP BY m.account_id"
                ),
                span,
            ).all()
            for row in rows:
                summary = _summary(day, row.messages, row.conversations)
                connection.execute(
                    text(
                        "INSERT INTO summaries (account_id, day, text) VALUES (:account, :day, :text) "
                        "ON CONFLICT (account_id, day) DO NOTHING"
                    ),
                    {**span, "account": row.account_id, "text": summary},
                )
            waiting = connection.execute(
                text(
                    "SELECT s.account_id, a.email, s.text FROM summaries s JOIN accounts a ON a.id = s.account_id "
                    "WHERE s.day = :day AND s.mailed_s IS NULL ORDER BY s.account_id"
                ),
                span,
            ).all()
        return [(row.account_id, row.email, row.text) for row in waiting]

    def _mail(self, day: date, waiting: list[tuple[int, str, str]]) -> int:
        """Each is claimed before it is sent, so that two processes do not send it twice, and let go when that fails."""
        mailed, failed = 0, None
        for account, email, summary in waiting:
            if not self._claim(account, day, int(time.time())):
                continue
            try:
                self.parts.mail.send(Letter(to=email, subject=f"Your Parley day, {day.isoformat()}", text=summary))
                mailed += 1
            except MailFailed as error:
                self._claim(account, day, None)
                failed = error
        if failed:
            raise failed
        return mailed

    def _claim(self, account: int, day: date, mailed_s: int | None) -> bool:
        free = "mailed_s IS NULL" if mailed_s else "mailed_s IS NOT NULL"
        with self.parts.database.writing() as connection:
            changed = connection.execute(
                text(f"UPDATE summaries SET mailed_s = :at WHERE account_id = :account AND day = :day AND {free}"),  # noqa: S608
                {"at": mailed_s, "account": account, "day": day.isoformat()},
            )
            return changed.rowcount == 1

    def _note_end(self, change: str, day: date) -> None:
        with self.parts.database.writing() as connection:
            connection.execute(
                text(f"UPDATE jobs SET {change} WHERE name = :name"),  # noqa: S608
                {"name": JOB, "now": int(time.time()), "day": day.isoformat()},
            )


@asynccontextmanager
async def every_day(parts: Parts) -> AsyncIterator[None]:
    """Runs the job when it is due, for as long as the block lasts."""
    task = asyncio.create_task(_forever(Summaries(parts)))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError, SQLAlchemyError):
            await task


async def _forever(job: Summaries) -> None:
    while True:
        try:
            await job.parts.away(job.run_if_due, time.time())
        except (SQLAlchemyError, MailFailed) as error:
            if job.parts.settings.has(Fault.JOB_DIES_SILENTLY):
                return
            note("summaries failed", logging.ERROR, error=error)
        await asyncio.sleep(LOOK_EVERY_S)


def _summary(day: date, messages: int, conversations: int) -> str:
    said = f"{messages} message{'s' if messages != 1 else ''}"
    spread = f"{conversations} conversation{'s' if conversations != 1 else ''}"
    return f"On {day.isoformat()} you wrote {said} in {spread}.\n\nThank you for using Parley.\n"

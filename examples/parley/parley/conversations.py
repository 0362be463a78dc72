"""What was said: each account's messages, and how many it may still write today."""

import time
from dataclasses import dataclass

from parley.accounts import Account
from parley.database import Database

DAY_S = 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One thing said; `author` is "visitor" or "parley"."""

    author: str
    text: str


def latest(database: Database, account: Account, at_most: int = 50) -> list[Message]:
    """The newest messages of an account, oldest first."""
    with database.opened() as connection:
        rows = connection.execute(
            "SELECT author, text FROM messages WHERE account_id = ? ORDER BY id DESC LIMIT ?", (account.id, at_most)
        ).fetchall()
    return [Message(author=row["author"], text=row["text"]) for row in reversed(rows)]


def add(database: Database, account: Account, message: Message) -> None:
    with database.opened() as connection:
        connection.execute(
            "INSERT INTO messages (account_id, author, text, written_s) VALUES (?, ?, ?, ?)",
            (account.id, message.author, message.text, int(time.time())),
        )


def left_today(database: Database, account: Account) -> int:
    """How many messages the account's plan still allows within these 24 hours."""
    with database.opened() as connection:
        (written,) = connection.execute(
            "SELECT count(*) FROM messages WHERE account_id = ? AND author = 'visitor' AND written_s > ?",
            (account.id, int(time.time()) - DAY_S),
        ).fetchone()
    return max(0, account.messages_per_day - int(written))

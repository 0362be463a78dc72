"""What was said: each account's conversations, their messages, and how many it may still write today."""

import time
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from parley.database import Database

DAY_S = 24 * 3600
SHOWN = 30
TURNS = 20
SHOWN_MESSAGES = 200
_TITLE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One thing said; `author` is "visitor" or "parley"; one that is not `whole` broke off."""

    author: str
    text: str
    whole: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One conversation in the list."""

    id: int
    title: str
    prompt: str
    messages: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A message that was taken: what the model needs to answer it."""

    conversation: int
    message: int
    prompt: str
    turns: tuple[Message, ...]


class LimitReached(Exception):
    """The plan allows no more messages until `wait_s` seconds have passed."""

    def __init__(self, wait_s: int) -> None:
        super().__init__()
        self.wait_s = wait_s


class NotThere(Exception):
    """There is no such conversation, or it is somebody else's."""


def listed(
    database: Database, account: int, skip: int = 0, *, one_by_one: bool = False, all_of_them: bool = False
) -> tuple[list[Conversation], bool]:
    """The newest conversations after the first `skip`, with their number of messages, and whether there are older ones.

    One query, unless the messages are asked for `one_by_one`.
    """
    count = "0" if one_by_one else "(SELECT count(*) FROM messages m WHERE m.conversation_id = c.id)"
    limit = "" if all_of_them else " LIMIT :most OFFSET :skip"
    query = f"SELECT c.id, c.title, c.prompt, {count} AS messages FROM conversations c"  # noqa: S608
    query += f" WHERE c.account_id = :account ORDER BY c.touched_s DESC, c.id DESC{limit}"
    with database.reading() as connection:
        found = connection.execute(text(query), {"account": account, "most": SHOWN + 1, "skip": skip})
        rows = [dict(row) for row in found.mappings()]
        shown = rows if all_of_them else rows[:SHOWN]
        for row in shown if one_by_one else ():
            row["messages"] = connection.execute(
                text("SELECT count(*) FROM messages WHERE conversation_id = :id"), {"id": row["id"]}
            ).scalar_one()
    return [Conversation(**row) for row in shown], len(rows) > len(shown)


def opened(database: Database, account: int, conversation: int) -> tuple[Conversation, list[Message]]:
    """A conversation and its newest messages, oldest first. Raises NotThere."""
    with database.reading() as connection:
        row = _own(connection, account, conversation)
        return Conversation(**row), _latest(connection, conversation, SHOWN_MESSAGES)


def begin(
    database: Database, account: int, said: str, conversation: int | None, prompt: str, per_day: int | None
) -> Begun:
    """Take a message into a conversation, or into a new one. Raises LimitReached and NotThere.

    `per_day` None is no limit. Looking and writing are one transaction: two at once do not both get the last one.
    """
    now_s = int(time.time())
    with database.writing() as connection:
        own = {"account": account, "now": now_s}
        connection.execute(text(f"SELECT id FROM accounts WHERE id = :account{database.for_update}"), own)  # noqa: S608
        if per_day is not None:
            _check_limit(connection, account, now_s, per_day)
        if conversation is None:
            conversation = connection.execute(
                text(
                    "INSERT INTO conversations (account_id, prompt, title, touched_s) "
                    "VALUES (:account, :prompt, :title, :now) RETURNING id"
                ),
                {**own, "prompt": prompt, "title": _title(said)},
            ).scalar_one()
        else:
            prompt = _own(connection, account, conversation)["prompt"]
            connection.execute(
                text("UPDATE conversations SET touched_s = :now WHERE id = :id"), {**own, "id": conversation}
            )
        message = _add(connection, account, conversation, Message(author="visitor", text=said), now_s)
        turns = tuple(_latest(connection, conversation, TURNS))
    return Begun(conversation=conversation, message=message, prompt=prompt, turns=turns)


def finish(database: Database, account: int, conversation: int, message: Message) -> None:
    """Keep the answer, unless the conversation was deleted meanwhile."""
    with database.writing() as connection:
        there = connection.execute(text("SELECT 1 FROM conversations WHERE id = :id"), {"id": conversation}).first()
        if there:
            _add(connection, account, conversation, message, int(time.time()))


def take_back(database: Database, begun: Begun) -> None:
    """A message that was never answered does not count, and a conversation of nothing but it is no more."""
    with database.writing() as connection:
        connection.execute(text("DELETE FROM messages WHERE id = :id"), {"id": begun.message})
        connection.execute(
            text(
                "DELETE FROM conversations WHERE id = :id "
                "AND NOT EXISTS (SELECT 1 FROM messages WHERE conversation_id = :id)"
            ),
            {"id": begun.conversation},
        )


def delete(database: Database, account: int, conversation: int) -> None:
    """Forget what was said, not that it was: the messages of today still count. Raises NotThere."""
    with database.writing() as connection:
        _own(connection, account, conversation)
        connection.execute(
            text("UPDATE messages SET text = '', conversation_id = NULL WHERE conversation_id = :id"),
            {"id": conversation},
        )
        connection.execute(text("DELETE FROM conversations WHERE id = :id"), {"id": conversation})


def _own(connection: Connection, account: int, conversation: int) -> dict[str, Any]:
    row = connection.execute(
        text("SELECT id, title, prompt FROM conversations WHERE id = :id AND account_id = :account"),
        {"id": conversation, "account": account},
    ).mappings()
    found = row.first()
    if found is None:
        raise NotThere
    return dict(found)


def _latest(connection: Connection, conversation: int, at_most: int) -> list[Message]:
    rows = connection.execute(
        text("SELECT author, text, whole FROM messages WHERE conversation_id = :id ORDER BY id DESC LIMIT :most"),
        {"id": conversation, "most": at_most},
    ).all()
    return [Message(author=row.author, text=row.text, whole=bool(row.whole)) for row in reversed(rows)]


def _check_limit(connection: Connection, account: int, now_s: int, per_day: int) -> None:
    since = {"account": account, "since": now_s - DAY_S}
    written, first_s = connection.execute(
        text(
            "SELECT count(*), min(written_s) FROM messages "
            "WHERE account_id = :account AND author = 'visitor' AND written_s > :since"
        ),
        since,
    ).one()
    if written >= per_day:
        raise LimitReached(max(1, (first_s or now_s) + DAY_S - now_s))


def _add(connection: Connection, account: int, conversation: int, message: Message, now_s: int) -> int:
    made = connection.execute(
        text(
            "INSERT INTO messages (conversation_id, account_id, author, text, whole, written_s) "
            "VALUES (:conversation, :account, :author, :text, :whole, :now) RETURNING id"
        ),
        {
            "conversation": conversation,
            "account": account,
            "author": message.author,
            "text": message.text,
            "whole": message.whole,
            "now": now_s,
        },
    )
    return int(made.scalar_one())


def _title(said: str) -> str:
    """The beginning of what was said, cut between words."""
    line = " ".join(said.split())
    return line if len(line) <= _TITLE else f"{line[:_TITLE].rsplit(' ', 1)[0]}…"

"""A mail server on loopback that keeps what it is sent, or refuses it."""

import asyncio
import email
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from typing import Any

from aiosmtpd.smtp import SMTP

from trial.visitor import newest_code


@dataclass(slots=True)
class Mailbox:
    """What has arrived; `refuses` turns everything away."""

    letters: list[Message] = field(default_factory=list)
    refuses: bool = False
    host: str = "127.0.0.1"
    port: int = 0

    @property
    def url(self) -> str:
        return f"smtp://{self.host}:{self.port}"

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:
        if self.refuses:
            return "451 4.3.0 try again later"
        self.letters.append(email.message_from_bytes(envelope.content))
        return "250 OK"

    def code(self) -> str:
        """The newest code that arrived."""
        return newest_code(self.letters[-1]["subject"])


@contextmanager
def receiving(mailbox: Mailbox) -> Iterator[Mailbox]:
    """The mailbox answers on `mailbox.url` until the end of the block."""
    loop = asyncio.new_event_loop()
    made = loop.create_server(lambda: SMTP(mailbox, hostname="mail.example"), mailbox.host, 0)
    server = loop.run_until_complete(made)
    mailbox.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield mailbox
    finally:
        asyncio.run_coroutine_threadsafe(_closed(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _closed(server: asyncio.Server) -> None:
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)

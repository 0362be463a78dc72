"""Our own mail server for rehearsals: it takes whatever an app sends, keeps it in memory, and passes nothing on."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope

from launchready.errors import UsageError
from launchready.formats.letter import LARGEST_BYTES, Letter, letter
from launchready.journeys.exchange import Mail, ReadMail

MOST_LETTERS = 500
_AT_ONCE = 100
_IDLE_S = 60.0
_MOST_RECIPIENTS = 100


class Catcher:
    """The newest mails that were sent to it, in the order in which they came."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.port = 0
        self._letters: deque[tuple[int, Letter]] = deque(maxlen=MOST_LETTERS)
        self._came = 0
        self._begun = 0
        self._arrival = asyncio.Condition()

    async def mark(self) -> None:
        self._begun = self._came

    async def following(self, asked: ReadMail) -> Mail:
        clock = asyncio.get_running_loop().time
        began_s = clock()
        async with self._arrival:
            while True:
                for number, one in self._letters:
                    if number > self._begun and asked.address in one.recipients and str(number) not in asked.seen:
                        return Mail(key=str(number), letter=one, waited_s=clock() - began_s)
                await self._arrival.wait()

    async def handle_DATA(self, server: SMTP, session: object, envelope: Envelope) -> str:
        content = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        recipients = tuple(str(one) for one in envelope.rcpt_tos[:_MOST_RECIPIENTS])
        async with self._arrival:
            self._came += 1
            self._letters.append((self._came, letter(content, recipients)))
            self._arrival.notify_all()
        return "250 2.0.0 caught"


@asynccontextmanager
async def catching(host: str, port: int) -> AsyncIterator[Catcher]:
    """A catcher that listens there until the end of the block; raises UsageError when it cannot."""
    catcher, connections = Catcher(f"the mail catcher on {host}:{port}"), _Connections()
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # aiosmtpd tells every protocol slip of a client
    try:
        server = await asyncio.get_running_loop().create_server(lambda: connections.opened(catcher), host, port)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no address of this machine"
        raise UsageError(f"--catch-mail {host}:{port}: cannot listen there ({reason}); name another port") from None
    catcher.port = server.sockets[0].getsockname()[1]
    catcher.where = f"the mail catcher on {host}:{catcher.port}"
    try:
        yield catcher
    finally:
        server.close()
        connections.close()


class _Connections:
    """The newest connections; what an app holds open beyond that is hung up on."""

    def __init__(self) -> None:
        self._open: deque[SMTP] = deque()

    def opened(self, catcher: Catcher) -> SMTP:
        # Apps that are told a user and a password for their mail server log in, with or without TLS.
        smtp = SMTP(
            catcher,
            data_size_limit=LARGEST_BYTES,
            enable_SMTPUTF8=True,
            hostname="catcher.invalid",
            timeout=_IDLE_S,
            auth_require_tls=False,
            authenticator=_anybody,
        )
        self._open.append(smtp)
        if len(self._open) > _AT_ONCE:
            _hang_up(self._open.popleft())
        return smtp

    def close(self) -> None:
        while self._open:
            _hang_up(self._open.popleft())


def _hang_up(smtp: SMTP) -> None:
    if smtp.transport is not None:
        smtp.transport.close()


def _anybody(*_: Any) -> AuthResult:
    return AuthResult(success=True)

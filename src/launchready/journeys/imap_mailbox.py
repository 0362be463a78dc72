"""Mails read from a real inbox: looked for once a second, those of before never."""

import asyncio

from launchready.errors import Garbled
from launchready.formats.letter import letter
from launchready.journeys.exchange import Mail, ReadMail
from launchready.model.launch import Network
from launchready.wire.imap import Imap, ImapUrl

POLL_S = 1.0


class ImapMailbox:
    """One folder; only mails with a number above the highest at the beginning count, whatever their date says."""

    def __init__(self, url: ImapUrl, network: Network) -> None:
        self.where = f"the mailbox on {url.host}"
        self._imap = Imap(url, network)
        self._begun: int | None = None
        self._known: dict[int, tuple[str, ...]] = {}

    async def mark(self) -> None:
        self._begun = await self._imap.newest()
        self._known.clear()

    async def following(self, asked: ReadMail) -> Mail:
        if self._begun is None:
            raise Garbled("it was not looked at before the walk began")
        clock = asyncio.get_running_loop().time
        began_s = clock()
        while True:
            for number in await self._imap.after(self._begun):
                if str(number) not in asked.seen and asked.address in await self._recipients(number):
                    one = letter(await self._imap.source(number))
                    return Mail(key=str(number), letter=one, waited_s=clock() - began_s)
            await asyncio.sleep(POLL_S)

    async def _recipients(self, number: int) -> tuple[str, ...]:
        """Who a mail is to, asked for once."""
        if number not in self._known:
            self._known[number] = letter(await self._imap.head(number)).recipients
        return self._known[number]

    def close(self) -> None:
        self._imap.close()

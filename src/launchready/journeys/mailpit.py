"""Mails read from Mailpit, or from what speaks its HTTP API: looked for once a second, those of before never.

Source: Mailpit's API, /api/v1/messages, /api/v1/search and /api/v1/message/{ID}/raw.
"""

import asyncio
import json
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from launchready.errors import Garbled, Refused
from launchready.formats.letter import letter
from launchready.journeys.exchange import Mail, ReadMail
from launchready.model.launch import Network
from launchready.wire.deadline import Deadline
from launchready.wire.dns import Dns
from launchready.wire.http import Http

POLL_S = 1.0
MOST_LISTED = 1000
_LONGEST_RUN_S = 86_400.0
_KEY_CHARACTERS = 100


class Mailpit:
    """Its newest mails; those that it lists at the beginning never count."""

    def __init__(self, base: str, headers: tuple[str, ...], http: Http) -> None:
        self._base = base.rstrip("/")
        self._headers = headers
        self._http = http
        self._before: frozenset[str] = frozenset()
        self.where = f"Mailpit on {urlsplit(base).netloc}"

    @classmethod
    @asynccontextmanager
    async def at(cls, url: str, network: Network) -> AsyncIterator["Mailpit"]:
        """The one at a URL, which may hold a user and a password."""
        parts = urlsplit(url)
        user, at, host = parts.netloc.rpartition("@")
        login = b64encode(unquote(user).encode()).decode()
        headers = (f"Authorization: Basic {login}",) if at else ()
        deadline = Deadline(_LONGEST_RUN_S)  # each request has its own; the walk's is held by whoever waits
        async with Dns(network, deadline) as dns, Http(network, deadline, dns) as http:
            yield cls(urlunsplit((parts.scheme, host, parts.path, "", "")), headers, http)

    async def mark(self) -> None:
        self._before = frozenset(await self._keys(f"messages?limit={MOST_LISTED}"))

    async def following(self, asked: ReadMail) -> Mail:
        clock = asyncio.get_running_loop().time
        began_s, query = clock(), quote(f'to:"{asked.address}"')
        others = set(self._before | asked.seen)
        while True:
            for key in reversed(await self._keys(f"search?limit={MOST_LISTED}&query={query}")):
                if key in others:
                    continue
                one = letter(await self._asked(f"message/{quote(key, safe='')}/raw"))
                if asked.address in one.recipients:
                    return Mail(key=key, letter=one, waited_s=clock() - began_s)
                others.add(key)
            await asyncio.sleep(POLL_S)

    async def _keys(self, path: str) -> list[str]:
        """The mails of a list by their ids, newest first."""
        try:
            found: Any = json.loads(await self._asked(path))
            keys = [one["ID"] for one in found["messages"]]
        except (ValueError, RecursionError, TypeError, KeyError):
            raise Garbled("what answers there is not Mailpit's API") from None
        return [key for key in keys if isinstance(key, str) and 0 < len(key) <= _KEY_CHARACTERS]

    async def _asked(self, path: str) -> bytes:
        response = await self._http.fetch(f"{self._base}/api/v1/{path}", headers=self._headers, verify=True)
        if response.status != 200:
            raise Refused(f"its API answers {response.status}")
        return response.body

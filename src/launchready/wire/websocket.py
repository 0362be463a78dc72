"""A conversation over one WebSocket (RFC 6455): what there is to say is said, then the other side is listened to."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import pycurl

from launchready.errors import Garbled

MOST_BYTES = 2 * 1024 * 1024
MOST_FRAMES = 50_000
_CHUNK_BYTES = 64 * 1024
_FRAMES_IN_A_ROW = 50  # before whatever else runs on the loop has its turn: a deadline is one of them

OnMessage = Callable[[str], bool]


class Conversation:
    """The messages to send, and who hears what comes; the hearer ends the conversation by returning True."""

    def __init__(self, messages: tuple[str, ...], on_message: OnMessage) -> None:
        self._messages = messages
        self._on_message = on_message
        self._loop = asyncio.get_running_loop()

    @staticmethod
    def prepare(curl: pycurl.Curl, url: str) -> None:
        """Let a transfer end where a WebSocket begins; `url` is the http(s) one. Raises Garbled without support."""
        if "ws" not in pycurl.version_info()[8] or not hasattr(curl, "ws_recv"):
            raise Garbled("this machine's libcurl has no WebSockets; pip install --upgrade pycurl brings one that has")
        curl.setopt(pycurl.URL, f"ws{url.removeprefix('http')}")
        curl.setopt(pycurl.PROTOCOLS, pycurl.PROTO_ALL)  # which pycurl cannot narrow to ws; the URL above does
        curl.setopt(pycurl.CONNECT_ONLY, 2)

    async def hold(self, curl: pycurl.Curl) -> None:
        """Speak, listen, hang up; it has no end of its own but the other side's. Raises pycurl.error."""
        try:
            for message in self._messages:
                await self._send(curl, message)
            await self._listen(curl)
        finally:
            with suppress(pycurl.error, BlockingIOError):
                curl.ws_close()

    async def _send(self, curl: pycurl.Curl, message: str) -> None:
        rest = message.encode()
        while True:
            try:
                rest = rest[curl.ws_send(rest, pycurl.WS_TEXT) :]
            except BlockingIOError:
                await self._ready(curl, self._loop.add_writer, self._loop.remove_writer)
                continue
            if not rest:
                return

    async def _listen(self, curl: pycurl.Curl) -> None:
        message, heard_bytes = bytearray(), 0
        for number in range(1, MOST_FRAMES):
            frame = await self._frame(curl)
            if frame is None:
                return
            data, flags, whole = frame
            if flags & (pycurl.WS_PING | pycurl.WS_PONG):  # libcurl answers pings
                continue
            message += data
            heard_bytes += len(data)
            if heard_bytes > MOST_BYTES:
                raise Garbled(f"more than {MOST_BYTES >> 20} MiB came over the WebSocket")
            if whole and not flags & pycurl.WS_CONT:
                if self._on_message(message.decode("utf-8", "replace")):
                    return
                message.clear()
            if number % _FRAMES_IN_A_ROW == 0:
                await asyncio.sleep(0)

    async def _frame(self, curl: pycurl.Curl) -> tuple[bytes, int, bool] | None:
        """A frame or a part of one, its flags, and whether that ends it; None when the other side has hung up."""
        while True:
            try:
                data, meta = curl.ws_recv(_CHUNK_BYTES)
            except BlockingIOError:
                await self._ready(curl, self._loop.add_reader, self._loop.remove_reader)
                continue
            except pycurl.error as error:
                if error.args[0] == pycurl.E_GOT_NOTHING:
                    return None
                raise
            return None if meta.flags & pycurl.WS_CLOSE else (data, meta.flags, meta.bytesleft == 0)

    async def _ready(self, curl: pycurl.Curl, watch: Callable[..., object], leave: Callable[[int], object]) -> None:
        """Wait until the connection can be read or written."""
        ready = self._loop.create_future()
        connection = curl.getinfo(pycurl.ACTIVESOCKET)
        watch(connection, _set, ready)
        try:
            await ready
        finally:
            leave(connection)


def _set(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)

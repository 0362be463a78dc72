"""The engine driven over HTTP: one request after the other, streams heard as they come."""

from asyncio import get_running_loop
from codecs import getincrementaldecoder
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from itertools import pairwise

from launchready.errors import Refused, WireError
from launchready.formats.event_stream import EventStream
from launchready.journeys.driver import Answering
from launchready.journeys.engine import Consent
from launchready.journeys.exchange import Answer, Failure, Request, server_timing
from launchready.model.journey import Timing
from launchready.model.launch import Network
from launchready.wire.deadline import Deadline
from launchready.wire.dns import Dns
from launchready.wire.http import Http, Response
from launchready.wire.websocket import Conversation

MOST_PIECES = 20_000


class OverHttp:
    """The driver that asks for what each step names, and for nothing else."""

    @asynccontextmanager
    async def opened(
        self, network: Network, consent: Consent, at_most_s: float | None = None
    ) -> AsyncIterator[Answering]:
        """Connections until the end of the block; the engine itself asks for consent before each request."""
        deadline = Deadline(at_most_s or network.deadline_s)
        async with Dns(network, deadline) as dns, Http(network, deadline, dns) as http:
            yield partial(answer, http)


async def answer(http: Http, asked: Request) -> Answer | Failure:
    """What the server says to one request, or why it says nothing usable."""
    if asked.requires_browser:
        return Failure("this step needs a browser, because scripts make its page; run the journey with --browser")
    if asked.stream or asked.messages is not None:
        return await _heard(http, asked)
    try:
        response = await http.fetch(
            asked.url,
            method=asked.method,
            body=asked.body,
            headers=_lines(asked),
            verify=True,
            timeout_s=asked.timeout_s,
        )
    except WireError as error:
        return _failure(error)
    return _plain(response)


async def _heard(http: Http, asked: Request) -> Answer | Failure:
    """The same for what is streamed or said over a WebSocket."""
    clock = get_running_loop().time
    began = clock()
    listener = Listener(asked.stream.until if asked.stream else None, talks=asked.messages is not None)
    conversation = None
    if asked.messages is not None:
        conversation = Conversation(asked.messages, lambda message: listener.hear_message(message, clock() - began))
    try:
        response = await http.fetch(
            asked.url,
            method=asked.method,
            body=asked.body,
            headers=_lines(asked),
            verify=True,
            timeout_s=asked.timeout_s,
            on_chunk=lambda chunk: listener.hear(chunk, clock() - began),
            conversation=conversation,
        )
    except WireError as error:
        return _failure(error, listener.so_far())
    return listener.completed(_plain(response))


def _lines(asked: Request) -> list[str]:
    return [f"{name}: {value}" for name, value in asked.headers]


def _failure(error: WireError, so_far: str = "") -> Failure:
    return Failure(f"{error}{so_far}", no_way=isinstance(error, Refused))


def _plain(response: Response) -> Answer:
    phases, headers = response.phases, response.headers
    return Answer(
        status=response.status,
        headers=headers,
        body=response.body,
        timing=Timing(first_byte_ms=phases.first_byte_ms, total_ms=phases.total_ms, server=server_timing(headers)),
        truncated=response.truncated,
    )


class Listener:
    """Hears one streamed answer: when each piece came, and whether what ends it did."""

    def __init__(self, until: str | None, *, talks: bool = False) -> None:
        self._until = until
        self._talks = talks
        self._events = EventStream()
        self._decode = getincrementaldecoder("utf-8")("replace").decode
        self._tail = ""
        self.data: list[str] = []
        self.chunks: list[str] = []
        self.data_s: list[float] = []
        self.chunks_s: list[float] = []
        self.ended = self._until is None and not self._talks

    def hear(self, chunk: bytes, now_s: float) -> bool:
        """Take a chunk that came so many seconds after the request; True when nothing more is waited for."""
        text = self._decode(chunk)
        self.chunks.append(text)
        self.chunks_s.append(now_s)
        for data in self._events.feed(chunk):
            self.data.append(data)
            self.data_s.append(now_s)
        if self._until is None:
            return len(self.chunks) >= MOST_PIECES
        self._tail = (self._tail + text)[-len(self._until) - len(text) :]
        self.ended = self.ended or self._until in self._tail
        return self.ended or len(self.chunks) >= MOST_PIECES

    def hear_message(self, message: str, now_s: float) -> bool:
        """Take a message of a WebSocket; True for the one that ends the talk: the first, where none is named."""
        self.data.append(message)
        self.data_s.append(now_s)
        self.ended = self._until is None or self._until in message
        return self.ended or len(self.data) >= MOST_PIECES

    def so_far(self) -> str:
        pieces = len(self.data or self.chunks)
        kind = "messages" if self._talks else "pieces of the stream"
        return f" (after {pieces} {kind})" if pieces else ""

    def completed(self, plain: Answer) -> Answer:
        """An answer, with what was heard of it."""
        events = self._talks or plain.media_type == "text/event-stream"
        pieces, times_s = (self.data, self.data_s) if events else (self.chunks, self.chunks_s)
        spoken = [(text, at_s) for text, at_s in zip(pieces, times_s, strict=True) if text.strip() != self._until]
        gaps = [later - earlier for (_, earlier), (_, later) in pairwise(spoken)]
        if self._talks:
            plain = replace(plain, body="\n".join(self.data).encode())
        timing = replace(
            plain.timing,
            total_ms=times_s[-1] * 1000 if self._talks and times_s else plain.timing.total_ms,
            first_token_ms=spoken[0][1] * 1000 if spoken else None,
            longest_gap_ms=max(gaps) * 1000 if gaps else None,
            tokens=len(spoken),
        )
        return replace(plain, timing=timing, pieces=tuple(text for text, _ in spoken), ended=self.ended)

"""The engine driven over HTTP: one request after the other, streams heard as they come."""

from asyncio import get_running_loop
from itertools import pairwise

from launchready.errors import Refused, WireError
from launchready.formats.event_stream import EventStream
from launchready.journeys.engine import Walk
from launchready.journeys.exchange import Answer, Asked, Failure, Request, Told, server_timing
from launchready.journeys.mailbox import Mailbox, read
from launchready.model.journey import Timing
from launchready.wire.http import Http, Response
from launchready.wire.websocket import Conversation

MOST_PIECES = 20_000


async def drive(walk: Walk, http: Http, mailbox: Mailbox | None = None) -> bool:
    """Whether every step of the walk went well."""
    try:
        asked = next(walk)
        while True:
            asked = walk.send(await told(asked, http, mailbox))
    except StopIteration as end:
        return bool(end.value)


async def told(asked: Asked, http: Http, mailbox: Mailbox | None) -> Told:
    """What comes of one wish: an answer, a mail, or why there is none."""
    if isinstance(asked, Request):
        return await answer(http, asked)
    try:
        left_s = http.left_s(asked.timeout_s)
    except WireError as error:
        return Failure(str(error))
    return await read(mailbox, asked, left_s)


async def answer(http: Http, asked: Request) -> Answer | Failure:
    """What the server says to one request, or why it says nothing usable."""
    listener = _Listener(asked) if asked.stream or asked.messages is not None else None
    conversation = None
    if listener and asked.messages is not None:
        conversation = Conversation(asked.messages, listener.hear_message)
    try:
        response = await http.fetch(
            asked.url,
            method=asked.method,
            body=asked.body,
            headers=[f"{name}: {value}" for name, value in asked.headers],
            verify=True,
            timeout_s=asked.timeout_s,
            on_chunk=listener.hear if listener else None,
            conversation=conversation,
        )
    except WireError as error:
        return Failure(f"{error}{listener.so_far() if listener else ''}", no_way=isinstance(error, Refused))
    if listener:
        return listener.answer(response)
    timing = Timing(
        first_byte_ms=response.phases.first_byte_ms,
        total_ms=response.phases.total_ms,
        server=server_timing(response.headers),
    )
    return Answer(
        status=response.status,
        headers=response.headers,
        body=response.body,
        timing=timing,
        truncated=response.truncated,
    )


class _Listener:
    """Hears one streamed answer: when each piece came, and whether what ends it did."""

    def __init__(self, asked: Request) -> None:
        self._until = asked.stream.until if asked.stream else None
        self._talks = asked.messages is not None
        self._events = EventStream()
        self._clock = get_running_loop().time
        self._began = self._clock()
        self._tail = ""
        self.data: list[str] = []
        self.chunks: list[str] = []
        self.data_s: list[float] = []
        self.chunks_s: list[float] = []
        self.ended = self._until is None and not self._talks

    def hear(self, chunk: bytes) -> bool:
        """Take a chunk; True when nothing more is waited for."""
        now_s = self._clock() - self._began
        text = chunk.decode("utf-8", "replace")
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

    def hear_message(self, message: str) -> bool:
        """Take a message of a WebSocket; True for the one that ends the talk: the first, where none is named."""
        self.data.append(message)
        self.data_s.append(self._clock() - self._began)
        self.ended = self._until is None or self._until in message
        return self.ended or len(self.data) >= MOST_PIECES

    def so_far(self) -> str:
        pieces = len(self.data or self.chunks)
        kind = "messages" if self._talks else "pieces of the stream"
        return f" (after {pieces} {kind})" if pieces else ""

    def answer(self, response: Response) -> Answer:
        """The answer with its pieces: events where it is an event stream, chunks where it is not."""
        events = self._talks or (response.header("content-type") or "").startswith("text/event-stream")
        pieces, times_s = (self.data, self.data_s) if events else (self.chunks, self.chunks_s)
        spoken = [(text, at_s) for text, at_s in zip(pieces, times_s, strict=True) if text.strip() != self._until]
        gaps = [later - earlier for (_, earlier), (_, later) in pairwise(spoken)]
        timing = Timing(
            first_byte_ms=response.phases.first_byte_ms,
            total_ms=(self._clock() - self._began) * 1000 if self._talks else response.phases.total_ms,
            first_token_ms=spoken[0][1] * 1000 if spoken else None,
            longest_gap_ms=max(gaps) * 1000 if gaps else None,
            tokens=len(spoken),
            server=server_timing(response.headers),
        )
        return Answer(
            status=response.status,
            headers=response.headers,
            body="\n".join(self.data).encode() if self._talks else response.body,
            timing=timing,
            pieces=tuple(text for text, _ in spoken),
            ended=self.ended,
            truncated=response.truncated,
        )

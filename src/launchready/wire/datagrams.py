"""DNS messages on the wire: one UDP socket a server, retransmitted; TCP when an answer does not fit."""

import asyncio
from contextlib import suppress
from random import SystemRandom
from struct import pack, unpack
from typing import Self

import dns.exception
import dns.message

from launchready.errors import Garbled, NoAnswer, Refused
from launchready.wire.deadline import Deadline

Server = tuple[str, int]

PATIENCE_S = (1.0, 1.5, 2.5)  # sent again after each; in all one question takes five seconds at most
STREAM_S = 5.0
_random = SystemRandom()


class Datagrams(asyncio.DatagramProtocol):
    """One connected UDP socket; answers find their question by id, and must repeat it."""

    def __init__(self, who: str) -> None:
        self._who = who
        self._waiting: dict[int, tuple[dns.message.Message, asyncio.Future[dns.message.Message]]] = {}
        self._transport: asyncio.DatagramTransport | None = None
        self._nonsense = False

    @classmethod
    async def open(cls, server: Server, who: str) -> Self:
        """A socket to one server; raises Refused when this machine has no way there."""
        try:
            _, protocol = await asyncio.get_running_loop().create_datagram_endpoint(
                lambda: cls(who), remote_addr=server
            )
        except OSError as error:
            raise Refused(f"{who} cannot be reached from here ({error.strerror or error})") from None
        return protocol

    def close(self) -> None:
        if self._transport:
            self._transport.close()

    async def ask(self, query: dns.message.Message, deadline: Deadline) -> dns.message.Message:
        """The answer to `query`, which gets an id of its own; raises NoAnswer, Refused or Garbled."""
        query.id = self._free_id()
        wire = query.to_wire()
        answer: asyncio.Future[dns.message.Message] = asyncio.get_running_loop().create_future()
        self._waiting[query.id] = (query, answer)
        try:
            for patience_s in PATIENCE_S:
                assert self._transport
                self._transport.sendto(wire)
                done, _ = await asyncio.wait((answer,), timeout=deadline.left_s(patience_s))
                if done:
                    return answer.result()
        finally:
            del self._waiting[query.id]
            if answer.done() and not answer.cancelled():
                answer.exception()
        raise Garbled(f"{self._who} answers nonsense") if self._nonsense else NoAnswer(f"no answer from {self._who}")

    def _free_id(self) -> int:
        while (chosen := _random.randrange(1 << 16)) in self._waiting:
            pass
        return chosen

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self._transport = transport

    def datagram_received(self, data: bytes, addr: object) -> None:
        if len(data) < 12:
            self._nonsense = True
            return
        query, answer = self._waiting.get(unpack("!H", data[:2])[0], (None, None))
        if query is None or answer is None or answer.done():
            return
        try:
            response = dns.message.from_wire(data, ignore_trailing=True, raise_on_truncation=False)
        except (dns.exception.DNSException, ValueError, IndexError):
            self._nonsense = True
            return
        if query.is_response(response) and response.question:
            answer.set_result(response)
        else:
            self._nonsense = True

    def error_received(self, exc: Exception) -> None:
        """The host said that nobody listens there (ICMP port unreachable)."""
        for _, answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(Refused(f"nothing answers DNS on {self._who}"))


async def ask_by_stream(query: dns.message.Message, server: Server, deadline: Deadline) -> dns.message.Message:
    """The answer over TCP (RFC 7766); raises NoAnswer, Refused or Garbled."""
    try:
        async with asyncio.timeout(deadline.left_s(STREAM_S)):
            return await _ask_by_stream(query, server)
    except TimeoutError:
        raise NoAnswer(f"no answer from {server[0]} over TCP") from None
    except OSError as error:
        raise Refused(f"{server[0]} takes no DNS over TCP ({error.strerror or error})") from None
    except (EOFError, dns.exception.DNSException, ValueError):
        raise Garbled(f"{server[0]} answers nonsense over TCP") from None


async def _ask_by_stream(query: dns.message.Message, server: Server) -> dns.message.Message:
    reader, writer = await asyncio.open_connection(*server)
    try:
        wire = query.to_wire()
        writer.write(pack("!H", len(wire)) + wire)
        size = unpack("!H", await reader.readexactly(2))[0]
        response = dns.message.from_wire(await reader.readexactly(size), ignore_trailing=True)
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
    if not query.is_response(response) or not response.question:
        raise ValueError("an answer to another question")
    return response

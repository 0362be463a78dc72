"""A name server for the demo's few zones, over UDP and TCP: it answers, refers to a child zone, or says no."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import cast

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset
import dns.zone

LOOPBACK = "127.0.0.1"
TRIES_FOR_A_PORT = 20
IDLE_S = 5.0

Question = dns.rrset.RRset


def zone(origin: str, records: str) -> dns.zone.Zone:
    """A zone from records in presentation form; it gets an SOA."""
    soa = "@ 3600 IN SOA ns1 hostmaster 1 7200 900 1209600 300\n"
    return dns.zone.from_text(soa + records, origin=dns.name.from_text(origin), relativize=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Nameserver:
    """What one server knows. One that is `recursive` knows every zone, as a resolver seems to."""

    zones: tuple[dns.zone.Zone, ...]
    recursive: bool = False

    def answer(self, wire: bytes) -> bytes | None:
        """The answer to one message; None for what is not a question."""
        try:
            query = dns.message.from_wire(wire)
        except dns.exception.DNSException:
            return None
        if query.flags & dns.flags.QR or len(query.question) != 1:
            return None
        response = dns.message.make_response(query, recursion_available=self.recursive)
        question = query.question[0]
        holder = self._holder(question)
        if holder is None:
            response.set_rcode(dns.rcode.REFUSED)
        else:
            self._fill(response, question, holder)
        return response.to_wire()

    def _holder(self, question: Question) -> dns.zone.Zone | None:
        """The deepest zone that holds the name; a DS record is the parent's (RFC 4035, section 3.1.4.1)."""
        holders = [zone for zone in self.zones if question.name.is_subdomain(_origin(zone))]
        if question.rdtype == dns.rdatatype.DS and len(holders) > 1:
            holders = [zone for zone in holders if _origin(zone) != question.name]
        return max(holders, key=lambda zone: len(_origin(zone)), default=None)

    def _fill(self, response: dns.message.Message, question: Question, holder: dns.zone.Zone) -> None:
        cut = None if self.recursive else _cut(holder, question)
        if cut is not None:
            response.authority.append(_rrset(holder, cut, dns.rdatatype.NS))
            return
        if not self.recursive:
            response.flags |= dns.flags.AA
        found = holder.get_rrset(question.name, question.rdtype)
        if found is not None:
            response.answer.append(found)
            return
        response.authority.append(_rrset(holder, _origin(holder), dns.rdatatype.SOA))
        if not any(name.is_subdomain(question.name) for name in holder.nodes):
            response.set_rcode(dns.rcode.NXDOMAIN)


def _origin(zone: dns.zone.Zone) -> dns.name.Name:
    assert zone.origin is not None
    return zone.origin


def _rrset(zone: dns.zone.Zone, name: dns.name.Name, rdtype: dns.rdatatype.RdataType) -> dns.rrset.RRset:
    found = zone.get_rrset(name, rdtype)
    assert found is not None
    return found


def _cut(zone: dns.zone.Zone, question: Question) -> dns.name.Name | None:
    """Where the zone hands the name over to a child (RFC 1034, section 4.3.2, step 3b)."""
    name = question.name
    while name != _origin(zone):
        owned = name == question.name and question.rdtype == dns.rdatatype.DS
        if not owned and zone.get_rrset(name, dns.rdatatype.NS) is not None:
            return name
        name = name.parent()
    return None


class _Datagrams(asyncio.DatagramProtocol):
    """asyncio's way to hand over datagrams."""

    def __init__(self, server: Nameserver) -> None:
        self._server = server

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if (answer := self._server.answer(data)) is not None:
            self._transport.sendto(answer, addr)


@asynccontextmanager
async def listening(server: Nameserver) -> AsyncIterator[int]:
    """The loopback port at which `server` answers, the same for UDP and TCP; closed in the end."""
    stream, datagrams = await _sockets(server)
    try:
        yield stream.sockets[0].getsockname()[1]
    finally:
        datagrams.close()
        stream.close()
        await stream.wait_closed()


async def _sockets(server: Nameserver) -> tuple[asyncio.Server, asyncio.DatagramTransport]:
    """TCP on any free port, and UDP on the same one; another one when UDP has it in use."""

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError, TimeoutError):
            async with asyncio.timeout(IDLE_S):
                await _answer_by_stream(server, reader, writer)
        writer.close()

    for tries_left in reversed(range(TRIES_FOR_A_PORT)):
        stream = await asyncio.start_server(converse, LOOPBACK, 0)
        where = stream.sockets[0].getsockname()
        try:
            datagrams, _ = await asyncio.get_running_loop().create_datagram_endpoint(
                lambda: _Datagrams(server), local_addr=where
            )
        except OSError:
            stream.close()
            if not tries_left:
                raise
        else:
            return stream, datagrams
    raise AssertionError("the last try returns or raises")


async def _answer_by_stream(server: Nameserver, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One question, its length first (RFC 1035, section 4.2.2)."""
    (size,) = struct.unpack("!H", await reader.readexactly(2))
    if (answer := server.answer(await reader.readexactly(size))) is not None:
        writer.write(struct.pack("!H", len(answer)) + answer)
        await writer.drain()

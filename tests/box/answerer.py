"""A DNS server that answers as a test tells it to, for what no honest server would say."""

import socket
import struct
import threading
from collections.abc import Callable
from typing import Self

import dns.message
import dns.rrset

Answers = Callable[[dns.message.Message, str], bytes | list[bytes] | None]


def reply(query: dns.message.Message, *records: str, flags: int = 0, rcode: int = 0) -> dns.message.Message:
    """A response to `query` with these records (`NAME TTL TYPE DATA`) in its answer section."""
    response = dns.message.make_response(query)
    response.flags |= flags
    response.set_rcode(rcode)  # type: ignore[arg-type]
    for record in records:
        name, ttl, rdtype, data = record.split(" ", 3)
        response.answer.append(dns.rrset.from_text(name, int(ttl), "IN", rdtype, data))
    return response


class Answerer:
    """Answers on UDP and TCP port 53 of one address: `answers(query, "udp" or "tcp")` gives the wire, or nothing.

    `questions` are those that came, in order: the transport, the name in lower case, and the type as a number.
    """

    def __init__(self, address: str, answers: Answers, port: int = 53) -> None:
        self.questions: list[tuple[str, str, int]] = []
        self._answers = answers
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._tcp = socket.create_server((address, port))
        self._udp.bind((address, port))
        self._threads = [threading.Thread(target=serve, daemon=True) for serve in (self._serve_udp, self._serve_tcp)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for opened in (self._udp, self._tcp):
            try:
                opened.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits on it
            except OSError:
                continue  # an unconnected UDP socket says so, and wakes it all the same
        for thread in self._threads:
            thread.join()
        self._udp.close()
        self._tcp.close()

    def _said(self, wire: bytes, transport: str) -> list[bytes]:
        query = dns.message.from_wire(wire)
        question = query.question[0]
        self.questions.append((transport, question.name.to_text(omit_final_dot=True).lower(), int(question.rdtype)))
        said = self._answers(query, transport)
        return [] if said is None else said if isinstance(said, list) else [said]

    def _serve_udp(self) -> None:
        while True:
            wire, client = self._udp.recvfrom(65535)
            if not client or not wire:
                return
            for said in self._said(wire, "udp"):
                self._udp.sendto(said, client)

    def _serve_tcp(self) -> None:
        while True:
            try:
                connection, _ = self._tcp.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as stream:
                size = stream.read(2)
                if len(size) == 2:
                    for said in self._said(stream.read(struct.unpack("!H", size)[0]), "tcp"):
                        stream.write(struct.pack("!H", len(said)) + said)

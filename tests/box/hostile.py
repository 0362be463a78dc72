"""What servers do that no honest person runs: stay silent, drip, flood, mislead, or speak no protocol at all.

    with RawServer(internet.ipv4(), 443, hostile.drip, pair):
        ...

Each function is a talk of `tests.box.raw_server.RawServer`. `garbage` in the clear on port 443 is no TLS, inside TLS
it is no HTTP. `TALKS` names them all, for parametrized tests.
"""

import os
import time
from collections.abc import Mapping
from itertools import count
from types import MappingProxyType

from tests.box.bombs import BOMBS
from tests.box.raw_server import Peer, Talk

_FLOOD_BYTES = 64 * 1024

PAGE = b"<!doctype html><title>Parley</title><p>Welcome"


def _head(*headers: str, status: str = "200 OK") -> bytes:
    lines = (f"HTTP/1.1 {status}", "Content-Type: text/html; charset=utf-8", *headers, "", "")
    return "\r\n".join(lines).encode("latin-1")


def silent(peer: Peer) -> None:
    """Accepts and never answers."""
    peer.linger()


def closes(peer: Peer) -> None:
    """Accepts and closes at once."""


def closes_after_request(peer: Peer) -> None:
    """Takes the request and closes without a word."""
    peer.request()


def garbage(peer: Peer) -> None:
    """Speaks first, and nothing that anybody knows; then stays."""
    peer.send(b"\x00\xff\xfe\x01" + os.urandom(2048) + b"\r\n\r\n")
    peer.linger()


def banner(peer: Peer) -> None:
    """A mail server where a web server should be."""
    peer.send(b"220 mail.parley.example ESMTP\r\n")
    peer.linger()


def tls_alert(peer: Peer) -> None:
    """Answers with a fatal handshake_failure (RFC 8446, section 6), as servers do that know no such name."""
    peer.send(bytes.fromhex("15030300020228"))
    peer.linger()


def endless_tls_record(peer: Peer) -> None:
    """Begins a handshake record of 16 KiB, then sends it a byte a second."""
    peer.send(bytes.fromhex("160303400002003ffc0303"))
    while True:
        peer.rest(1)
        peer.send(b"\x00")


def drip(peer: Peer) -> None:
    """A whole and honest page, a byte a second."""
    peer.request()
    for byte in _head(f"Content-Length: {len(PAGE)}") + PAGE:
        peer.send(bytes([byte]))
        peer.rest(1)


def drip_body(peer: Peer) -> None:
    """The head at once, then an endless body, a byte a second."""
    peer.request()
    peer.send(_head())
    while True:
        peer.send(b"x")
        peer.rest(1)


def endless_body(peer: Peer) -> None:
    """A body that never ends, as fast as it is taken."""
    peer.request()
    peer.send(_head())
    while True:
        peer.send(b"x" * _FLOOD_BYTES)


def endless_chunks(peer: Peer) -> None:
    """An endless chunked body in chunks of one byte, the dearest for whoever reads it."""
    peer.request()
    peer.send(_head("Transfer-Encoding: chunked"))
    while True:
        peer.send(b"1\r\nx\r\n" * 10_000)


def cut_short(peer: Peer) -> None:
    """Promises a terabyte, sends a page, closes."""
    peer.request()
    peer.send(_head("Content-Length: 1099511627776") + PAGE)


def huge_header(peer: Peer) -> None:
    """One header of a megabyte."""
    peer.request()
    peer.send(_head(f"X-Long: {'x' * 1024 * 1024}", f"Content-Length: {len(PAGE)}") + PAGE)


def endless_header(peer: Peer) -> None:
    """One header line that never ends."""
    peer.request()
    peer.send(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while True:
        peer.send(b"x" * _FLOOD_BYTES)


def endless_headers(peer: Peer) -> None:
    """One small header after another, for ever."""
    peer.request()
    peer.send(b"HTTP/1.1 200 OK\r\n")
    for hundred in count(step=100):
        peer.send(b"".join(b"X-%d: x\r\n" % number for number in range(hundred, hundred + 100)))


def endless_informational(peer: Peer) -> None:
    """103 Early Hints (RFC 8297) for ever, and never the answer."""
    peer.request()
    while True:
        peer.send(b"HTTP/1.1 103 Early Hints\r\nLink: </x.css>; rel=preload\r\n\r\n" * 100)


def redirect_maze(peer: Peer) -> None:
    """Every path leads to another that nobody has seen before."""
    peer.request()
    location = f"/maze/{time.monotonic_ns()}-{os.urandom(4).hex()}"
    peer.send(_head(f"Location: {location}", "Content-Length: 0", "Connection: close", status="302 Found"))


def redirect_maze_of_large_pages(peer: Peer) -> None:
    """The same, each redirect with close to two megabytes of page behind it."""
    peer.request()
    location, body = f"/maze/{time.monotonic_ns()}-{os.urandom(4).hex()}", b"<p>gone</p>" * 180_000
    head = _head(f"Location: {location}", f"Content-Length: {len(body)}", "Connection: close", status="302 Found")
    peer.send(head + body)


def deep_page(peer: Peer) -> None:
    """A page of four hundred thousand elements, each in the one before."""
    peer.request()
    body = b"<div>" * 400_000
    peer.send(_head(f"Content-Length: {len(body)}", "Connection: close") + body)


def redirect_to(location: str) -> Talk:
    """Every path leads to `location`, as given: another scheme, this machine, a private address, nonsense."""

    def talk(peer: Peer) -> None:
        peer.request()
        peer.send(_head(f"Location: {location}", "Content-Length: 0", "Connection: close", status="302 Found"))

    return talk


def page(html: str, *headers: str) -> Talk:
    """Every path answers with this page; for text that attacks whoever prints it."""

    def talk(peer: Peer) -> None:
        peer.request()
        body = html.encode()
        peer.send(_head(*headers, f"Content-Length: {len(body)}", "Connection: close") + body)

    return talk


def bomb(encoding: str) -> Talk:
    """A page that is small on the wire and gigabytes once decompressed; `encoding` is a key of `BOMBS`."""

    def talk(peer: Peer) -> None:
        peer.request()
        body = BOMBS[encoding]()
        peer.send(_head(f"Content-Encoding: {encoding}", f"Content-Length: {len(body)}") + body)
        peer.linger()

    return talk


TALKS: Mapping[str, Talk] = MappingProxyType(
    {
        talk.__name__: talk
        for talk in (
            silent,
            closes,
            closes_after_request,
            garbage,
            banner,
            tls_alert,
            endless_tls_record,
            drip,
            drip_body,
            endless_body,
            endless_chunks,
            cut_short,
            huge_header,
            endless_header,
            endless_headers,
            endless_informational,
            redirect_maze,
            redirect_maze_of_large_pages,
            deep_page,
        )
    }
    | {f"bomb {encoding}": bomb(encoding) for encoding in BOMBS}
    | {
        f"redirect to {location}": redirect_to(location)
        for location in (
            "file:///etc/passwd",
            "http://127.0.0.1/",
            "http://[::1]/",
            "http://10.0.0.1/",
            "http://169.254.169.254/latest/meta-data/",
            "gopher://127.0.0.1:25/",
            "//",
            "http://[",
        )
    }
)

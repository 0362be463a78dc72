"""The hostile servers do what they say, and our HTTP client outlives every one of them."""

import asyncio
import socket
import ssl
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from launchready.errors import Garbled, NoAnswer, Refused, WireError
from launchready.wire.deadline import Deadline
from launchready.wire.dns import Dns
from launchready.wire.http import BODY_LIMIT_BYTES, Http, Response
from launchready.wire.tls import Look, Tls
from tests.box import hostile
from tests.box.bombs import BOMBS, INFLATED_BYTES
from tests.box.internet import Internet
from tests.box.raw_server import RawServer, Talk

DEADLINE_S = 1.0
REQUEST = b"GET / HTTP/1.1\r\nHost: parley.example\r\n\r\n"


@contextmanager
def asking(address: str) -> Iterator[socket.socket]:
    with socket.create_connection((address, 80), timeout=10) as connection:
        connection.sendall(REQUEST)
        yield connection


def received(connection: socket.socket, size_bytes: int) -> bytes:
    data = b""
    while len(data) < size_bytes and (chunk := connection.recv(65536)):
        data += chunk
    return data


def test_silence_is_silence(internet: Internet) -> None:
    with RawServer(internet.ipv4(), 80, hostile.silent) as server, asking(server.address) as connection:
        connection.settimeout(0.5)
        with pytest.raises(TimeoutError):
            connection.recv(1)


@pytest.mark.parametrize("talk", [hostile.closes, hostile.closes_after_request])
def test_closed_means_no_byte(internet: Internet, talk: Talk) -> None:
    with RawServer(internet.ipv6(), 80, talk) as server, socket.create_connection((server.address, 80), 10) as asked:
        if talk is hostile.closes_after_request:
            asked.sendall(REQUEST)
        assert asked.recv(1) == b""


def test_a_drip_is_one_byte_at_a_time(internet: Internet) -> None:
    with RawServer(internet.ipv4(), 80, hostile.drip) as server, asking(server.address) as connection:
        assert [connection.recv(4096) for _ in range(2)] == [b"H", b"T"]


@pytest.mark.parametrize(
    "talk",
    [
        hostile.endless_body,
        hostile.endless_chunks,
        hostile.endless_header,
        hostile.endless_headers,
        hostile.endless_informational,
    ],
)
def test_a_flood_goes_on_while_it_is_taken(internet: Internet, talk: Talk) -> None:
    with RawServer(internet.ipv4(), 80, talk) as server, asking(server.address) as connection:
        assert len(received(connection, 8 << 20)) >= 8 << 20


def test_a_huge_header_is_a_megabyte_and_ends(internet: Internet) -> None:
    with RawServer(internet.ipv4(), 80, hostile.huge_header) as server, asking(server.address) as connection:
        head, _, body = received(connection, 1 << 30).partition(b"\r\n\r\n")
    assert len(head) > 1 << 20 and body == hostile.PAGE


def test_a_maze_never_repeats_itself(internet: Internet) -> None:
    seen = set()
    with RawServer(internet.ipv4(), 80, hostile.redirect_maze) as server:
        for _ in range(20):
            with asking(server.address) as connection:
                seen.add(received(connection, 4096).partition(b"Location: ")[2].partition(b"\r\n")[0])
    assert len(seen) == 20 and b"" not in seen
    assert server.connections == 20


def test_inside_tls_the_certificate_is_honest(internet: Internet) -> None:
    pair = internet.ca.issue("parley.example")
    context = ssl.create_default_context(cafile=str(internet.ca.root_file))
    with (
        RawServer(internet.ipv4(), 443, hostile.page("<title>\x1b[2J</title>", "X-Bell: \x07"), pair) as server,
        socket.create_connection((server.address, 443), 10) as plain,
        context.wrap_socket(plain, server_hostname="parley.example") as tls,
    ):
        tls.sendall(REQUEST)
        answer = received(tls, 4096)
    assert b"X-Bell: \x07\r\n" in answer and answer.endswith(b"<title>\x1b[2J</title>")


@pytest.mark.parametrize("talk", [hostile.garbage, hostile.banner, hostile.tls_alert, hostile.closes])
def test_what_is_no_tls_fails_the_handshake(internet: Internet, talk: Talk) -> None:
    context = ssl.create_default_context()
    with (
        RawServer(internet.ipv4(), 443, talk) as server,
        socket.create_connection((server.address, 443), 10) as plain,
        pytest.raises((ssl.SSLError, ConnectionError)),
    ):
        context.wrap_socket(plain, server_hostname="parley.example")


def test_a_bomb_is_small_until_it_is_opened() -> None:
    assert len(BOMBS["gzip"]()) * 1000 < INFLATED_BYTES
    assert len(BOMBS["gzip, gzip"]()) < 10_000 and len(BOMBS["br"]()) < 10_000
    outer = zlib.decompressobj(16 + zlib.MAX_WBITS)
    assert outer.decompress(BOMBS["gzip, gzip"]()) == BOMBS["gzip"]()
    inner = zlib.decompressobj(16 + zlib.MAX_WBITS)
    assert len(inner.decompress(BOMBS["gzip"](), 256 << 20)) == 256 << 20


def test_leaving_ends_every_connection(internet: Internet) -> None:
    with RawServer(internet.ipv4(), 80, hostile.endless_body) as server:
        asked = socket.create_connection((server.address, 80), timeout=10)
        asked.sendall(REQUEST)
        asked.recv(1)
    with asked:
        assert len(received(asked, 1 << 30)) < 1 << 30


def fetched(internet: Internet, url: str, deadline_s: float) -> Response | WireError:
    async def fetch() -> Response | WireError:
        network = internet.network(deadline_s=deadline_s)
        deadline = Deadline(network.deadline_s)
        async with asyncio.timeout(deadline_s + 1), Dns(network, deadline) as dns, Http(network, deadline, dns) as http:
            try:
                return await http.fetch(url)
            except WireError as error:
                return error

    return asyncio.run(fetch())


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("name", hostile.TALKS)
def test_our_client_outlives_it(internet: Internet, name: str, scheme: str) -> None:
    address = internet.ipv4()
    pair = internet.ca.issue(address) if scheme == "https" else None
    with RawServer(address, 443 if pair else 80, hostile.TALKS[name], pair) as server:
        fills = name.startswith(("bomb", "endless_body", "endless_chunks"))  # ends at the byte cap, however slowly read
        outcome = fetched(internet, f"{scheme}://{address}/", 10 * DEADLINE_S if fills else DEADLINE_S)
    assert server.connections == 1
    if name in ("silent", "drip", "drip_body"):
        assert isinstance(outcome, NoAnswer)
    elif fills:
        assert isinstance(outcome, Response)
        assert outcome.truncated and len(outcome.body) == BODY_LIMIT_BYTES
    elif name == "deep_page":
        assert isinstance(outcome, Response)
        assert outcome.body.startswith(b"<div><div>")
    elif name.startswith("redirect"):
        assert isinstance(outcome, Response)
        assert outcome.status == 302 and outcome.header("location")
    else:
        assert isinstance(outcome, Garbled)


@pytest.mark.parametrize(
    ("talk", "failure"),
    [
        (hostile.silent, NoAnswer),
        (hostile.endless_tls_record, NoAnswer),
        (hostile.garbage, Garbled),
        (hostile.banner, Garbled),
        (hostile.tls_alert, Refused),
        (hostile.closes, Refused),
    ],
)
def test_our_handshake_outlives_it(internet: Internet, talk: Talk, failure: type[WireError]) -> None:
    async def shake_hands(address: str) -> None:
        async with asyncio.timeout(DEADLINE_S + 1), Tls(internet.network(), Deadline(DEADLINE_S)) as tls:
            await tls.handshake("parley.example", (address, 443), Look())

    with RawServer(internet.ipv4(), 443, talk) as server, pytest.raises(failure):
        asyncio.run(shake_hands(server.address))


@pytest.mark.parametrize("first", [b"", b"\x16\x03\x01\x02\x00\x01"])
def test_a_client_that_stops_within_its_handshake_does_not_hold_the_server(internet: Internet, first: bytes) -> None:
    pair = internet.ca.issue("parley.example")
    with ExitStack() as ends_last:
        with RawServer(internet.ipv4(), 443, hostile.silent, pair) as server:
            asked = ends_last.enter_context(socket.create_connection((server.address, 443), timeout=10))
            asked.sendall(first)
            internet.wait_for(lambda: server.connections == 1, "the raw server")
        assert received(asked, 1) == b""  # the server has hung up, although the client never finished

"""The one HTTP client against real servers: whose address answers, what arrives when, what is shown of the server."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from contextlib import ExitStack

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from launchready.errors import Closed, Garbled, NoAnswer, Refused
from launchready.model.launch import Network
from launchready.wire.deadline import Deadline
from launchready.wire.dns import Dns
from launchready.wire.http import Http, Response
from tests.box import hostile
from tests.box.certificates import Authority, Pair
from tests.box.internet import Internet
from tests.box.raw_server import Peer, RawServer, unanswered

HOST = "parley.example"
PAGE = hostile.page("<title>Parley</title>")


def with_http(network: Network, work: Callable[[Http], Awaitable[Response]]) -> Response:
    async def run() -> Response:
        deadline = Deadline(network.deadline_s)
        async with Dns(network, deadline) as dns, Http(network, deadline, dns) as http:
            return await work(http)

    return asyncio.run(run())


def fetched(network: Network, url: str = f"http://{HOST}/") -> Response:
    return with_http(network, lambda http: http.fetch(url))


def at(internet: Internet, *addresses: str) -> Network:
    """A network in which the host has these addresses."""
    records = (f"@ 5 {'AAAA' if ':' in address else 'A'} {address}\n" for address in addresses)
    internet.zone(HOST, "".join(records))
    return internet.serve_dns()


def test_headers_that_can_be_read_once_go_to_each_address(internet: Internet) -> None:
    closed, open_ = internet.ipv4(), internet.ipv6()
    internet.nginx(f"server {{ listen [{open_}]:80; return 200 $http_x_word; }}")
    work = at(internet, closed, open_)
    response = with_http(work, lambda http: http.fetch(f"http://{HOST}/", headers=(line for line in ["X-Word: hi"])))
    assert response.body == b"hi"


@pytest.mark.parametrize(
    ("method", "body", "said"),
    [
        ("HEAD", b"x", ""),
        ("GET", b"x", "GET 1"),
        ("POST", b"xy", "POST 2"),
        ("PUT", b"", "PUT 0"),
        ("DELETE", None, "DELETE "),
    ],
)
def test_a_method_is_what_it_is_also_the_second_time(
    internet: Internet, method: str, body: bytes | None, said: str
) -> None:
    address = internet.ipv4()
    said_back = "'$request_method $http_content_length'"
    internet.nginx(f"server {{ listen {address}:80; add_header Asked $request_method; return 200 {said_back}; }}")

    async def twice(http: Http) -> Response:
        await http.fetch(f"http://{HOST}/", method=method, body=body)
        return await http.fetch(f"http://{HOST}/", method=method, body=body)

    response = with_http(at(internet, address), twice)
    assert (response.header("asked"), response.body.decode()) == (method, said)


@pytest.mark.parametrize("dead", ["closed", "silent"])
def test_the_next_address_is_tried_when_one_cannot_be_connected_to(internet: Internet, dead: str) -> None:
    first, second = internet.ipv4(), internet.ipv6()  # DNS answers for IPv4 come first
    with ExitStack() as stack:
        stack.enter_context(RawServer(second, 80, PAGE))
        if dead == "silent":
            stack.enter_context(unanswered(first, 80))
        response = fetched(at(internet, first, second))
    assert (response.status, response.address) == (200, second)


def test_only_a_host_whose_addresses_are_all_closed_is_closed(internet: Internet) -> None:
    with pytest.raises(Closed, match="nothing answers HTTP on parley.example"):
        fetched(at(internet, internet.ipv4(), internet.ipv6()))


def test_a_silent_address_beside_a_closed_one_is_silence(internet: Internet) -> None:
    silent, closed = internet.ipv4(), internet.ipv6()
    with unanswered(silent, 80), pytest.raises(NoAnswer, match=f"no answer from {silent}"):
        fetched(at(internet, silent, closed))


def test_an_address_that_answers_nonsense_is_not_passed_over(internet: Internet) -> None:
    bad, good = internet.ipv4(), internet.ipv6()
    with RawServer(bad, 80, hostile.garbage), RawServer(good, 80, PAGE), pytest.raises(Garbled):
        fetched(at(internet, bad, good))


def test_one_address_can_be_asked_for_a_name_that_leads_elsewhere(internet: Internet) -> None:
    public, origin = internet.ipv4(), internet.ipv4()
    network = at(internet, public)
    with RawServer(public, 80, hostile.page("edge")), RawServer(origin, 80, hostile.page("origin")):

        async def both(http: Http) -> Response:
            edge, straight = await http.fetch(f"http://{HOST}/"), await http.fetch(f"http://{HOST}/", at=origin)
            assert (b"edge" in edge.body, edge.address) == (True, public)
            return straight

        response = with_http(network, both)
    assert (b"origin" in response.body, response.address) == (True, origin)


def test_chunks_are_handed_on_as_they_arrive(internet: Internet) -> None:
    arrived = threading.Event()

    def two_words(peer: Peer) -> None:
        """The second word is said only when the client has told of the first."""
        peer.request()
        peer.send(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n"
        )
        assert arrived.wait(20)
        peer.send(b"3\r\ntwo\r\n0\r\n\r\n")

    chunks: list[bytes] = []

    def on_chunk(chunk: bytes) -> None:
        chunks.append(chunk)
        arrived.set()

    with RawServer(address := internet.ipv4(), 80, two_words):
        response = with_http(at(internet, address), lambda http: http.fetch(f"http://{HOST}/", on_chunk=on_chunk))
    assert (chunks, response.body, response.truncated) == ([b"one", b"two"], b"onetwo", False)


def test_whoever_has_enough_ends_the_stream(internet: Internet) -> None:
    with RawServer(address := internet.ipv4(), 80, hostile.endless_body):
        response = with_http(
            at(internet, address), lambda http: http.fetch(f"http://{HOST}/", on_chunk=lambda chunk: True)
        )
    assert response.status == 200
    assert 0 < len(response.body) <= 64 * 1024
    assert not response.truncated


def test_what_a_reader_of_chunks_raises_reaches_the_caller(internet: Internet) -> None:
    def on_chunk(chunk: bytes) -> None:
        raise ZeroDivisionError

    with RawServer(address := internet.ipv4(), 80, PAGE), pytest.raises(ZeroDivisionError):
        with_http(at(internet, address), lambda http: http.fetch(f"http://{HOST}/", on_chunk=on_chunk))


def tls_site(internet: Internet, pair: Pair) -> Network:
    address = internet.ipv4()
    internet.nginx(
        f"server {{ listen {address}:443 ssl; ssl_certificate {pair.certificate};"
        f" ssl_certificate_key {pair.key}; return 200 ok; }}"
    )
    return at(internet, address)


def test_the_chain_is_shown_even_when_nobody_trusts_it(internet: Internet) -> None:
    pair = Authority.new("Unknown CA", internet.folder).issue(HOST, days_left=-3)
    network = tls_site(internet, pair)

    async def twice(http: Http) -> Response:
        """The first request leaves a connection behind that the second could take."""
        plain = await http.fetch(f"https://{HOST}/")
        assert plain.certificates == ()
        return await http.fetch(f"https://{HOST}/", certificates=True)

    sent = x509.load_pem_x509_certificates(pair.certificate.read_bytes())
    assert with_http(network, twice).certificates == tuple(one.public_bytes(Encoding.DER) for one in sent)


def test_a_request_that_verifies_takes_a_known_authority(internet: Internet) -> None:
    network = tls_site(internet, internet.ca.issue(HOST))
    assert with_http(network, lambda http: http.fetch(f"https://{HOST}/", verify=True)).body == b"ok"


def test_a_request_that_verifies_refuses_an_unknown_authority(internet: Internet) -> None:
    network = tls_site(internet, Authority.new("Unknown CA", internet.folder).issue(HOST))
    with pytest.raises(Refused, match="cannot be trusted"):
        with_http(network, lambda http: http.fetch(f"https://{HOST}/", verify=True))


@pytest.mark.parametrize("talk", [hostile.huge_header, hostile.endless_header, hostile.endless_headers])
def test_too_many_headers_are_called_that(internet: Internet, talk: Callable[[Peer], None]) -> None:
    with RawServer(address := internet.ipv4(), 80, talk), pytest.raises(Garbled, match="more than 256 KiB of headers"):
        fetched(at(internet, address))


@pytest.mark.parametrize(("value", "sent"), [("é", b"\xe9"), ("→", "→".encode()), ("plain", b"plain")])
def test_a_header_beyond_ascii_goes_out_as_it_is(internet: Internet, value: str, sent: bytes) -> None:
    address = internet.ipv4()
    network, heard = at(internet, address), list[bytes]()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    async def asked(http: Http) -> Response:
        async with await asyncio.start_server(listen, address, 80):
            return await http.fetch(f"http://{HOST}/", headers=[f"X-Word: {value}"])

    assert with_http(network, asked).status == 204
    assert b"X-Word: " + sent + b"\r\n" in heard[0]

"""Sockets that libcurl keeps, closes and opens again under the same number: both ways of watching them hear of each."""

import asyncio
import time
from collections.abc import Callable
from functools import partial

import pycurl
import pytest

from launchready.wire.curl_loop import CurlLoop
from launchready.wire.readiness import ByEpoll, ByLoop, Readiness
from tests.box import hostile
from tests.box.internet import Internet
from tests.box.raw_server import Peer, RawServer

Ways = Callable[..., Readiness]
PAGE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
IDLE_S = 0.4

both_ways = pytest.mark.parametrize("way", [ByEpoll, ByLoop])


def keeps_on(peer: Peer) -> None:
    """Every request of a connection is answered."""
    while True:
        peer.request()
        peer.send(PAGE)


def hangs_up_late(peer: Peer) -> None:
    """One answer that promises more, and the end of the connection while nobody waits."""
    peer.request()
    peer.send(PAGE)
    peer.rest(IDLE_S / 4)


async def get(curls: CurlLoop, address: str) -> bytes:
    """What the server says, over whatever connection libcurl takes."""
    curl, body = pycurl.Curl(), bytearray()
    for option, value in ((pycurl.URL, f"http://{address}/"), (pycurl.WRITEFUNCTION, body.extend)):
        curl.setopt(option, value)
    curl.setopt(pycurl.TIMEOUT_MS, 5000)
    try:
        await curls.begin(curl)
    finally:
        curls.end(curl)
        curl.close()
    return bytes(body)


@both_ways
def test_a_connection_serves_many_requests(internet: Internet, way: Ways) -> None:
    async def twenty(address: str) -> list[bytes]:
        curls = CurlLoop(way)
        try:
            return [await get(curls, address) for _ in range(20)]
        finally:
            curls.close()

    with RawServer(internet.ipv4(), 80, keeps_on) as server:
        assert asyncio.run(twenty(server.address)) == [b"hi"] * 20
        assert server.connections == 1


@both_ways
def test_connections_that_end_after_each_answer_are_opened_again(internet: Internet, way: Ways) -> None:
    """The new socket mostly has the number of the old one."""

    async def twenty(address: str) -> list[bytes]:
        curls = CurlLoop(way)
        try:
            return [await get(curls, address) for _ in range(20)]
        finally:
            curls.close()

    with RawServer(internet.ipv4(), 80, hostile.page("hi")) as server:
        assert all(b"hi" in body for body in asyncio.run(twenty(server.address)))
        assert server.connections == 20


@both_ways
def test_a_kept_connection_that_ends_while_nobody_waits_costs_nothing(internet: Internet, way: Ways) -> None:
    async def twice(address: str) -> tuple[list[bytes], float]:
        curls = CurlLoop(way)
        try:
            first = await get(curls, address)
            began = time.process_time()
            await asyncio.sleep(IDLE_S)
            spent_s = time.process_time() - began
            return [first, await get(curls, address)], spent_s
        finally:
            curls.close()

    with RawServer(internet.ipv4(), 80, hangs_up_late) as server:
        bodies, spent_s = asyncio.run(twice(server.address))
        assert bodies == [b"hi", b"hi"]
        assert server.connections == 2
    assert spent_s < IDLE_S / 2


@both_ways
def test_others_of_the_loop_take_over_the_number_of_a_closed_socket(internet: Internet, way: Ways) -> None:
    """What asyncio opens after libcurl has closed is watched by asyncio alone."""

    async def in_turn(address: str) -> list[bytes]:
        curls, said = CurlLoop(way), list[bytes]()
        try:
            for _ in range(10):
                said.append(await get(curls, address))
                reader, writer = await asyncio.open_connection(address, 80)
                writer.write(b"GET / HTTP/1.1\r\n\r\n")
                said.append(await reader.readuntil(b"hi"))
                writer.close()
                await writer.wait_closed()
            return said
        finally:
            curls.close()

    with RawServer(internet.ipv4(), 80, hostile.page("hi")) as server:
        assert all(one.endswith(b"hi") for one in asyncio.run(in_turn(server.address)))


@both_ways
def test_many_at_once_are_told_apart(internet: Internet, way: Ways) -> None:
    async def all_at_once(address: str) -> list[bytes]:
        curls = CurlLoop(way)
        try:
            return await asyncio.gather(*map(partial(get, curls), [address] * 30))
        finally:
            curls.close()

    with RawServer(internet.ipv4(), 80, keeps_on) as server:
        assert asyncio.run(all_at_once(server.address)) == [b"hi"] * 30

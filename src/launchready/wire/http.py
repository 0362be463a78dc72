"""The one HTTP client: phases, caps on bytes and time, our own DNS, redirects left to the caller."""

import asyncio
import ssl
from collections.abc import Iterable
from typing import Self

import pycurl

from launchready.errors import Closed, NoAnswer, Refused, WireError
from launchready.formats.urls import Url, parse
from launchready.model.launch import Network
from launchready.wire.curl_errors import never_connected
from launchready.wire.curl_loop import CurlLoop
from launchready.wire.deadline import Deadline
from launchready.wire.dns import Dns, Endpoint
from launchready.wire.http_answer import OnChunk, Phases, Response
from launchready.wire.http_handle import Asked, Handle, Handles
from launchready.wire.websocket import Conversation

REQUEST_S = 10.0
CONNECT_S = 4.0  # for an address after which there is another: room for two lost packets (RFC 6298, section 2)
ADDRESSES_TO_TRY = 4
BODY_LIMIT_BYTES = 2 * 1024 * 1024
AT_ONCE = 32
__all__ = ["Http", "Phases", "Response"]


class Http:
    """Requests of one run: bounded in number, bytes and time; no proxy, no cookies, no redirects of its own."""

    def __init__(self, network: Network, deadline: Deadline, dns: Dns) -> None:
        self._ca = network.ca or ssl.get_default_verify_paths().cafile
        self._deadline = deadline
        self._dns = dns
        self._curls = CurlLoop()
        self._handles = Handles(self._ca)
        self._endpoints: dict[tuple[str, int], tuple[Endpoint, ...]] = {}
        self._places = asyncio.Semaphore(AT_ONCE)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._curls.close()
        self._handles.close()

    def left_s(self, at_most_s: float) -> float:
        """Seconds that something of the same run may still take; raises NoAnswer once its time is up."""
        return self._deadline.left_s(at_most_s)

    async def fetch(  # noqa: PLR0913 – all but the URL are keywords
        self,
        url: str,
        *,
        method: str = "GET",
        body: bytes | None = None,
        at: str | None = None,
        headers: Iterable[str] = (),
        verify: bool = False,
        certificates: bool = False,
        own_connection: bool = False,
        timeout_s: float = REQUEST_S,
        body_limit_bytes: int = BODY_LIMIT_BYTES,
        on_chunk: OnChunk | None = None,
        conversation: Conversation | None = None,
    ) -> Response:
        """One request, a GET unless told. A bad certificate does not stop it unless `verify`: the TLS checks do that.

        `body` is sent as it is, with the Content-Type that `headers` give it.
        The host's addresses are tried in turn until one can be connected to; `at` names the only one to ask.
        `certificates` wants the chain that the server sent. `on_chunk` gets the decoded body as it arrives and ends
        the transfer by returning True. With its `own_connection` it is not hit when the server hangs up on another one.
        With a `conversation` it opens a WebSocket, holds it, and the response (101) has no body.

        Raises NoAnswer for silence, Closed when nothing listens, Refused for another definite no, Garbled for
        anything that is not HTTP or too large, and whatever `on_chunk` raises.
        """
        try:
            target = parse(url)
        except ValueError as error:
            raise Refused(f"{url[:200]} is {error}") from None
        asked = Asked(
            target,
            method,
            body,
            tuple(headers),
            verify,
            certificates,
            own_connection,
            body_limit_bytes,
            on_chunk,
            conversation,
        )
        if at is None:
            endpoints = self._endpoints.get((target.host, target.port)) or await self._found(target)
        else:
            endpoints = (self._dns.road(target.host, at, target.port),)
        async with self._places:
            left_s = self._deadline.left_s(timeout_s)
            if len(endpoints) == 1:
                return _or_raised(await self._transfer(asked, endpoints[0], left_s, left_s))
            return await self._first_to_connect(asked, endpoints, left_s)

    async def _found(self, target: Url) -> tuple[Endpoint, ...]:
        endpoints = (await self._dns.endpoints(target.host, target.port))[:ADDRESSES_TO_TRY]
        self._endpoints[target.host, target.port] = endpoints
        return endpoints

    async def _first_to_connect(self, asked: Asked, endpoints: tuple[Endpoint, ...], allowed_s: float) -> Response:
        """The answer of the first address that can be connected to; only if all are closed is the host."""
        clock = asyncio.get_running_loop().time
        ends, failures = clock() + allowed_s, list[WireError]()
        for place, endpoint in enumerate(endpoints, start=1):
            left_s = max(0.001, ends - clock())
            connect_s = left_s if place == len(endpoints) else min(CONNECT_S, left_s / 2)
            outcome = await self._transfer(asked, endpoint, left_s, connect_s)
            if isinstance(outcome, Response):
                return outcome
            failures.append(outcome)
        raise next((one for one in failures if not isinstance(one, Closed)), failures[0])

    async def _transfer(
        self, asked: Asked, endpoint: Endpoint, left_s: float, connect_s: float
    ) -> Response | WireError:
        """The answer of one address, or why it cannot be connected to; raises for whatever fails after that."""
        handle = self._handles.ready(asked, endpoint)
        handle.allow(left_s, connect_s)
        try:
            if asked.conversation is None:
                await self._curls.begin(handle.curl)
            else:
                await self._converse(handle, asked.conversation, asked.target, left_s)
            return handle.response(asked, endpoint[0])
        except TimeoutError:
            raise NoAnswer(f"no answer from {endpoint[0]}") from None
        except pycurl.error as error:
            outcome = handle.outcome(asked, endpoint[0], error)
            if isinstance(outcome, Response) or never_connected(handle.curl, error):
                return outcome
            raise outcome from None
        finally:
            self._curls.end(handle.curl)
            self._handles.put_back(handle)

    async def _converse(self, handle: Handle, conversation: Conversation, target: Url, left_s: float) -> None:
        async with asyncio.timeout(left_s):
            conversation.prepare(handle.curl, target.text)
            await self._curls.begin(handle.curl)
            await conversation.hold(handle.curl)


def _or_raised(outcome: Response | WireError) -> Response:
    if isinstance(outcome, WireError):
        raise outcome
    return outcome

"""The one HTTP client: phases, caps on bytes and time, our own DNS, redirects left to the caller."""

import asyncio
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import pycurl

from launchready import __version__
from launchready.errors import Closed, NoAnswer, Refused, WireError
from launchready.formats.urls import Url, parse
from launchready.model.launch import Network
from launchready.wire.curl_errors import failure, never_connected, too_many_headers
from launchready.wire.curl_loop import CurlLoop
from launchready.wire.deadline import Deadline
from launchready.wire.dns import Dns, Endpoint
from launchready.wire.http_answer import OnChunk, Phases, Receiver, Response
from launchready.wire.websocket import Conversation

REQUEST_S = 10.0
CONNECT_S = 4.0  # for an address after which there is another: room for two lost packets (RFC 6298, section 2)
ADDRESSES_TO_TRY = 4
BODY_LIMIT_BYTES = 2 * 1024 * 1024
AT_ONCE = 32
AGENT = f"launchready/{__version__} (audit)"
_ALWAYS = (
    (pycurl.NOSIGNAL, 1),
    (pycurl.PROXY, ""),
    (pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS),
    (pycurl.FOLLOWLOCATION, 0),
    (pycurl.ACCEPT_ENCODING, ""),
    (pycurl.USERAGENT, AGENT),
)

__all__ = ["Http", "Phases", "Response"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """What is asked, whichever address it goes to."""

    target: Url
    method: str
    body: bytes | None
    headers: tuple[str, ...]
    verify: bool
    certificates: bool
    own_connection: bool
    body_limit_bytes: int
    on_chunk: OnChunk | None
    conversation: Conversation | None


class Http:
    """Requests of one run: bounded in number, bytes and time; no proxy, no cookies, no redirects of its own."""

    def __init__(self, network: Network, deadline: Deadline, dns: Dns) -> None:
        self._ca = network.ca or ssl.get_default_verify_paths().cafile
        self._deadline = deadline
        self._dns = dns
        self._curls = CurlLoop()
        self._idle: list[pycurl.Curl] = []
        self._places = asyncio.Semaphore(AT_ONCE)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._curls.close()
        for curl in self._idle:
            curl.close()

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
        request = _Request(
            target=target,
            method=method,
            body=body,
            headers=tuple(headers),
            verify=verify,
            certificates=certificates,
            own_connection=own_connection,
            body_limit_bytes=body_limit_bytes,
            on_chunk=on_chunk,
            conversation=conversation,
        )
        if at is None:
            endpoints = await self._dns.endpoints(target.host, target.port)
        else:
            endpoints = (self._dns.road(target.host, at, target.port),)
        async with self._places:
            return await self._first_to_connect(request, endpoints[:ADDRESSES_TO_TRY], self._deadline.left_s(timeout_s))

    async def _first_to_connect(self, request: _Request, endpoints: tuple[Endpoint, ...], allowed_s: float) -> Response:
        """The answer of the first address that can be connected to; only if all are closed is the host."""
        clock = asyncio.get_running_loop().time
        ends, failures = clock() + allowed_s, list[WireError]()
        for place, endpoint in enumerate(endpoints, start=1):
            left_s = max(0.001, ends - clock())
            connect_s = left_s if place == len(endpoints) else min(CONNECT_S, left_s / 2)
            outcome = await self._transfer(request, endpoint, left_s, connect_s)
            if isinstance(outcome, Response):
                return outcome
            failures.append(outcome)
        raise next((one for one in failures if not isinstance(one, Closed)), failures[0])

    async def _transfer(
        self, request: _Request, endpoint: Endpoint, left_s: float, connect_s: float
    ) -> Response | WireError:
        """The answer of one address, or why it cannot be connected to; raises for whatever fails after that."""
        receiver = Receiver(request.body_limit_bytes, request.on_chunk)
        curl = self._idle.pop() if self._idle else pycurl.Curl()
        self._prepare(curl, request, endpoint, receiver)
        curl.setopt(pycurl.TIMEOUT_MS, max(1, int(left_s * 1000)))
        curl.setopt(pycurl.CONNECTTIMEOUT_MS, max(1, int(connect_s * 1000)))
        try:
            if request.conversation is None:
                await self._curls.begin(curl)
            else:
                async with asyncio.timeout(left_s):
                    request.conversation.prepare(curl, request.target.text)
                    await self._curls.begin(curl)
                    await request.conversation.hold(curl)
            return _response(curl, receiver, request, endpoint[0])
        except TimeoutError:
            raise NoAnswer(f"no answer from {endpoint[0]}") from None
        except pycurl.error as error:
            if receiver.broken:
                raise receiver.broken from None
            if receiver.ended_by_us or (request.conversation and error.args[0] == pycurl.E_HTTP_RETURNED_ERROR):
                return _response(curl, receiver, request, endpoint[0])
            if receiver.too_many_headers:
                raise too_many_headers(request.target) from None
            why = failure(curl, error, request.target, endpoint[0])
            if never_connected(curl, error):
                return why
            raise why from None
        finally:
            self._curls.end(curl)
            curl.reset()  # of every option, so that the next request knows nothing of this one
            self._idle.append(curl)

    def _prepare(self, curl: pycurl.Curl, request: _Request, endpoint: Endpoint, receiver: Receiver) -> None:
        for option, value in _ALWAYS:
            curl.setopt(option, value)
        curl.setopt(pycurl.URL, request.target.text)
        curl.setopt(pycurl.CONNECT_TO, [_road(request.target, endpoint)])
        curl.setopt(pycurl.HTTPHEADER, _lines(request.headers))
        curl.setopt(pycurl.HEADERFUNCTION, receiver.on_header)
        curl.setopt(pycurl.WRITEFUNCTION, receiver.on_body)
        _set_method(curl, request)
        if request.certificates:
            curl.setopt(pycurl.OPT_CERTINFO, 1)
            curl.setopt(pycurl.FRESH_CONNECT, 1)  # neither a connection made before nor
            curl.setopt(pycurl.SSL_SESSIONID_CACHE, 0)  # a session taken up again shows the chain anew
        if request.own_connection:
            curl.setopt(pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1)
            curl.setopt(pycurl.FRESH_CONNECT, 1)
            curl.setopt(pycurl.FORBID_REUSE, 1)
        if request.verify:
            curl.setopt(pycurl.CAINFO, self._ca)
        else:
            curl.setopt(pycurl.SSL_VERIFYPEER, 0)
            curl.setopt(pycurl.SSL_VERIFYHOST, 0)
            curl.setopt(pycurl.SSLVERSION, pycurl.SSLVERSION_TLSv1_0)
            curl.setopt(pycurl.SSL_CIPHER_LIST, "DEFAULT:@SECLEVEL=0")


def _set_method(curl: pycurl.Curl, request: _Request) -> None:
    """curl asks HEAD for no body, takes a body for POST, and says anything else that it is told to."""
    if request.method == "HEAD":
        curl.setopt(pycurl.NOBODY, 1)
        return
    if request.body is not None:
        curl.setopt(pycurl.POSTFIELDS, request.body)
    if request.method != ("GET" if request.body is None else "POST"):
        curl.setopt(pycurl.CUSTOMREQUEST, request.method)


def _lines(headers: tuple[str, ...]) -> list[bytes]:
    """Header lines as bytes (RFC 9110, section 5.5: what is not ASCII is opaque); nobody waits for 100 Continue."""
    return [_line(line) for line in (*headers, "Expect:")]


def _line(line: str) -> bytes:
    try:
        return line.encode("latin-1")
    except UnicodeEncodeError:
        return line.encode("utf-8", "replace")


def _road(target: Url, endpoint: Endpoint) -> str:
    """A CONNECT_TO entry: curl asks no resolver of its own."""
    host = f"[{target.host}]" if ":" in target.host else target.host
    address = f"[{endpoint[0]}]" if ":" in endpoint[0] else endpoint[0]
    return f"{host}:{target.port}:{address}:{endpoint[1]}"


def _response(curl: pycurl.Curl, receiver: Receiver, request: _Request, address: str) -> Response:
    return Response(
        url=request.target.text,
        status=curl.getinfo(pycurl.RESPONSE_CODE),
        headers=receiver.headers,
        body=bytes(receiver.body),
        truncated=receiver.truncated,
        phases=Phases(
            connect_ms=curl.getinfo(pycurl.CONNECT_TIME) * 1000,
            tls_ms=curl.getinfo(pycurl.APPCONNECT_TIME) * 1000,
            sent_ms=curl.getinfo(pycurl.PRETRANSFER_TIME) * 1000,
            first_byte_ms=curl.getinfo(pycurl.STARTTRANSFER_TIME) * 1000,
            total_ms=curl.getinfo(pycurl.TOTAL_TIME) * 1000,
        ),
        address=address,
        certificates=_certificates(curl) if request.certificates else (),
    )


def _certificates(curl: pycurl.Curl) -> tuple[bytes, ...]:
    """CURLINFO_CERTINFO: for each certificate a list of fields, of which "Cert" is the whole in PEM."""
    chain = curl.getinfo(pycurl.INFO_CERTINFO)
    return tuple(ssl.PEM_cert_to_DER_cert(value) for fields in chain for name, value in fields if name == "Cert")

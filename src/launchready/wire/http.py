"""The one HTTP client: phases, caps on bytes and time, our own DNS, redirects left to the caller."""

import asyncio
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from errno import ECONNREFUSED
from typing import Self

import pycurl

from launchready import __version__
from launchready.errors import Closed, Garbled, NoAnswer, Refused, WireError
from launchready.formats.urls import Url, parse
from launchready.model.launch import Network
from launchready.wire.curl_loop import CurlLoop
from launchready.wire.deadline import Deadline
from launchready.wire.dns import Dns, Endpoint

REQUEST_S = 10.0
HEADER_LIMIT_BYTES = 256 * 1024
BODY_LIMIT_BYTES = 2 * 1024 * 1024
AT_ONCE = 32
AGENT = f"launchready/{__version__} (audit)"

_NOT_HTTP = frozenset({pycurl.E_UNSUPPORTED_PROTOCOL, pycurl.E_FTP_WEIRD_SERVER_REPLY, pycurl.E_HTTP2})
_CUT_SHORT = frozenset({pycurl.E_GOT_NOTHING, pycurl.E_RECV_ERROR, pycurl.E_SEND_ERROR, pycurl.E_PARTIAL_FILE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Phases:
    """When each phase of one request had ended, in milliseconds from its start (libcurl's timers)."""

    connect_ms: float
    tls_ms: float
    sent_ms: float
    first_byte_ms: float
    total_ms: float

    @property
    def answer_ms(self) -> float:
        """What the server took between the request and its first byte, connecting left out."""
        return self.first_byte_ms - self.sent_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One answer. Header names are lower case, in order; `body` is decoded, `truncated` when it was longer."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    truncated: bool
    phases: Phases

    def header(self, name: str) -> str | None:
        """The first header of that name."""
        return next((value for key, value in self.headers if key == name), None)


class _Receiver:
    """What comes in of one answer, held to its caps."""

    def __init__(self, body_limit_bytes: int) -> None:
        self.headers: list[tuple[str, str]] = []
        self.body = bytearray()
        self.truncated = False
        self.too_many_headers = False
        self._header_bytes = 0
        self._limit = body_limit_bytes

    def on_header(self, line: bytes) -> int | None:
        self._header_bytes += len(line)
        if self._header_bytes > HEADER_LIMIT_BYTES:
            self.too_many_headers = True
            return -1
        if line.startswith(b"HTTP/"):  # each answer starts anew: what came before was a 1xx
            self.headers.clear()
        elif b":" in line:
            name, _, value = line.decode("latin-1").partition(":")
            self.headers.append((name.strip().lower(), value.strip()))
        return None

    def on_body(self, chunk: bytes) -> int | None:
        room = self._limit - len(self.body)
        self.body += chunk[:room]
        if len(chunk) > room:
            self.truncated = True
            return -1
        return None


class Http:
    """Requests of one run: bounded in number, bytes and time; no proxy, no cookies, no redirects of its own."""

    def __init__(self, network: Network, deadline: Deadline, dns: Dns) -> None:
        self._ca = network.ca or ssl.get_default_verify_paths().cafile
        self._deadline = deadline
        self._dns = dns
        self._curls = CurlLoop()
        self._places = asyncio.Semaphore(AT_ONCE)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._curls.close()

    async def fetch(
        self,
        url: str,
        *,
        headers: Iterable[str] = (),
        verify: bool = False,
        own_connection: bool = False,
        timeout_s: float = REQUEST_S,
        body_limit_bytes: int = BODY_LIMIT_BYTES,
    ) -> Response:
        """One GET. A bad certificate does not stop it unless `verify`: the TLS checks judge that apart.

        On its own connection, it is not hit when the server hangs up on another request.

        Raises NoAnswer for silence, Refused when nothing listens, Garbled for anything that is not HTTP or too large.
        """
        try:
            target = parse(url)
        except ValueError as error:
            raise Refused(f"{url[:200]} is {error}") from None
        endpoints = await self._dns.endpoints(target.host, target.port)
        receiver = _Receiver(body_limit_bytes)
        async with self._places:
            curl = self._curl(target, endpoints, receiver, headers, verify=verify)
            if own_connection:
                curl.setopt(pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1)
                curl.setopt(pycurl.FRESH_CONNECT, 1)
                curl.setopt(pycurl.FORBID_REUSE, 1)
            curl.setopt(pycurl.TIMEOUT_MS, max(1, int(self._deadline.left_s(timeout_s) * 1000)))
            try:
                await self._perform(curl, receiver, target, endpoints[0][0])
                return _response(curl, receiver, str(target))
            finally:
                curl.close()

    async def _perform(self, curl: pycurl.Curl, receiver: _Receiver, target: Url, address: str) -> None:
        try:
            await self._curls.perform(curl)
        except pycurl.error as error:
            if receiver.too_many_headers:
                raise Garbled(f"{target.host} sends more than {HEADER_LIMIT_BYTES >> 10} KiB of headers") from None
            if not receiver.truncated:
                os_error = curl.getinfo(pycurl.OS_ERRNO)
                raise _failure(error.args[0], os_error, str(error.args[1]), target, address) from None

    def _curl(
        self, target: Url, endpoints: tuple[Endpoint, ...], receiver: _Receiver, headers: Iterable[str], *, verify: bool
    ) -> pycurl.Curl:
        curl = pycurl.Curl()
        for option, value in (
            (pycurl.URL, str(target)),
            (pycurl.CONNECT_TO, [_road(target, endpoint) for endpoint in endpoints[:1]]),
            (pycurl.NOSIGNAL, 1),
            (pycurl.PROXY, ""),
            (pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS),
            (pycurl.FOLLOWLOCATION, 0),
            (pycurl.ACCEPT_ENCODING, ""),
            (pycurl.USERAGENT, AGENT),
            (pycurl.HTTPHEADER, list(headers)),
            (pycurl.HEADERFUNCTION, receiver.on_header),
            (pycurl.WRITEFUNCTION, receiver.on_body),
        ):
            curl.setopt(option, value)
        if verify:
            curl.setopt(pycurl.CAINFO, self._ca)
        else:
            curl.setopt(pycurl.SSL_VERIFYPEER, 0)
            curl.setopt(pycurl.SSL_VERIFYHOST, 0)
            curl.setopt(pycurl.SSLVERSION, pycurl.SSLVERSION_TLSv1_0)
            curl.setopt(pycurl.SSL_CIPHER_LIST, "DEFAULT:@SECLEVEL=0")
        return curl


def _road(target: Url, endpoint: Endpoint) -> str:
    """A CONNECT_TO entry: curl asks no resolver of its own."""
    host = f"[{target.host}]" if ":" in target.host else target.host
    address = f"[{endpoint[0]}]" if ":" in endpoint[0] else endpoint[0]
    return f"{host}:{target.port}:{address}:{endpoint[1]}"


def _response(curl: pycurl.Curl, receiver: _Receiver, url: str) -> Response:
    return Response(
        url=url,
        status=curl.getinfo(pycurl.RESPONSE_CODE),
        headers=tuple(receiver.headers),
        body=bytes(receiver.body),
        truncated=receiver.truncated,
        phases=Phases(
            connect_ms=curl.getinfo(pycurl.CONNECT_TIME) * 1000,
            tls_ms=curl.getinfo(pycurl.APPCONNECT_TIME) * 1000,
            sent_ms=curl.getinfo(pycurl.PRETRANSFER_TIME) * 1000,
            first_byte_ms=curl.getinfo(pycurl.STARTTRANSFER_TIME) * 1000,
            total_ms=curl.getinfo(pycurl.TOTAL_TIME) * 1000,
        ),
    )


def _failure(code: int, os_error: int, message: str, target: Url, address: str) -> WireError:
    """libcurl's error (CURLE_*) as one of ours; the words are the same for everything that fails alike."""
    if code == pycurl.E_OPERATION_TIMEDOUT:
        return NoAnswer(f"no answer from {address}")
    if code == pycurl.E_COULDNT_CONNECT:
        if os_error == ECONNREFUSED:
            return Closed(f"nothing answers {target.scheme.upper()} on {target.host}")
        return NoAnswer(f"{address} cannot be reached from here")
    if code == pycurl.E_SSL_CONNECT_ERROR:
        return Refused(f"nothing answers HTTPS on {target.host}")
    if code == pycurl.E_PEER_FAILED_VERIFICATION:
        return Refused(f"the certificate of {target.host} cannot be trusted")
    if code in _NOT_HTTP:
        return Garbled(f"what answers on {target.host} is not HTTP")
    if code in _CUT_SHORT:
        return Garbled(f"{target.host} closes the connection without a whole answer")
    return Garbled(f"{target.host} answers nonsense ({message[:120]})")

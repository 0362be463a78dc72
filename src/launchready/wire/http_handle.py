"""libcurl's easy handles: made ready for a request, read when it has ended, kept for the next one of its sort."""

import ssl
from typing import NamedTuple

import pycurl

from launchready import __version__
from launchready.errors import WireError
from launchready.formats.urls import Url
from launchready.wire.curl_errors import failure, too_many_headers
from launchready.wire.dns import Endpoint
from launchready.wire.http_answer import OnChunk, Phases, Receiver, Response
from launchready.wire.websocket import Conversation

AGENT = f"launchready/{__version__} (audit)"
MOST_IDLE = 64
_ALWAYS = (
    (pycurl.NOSIGNAL, 1),
    (pycurl.PROXY, ""),
    (pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS),
    (pycurl.FOLLOWLOCATION, 0),
    (pycurl.ACCEPT_ENCODING, ""),
    (pycurl.USERAGENT, AGENT),
)
_COUNTS = pycurl.version_info()[2] >= 0x080700  # libcurl ends an answer of more than 300 KiB of headers by itself
_NO_EXPECT = b"Expect:"  # nobody waits for 100 Continue


class Asked(NamedTuple):
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

    @property
    def is_plain(self) -> bool:
        """Whether a handle is as good as new after it."""
        return self.conversation is None and not self.certificates and not self.own_connection


# What a handle keeps from one request to the next: host, port, address, method, whether there is a body, verify.
Sort = tuple[str, int, Endpoint, str, bool, bool]


class Handle:
    """One easy handle and what it receives."""

    __slots__ = ("curl", "receiver", "sort")

    def __init__(self, sort: Sort | None) -> None:
        """`sort` is None for one that is not used again."""
        self.curl = pycurl.Curl()
        self.receiver = Receiver()
        self.sort = sort

    def allow(self, seconds: float, connect_s: float) -> None:
        """Say how long all of it may take, and connecting."""
        self.curl.setopt(pycurl.TIMEOUT_MS, int(seconds * 1000) or 1)
        self.curl.setopt(pycurl.CONNECTTIMEOUT_MS, int(connect_s * 1000) or 1)

    def response(self, asked: Asked, address: str) -> Response:
        """What came, when all of it did."""
        told, receiver = self.curl.getinfo, self.receiver
        return Response(
            url=asked.target.text,
            status=told(pycurl.RESPONSE_CODE),
            headers=receiver.headers,
            body=bytes(receiver.body),
            truncated=receiver.truncated,
            phases=Phases(
                connect_ms=told(pycurl.CONNECT_TIME) * 1000,
                tls_ms=told(pycurl.APPCONNECT_TIME) * 1000,
                sent_ms=told(pycurl.PRETRANSFER_TIME) * 1000,
                first_byte_ms=told(pycurl.STARTTRANSFER_TIME) * 1000,
                total_ms=told(pycurl.TOTAL_TIME) * 1000,
            ),
            address=address,
            certificates=_certificates(self.curl) if asked.certificates else (),
        )

    def outcome(self, asked: Asked, address: str, error: pycurl.error) -> Response | WireError:
        """What libcurl's error means: an answer that was ended on purpose, or why there is none."""
        receiver = self.receiver
        if receiver.broken:
            raise receiver.broken from None
        if receiver.ended_by_us or (asked.conversation and error.args[0] == pycurl.E_HTTP_RETURNED_ERROR):
            return self.response(asked, address)
        if receiver.too_many_headers:
            return too_many_headers(asked.target)
        return failure(self.curl, error, asked.target, address)


class Handles:
    """The handles of one run; a plain request takes one that did the same before, with its options in place."""

    def __init__(self, ca: str | None) -> None:
        self._ca = ca
        self._idle: dict[Sort, list[Handle]] = {}
        self._idle_number = 0

    def ready(self, asked: Asked, endpoint: Endpoint) -> Handle:
        """A handle that has been told everything but how long it may take."""
        target = asked.target
        sort = (target.host, target.port, endpoint, asked.method, asked.body is not None, asked.verify)
        idle = self._idle.get(sort) if asked.is_plain else None
        if idle:
            handle = idle.pop()
            self._idle_number -= 1
        else:
            handle = self._made(asked, endpoint, sort if asked.is_plain else None)
        curl = handle.curl
        curl.setopt(pycurl.URL, target.text)
        curl.setopt(pycurl.HTTPHEADER, [*map(_line, asked.headers), _NO_EXPECT])
        if asked.body is not None and asked.method != "HEAD":
            curl.setopt(pycurl.POSTFIELDS, asked.body)
        handle.receiver.expect(asked.body_limit_bytes, asked.on_chunk)
        return handle

    def put_back(self, handle: Handle) -> None:
        """Keep it for the next request of its sort, unless there are enough."""
        if handle.sort is None or self._idle_number >= MOST_IDLE:
            handle.curl.close()
            return
        handle.receiver.forget()
        self._idle.setdefault(handle.sort, []).append(handle)
        self._idle_number += 1

    def close(self) -> None:
        for idle in self._idle.values():
            for handle in idle:
                handle.curl.close()
        self._idle.clear()

    def _made(self, asked: Asked, endpoint: Endpoint, sort: Sort | None) -> Handle:
        handle = Handle(sort)
        curl = handle.curl
        for option, value in _ALWAYS:
            curl.setopt(option, value)
        curl.setopt(pycurl.CONNECT_TO, [_road(asked.target, endpoint)])
        curl.setopt(pycurl.HEADERFUNCTION, handle.receiver.lines.append if _COUNTS else handle.receiver.on_header)
        curl.setopt(pycurl.WRITEFUNCTION, handle.receiver.on_body)
        _set_method(curl, asked)
        if asked.certificates:
            curl.setopt(pycurl.OPT_CERTINFO, 1)
            curl.setopt(pycurl.FRESH_CONNECT, 1)  # neither a connection made before nor
            curl.setopt(pycurl.SSL_SESSIONID_CACHE, 0)  # a session taken up again shows the chain anew
        if asked.own_connection:
            curl.setopt(pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1)
            curl.setopt(pycurl.FRESH_CONNECT, 1)
            curl.setopt(pycurl.FORBID_REUSE, 1)
        if asked.verify:
            curl.setopt(pycurl.CAINFO, self._ca)
        else:
            curl.setopt(pycurl.SSL_VERIFYPEER, 0)
            curl.setopt(pycurl.SSL_VERIFYHOST, 0)
            curl.setopt(pycurl.SSLVERSION, pycurl.SSLVERSION_TLSv1_0)
            curl.setopt(pycurl.SSL_CIPHER_LIST, "DEFAULT:@SECLEVEL=0")
        return handle


def _set_method(curl: pycurl.Curl, asked: Asked) -> None:
    """curl asks HEAD for no body, takes a body for POST, and says anything else that it is told to."""
    if asked.method == "HEAD":
        curl.setopt(pycurl.NOBODY, 1)
        return
    if asked.method != ("GET" if asked.body is None else "POST"):
        curl.setopt(pycurl.CUSTOMREQUEST, asked.method)


def _line(line: str) -> bytes:
    """A header line as bytes (RFC 9110, section 5.5: what is not ASCII is opaque)."""
    try:
        return line.encode("latin-1")
    except UnicodeEncodeError:
        return line.encode("utf-8", "replace")


def _road(target: Url, endpoint: Endpoint) -> str:
    """A CONNECT_TO entry: curl asks no resolver of its own."""
    host = f"[{target.host}]" if ":" in target.host else target.host
    address = f"[{endpoint[0]}]" if ":" in endpoint[0] else endpoint[0]
    return f"{host}:{target.port}:{address}:{endpoint[1]}"


def _certificates(curl: pycurl.Curl) -> tuple[bytes, ...]:
    """CURLINFO_CERTINFO: for each certificate a list of fields, of which "Cert" is the whole in PEM."""
    chain = curl.getinfo(pycurl.INFO_CERTINFO)
    return tuple(ssl.PEM_cert_to_DER_cert(value) for fields in chain for name, value in fields if name == "Cert")

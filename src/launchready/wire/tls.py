"""TLS handshakes: with and without verification, each version by itself, bounded in time."""

import _ssl
import asyncio
import socket
import ssl
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Self

from launchready.errors import Garbled, NoAnswer, Refused, UsageError
from launchready.model.launch import Network
from launchready.wire.deadline import Deadline
from launchready.wire.dns import Endpoint

HANDSHAKE_S = 10.0
CHAIN_LIMIT = 12
NO_CHECK_TIME = 0x200000  # X509_V_FLAG_NO_CHECK_TIME, which the ssl module does not name

MODERN = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)
LEGACY = (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1)
VERSIONS = {
    "TLSv1": ssl.TLSVersion.TLSv1,
    "TLSv1.1": ssl.TLSVersion.TLSv1_1,
    "TLSv1.2": ssl.TLSVersion.TLSv1_2,
    "TLSv1.3": ssl.TLSVersion.TLSv1_3,
}

Span = tuple[ssl.TLSVersion, ssl.TLSVersion]

# Reasons with which OpenSSL reports bytes that are no TLS record at all.
_NOT_TLS = frozenset({"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNKNOWN_PROTOCOL", "PACKET_LENGTH_TOO_LONG"})
# Reasons with which OpenSSL says that it could not even begin.
_NOT_OURS = frozenset({"NO_PROTOCOLS_AVAILABLE", "NO_CIPHERS_AVAILABLE"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How to shake hands: the versions offered, whether to verify, and links that may complete the chain.

    `dates` False verifies the chain as if nothing in it could expire. `links` are DER certificates that count as
    if the server had sent them: they join the chain to a root, but are no roots themselves.
    """

    span: Span = MODERN
    verify: bool = False
    dates: bool = False
    links: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Handshake:
    """What a handshake showed: the chain as sent (DER, leaf first) and the version agreed on, e.g. "TLSv1.3".

    `rejected` is OpenSSL's verification error (X509_V_ERR_*) when the chain was not accepted; the chain is empty then.
    """

    chain: tuple[bytes, ...]
    version: str
    rejected: int | None = None


class Tls:
    """Handshakes of one run; contexts are built once, which takes longer than a handshake."""

    def __init__(self, network: Network, deadline: Deadline) -> None:
        self._ca = network.ca
        self._deadline = deadline
        self._contexts: dict[Look, ssl.SSLContext] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._contexts.clear()

    async def handshake(self, host: str, endpoint: Endpoint, look: Look) -> Handshake:
        """One handshake with an address and port, asking for `host` by SNI (RFC 6066).

        Raises NoAnswer for silence, Refused for a definite no (connection refused, alert, closed), Garbled for
        bytes that are not TLS. A chain that does not verify is no error: see `Handshake.rejected`.
        """
        context = self._context(look)
        try:
            async with asyncio.timeout(self._deadline.left_s(HANDSHAKE_S)):
                return await _shake_hands(context, host, endpoint)
        except TimeoutError:
            raise NoAnswer(f"no answer from {endpoint[0]}") from None

    def _context(self, look: Look) -> ssl.SSLContext:
        if look not in self._contexts:
            self._contexts[look] = _new_context(look, self._ca)
        return self._contexts[look]


def _new_context(look: Look, ca: str | None) -> ssl.SSLContext:
    """A client context that checks no host name; a given CA file stands instead of the system's roots, as in curl."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_REQUIRED if look.verify else ssl.CERT_NONE
    if not look.verify or look.span != MODERN:
        context.set_ciphers("ALL:@SECLEVEL=0")  # to look at what is weak, we must be ready to speak it
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # whether the old versions are spoken is what we ask
        context.minimum_version, context.maximum_version = look.span
    context.verify_flags &= ~ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
    if not look.dates:
        context.verify_flags |= ssl.VerifyFlags(NO_CHECK_TIME)
    if look.verify:
        _load_roots(context, ca)
    for link in look.links:
        context.load_verify_locations(cadata=link)
    return context


def _load_roots(context: ssl.SSLContext, ca: str | None) -> None:
    try:
        if ca:
            context.load_verify_locations(cafile=ca)
        else:
            context.load_default_certs()
    except (OSError, ssl.SSLError) as error:
        raise UsageError(f"{ca}: holds no usable certificate ({error})") from None


async def _shake_hands(context: ssl.SSLContext, host: str, endpoint: Endpoint) -> Handshake:
    address, port = endpoint
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as plain:
        plain.setblocking(False)
        try:
            await asyncio.get_running_loop().sock_connect(plain, (address, port))
        except OSError as error:
            raise Refused(f"nothing answers HTTPS on {address} ({_lowered(error)})") from None
        with context.wrap_socket(plain, do_handshake_on_connect=False, server_hostname=_sni(host)) as tls:
            return await _finish(tls, address)


async def _finish(tls: ssl.SSLSocket, address: str) -> Handshake:
    try:
        await _until_done(tls)
    except ssl.SSLCertVerificationError as error:
        return Handshake(chain=(), version="", rejected=error.verify_code)
    except ssl.SSLError as error:
        if error.reason in _NOT_OURS:
            raise NoAnswer("the OpenSSL of this machine does not speak that version of TLS") from None
        if error.reason in _NOT_TLS:
            raise Garbled(f"what answers on {address} is not TLS") from None
        raise Refused(f"{address} refuses the TLS handshake ({_words(error)})") from None
    except OSError as error:
        raise Refused(f"{address} refuses the TLS handshake ({_lowered(error)})") from None
    return Handshake(chain=_chain(tls), version=tls.version() or "")


async def _until_done(tls: ssl.SSLSocket) -> None:
    loop = asyncio.get_running_loop()
    while True:
        try:
            return tls.do_handshake()
        except ssl.SSLWantReadError:
            await _ready(tls, loop.add_reader, loop.remove_reader)
        except ssl.SSLWantWriteError:
            await _ready(tls, loop.add_writer, loop.remove_writer)


async def _ready(tls: ssl.SSLSocket, watch: Callable[..., Any], forget: Callable[..., Any]) -> None:
    ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    watch(tls, ready.set_result, None)
    ready.add_done_callback(lambda _: forget(tls))
    await ready


def _chain(tls: ssl.SSLSocket) -> tuple[bytes, ...]:
    """The certificates as sent; the method is public from Python 3.13 on."""
    if hasattr(tls, "get_unverified_chain"):
        return tuple(tls.get_unverified_chain()[:CHAIN_LIMIT])
    sent = tls._sslobj.get_unverified_chain() or ()  # type: ignore[attr-defined]
    return tuple(certificate.public_bytes(_ssl.ENCODING_DER) for certificate in sent[:CHAIN_LIMIT])


def _sni(host: str) -> str | None:
    """SNI carries names, never addresses (RFC 6066, section 3)."""
    try:
        ip_address(host)
    except ValueError:
        return host
    return None


def _words(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return "connection closed"
    return (error.reason or str(error)).replace("_", " ").lower()


def _lowered(error: OSError) -> str:
    return (error.strerror or str(error)).lower()

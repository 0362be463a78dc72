"""TLS handshakes: with and without verification, each version by itself, bounded in time."""

import _ssl
import asyncio
import errno
import os
import socket
import ssl
import warnings
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Self

from launchready.errors import Garbled, NoAnswer, Refused, UsageError, WireError
from launchready.model.launch import Network
from launchready.wire.deadline import Deadline
from launchready.wire.dns import Endpoint

HANDSHAKE_S = 10.0
CHAIN_LIMIT = 12
CHUNK_BYTES = 64 * 1024
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

# Python's own list leaves out ciphers that browsers still speak, such as ECDHE with AES-CBC and SHA-1.
_CIPHERS = "DEFAULT:@SECLEVEL=2"
_WEAK_CIPHERS = "ALL:!aNULL:@SECLEVEL=0"  # to look at what is weak, we must be ready to speak it

# Reasons with which OpenSSL reports bytes that are no TLS record at all.
_NOT_TLS = frozenset({"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNKNOWN_PROTOCOL", "PACKET_LENGTH_TOO_LONG"})
# What this machine's own network says before anything was sent: it tells nothing of the other side.
_NO_WAY = frozenset({errno.ENETUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EACCES, errno.EPERM})
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
        # A handshake may take a quarter of a short run, so that one silent host leaves time for the others.
        self.patience_s = min(HANDSHAKE_S, deadline.seconds / 4)
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
            async with asyncio.timeout(self._deadline.left_s(self.patience_s)):
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
    context.set_ciphers(_CIPHERS if look.verify and look.span == MODERN else _WEAK_CIPHERS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # whether the old versions are spoken is what we ask
        context.minimum_version, context.maximum_version = look.span
    context.verify_flags &= ~ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
    if not look.dates:
        context.verify_flags |= ssl.VerifyFlags(NO_CHECK_TIME)
    if look.verify:
        _load_roots(context, ca)
    for link in look.links:
        with suppress(ssl.SSLError):  # OpenSSL may refuse what `cryptography` could read
            context.load_verify_locations(cadata=link)
    return context


def _load_roots(context: ssl.SSLContext, ca: str | None) -> None:
    try:
        if ca:
            context.load_verify_locations(cafile=ca)
        else:
            context.load_default_certs()
            if not context.cert_store_stats()["x509_ca"] and not _has_root_folder():
                raise NoAnswer(
                    "this machine has no root certificates; install ca-certificates or name a file with --ca"
                )
    except (OSError, ssl.SSLError) as error:
        raise UsageError(f"{ca}: holds no usable certificate ({error})") from None


def _has_root_folder() -> bool:
    """Whether OpenSSL finds roots one by one in a folder; it loads them only when they are needed."""
    folder = ssl.get_default_verify_paths().capath
    return bool(folder and os.listdir(folder))


async def _shake_hands(context: ssl.SSLContext, host: str, endpoint: Endpoint) -> Handshake:
    address = endpoint[0]
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as plain:
        plain.setblocking(False)
        await _connect(plain, endpoint)
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        try:
            tls = context.wrap_bio(incoming, outgoing, server_hostname=_sni(host))
            await _until_done(tls, plain, incoming, outgoing)
        except ssl.SSLCertVerificationError as error:
            return Handshake(chain=(), version="", rejected=error.verify_code)
        except (OSError, ValueError) as error:
            raise _failure(error, address) from None
        return Handshake(chain=_chain(tls), version=tls.version() or "")


async def _connect(plain: socket.socket, endpoint: Endpoint) -> None:
    try:
        await asyncio.get_running_loop().sock_connect(plain, endpoint)
    except OSError as error:
        if error.errno in _NO_WAY:
            raise NoAnswer(f"this machine has no way to {endpoint[0]}") from None
        raise Refused(f"nothing answers HTTPS on {endpoint[0]} ({_lowered(error)})") from None


def _failure(error: OSError | ValueError, address: str) -> WireError:
    """What ended a handshake, as one of ours; a name that cannot be asked for is a ValueError of the ssl module."""
    if isinstance(error, ssl.SSLError) and error.reason in _NOT_OURS:
        return NoAnswer("the OpenSSL of this machine does not speak that version of TLS")
    if isinstance(error, ssl.SSLError) and error.reason in _NOT_TLS:
        return Garbled(f"what answers on {address} is not TLS")
    return Refused(f"{address} refuses the TLS handshake ({_words(error)})")


async def _until_done(
    tls: ssl.SSLObject, plain: socket.socket, incoming: ssl.MemoryBIO, outgoing: ssl.MemoryBIO
) -> None:
    """Carry bytes between OpenSSL and the socket until both sides have agreed, or raise what OpenSSL raises."""
    loop = asyncio.get_running_loop()
    while True:
        try:
            tls.do_handshake()
        except ssl.SSLWantReadError:
            await loop.sock_sendall(plain, outgoing.read())
        else:
            with suppress(OSError):  # agreed already: our last word is a courtesy
                await loop.sock_sendall(plain, outgoing.read())
            return
        if received := await loop.sock_recv(plain, CHUNK_BYTES):
            incoming.write(received)
        else:
            incoming.write_eof()


def _chain(tls: ssl.SSLObject) -> tuple[bytes, ...]:
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


def _words(error: OSError | ValueError) -> str:
    """Closed or reset is a matter of what was still unread (RFC 9293, section 3.6.1): the same words for both."""
    if isinstance(error, ConnectionError | ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return "connection closed"
    if isinstance(error, ssl.SSLError):
        return (error.reason or str(error)).replace("_", " ").lower()
    return _lowered(error) if isinstance(error, OSError) else str(error)


def _lowered(error: OSError) -> str:
    """The system's words for an error; asyncio puts its own in their place."""
    return (os.strerror(error.errno) if error.errno else str(error)).lower()

"""A mailbox on an IMAP server, only ever looked at: nothing is marked as read, moved or deleted."""

import asyncio
import imaplib
import re
import socket
import ssl
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import unquote, urlsplit

from launchready.errors import Garbled, NoAnswer, Refused, WireError
from launchready.formats.printable import printable
from launchready.model.launch import Network
from launchready.wire.deadline import Deadline
from launchready.wire.dns import Dns, Endpoint

COMMAND_S = 15.0
LARGEST_BYTES = 4 * 1024 * 1024
HEADER_BYTES = 64 * 1024
MOST_FOUND = 200
_PORTS = {"imap": 143, "imaps": 993}
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})

Got = TypeVar("Got")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapUrl:
    """Where a mailbox is (RFC 5092): user, host, port and folder, and the password, which no repr shows."""

    host: str
    port: int
    tls: bool
    user: str
    password: str = field(repr=False)
    folder: str


def imap_url(text: str) -> ImapUrl:
    """The parts of `imaps://user:password@host:port/folder`; raises ValueError that says what is missing."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError("cannot be read as a URL; percent-encode what is special in user and password") from None
    if not parts.hostname or parts.username is None or parts.password is None:
        raise ValueError("needs a user, a password and a host; write imaps://USER:${env:IMAP_PASSWORD}@HOST/INBOX")
    user, password, folder = map(unquote, (parts.username, parts.password, parts.path.strip("/") or "INBOX"))
    if any(ord(character) < 0x20 or ord(character) == 0x7F for character in user + password + folder):
        raise ValueError("holds a line break or another control character")
    return ImapUrl(
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        tls=parts.scheme == "imaps",
        user=user,
        password=password,
        folder=folder,
    )


class Imap:
    """A folder, over one connection; commands run in a thread, and the socket is shut when they take too long.

    Questions wait for each other. A connection that has gone, because the server hung up or because whoever asked
    before was cancelled, is made anew by the next one.
    """

    def __init__(self, url: ImapUrl, network: Network) -> None:
        self._url = url
        self._network = network
        self._client: _Client | None = None
        self._closed = False
        self._turn = asyncio.Lock()

    async def newest(self) -> int:
        """The highest number (UID) that a mail in the folder has now, 0 for an empty one.

        Raises WireError, as do all questions: also when the user or the folder is refused.
        """
        return await self._asked(lambda client: client.newest())

    async def after(self, number: int) -> tuple[int, ...]:
        """The numbers, in order, of what has come after the mail of that number: 200 at most."""
        return await self._asked(lambda client: client.after(number))

    async def head(self, number: int) -> bytes:
        """The header of a mail, cut to 64 KiB."""
        return await self._asked(lambda client: client.part(number, "HEADER", HEADER_BYTES))

    async def source(self, number: int) -> bytes:
        """A mail as it came in; cut to 4 MiB, empty when it is gone."""
        return await self._asked(lambda client: client.part(number, "", LARGEST_BYTES))

    def close(self) -> None:
        """Hang up for good; a thread that still waits for the server ends with it."""
        self._closed = True
        self._drop()

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.hang_up()

    async def _asked(self, question: Callable[["_Client"], Got]) -> Got:
        """The answer to a question, by the open connection or, when that has broken off, by a new one."""
        async with self._turn:
            kept = self._client
            try:
                return await self._answer(kept or await self._opened(), question)
            except _BrokenOff:
                if kept is None:
                    raise
            return await self._answer(await self._opened(), question)

    async def _opened(self) -> "_Client":
        if self._closed:
            raise NoAnswer(f"the connection to {self._url.host} was closed")
        url = self._url
        async with Dns(self._network, Deadline(COMMAND_S)) as dns:
            endpoints = await dns.endpoints(url.host, url.port)
        self._client = client = _Client(url, endpoints, self._network.ca)
        await self._answer(client, lambda one: one.open())
        return client

    async def _answer(self, client: "_Client", question: Callable[["_Client"], Got]) -> Got:
        """What it says, asked in a thread of its own; the connection stays only when it said something."""
        host, is_well = self._url.host, False
        try:
            async with asyncio.timeout(COMMAND_S):
                answer = await asyncio.to_thread(question, client)
            is_well = True
            return answer
        except TimeoutError:
            raise NoAnswer(f"no answer from {host}") from None
        except (WireError, asyncio.CancelledError):
            raise
        except ssl.SSLCertVerificationError:
            raise Refused(f"the certificate of {host} cannot be trusted") from None
        except ssl.SSLEOFError:
            raise _BrokenOff(f"{host} broke the connection off") from None
        except ssl.SSLError:
            raise Garbled(f"{host} does not speak TLS on port {self._url.port}") from None
        except OSError as error:
            raise _BrokenOff(f"{host} cannot be reached ({error.strerror or 'the connection broke off'})") from None
        except imaplib.IMAP4.abort:
            raise _BrokenOff(f"{host} broke the connection off") from None
        except Exception:  # noqa: BLE001 – imaplib raises anything from ValueError to IndexError at a bad line
            raise Garbled(f"what answers on {host} port {self._url.port} is not IMAP") from None
        finally:
            if not is_well:
                self._drop()


class _BrokenOff(Refused):
    """Raised for a connection that is no more."""


class _Client:
    """imaplib, held to addresses of our own choosing and to sizes; used by one thread at a time."""

    def __init__(self, url: ImapUrl, endpoints: Iterable[Endpoint], ca: str | None) -> None:
        self._url = url
        self._endpoints = tuple(endpoints)
        self._context = ssl.create_default_context(cafile=ca)
        self._imap: _Protocol | None = None
        self._socket: socket.socket | None = None
        self._is_hung_up = False

    def open(self) -> None:
        """Connect, encrypt, log in, and open the folder to read it."""
        url = self._url
        try:
            self._socket = self._connected()
            if self._is_hung_up:  # whoever asked has gone while this thread was connecting
                self._socket.close()
                raise NoAnswer(f"the connection to {url.host} was closed")
            self._imap = imap = _Protocol(self._socket, None if url.tls else url.host)
            if self._is_hung_up:
                self.hang_up()
        except imaplib.IMAP4.abort:
            raise Garbled(f"what answers on {url.host} port {url.port} is not IMAP") from None
        if not url.tls and "STARTTLS" in imap.capabilities:
            imap.starttls(self._context)
        elif not url.tls and url.host not in _HERE:
            raise Refused(f"{url.host} offers no encryption for the password; write imaps://")
        try:
            imap.login(url.user, url.password)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error:
            raise Refused(f"{url.host} refuses the user or the password") from None
        self._select(imap)

    def newest(self) -> int:
        imap = self._protocol()
        self._select(imap)  # anew, so that it tells what has come since
        return max(_numbers(imap.uid("SEARCH", "UID", "*")), default=0)

    def _select(self, imap: "_Protocol") -> None:
        kind, _ = imap.select(_quoted(self._url.folder), readonly=True)
        if kind != "OK":
            raise Refused(f"{self._url.host} has no folder {printable(self._url.folder)!r}")

    def after(self, number: int) -> tuple[int, ...]:
        imap = self._protocol()
        imap.noop()
        found = _numbers(imap.uid("SEARCH", "UID", f"{number + 1}:*"))  # which has the last mail, old as it may be
        return tuple(sorted(one for one in found if one > number))[:MOST_FOUND]

    def part(self, number: int, section: str, most_bytes: int) -> bytes:
        _, parts = self._protocol().uid("FETCH", str(number), f"(BODY.PEEK[{section}]<0.{most_bytes}>)")
        return next((part[1] for part in parts if isinstance(part, tuple) and isinstance(part[1], bytes)), b"")

    def hang_up(self) -> None:
        """End the connection; what a thread still waits for ends with it."""
        self._is_hung_up = True
        imap, self._imap = self._imap, None
        for connected in (imap.sock if imap else None, self._socket):
            if connected is not None:
                with suppress(OSError):
                    connected.shutdown(socket.SHUT_RDWR)
        if imap is not None:
            imap.shutdown()

    def _protocol(self) -> "_Protocol":
        if self._imap is None:
            raise NoAnswer(f"the connection to {self._url.host} was closed")
        return self._imap

    def _connected(self) -> socket.socket:
        """A connection to the first address that takes it, encrypted when the URL says so."""
        failures = list[OSError]()
        for address, port in self._endpoints:
            try:
                plain = socket.create_connection((address, port), COMMAND_S / 2)
            except OSError as error:
                failures.append(error)
                continue
            if not self._url.tls:
                return plain
            try:
                return self._context.wrap_socket(plain, server_hostname=self._url.host)
            except BaseException:
                plain.close()
                raise
        raise failures[0] if failures else OSError("it has no address")


class _Protocol(imaplib.IMAP4):
    """imaplib over a socket that is already connected; a server that announces more than a mail may have is refused."""

    def __init__(self, connected: socket.socket, host: str | None) -> None:
        self._connected = connected
        try:
            super().__init__(host or "")
        except BaseException:
            connected.close()
            raise

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return self._connected

    def read(self, size: int) -> bytes:
        if size > LARGEST_BYTES + 1024:
            raise self.abort(f"a literal of {size} bytes")
        return super().read(size)


def _numbers(answer: tuple[str, list[object]]) -> list[int]:
    words = [word for line in answer[1] if isinstance(line, bytes) for word in line.split()[:10_000]]
    return [int(word) for word in words if re.fullmatch(rb"[0-9]{1,10}", word)]


def _quoted(text: str) -> str:
    """A string of IMAP (RFC 3501, section 4.3)."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

"""A server at the level of sockets: each connection is handed to a talk, which says what no real server would."""

import socket
import ssl
import threading
from collections.abc import Callable
from typing import Self

from tests.box.certificates import Pair

_REQUEST_LIMIT_BYTES = 64 * 1024


class _Over(Exception):
    """The server is being stopped, or the other side has gone."""


class Peer:
    """Whoever connected, as a talk sees it; every wait ends when the server is stopped."""

    def __init__(self, connection: socket.socket, over: threading.Event) -> None:
        self._connection = connection
        self._over = over

    def request(self) -> bytes:
        """What came up to the empty line that ends a request's head."""
        head = b""
        while b"\r\n\r\n" not in head and len(head) < _REQUEST_LIMIT_BYTES:
            chunk = self._connection.recv(4096)
            if not chunk:
                raise _Over
            head += chunk
        return head

    def send(self, said: bytes) -> None:
        """Send all of it."""
        self._connection.sendall(said)

    def rest(self, seconds: float) -> None:
        """Say nothing for a while."""
        if self._over.wait(seconds):
            raise _Over

    def linger(self) -> None:
        """Stay connected and silent until the server is stopped."""
        self._over.wait()


Talk = Callable[[Peer], None]


class RawServer:
    """Serves a talk on one address and port, inside TLS when there is a `pair`; `connections` counts who came."""

    def __init__(self, address: str, port: int, talk: Talk, pair: Pair | None = None) -> None:
        self.address = address
        self.connections = 0
        self._talk = talk
        self._over = threading.Event()
        self._context = _context(pair) if pair else None
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._listening = socket.create_server((address, port), family=family, backlog=128)
        self._accepting = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Self:
        self._accepting.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._listening.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits on it
        self._accepting.join()
        self._listening.close()
        with self._lock:
            for connection in self._open:
                _shut(connection)
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, plain: socket.socket) -> None:
        with self._lock:
            self._open.add(plain)
        try:
            if self._over.is_set():
                return
            connection = self._context.wrap_socket(plain, server_side=True) if self._context else plain
            with self._lock:
                self._open = (self._open - {plain}) | {connection}
            plain = connection
            self._talk(Peer(connection, self._over))
        except (OSError, _Over):
            return
        finally:
            with self._lock:
                self._open.discard(plain)
                plain.close()


def _context(pair: Pair) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.certificate, pair.key)
    return context


def _shut(connection: socket.socket) -> None:
    """Wake whoever waits on a connection; it may be gone already."""
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return

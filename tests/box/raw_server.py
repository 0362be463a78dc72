"""A server on bare sockets, threads and all, that does with each connection whatever it is told."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Self

from tests.box.certificates import Pair

_HEAD_LIMIT_BYTES = 64 * 1024


class Peer:
    """The client on one connection, from the server's side. Every method raises OSError once the connection is over."""

    def __init__(self, connection: socket.socket, closing: threading.Event) -> None:
        self._connection = connection
        self._closing = closing

    def request(self) -> str:
        """Read one request head; its target, such as `/login?next=/`, empty when it was none."""
        head = b""
        while b"\r\n\r\n" not in head and len(head) < _HEAD_LIMIT_BYTES:
            chunk = self._connection.recv(4096)
            if not chunk:
                raise ConnectionError("the client left")
            head += chunk
        words = head.split(b"\r\n", 1)[0].split(b" ")
        return words[1].decode("latin-1") if len(words) == 3 else ""

    def send(self, data: bytes) -> None:
        self._connection.sendall(data)

    def linger(self) -> None:
        """Keep the connection open, and say nothing, until the client or the test ends it."""
        while self._connection.recv(4096):
            continue

    def rest(self, seconds: float) -> None:
        """The server's own slowness."""
        if self._closing.wait(seconds):
            raise ConnectionError("the server stops")


Talk = Callable[[Peer], None]


class RawServer:
    """Serves one talk on a port of one address, each connection in a thread of its own.

    With a `Pair` the talk happens inside TLS. `connections` counts all that came.
    """

    def __init__(self, address: str, port: int, talk: Talk, pair: Pair | None = None) -> None:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.address = address
        self.connections = 0
        self._talk = talk
        self._context = _tls(pair) if pair else None
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._open: dict[threading.Thread, socket.socket] = {}
        self._listening = socket.create_server((address, port), family=family, backlog=128)
        self._accepting = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Self:
        self._accepting.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        _hang_up(self._listening)
        self._accepting.join()
        self._listening.close()
        with self._lock:
            unfinished = list(self._open)
            for connection in self._open.values():
                _hang_up(connection)
        for thread in unfinished:
            thread.join()

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self.connections += 1
            with self._lock:
                self._open[thread] = connection
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            self._speak(connection)
        except OSError:
            pass  # the client went, or the test ended: both are how these talks end
        finally:
            with self._lock:
                del self._open[threading.current_thread()]
                connection.close()

    def _speak(self, connection: socket.socket) -> None:
        if self._context is None:
            return self._talk(Peer(connection, self._closing))
        # A client that has gone already would make wrap_socket raise and leave its socket unclosed (CPython 3.11).
        if not connection.recv(1, socket.MSG_PEEK):
            return None
        # A duplicate, so that the socket __exit__ knows of stays its own to hang up, whatever TLS does with this one.
        with self._context.wrap_socket(connection.dup(), server_side=True) as inside:
            return self._talk(Peer(inside, self._closing))


def _tls(pair: Pair) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.certificate, pair.key)
    return context


def _hang_up(opened: socket.socket) -> None:
    """Wake whoever waits on this socket."""
    try:
        opened.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the other side was first


@contextmanager
def unanswered(address: str, port: int) -> Iterator[None]:
    """An address whose port drops every attempt to connect, as a firewall does: its queue of connections is full."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.create_server((address, port), family=family, backlog=0), socket.socket(family) as waiting:
        waiting.connect((address, port))  # nobody accepts it, so it fills the queue (listen(2))
        yield

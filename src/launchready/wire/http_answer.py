"""One HTTP answer as it comes in: held to its caps, handed on in chunks, timed by phase."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

HEADER_LIMIT_BYTES = 256 * 1024
_SHORT_LINE_BYTES = 100

OnChunk = Callable[[bytes], bool | None]


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
    """One answer. Header names are lower case, in order; `body` is decoded, `truncated` when it was longer.

    `address` is the one that answered. `certificates` is the chain that the server sent (DER, leaf first) when it was
    asked for, whether or not it can be trusted.
    """

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    truncated: bool
    phases: Phases
    address: str
    certificates: tuple[bytes, ...] = ()

    def header(self, name: str) -> str | None:
        """The first header of that name."""
        return next((value for key, value in self.headers if key == name), None)


def _pair(line: bytes) -> tuple[str, str] | None:
    """Name and value of one line; None of one that has none, such as the empty one at the end."""
    return _known_pair(line) if len(line) <= _SHORT_LINE_BYTES else _read_pair(line)


@lru_cache(maxsize=1024)  # a server sends most of its lines again with every answer
def _known_pair(line: bytes) -> tuple[str, str] | None:
    return _read_pair(line)


def _read_pair(line: bytes) -> tuple[str, str] | None:
    if b":" not in line:
        return None
    name, _, value = line.decode("latin-1").partition(":")
    return name.strip().lower(), value.strip()


class Receiver:
    """What comes in of one answer; libcurl takes -1 as the wish to end the transfer."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []
        self.forget()
        self.expect(0, None)

    def forget(self) -> None:
        """Let go of an answer, before the next."""
        self.body = bytearray()
        self.truncated = False
        self.enough = False
        self.too_many_headers = False
        self.broken: Exception | None = None
        self.lines.clear()
        self._header_bytes = 0

    def expect(self, body_limit_bytes: int, on_chunk: OnChunk | None) -> None:
        """Say how much of the next answer's body is kept, and who hears it."""
        self._limit = body_limit_bytes
        self._on_chunk = on_chunk

    @property
    def ended_by_us(self) -> bool:
        """Whether what came so far is the answer, although the server had more to send."""
        return self.truncated or self.enough

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """Those of the last answer: what came before it was a 1xx."""
        pairs: list[tuple[str, str]] = []
        for line in self.lines:
            if line.startswith(b"HTTP/"):
                pairs.clear()
            elif pair := _pair(line):
                pairs.append(pair)
        return tuple(pairs)

    def on_header(self, line: bytes) -> int | None:
        """Keep a line and count; where libcurl counts itself, `lines.append` alone is called."""
        self.lines.append(line)
        self._header_bytes += len(line)
        if self._header_bytes <= HEADER_LIMIT_BYTES:
            return None
        self.too_many_headers = True
        return -1

    def on_body(self, chunk: bytes) -> int | None:
        kept = chunk[: self._limit - len(self.body)]
        self.body += kept
        self.truncated = len(kept) < len(chunk)
        self.enough = self._hand_on(kept)
        return -1 if self.truncated or self.enough or self.broken else None

    def _hand_on(self, chunk: bytes) -> bool:
        """Whether the caller has what it wants; what it raises must not be lost in libcurl."""
        if self._on_chunk is None or not chunk:
            return False
        try:
            return bool(self._on_chunk(chunk))
        except Exception as error:  # noqa: BLE001 – raised again once the transfer has ended
            self.broken = error
            return False

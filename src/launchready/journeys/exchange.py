"""What passes between the engine and a driver: requests out, answers, mails and failures in."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from launchready.formats.charset import decoded
from launchready.formats.letter import Letter
from launchready.model.journey import Stream, Timing


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request to make; `headers` and `body` may hold secrets, so that no repr shows them."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = field(repr=False, default=())
    body: bytes | None = field(repr=False, default=None)
    timeout_s: float = 30.0
    stream: Stream | None = None
    messages: tuple[str, ...] | None = field(repr=False, default=None)  # to send over a WebSocket; None for HTTP
    requires_browser: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMail:
    """The wish for a mail to `address` that came after the walk began and is none of those in `seen`."""

    address: str
    timeout_s: float
    seen: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail that came, by the mailbox's own name for it, and after how long."""

    key: str
    letter: Letter
    waited_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back: header names in lower case and in order, the body decoded.

    `page` is what a browser's scripts have made of the body, and `complaints` what the browser said meanwhile.
    Of a streamed answer `pieces` are the data of its events (or its chunks, where it is no event stream), and `ended`
    says whether what ends it came.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)
    timing: Timing
    pieces: tuple[str, ...] = field(repr=False, default=())
    ended: bool = True
    truncated: bool = False
    page: str | None = field(repr=False, default=None)
    complaints: tuple[str, ...] = ()

    def header(self, name: str) -> str | None:
        """The first header of that name."""
        return next((value for key, value in self.headers if key == name), None)

    @property
    def text(self) -> str:
        return decoded(self.body, self.header("content-type") or "")

    @property
    def media_type(self) -> str:
        return (self.header("content-type") or "").partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no answer, in words; `nothing_came` when a mailbox was looked at and no mail was in it.

    `no_way` when the server was not even asked: it is not in DNS, closed, not to be trusted, or nothing may go there.
    """

    reason: str
    nothing_came: bool = False
    no_way: bool = False


Asked = Request | ReadMail
Told = Answer | Mail | Failure


def server_timing(headers: tuple[tuple[str, str], ...]) -> Mapping[str, float] | None:
    """The durations of Server-Timing by name, in milliseconds (W3C Server Timing, section 2); None without any."""
    told = [value for name, value in headers if name == "server-timing"]
    if not told:
        return None
    metrics: dict[str, float] = {}
    for metric in ",".join(told)[:8192].split(","):
        name, *parameters = (part.strip() for part in metric.split(";"))
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip().lower() == "dur" and name:
                _keep(metrics, name, value.strip().strip('"'))
    return metrics or None


def _keep(metrics: dict[str, float], name: str, value: str) -> None:
    try:
        metrics.setdefault(name, float(value))
    except ValueError:
        return

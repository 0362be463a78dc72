"""A journey: what a visitor does step by step, what must come back, and what is put away afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Source(Enum):
    """Where the value of a reference comes from."""

    VARIABLE = "variable"  # captured by an earlier step, or a parameter
    ENV = "env"
    FILE = "file"
    UNIQUE = "unique"
    NONCE = "nonce"


@dataclass(frozen=True, slots=True)
class Reference:
    """`${csrf}`, `${env:NAME}`, `${file:PATH}`, `${unique:email}` or `${nonce}`, without the value."""

    source: Source
    name: str

    @property
    def is_secret(self) -> bool:
        return self.source in (Source.ENV, Source.FILE)

    def __str__(self) -> str:
        if self.source is Source.VARIABLE:
            return f"${{{self.name}}}"
        return f"${{{self.source.value}:{self.name}}}" if self.name else f"${{{self.source.value}}}"


@dataclass(frozen=True, slots=True)
class Template:
    """Text with references in it."""

    parts: tuple[str | Reference, ...]

    @property
    def references(self) -> tuple[Reference, ...]:
        return tuple(part for part in self.parts if isinstance(part, Reference))

    def __str__(self) -> str:
        return "".join(map(str, self.parts))


# A JSON value whose texts are templates.
JsonTemplate = Template | bool | int | float | None | list["JsonTemplate"] | dict[str, "JsonTemplate"]


@dataclass(frozen=True, slots=True)
class FormBody:
    """Fields as an HTML form sends them (application/x-www-form-urlencoded)."""

    fields: tuple[tuple[str, Template], ...]


@dataclass(frozen=True, slots=True)
class JsonBody:
    value: JsonTemplate


@dataclass(frozen=True, slots=True)
class TextBody:
    text: Template


@dataclass(frozen=True, slots=True)
class FileBody:
    """What a file beside the journey holds, as it is."""

    name: str
    content: bytes


Body = FormBody | JsonBody | TextBody | FileBody


@dataclass(frozen=True, slots=True, kw_only=True)
class Expect:
    """What an answer must be. Without a status any 2xx will do; header values may leave parameters out."""

    status: tuple[int, ...] = ()
    redirect: Template | None = None
    headers: tuple[tuple[str, Template], ...] = ()
    body_contains: tuple[Template, ...] = ()
    body_lacks: tuple[Template, ...] = ()
    json: tuple[tuple[str, JsonTemplate], ...] = ()
    within_ms: float | None = None

    @property
    def of_a_redirect(self) -> bool:
        """Whether the redirect itself is what is looked at."""
        return self.redirect is not None or any(300 <= status < 400 for status in self.status)


class Where(Enum):
    """What a value is captured from."""

    JSON = "json"
    CSS = "css"
    REGEX = "regex"
    HEADER = "header"
    COOKIE = "cookie"
    MAIL = "mail"  # `selector` is "code" or "link"


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """A value taken from an answer: `selector` in the language of `where`, `attribute` of what CSS finds."""

    name: str
    where: Where
    selector: str
    attribute: str | None = None
    secret: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """What a streamed answer must do, in seconds from the request; `until` is the data that ends it."""

    until: str | None = None
    first_token_s: float | None = None
    gap_s: float | None = None
    total_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailWait:
    """The mail that a step waits for: to that very address, and, where they are given, with these texts in it."""

    to: Template
    subject_contains: Template | None = None
    from_contains: Template | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """What is said over a WebSocket once it is open, one message after the other; `protocol` is offered for it."""

    messages: tuple[JsonBody | TextBody, ...] = ()
    protocol: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One request. `path` is joined to the journey's base; `measure` is the key endpoint that its time counts for.

    With `talk` it opens a WebSocket; with `mail` it asks nothing of the product, but waits for a mail from it.
    """

    name: str
    method: str
    path: Template
    headers: tuple[tuple[str, Template], ...] = ()
    body: Body | None = None
    expect: Expect = Expect()
    captures: tuple[Capture, ...] = ()
    stream: Stream | None = None
    talk: Talk | None = None
    mail: MailWait | None = None
    timeout_s: float = 30.0
    measure: str | None = None
    requires_browser: bool = False  # the page is made by its scripts

    @property
    def only_reads(self) -> bool:
        """Whether the method is safe (RFC 9110, section 9.2.1); nobody knows what a message does."""
        return self.mail is not None or (self.method in ("GET", "HEAD") and not (self.talk and self.talk.messages))


@dataclass(frozen=True, slots=True)
class Use:
    """A journey that is run first, in the same session, with parameters of its own."""

    journey: str
    parameters: tuple[tuple[str, Template], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """`base` is where its paths begin, None for the launch's app host; `where` is the file that it stands in."""

    name: str
    where: str
    base: str | None = None
    uses: tuple[Use, ...] = ()
    parameters: tuple[tuple[str, Template], ...] = ()
    steps: tuple[Step, ...]
    cleanup: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Milliseconds from the request; of a stream also the first token and the longest wait between two."""

    first_byte_ms: float
    total_ms: float
    first_token_ms: float | None = None
    longest_gap_ms: float | None = None
    tokens: int = 0
    server: Mapping[str, float] | None = None  # durations that Server-Timing told, by name


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResult:
    """How one step went; `problem` is None when all is as expected, and never holds a secret's value."""

    journey: str
    step: str
    problem: str | None
    expected: str | None = None
    came: str | None = None
    repeat: str | None = None  # a curl command, secrets as variables
    measure: str | None = None
    timing: Timing | None = None
    of_a_stream: bool = False  # what was wrong is the stream itself: its end, its pauses, its first piece
    of_a_mail: bool = False  # a mail was waited for; with a problem: it did not come
    no_way: bool = False  # the server was not even asked
    is_hopeless: bool = False  # a value that it needs is not there, and no other run will have it
    is_cleanup: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One run of a journey."""

    journey: str
    steps: tuple[StepResult, ...]

    @property
    def failed(self) -> StepResult | None:
        """The step that stopped it."""
        return next((step for step in self.steps if step.problem and not step.is_cleanup), None)

    @property
    def left_behind(self) -> tuple[StepResult, ...]:
        """The cleanup that did not work."""
        return tuple(step for step in self.steps if step.problem and step.is_cleanup)

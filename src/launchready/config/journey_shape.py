"""The shape of a journey's file: every section and key, with what it means. The editors' schema comes from here."""

import re
from typing import Annotated, Any, Literal

from jsonpath import JSONPathError
from jsonpath import compile as compile_json_path
from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, Strict, WithJsonSchema
from selectolax.lexbor import LexborHTMLParser

from launchready.config.shape import Section
from launchready.config.values import ListOf, Positive, Text, WebAddress
from launchready.config.wrong import Wrong, quoted
from launchready.formats import template
from launchready.model.journey import JsonTemplate, Template

METHODS = ("get", "head", "post", "put", "patch", "delete", "websocket")
LONGEST_STEP_S = 600.0


def _template(value: object) -> Template:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Wrong("must be text in quotes")
    try:
        return template.parse(value if isinstance(value, str) else f"{value}")
    except ValueError as error:
        raise Wrong(str(error)) from None


def _path(value: object) -> Template:
    """Where a step goes: a path on the journey's base, or a whole address, which consent is asked for."""
    made = _template(value)
    if not re.match(r"/|https?://|\$\{", str(value)):
        raise Wrong(f"{quoted(str(value))} is neither a path nor a web address", f"/{value}")
    if any(not character.isprintable() or character == " " for character in str(value)):
        raise Wrong(f"{quoted(str(value))} holds a space or an invisible character", str(value).replace(" ", "%20"))
    return made


def _socket(value: object) -> Template:
    """Where a WebSocket is: a path on the journey's base, or a whole address."""
    _path(re.sub(r"\Aws(?=s?://)", "http", value) if isinstance(value, str) else value)
    return _template(value)


def _json(value: object) -> JsonTemplate:
    try:
        return template.parse_json(value)
    except ValueError as error:
        raise Wrong(str(error)) from None


def _listed(value: object) -> object:
    return value if isinstance(value, list) else [value]


def _status(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 100 <= value <= 599:
        raise Wrong("is no HTTP status; write a number such as 200, or a list of them")
    return value


def _seconds(value: float) -> float:
    if value > LONGEST_STEP_S:
        raise Wrong(f"is {value:g}; a step may take {LONGEST_STEP_S:g} seconds at most")
    return value


def _json_path(text: str) -> str:
    """A JSONPath (RFC 9535); `data.token` is short for `$.data.token`."""
    whole = text if text.startswith("$") else f"$.{text}"
    try:
        compile_json_path(whole)
    except JSONPathError as error:
        raise Wrong(f"{quoted(text)} is no JSONPath: {str(error).splitlines()[0]}") from None
    return whole


def _css(text: str) -> str:
    try:
        LexborHTMLParser("<p>").css_first(text)
    except Exception:  # noqa: BLE001 – selectolax raises SyntaxError, ValueError or SelectolaxError by version
        raise Wrong(f"{quoted(text)} is no CSS selector") from None
    return text


def _regex(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise Wrong(f"{quoted(text)} is no regular expression: {error}") from None
    return text


def _header_name(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", text):
        raise Wrong(f"{quoted(text)} cannot be a header's name; use letters, digits and -")
    return text


def _variable(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", text):
        raise Wrong(f"{quoted(text)} cannot be a name; use letters, digits, _ and -")
    return text


_TEXT = {"type": "string", "title": "text, with references such as ${csrf} or ${env:NAME}"}
Templated = Annotated[Template, PlainValidator(_template), WithJsonSchema(_TEXT)]
Target = Annotated[Template, PlainValidator(_path), WithJsonSchema({"type": "string", "title": "path or web address"})]
Socket = Annotated[
    Template, PlainValidator(_socket), WithJsonSchema({"type": "string", "title": "path or wss:// address"})
]
Json = Annotated[Any, PlainValidator(_json), WithJsonSchema({"title": "any value, with references in texts"})]
Jsons = Annotated[tuple[Json, ...], Strict(False), BeforeValidator(_listed)]
Texts = Annotated[
    tuple[Templated, ...],
    Strict(False),
    BeforeValidator(_listed),
    WithJsonSchema({"title": "text, or a list of it", "anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}),
]
_NUMBER = {"type": "integer", "minimum": 100, "maximum": 599}
Statuses = Annotated[
    tuple[Annotated[int, PlainValidator(_status)], ...],
    Strict(False),
    BeforeValidator(_listed),
    WithJsonSchema({"title": "status, or a list of them", "anyOf": [_NUMBER, {"type": "array", "items": _NUMBER}]}),
]
StepSeconds = Annotated[Positive, AfterValidator(_seconds)]
JsonPath = Annotated[str, AfterValidator(_json_path), WithJsonSchema({"type": "string", "title": "JSONPath"})]
Css = Annotated[str, AfterValidator(_css), WithJsonSchema({"type": "string", "title": "CSS selector"})]
Regex = Annotated[str, AfterValidator(_regex), WithJsonSchema({"type": "string", "title": "regular expression"})]
HeaderName = Annotated[str, AfterValidator(_header_name), WithJsonSchema({"type": "string", "title": "header"})]
Name = Annotated[str, AfterValidator(_variable), WithJsonSchema({"type": "string", "title": "name"})]


class UseSection(Section):
    """A journey to run first, with parameters of its own."""

    journey: Text = Field(description="Its name.")
    parameters: dict[Name, Templated] = Field(default={}, description="What it is given.")


def _use(value: object) -> object:
    return {"journey": value} if isinstance(value, str) else value


class JourneySection(Section):
    """What the journey is called, where it begins, and what it needs."""

    name: Text = Field(description="What it is called, here and in launch.toml.")
    base: WebAddress | None = Field(
        default=None, description="Where its paths begin. Without it: the launch's app host."
    )
    uses: ListOf[Annotated[UseSection, BeforeValidator(_use)]] = Field(
        default=(), description="Journeys that are run first, in the same session."
    )
    parameters: dict[Name, Templated] = Field(default={}, description="Values by name, for ${name} in the steps.")
    requires_browser: bool = Field(default=False, description="Whether all of its steps need a browser.")


class ExpectSection(Section):
    """What the answer must be; without a status any 2xx will do."""

    status: Statuses = Field(default=(), description="The status, or one of several.")
    redirect: Templated | None = Field(default=None, description="Where a redirect leads: a path or a web address.")
    header: dict[Text, Templated] = Field(default={}, description="Headers by name; parameters may be left out.")
    body_contains: Texts = Field(default=(), description="Text that must be in the body.")
    body_lacks: Texts = Field(default=(), description="Text that must not be in the body.")
    json_: dict[JsonPath, Json] = Field(default={}, alias="json", description="Values by JSONPath.")
    within_ms: Positive | None = Field(default=None, description="The answer is whole within this many milliseconds.")


class CaptureSection(Section):
    """One value to keep for later steps."""

    json_: JsonPath | None = Field(default=None, alias="json", description="The JSONPath of the value.")
    css: Css | None = Field(default=None, description="The CSS selector of the element; its text, or attribute.")
    attribute: Text | None = Field(default=None, description="The attribute of the element that css finds.")
    regex: Regex | None = Field(default=None, description="A regular expression; its first group, or all of it.")
    header: Text | None = Field(default=None, description="The header's name.")
    cookie: Text | None = Field(default=None, description="The cookie's name.")
    mail: Literal["code", "link"] | None = Field(
        default=None, description="The one-time code in the mail, or its link to a host of the launch."
    )
    secret: bool = Field(default=False, description="Whether the value is masked in everything that is shown.")


class StreamSection(Section):
    """What a streamed answer must do."""

    until: Text | None = Field(default=None, description="The data, or text, that ends it, such as [DONE].")
    first_token_s: Positive | None = Field(default=None, description="Seconds until the first piece.")
    gap_s: Positive | None = Field(default=None, description="Seconds between two pieces.")
    total_s: Positive | None = Field(default=None, description="Seconds until the end.")


class MailSection(Section):
    """The mail that a step waits for."""

    to: Templated = Field(description="The very address that it is sent to, such as ${email}.")
    subject_contains: Templated | None = Field(default=None, description="Text in its subject.")
    from_contains: Templated | None = Field(default=None, description="Text in its sender's address.")


class StepSection(Section):
    """One request: get, head, post, put, patch or delete says where to; or a websocket; or a mail to wait for."""

    name: Text | None = Field(default=None, description="What the step is called. Without it: method and path.")
    get: Target | None = Field(default=None, description="GET this path.")
    head: Target | None = Field(default=None, description="HEAD this path.")
    post: Target | None = Field(default=None, description="POST to this path.")
    put: Target | None = Field(default=None, description="PUT to this path.")
    patch: Target | None = Field(default=None, description="PATCH this path.")
    delete: Target | None = Field(default=None, description="DELETE this path.")
    websocket: Socket | None = Field(default=None, description="Open a WebSocket at this path.")
    send: Jsons = Field(default=(), description="Messages to send over it: text, or a table for JSON; or a list.")
    protocol: Text | None = Field(default=None, description="The subprotocol that is asked for.")
    mail: MailSection | None = Field(default=None, description="Wait for a mail; captures and expect look at it.")
    headers: dict[HeaderName, Templated] = Field(default={}, description="Headers to send.")
    form: dict[Text, Templated] | None = Field(default=None, description="Fields, as an HTML form sends them.")
    json_: Json = Field(default=None, alias="json", description="A body in JSON.")
    body: Templated | None = Field(default=None, description="A body as text.")
    file: Text | None = Field(default=None, description="A file whose content is the body, beside the journey's.")
    expect: ExpectSection = Field(default=ExpectSection(), description="What must come back.")
    capture: dict[Name, CaptureSection] = Field(default={}, description="Values to keep for later steps, by name.")
    stream: StreamSection | None = Field(default=None, description="For an answer that is streamed.")
    timeout_s: StepSeconds = Field(default=30.0, description="Seconds after which the step has failed.")
    measure: Text | None = Field(default=None, description="The key endpoint that this step's time counts for.")
    requires_browser: bool = Field(
        default=False, description="Whether only a browser can do it: scripts make the page."
    )

    def targets(self) -> list[tuple[str, Template]]:
        """Each method that is given, with where to."""
        given: list[tuple[str, Any]] = [(method, getattr(self, method)) for method in METHODS]
        return [(method, target) for method, target in given if target is not None]


class JourneyFile(Section):
    """One journey of a visitor, for `launchready`."""

    journey: JourneySection = Field(description="begin the file with [journey] and its name")
    steps: ListOf[StepSection] = Field(alias="step", description="a journey needs at least one step")
    cleanup: ListOf[StepSection] = ()

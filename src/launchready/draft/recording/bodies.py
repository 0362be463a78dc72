"""The parts of a recorded request, path, headers and body, with every value replaced by what stands for it."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from launchready.draft.recording import names
from launchready.draft.recording.values import Part, Place, Value, Values
from launchready.formats.har import Sent
from launchready.formats.template import parse
from launchready.model.journey import Body, FormBody, JsonBody, Reference, Template, TextBody

LONGEST_BODY = 20_000
_BIGGEST = 2**63
# What browsers send of themselves, and what the engine or a tracer sends anew each time.
_BROWSERS_WORDS = (
    "host connection content-length user-agent accept accept-encoding accept-language accept-charset cookie "
    "cookie2 referer origin pragma cache-control upgrade-insecure-requests dnt te priority content-type keep- "
    "alive transfer-encoding traceparent tracestate baggage sentry-trace newrelic range purpose x-client-data "
    "from upgrade expect trailer device-memory dpr downlink ect rtt save-data viewport-width width x-purpose "
    "x-moz access-control-request-method access-control-request-headers x-b3-traceid x-b3-spanid x-b3-sampled b3"
)
_BROWSERS = frozenset(_BROWSERS_WORDS.split())
_BROWSERS_BEGIN = ("sec-", "if-", "proxy-", "x-datadog-", "x-sentry-")
_BUSTERS_WORDS = "_ _rsc cb ts t nocache cachebuster cache_buster rnd"
_BUSTERS = frozenset(_BUSTERS_WORDS.split())
_ACCEPTED = ("application/json", "text/event-stream")


def path(sent: Sent, base: str, values: Values, visit: int) -> Template:
    """The path on the base; a whole address where it is another's. What only keeps caches away is dropped."""
    parts = urlsplit(sent.url)
    origin = f"{parts.scheme}://{parts.netloc}"
    made: list[Part] = [] if origin == base else [origin]
    before = ""
    for number, segment in enumerate((parts.path or "/").split("/")):
        made += ["/"] if number else []
        made += _segment(segment, before, values, visit)
        before = segment or before
    return Template(_joined([*made, *_query(parts.query, values, visit)]))


def _segment(segment: str, before: str, values: Values, visit: int) -> tuple[Part, ...]:
    plain = unquote(segment)
    if not (plain.isdigit() or names.is_made(plain) or names.is_email(plain) or values.reference_to(plain)):
        return values.literal(segment).parts
    name = f"{before.removesuffix('s')}_id" if names.words(before) else "id"
    parts = values.template(Value(text=plain, name=name, place=Place.PATH, visit=visit)).parts
    return tuple(quote(part, safe="[]") if isinstance(part, str) else part for part in parts)


def _query(query: str, values: Values, visit: int) -> list[Part]:
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=100)
    except ValueError:
        return []
    made: list[Part] = []
    for name, text in pairs:
        if name.lower() in _BUSTERS and re.fullmatch(r"[\d.]{6,}|\w{4,12}", text):
            continue
        value = values.template(Value(text=text, name=name, place=Place.QUERY, visit=visit))
        made += ["&" if made else "?", f"{quote(name, safe='[]')}="]
        made += [quote(part, safe="[]") if isinstance(part, str) else part for part in value.parts]
    return made


def headers(sent: Sent, body: Body | None, values: Values, visit: int) -> Iterator[tuple[str, Template]]:
    """What the page's scripts added, and how they want to be answered."""
    accept = sent.header("accept").partition(",")[0].partition(";")[0].strip()
    if accept in _ACCEPTED:
        yield "Accept", Template((accept,))
    kind = _content_type(sent, body)
    if kind:
        yield "Content-Type", Template((kind,))
    parts = urlsplit(sent.url)
    if sent.method not in ("GET", "HEAD") and sent.header("origin") not in ("", f"{parts.scheme}://{parts.netloc}"):
        yield "Origin", values.literal(sent.header("origin"))
    for name, text in dict(sent.headers).items():
        if name == "authorization":
            yield "Authorization", _authorization(text, values, visit)
        elif name not in _BROWSERS and not name.startswith(_BROWSERS_BEGIN) and re.fullmatch(r"[\w-]{1,80}", name):
            yield name, values.template(Value(text=text, name=name, place=Place.HEADER, visit=visit))


def _content_type(sent: Sent, body: Body | None) -> str:
    """The body's type, where it is not the one that the engine sends of itself."""
    if body is None or isinstance(body, FormBody):
        return ""
    kind = "application/json" if isinstance(body, JsonBody) else "text/plain"
    known = re.fullmatch(r"[\w.+-]+/[\w.+-]+", sent.media_type) is not None
    return sent.media_type if known and sent.media_type != kind else ""


def _authorization(text: str, values: Values, visit: int) -> Template:
    """`Bearer` and the token; of `Basic` all that follows is the secret."""
    scheme, space, token = text.partition(" ")
    if not space:
        scheme, token = "", text
    name = "basic_authorization" if scheme.lower() == "basic" else "access_token"
    made = values.template(Value(text=token, name=name, place=Place.HEADER, visit=visit))
    return Template(_joined([f"{scheme} " if scheme else "", *made.parts]))


def body(sent: Sent, values: Values, visit: int) -> tuple[Body | None, str | None]:
    """The body, and what a person must decide about it."""
    if sent.method in ("GET", "HEAD"):
        return None, None
    if sent.form is not None:
        return _form(sent, values, visit)
    if not sent.body:
        return None, None
    if sent.media_type.endswith("json") or sent.body.lstrip().startswith(("{", "[")):
        try:
            return _json(json.loads(sent.body), values, visit), None
        except (ValueError, RecursionError):
            pass
    if len(sent.body) > LONGEST_BODY:
        return (
            None,
            "The body was too long to be written here: put it into a file beside this one, and name it: file = …",
        )
    return TextBody(values.literal(sent.body)), None


def _form(sent: Sent, values: Values, visit: int) -> tuple[Body, str | None]:
    assert sent.form is not None
    has_password = any(names.is_password(name) for name, _ in sent.form)
    fields = [
        (name, values.template(Value(text=text, name=name, place=Place.FORM, visit=visit, with_password=has_password)))
        for name, text in sent.form
    ]
    remark = None
    if sent.media_type == "multipart/form-data":
        remark = "The browser sent this form as multipart/form-data; a journey sends its fields urlencoded."
        remark += f" {sent.files} file(s) are left out." if sent.files else ""
    if len({name for name, _ in fields}) == len(fields):
        return FormBody(tuple(fields)), remark
    made: list[Part] = []
    for name, value in fields:  # a TOML table has each name once
        made += ["&" if made else "", f"{quote(name, safe='')}="]
        made += [urlencode({"": part})[1:] if isinstance(part, str) else part for part in value.parts]
    return TextBody(Template(_joined(made))), remark


def _json(document: Any, values: Values, visit: int) -> Body:
    """A JSON body; as text where it holds what TOML has not, or a captured number."""
    has_password = any(names.is_password(name) for name in _keys(document))

    def template(text: str, name: str) -> Template:
        return values.template(Value(text=text, name=name, place=Place.JSON, visit=visit, with_password=has_password))

    made = _leaf(document, "", template)
    if _fits_toml(made):
        return JsonBody(made)
    return TextBody(parse(_spelled(made)))


class _Number(str):
    """The name of a captured number, which stands without quotes."""

    __slots__ = ()


def _leaf(node: Any, name: str, template: Callable[[str, str], Template]) -> Any:
    if isinstance(node, dict):
        return {key: _leaf(item, key, template) for key, item in node.items()}
    if isinstance(node, list):
        return [_leaf(item, name, template) for item in node]
    if isinstance(node, str):
        return template(node, name)
    if isinstance(node, int) and not isinstance(node, bool):
        made = template(str(node), name)
        return _Number(made.parts[0]) if made.parts and isinstance(made.parts[0], Reference) else node
    return node


def _fits_toml(node: Any) -> bool:
    if isinstance(node, dict):
        return all(map(_fits_toml, node.values()))
    if isinstance(node, list):
        return all(map(_fits_toml, node))
    if isinstance(node, float):
        return node == node and abs(node) != float("inf")
    if isinstance(node, int):
        return abs(node) < _BIGGEST
    return node is not None and not isinstance(node, _Number)


def _spelled(node: Any) -> str:
    """JSON with the references in it, as a template is written."""
    if isinstance(node, dict):
        return "{" + ", ".join(f"{_escaped(json.dumps(key))}: {_spelled(item)}" for key, item in node.items()) + "}"
    if isinstance(node, list):
        return "[" + ", ".join(map(_spelled, node)) + "]"
    if isinstance(node, _Number):
        return str(node)
    if isinstance(node, Template):
        return '"' + "".join(_in_quotes(part) for part in node.parts) + '"'
    return json.dumps(node)


def _in_quotes(part: Part) -> str:
    return _escaped(json.dumps(part, ensure_ascii=False)[1:-1]) if isinstance(part, str) else str(part)


def _escaped(text: str) -> str:
    return text.replace("${", "$${")


def _keys(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from node
        for item in node.values():
            yield from _keys(item)
    elif isinstance(node, list):
        for item in node:
            yield from _keys(item)


def _joined(parts: list[Part]) -> tuple[Part, ...]:
    """The parts with texts that follow each other made one."""
    made: list[Part] = []
    for part in parts:
        if isinstance(part, str) and made and isinstance(made[-1], str):
            made[-1] += part
        elif part != "":
            made.append(part)
    return tuple(made)

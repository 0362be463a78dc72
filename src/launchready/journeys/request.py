"""A step becomes a request: references replaced, cookies added, redirects taken as browsers take them."""

import json
import re
from contextlib import suppress
from urllib.parse import quote, urlencode, urlsplit

from launchready.formats.cookies import Jar, sent
from launchready.formats.template import rendered, rendered_json
from launchready.formats.urls import joined
from launchready.journeys.exchange import Answer, Request
from launchready.journeys.scope import Scope, Unfit
from launchready.model.journey import Body, FileBody, FormBody, JsonBody, Step, Template, TextBody

REDIRECTS = frozenset({301, 302, 303, 307, 308})
TYPES = {
    FormBody: "application/x-www-form-urlencoded",
    JsonBody: "application/json",
    TextBody: "text/plain; charset=utf-8",
    FileBody: "application/octet-stream",
}
_BODIED = ("POST", "PUT", "PATCH")
# What a browser leaves behind when it is led to another origin (Fetch standard, HTTP-redirect fetch).
_FOR_ONE_ORIGIN = ("authorization", "cookie")


def request(step: Step, base: str, scope: Scope, jar: Jar, traceparent: str) -> Request:
    """The request of a step; raises Unfit for a name without a value, or one with a value that cannot be sent."""
    url = _under(base, _address(step.path, scope))
    if step.talk and url.startswith("ws"):
        url = f"http{url.removeprefix('ws')}"  # as its handshake asks; consent and cookies know no other
    headers = {name.lower(): (name, _header(name, value, scope)) for name, value in step.headers}
    headers.setdefault("traceparent", ("traceparent", traceparent))
    body = None if step.body is None else _encoded(step.body, scope)
    if step.body is not None:
        headers.setdefault("content-type", ("Content-Type", TYPES[type(step.body)]))
    elif step.method in _BODIED:
        body = b""
    cookies = sent(jar, url)
    if cookies:
        headers.setdefault("cookie", ("Cookie", cookies))
    if step.talk:
        headers.setdefault("origin", ("Origin", _serialised(base or url)))
        if step.talk.protocol:
            headers.setdefault("sec-websocket-protocol", ("Sec-WebSocket-Protocol", step.talk.protocol))
    return Request(
        method=step.method,
        url=url,
        headers=tuple(headers.values()),
        body=body,
        timeout_s=step.timeout_s,
        stream=step.stream,
        messages=tuple(_encoded(one, scope).decode() for one in step.talk.messages) if step.talk else None,
        requires_browser=step.requires_browser,
    )


def _header(name: str, template: Template, scope: Scope) -> str:
    """The value without blanks around it (Fetch standard, section 2.2.2); one of several lines would be headers."""
    value = rendered(template, scope.value).strip(" \t\r\n")
    if re.search(r"[\r\n\0]", value):
        raise Unfit(f"the header {name} would hold a line break, from {' or '.join(map(str, template.references))}")
    return value


def _address(path: Template, scope: Scope) -> str:
    address = ""
    for part in path.parts:
        address += part if isinstance(part, str) else placed(address, scope.value(part))
    return address


_QUERY, _SEGMENT = "/:@", "!$&'()*+,;=:@"  # what a value leaves as it is (RFC 3986, sections 3.3 and 3.4)


def placed(before: str, value: str) -> str:
    """A value as it stands in an address after `before`: encoded, so that it stays one segment or one field.

    At the beginning it may be an address itself, and behind `?` or `&` a whole query: there it is taken as it is.
    """
    if not re.match(r"/|[a-z]+://[^/?#]+[/?#]", before, re.IGNORECASE) or before.endswith(("?", "&")):
        return without_blanks(value)
    coded = quote(value, safe=_QUERY if "?" in before else _SEGMENT)
    return re.sub(r"%25([0-9A-Fa-f]{2})", r"%\1", coded)  # what was encoded when it was captured stays so


def without_blanks(address: str) -> str:
    """An address as browsers tidy it (URL standard, section 4.4): line breaks go, blanks inside are encoded."""
    return re.sub(r"[\t\r\n]", "", address.strip()).replace(" ", "%20")


def _under(base: str, path: str) -> str:
    """Where a path leads on a base, which may have a path of its own; a whole address stays what it is."""
    return f"{base.rstrip('/')}{path}" if path.startswith("/") else joined(f"{base}/", path)


def redirected(asked: Request, answer: Answer, jar: Jar) -> Request | None:
    """The request that a redirect leads to (RFC 9110, section 15.4); None when the answer is none."""
    location = answer.header("location") if answer.status in REDIRECTS else None
    if location is None:
        return None
    url = leading(asked.url, location).partition("#")[0]
    # Only a POST becomes a GET by 301 and 302; 303 spares nothing but HEAD (Fetch standard, HTTP-redirect fetch).
    keeps = asked.method in ("GET", "HEAD") or (answer.status != 303 and asked.method != "POST")
    keeps = keeps or answer.status in (307, 308)
    dropped = {"cookie"} if origin(url) == origin(asked.url) else set(_FOR_ONE_ORIGIN)
    dropped |= set() if keeps else {"content-type"}
    headers = [pair for pair in asked.headers if pair[0].lower() not in dropped]
    if cookies := sent(jar, url):
        headers.append(("Cookie", cookies))
    return Request(
        method=asked.method if keeps else "GET",
        url=url,
        headers=tuple(headers),
        body=asked.body if keeps else None,
        timeout_s=asked.timeout_s,
        stream=asked.stream,
        messages=asked.messages,
        requires_browser=asked.requires_browser,
    )


def leading(url: str, location: str) -> str:
    """Where a Location leads from `url`; bytes beyond ASCII are UTF-8 where they can be."""
    with suppress(UnicodeError):
        location = location.encode("latin-1").decode("utf-8")
    return resolved(url, location)


def resolved(url: str, reference: str) -> str:
    """Where a reference leads from `url`, in ASCII."""
    return quote(joined(url, without_blanks(reference)), safe=_ASCII)


_ASCII = "".join(map(chr, range(0x21, 0x7F)))


def origin(url: str) -> tuple[str, str | None, int | None]:
    """Scheme, host and port (RFC 6454); nothing of a URL that cannot be read."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return "", None, None
    return parts.scheme, parts.hostname, port


def _serialised(url: str) -> str:
    """The origin as browsers send it (RFC 6454, section 6.2): servers refuse a WebSocket from somebody else's page."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _encoded(body: Body, scope: Scope) -> bytes:
    if isinstance(body, FormBody):
        return urlencode([(name, rendered(value, scope.value)) for name, value in body.fields]).encode()
    if isinstance(body, JsonBody):
        return json.dumps(rendered_json(body.value, scope.value), ensure_ascii=False).encode()
    return rendered(body.text, scope.value).encode() if isinstance(body, TextBody) else body.content

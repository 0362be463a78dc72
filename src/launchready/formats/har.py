"""What a browser's network log says (HAR 1.2, as Chromium, Firefox, Safari and Playwright write it); hostile input."""

import json
from base64 import b64decode
from binascii import Error
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

MOST_ENTRIES = 5000
LONGEST_BODY = 1024 * 1024
LONGEST_TEXT = 16 * 1024
MOST_PAIRS = 200

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A request; header names in lower case. `form` are the fields of a form, `body` is the text that was sent."""

    method: str
    url: str
    headers: Pairs = ()
    media_type: str = ""
    body: str = ""
    form: Pairs | None = None
    files: int = 0  # fields of the form that carried a file

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """An answer; a status of 0 is none. `location` is where a redirect leads, as it was written."""

    status: int
    headers: Pairs = ()
    media_type: str = ""
    body: str = ""
    location: str = ""

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One exchange; `kind` is what the browser wanted it for (document, fetch, script …), empty when it is not said."""

    sent: Sent
    came: Came
    kind: str = ""


def read(text: str) -> tuple[Entry, ...]:
    """The exchanges in order of their start; raises ValueError that says why it is no HAR."""
    try:
        log = json.loads(text)["log"]
        entries = log["entries"]
    except RecursionError:
        raise ValueError("it is nested too deeply to be a HAR") from None
    except (ValueError, KeyError, TypeError):
        raise ValueError("it is no HAR: a HAR is JSON with log and entries in it") from None
    if not isinstance(entries, list):
        raise ValueError("it is no HAR: its entries are no list")
    if len(entries) > MOST_ENTRIES:
        raise ValueError(f"it holds {len(entries)} requests; record only the path, {MOST_ENTRIES} at most")
    whole = [one for one in entries if isinstance(one, dict)]
    ordered = sorted(whole, key=lambda one: _text(one.get("startedDateTime")))  # Firefox writes them as they end
    return tuple(_entry(one) for one in ordered)


def _entry(one: dict[str, Any]) -> Entry:
    asked, answered = _table(one.get("request")), _table(one.get("response"))
    sent = _sent(asked)
    return Entry(sent=sent, came=_came(answered), kind=_kind(one, sent))


def _kind(one: dict[str, Any], sent: Sent) -> str:
    """Chromium and Playwright say it, Safari by another name; Firefox leaves it to the request's own header."""
    said = _text(one.get("_resourceType")) or _text(one.get("_fetchType")).lower()
    dest = sent.header("sec-fetch-dest")
    if said in ("", "other", "network load", "unknown") and dest:
        mode = sent.header("sec-fetch-mode")
        return "document" if mode == "navigate" else "fetch" if dest == "empty" else dest
    return {"xhr": "fetch", "eventsource": "fetch", "style": "stylesheet"}.get(said.lower(), said.lower())


def _sent(asked: dict[str, Any]) -> Sent:
    headers = _pairs(asked.get("headers"), lower=True)
    data = _table(asked.get("postData"))
    declared = _text(data.get("mimeType")) or next((value for name, value in headers if name == "content-type"), "")
    media_type = _media_type(declared)
    body = _text(data.get("text"), LONGEST_BODY)
    form, files = _form(media_type, body, data)
    return Sent(
        method=_text(asked.get("method")).upper(),
        url=_text(asked.get("url")),
        headers=headers,
        media_type=media_type,
        body=body,
        form=form,
        files=files,
    )


def _form(media_type: str, body: str, data: dict[str, Any]) -> tuple[Pairs | None, int]:
    if media_type == "application/x-www-form-urlencoded":
        try:
            fields = tuple(parse_qsl(body, keep_blank_values=True, max_num_fields=MOST_PAIRS))
        except ValueError:
            fields = ()
        return fields or _pairs(data.get("params")), 0
    if media_type == "multipart/form-data":
        return _multipart(body, data)
    return None, 0


def _multipart(body: str, data: dict[str, Any]) -> tuple[Pairs, int]:
    """The fields of RFC 7578, from the list of parameters or, where the browser gives none, from the text."""
    listed = [one for one in _list(data.get("params")) if isinstance(one, dict)]
    if listed:
        fields = [one for one in listed if not one.get("fileName")]
        return _pairs(fields), len(listed) - len(fields)
    boundary = body.partition("\r\n")[0]
    fields_, files = list[tuple[str, str]](), 0
    for part in body.split(boundary)[1 : MOST_PAIRS + 1] if boundary.startswith("--") else []:
        head, blank, value = part.strip("\r\n").partition("\r\n\r\n")
        name = head.partition('name="')[2].partition('"')[0]
        if "filename=" in head:
            files += 1
        elif name:
            fields_.append((name, value if blank else ""))
    return tuple(fields_), files


def _came(answered: dict[str, Any]) -> Came:
    headers = _pairs(answered.get("headers"), lower=True)
    content = _table(answered.get("content"))
    declared = next((value for name, value in headers if name == "content-type"), "") or _text(content.get("mimeType"))
    location = next((value for name, value in headers if name == "location"), "")
    status = answered.get("status")
    return Came(
        status=status if isinstance(status, int) and 100 <= status <= 599 else 0,
        headers=headers,
        media_type=_media_type(declared),
        body=_content(content),
        location=location or _text(answered.get("redirectURL")),
    )


def _content(content: dict[str, Any]) -> str:
    text = _text(content.get("text"), 2 * LONGEST_BODY)
    if content.get("encoding") != "base64":
        return text[:LONGEST_BODY]
    try:
        return b64decode(text).decode("utf-8", "replace")[:LONGEST_BODY]
    except (Error, ValueError):
        return ""


def _pairs(given: Any, *, lower: bool = False) -> Pairs:
    """Names and values; HTTP/2's own headers (`:path`) are none. Set-Cookie may come several to a line (Firefox)."""
    found = list[tuple[str, str]]()
    for one in _list(given)[:MOST_PAIRS]:
        name, value = _text(_table(one).get("name")), _text(_table(one).get("value"))
        name = name.lower() if lower else name
        if not name or name.startswith(":"):
            continue
        lines: Iterable[str] = value.split("\n") if name == "set-cookie" else (value,)
        found += [(name, line.strip() if lower else line) for line in lines]
    return tuple(found)


def _media_type(text: str) -> str:
    return text.partition(";")[0].strip().lower()


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any, at_most: int = LONGEST_TEXT) -> str:
    """The text without the halves of characters that JSON can hold and no file can."""
    return value[:at_most].encode("utf-8", "replace").decode() if isinstance(value, str) else ""

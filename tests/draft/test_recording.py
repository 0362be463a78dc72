"""Recordings in the dialects of browsers become journeys without their secrets; hostile ones become a sentence."""

import json
import tomllib
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from launchready.config.journeys import load
from launchready.draft.recording.journey import Recorded, recorded
from launchready.draft.recording.written import render
from launchready.formats import har
from launchready.model.journey import FormBody, Journey, Reference, TextBody

BASE = "https://app.parley.example"
PASSWORD = "Tr0ub4dor&3-x"
KEY = "sk-" + "abc123XYZ" * 4


def entry(method: str, path: str, status: int = 200, body: str = "", **more: Any) -> dict[str, Any]:
    """One exchange as Chromium writes it; `sent` and `came` are headers, `data` is what was posted."""
    url = path if ":" in path else BASE + path
    asked: dict[str, Any] = {"method": method, "url": url, "headers": pairs(more.get("sent", {}))}
    if "form" in more:
        text = "&".join(f"{name}={value}" for name, value in more["form"].items())
        asked["postData"] = {"mimeType": "application/x-www-form-urlencoded", "text": text}
    if "json" in more:
        asked["postData"] = {"mimeType": "application/json", "text": json.dumps(more["json"])}
    kind = more.get("type", "application/json" if body.startswith(("{", "[")) else "text/html")
    answered = {
        "status": status,
        "headers": pairs({"content-type": kind, **more.get("came", {})}),
        "content": {"mimeType": kind, "text": body},
        "redirectURL": more.get("leads", ""),
    }
    default = "document" if kind == "text/html" else "fetch"
    return {"request": asked, "response": answered, "_resourceType": more.get("kind", default)}


def pairs(given: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in given.items()]


def of(*entries: dict[str, Any]) -> Recorded:
    return recorded(har.read(json.dumps({"log": {"entries": entries}})), "j")


def written(made: Recorded, tmp_path: Path) -> tuple[Journey, str]:
    text = render(made, "j.har")
    file = tmp_path / "j.toml"
    file.write_text(text)
    return load(file), text


LOGIN_PAGE = "<title>Log in</title><h1>Log in</h1><form><input type=password name=word></form>"


@pytest.mark.parametrize(
    ("left_out", "reason"),
    [
        (entry("GET", "/app.css", type="text/css", kind="stylesheet"), "a file of the page"),
        (entry("GET", "/built/x?v=2", type="text/javascript", kind=""), "a file of the page"),
        (entry("GET", "https://fonts.example/f", kind="font"), "somebody else's site"),
        (entry("POST", "https://t.analytics.example/c", kind="fetch"), "somebody else's site"),
        (entry("POST", "/cdn-cgi/rum?", kind="fetch"), "measures visitors"),
        (entry("POST", "/beat", kind="ping"), "measures visitors"),
        (entry("OPTIONS", "/api/x", 204, kind="fetch"), "CORS preflight"),
        (entry("GET", "/next", sent={"Sec-Purpose": "prefetch;prerender"}), "prefetch"),
        (entry("GET", "/next", sent={"Next-Router-Prefetch": "1"}, kind="fetch"), "prefetch"),
        (entry("GET", "/gone", 0), "was not answered"),
        (entry("GET", "data:text/html,x"), "not a web request"),
        (entry("GET", "wss://app.parley.example/live"), "not a web request"),
    ],
)
def test_noise_is_dropped_and_told(left_out: dict[str, Any], reason: str) -> None:
    made = of(entry("GET", "/", body="<h1>Welcome</h1>"), left_out)
    assert [str(step.path) for step in made.journey.steps] == ["/"]
    assert [why for why, _ in made.left_out if reason in why]


@pytest.mark.parametrize(
    "kept",
    [
        entry("GET", "/report.css.html", body="<h1>Styles</h1>"),
        entry("GET", "https://api.parley.example/v1/me", body="{}"),
        entry("POST", "/api/events", json={"a": 1}, body="{}"),
        entry("GET", "/api/me", 401, body="{}"),
    ],
)
def test_what_a_visitor_did_is_kept(kept: dict[str, Any]) -> None:
    assert len(of(entry("GET", "/", body="<h1>Welcome</h1>"), kept).journey.steps) == 2


def test_polling_is_asked_once_until_the_answer_is_another() -> None:
    before, after = entry("GET", "/api/me", 401, body="{}"), entry("GET", "/api/me", 200, body="{}")
    made = of(entry("GET", "/", body="<h1>Hi there</h1>"), before, before, before, after, after)
    assert [step.expect.status for step in made.journey.steps] == [(200,), (401,), (200,)]


def test_a_password_an_address_and_cookies_are_never_written(tmp_path: Path) -> None:
    cookie = "s3ss10n-of-grace"
    made = of(
        entry("GET", "/login", body=LOGIN_PAGE, came={"Set-Cookie": f"sid={cookie}; Path=/"}),
        entry(
            "POST", "/login", 303, leads=f"{BASE}/home", form={"mail": "g%40h.example", "word": "Tr0ub4dor%263-x"},
            sent={"Cookie": f"sid={cookie}", "Authorization": "Basic Zzpo"},
        ),
        entry("GET", f"/home?from={cookie}", body=f"<h1>Hello g@h.example</h1><title>Home of {PASSWORD}</title>"),
    )  # fmt: skip
    journey, text = written(made, tmp_path)
    for secret in (PASSWORD, "g@h.example", cookie, "Zzpo", "Tr0ub4dor"):
        assert secret not in text
    body = journey.steps[1].body
    assert isinstance(body, FormBody)
    assert str(dict(body.fields)["word"]) == "${env:TEST_PASSWORD}"
    assert journey.steps[1].measure == "login"
    assert set(made.environment) >= {"TEST_PASSWORD", "TEST_EMAIL"}


@pytest.mark.parametrize(
    ("name", "value", "hidden"),
    [
        ("api_key", "0123456789abcdef0123", True),
        ("anything", KEY, True),
        ("card", "4242 4242 4242 4242", True),
        ("number", "4242424242424241", False),
        ("max_tokens", "100", False),
        ("token_type", "bearer", False),
        ("model", "gpt-4o-2024-08-06", False),
        ("text", "Where is my invoice?", False),
        ("plan", "team", False),
    ],
)
def test_secrets_by_name_and_by_shape(name: str, value: str, *, hidden: bool, tmp_path: Path) -> None:
    made = of(entry("GET", "/", body="<h1>Welcome</h1>"), entry("POST", "/api/x", json={name: value}, body="{}"))
    _, text = written(made, tmp_path)
    assert (value not in text) is hidden


def test_what_was_typed_is_no_capture_and_what_was_answered_is(tmp_path: Path) -> None:
    page = '<h1>Plans</h1>team 4711 <form><input type=hidden name=_token value="Zk3-9dQ81xPPa"></form>'
    made = of(
        entry("GET", "/", body=page),
        entry("POST", "/api/cart", 201, '{"cart": {"id": 4711}}', json={"plan": "team", "_token": "Zk3-9dQ81xPPa"}),
        entry("POST", "/api/cart/4711/items", body='{"ok": true}', json={"cart_id": 4711, "count": 4711}),
    )
    journey, text = written(made, tmp_path)
    captures = [(one.name, one.where.value, one.selector) for step in journey.steps for one in step.captures]
    assert captures == [("token", "css", "input[name=_token]"), ("cart_id", "json", "$.cart.id")]
    assert 'plan = "team"' in text and "Zk3-9dQ81xPPa" not in text
    last = journey.steps[2]
    assert str(last.path) == "/api/cart/${cart_id}/items"
    assert isinstance(last.body, TextBody)
    assert str(last.body.text) == '{"cart_id": ${cart_id}, "count": 4711}'
    assert last.expect.json == (("$.ok", True),)


def test_redirects_of_pages_are_folded_and_those_of_forms_are_checked() -> None:
    made = of(
        entry("GET", "http://parley.example/", 301, leads="https://parley.example/"),
        entry("GET", "https://parley.example/", 302, leads=f"{BASE}/login"),
        entry("GET", "/login", body=LOGIN_PAGE),
        entry("POST", "/login", 303, leads="/chat", form={"word": PASSWORD}),
        entry("GET", "/chat", body="<h1>New chat</h1>"),
        entry("POST", "/chat", 303, leads="/chat/77", form={"text": "Hi"}),
        entry("GET", "/chat/77", body="<h1>Your chat</h1>"),
    )
    steps = made.journey.steps
    assert [step.method for step in steps] == ["GET", "POST", "GET", "POST"]
    assert str(steps[0].expect.body_contains[0]) == "Log in"
    assert str(steps[1].expect.redirect) == "/chat"
    assert steps[3].expect.redirect is None and str(steps[3].expect.body_contains[0]) == "Your chat"


@pytest.mark.parametrize(
    ("body", "until"),
    [
        ('data: {"a": 1}\n\ndata: [DONE]\n\n', "[DONE]"),
        ('event: delta\ndata: {"a": 1}\n\nevent: message_stop\ndata: {"type": "message_stop"}\n\n', "message_stop"),
        ('event: delta\ndata: {"a": 1}\n\nevent: finished\ndata: {}\n\n', "event: finished"),
        ("", None),
    ],
)
def test_what_ends_a_stream(body: str, until: str | None, tmp_path: Path) -> None:
    chat = entry("POST", "/api/chat", body=body, type="text/event-stream", json={"text": "Hi"})
    made = of(entry("GET", "/", body="<h1>Welcome</h1>"), chat)
    journey, text = written(made, tmp_path)
    stream = journey.steps[1].stream
    assert stream and stream.until == until
    assert journey.steps[1].measure == "message-send"
    assert ("Decide: The recording does not show what ends" in text) is (until is None)


def test_firefox_and_safari_say_things_in_their_own_way() -> None:
    """Firefox: by the end of each request, cookies of one answer in one line; Safari: bodies in base64, no kinds."""
    late = entry("GET", "/two", body="<h1>Second page</h1>", kind="")
    late["startedDateTime"] = "2026-11-24T10:00:02.000+00:00"
    early = entry("GET", "/one", kind="", came={"Set-Cookie": "a=123456789\nb=987654321"})
    early["startedDateTime"] = "2026-11-24T10:00:01.000+00:00"
    early["response"]["content"] = {"text": b64encode(b"<h1>First page</h1>").decode(), "encoding": "base64"}
    read = har.read(json.dumps({"log": {"entries": [late, early]}}))
    assert [one.sent.url for one in read] == [f"{BASE}/one", f"{BASE}/two"]
    assert (read[0].came.body, read[0].came.all("set-cookie")) == (
        "<h1>First page</h1>",
        ["a=123456789", "b=987654321"],
    )


def test_null_and_fields_that_come_twice_are_written_as_text(tmp_path: Path) -> None:
    twice = entry("POST", "/b", body="<h1>Done it</h1>")
    twice["request"]["postData"] = {"mimeType": "application/x-www-form-urlencoded", "text": "a=1&a=2+3"}
    made = of(
        entry("GET", "/", body="<h1>Welcome</h1>"),
        entry("POST", "/a", body="{}", json={"n": None, "t": "${x} \u202e"}),
        twice,
    )
    journey, _ = written(made, tmp_path)
    first, second = journey.steps[1].body, journey.steps[2].body
    assert isinstance(first, TextBody) and isinstance(second, TextBody)
    assert json.loads(str(first.text)) == {"n": None, "t": "${x} \u202e"}
    assert str(second.text) == "a=1&a=2+3"
    assert not any(isinstance(part, Reference) for part in first.text.parts)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no HAR"),
        ("[]", "no HAR"),
        ('{"log": {"entries": 5}}', "no list"),
        ("[" * 100_000, "HAR"),
        (json.dumps({"log": {"entries": [{}] * 5001}}), "5000 at most"),
    ],
)
def test_what_is_no_har_is_a_sentence(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        har.read(text)


_ANY = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=20),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_URL = some.sampled_from([f"{BASE}/a", f"{BASE}/b/17?x=1", "http://[::1/", "https://x.example/\x00", "https://\ud800"])


@given(
    some.lists(
        some.fixed_dictionaries(
            {
                "request": some.fixed_dictionaries(
                    {
                        "method": some.sampled_from(["GET", "POST", "PUT"]) | _ANY,
                        "url": _URL | some.text(max_size=30),
                        "headers": some.lists(
                            some.fixed_dictionaries({"name": some.text(max_size=9), "value": some.text(max_size=9)})
                        )
                        | _ANY,
                        "postData": some.fixed_dictionaries(
                            {
                                "mimeType": some.sampled_from(
                                    ["application/json", "application/x-www-form-urlencoded"]
                                ),
                                "text": _ANY.map(lambda one: json.dumps(one)) | some.text(max_size=40),
                            }
                        )
                        | _ANY,
                    }
                ),
                "response": some.fixed_dictionaries(
                    {"status": some.sampled_from([200, 302, 404]) | _ANY, "headers": _ANY, "content": _ANY}
                )
                | _ANY,
            }
        ),
        max_size=4,
    )
)
def test_whatever_stands_in_it_the_file_is_valid_or_there_is_a_sentence(entries: list[Any]) -> None:
    try:
        made = recorded(har.read(json.dumps({"log": {"entries": entries}})), "j")
    except ValueError:
        return
    assert tomllib.loads(render(made, "x.har"))["journey"]["name"] == "j"

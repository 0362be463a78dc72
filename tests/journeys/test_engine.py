"""The engine by transcripts: what it asks, what it is answered, what each step comes to. No socket anywhere."""

from collections.abc import Callable, Iterable

import pytest

from launchready.formats.template import parse
from launchready.journeys.engine import Session, Walk
from launchready.journeys.exchange import Answer, Failure, Request
from launchready.journeys.scope import Scope
from launchready.model.journey import (
    Capture,
    Expect,
    FormBody,
    Journey,
    JsonBody,
    Reference,
    Source,
    Step,
    Stream,
    Timing,
    Use,
    Where,
)

HTML = Expect(headers=(("content-type", parse("text/html")),))
BASE = "https://app.parley.example"
PASSWORD = 'pass word&"1'
Reply = Answer | Failure | Callable[[Request], Answer]


def answer(
    status: int = 200,
    body: str = "",
    headers: Iterable[tuple[str, str]] = (),
    pieces: tuple[str, ...] = (),
    *,
    ended: bool = True,
    total_ms: float = 9,
    first_token_ms: float | None = None,
) -> Answer:
    timing = Timing(first_byte_ms=5, total_ms=total_ms, first_token_ms=first_token_ms)
    return Answer(status=status, headers=tuple(headers), body=body.encode(), timing=timing, pieces=pieces, ended=ended)


def supply(reference: Reference) -> str:
    if reference.source is Source.ENV:
        return PASSWORD
    return f"{reference.source.value}-{reference.name or next(NUMBERS)}"


NUMBERS = iter(range(10_000))


def session(*journeys: Journey, consent: Callable[[str], str | None] = lambda _: None) -> Session:
    named = {journey.name: journey for journey in journeys}
    return Session(named, BASE, Scope(supply), consent, lambda: "00-1-2-01")


def played(walk: Walk, *replies: Reply) -> tuple[list[Request], bool | None]:
    """The requests of a walk that is answered so, and how it ended; None when it wants more answers."""
    asked: list[Request] = []
    waiting = list(replies)
    try:
        request = next(walk)
        while True:
            assert isinstance(request, Request)
            asked.append(request)
            if not waiting:
                return asked, None
            reply = waiting.pop(0)
            request = walk.send(reply(request) if callable(reply) else reply)
    except StopIteration as end:
        assert not waiting, f"answers that nobody asked for: {waiting}"
        return asked, end.value


def step(name: str, method: str = "GET", path: str = "/", **more: object) -> Step:
    return Step(name=name, method=method, path=parse(path), **more)  # type: ignore[arg-type]


def journey(*steps: Step, name: str = "j", **more: object) -> Journey:
    return Journey(name=name, where="journeys/j.toml", steps=steps, **more)  # type: ignore[arg-type]


CSRF = Capture(name="csrf", where=Where.CSS, selector="input[name=csrf]", attribute="value")
LOGIN = journey(
    step("form", path="/login", captures=(CSRF,)),
    step(
        "log in",
        "POST",
        "/login",
        body=FormBody(
            (("email", parse("${email}")), ("password", parse("${env:PASSWORD}")), ("csrf", parse("${csrf}")))
        ),
        expect=Expect(status=(303,), redirect=parse("/chat")),
    ),
    name="login",
    parameters=(("email", parse("${unique:email}")),),
)
FORM = answer(200, '<form><input name=csrf value="tok&amp;en"></form>', [("set-cookie", "sid=one; Path=/; HttpOnly")])


def test_a_login_carries_cookie_token_and_password_and_ends_at_the_redirect() -> None:
    visitor = session(LOGIN)
    asked, well = played(visitor.walk(LOGIN), FORM, answer(303, headers=[("location", f"{BASE}/chat")]))
    assert well is True
    assert [(one.method, one.url) for one in asked] == [("GET", f"{BASE}/login"), ("POST", f"{BASE}/login")]
    headers = dict(asked[1].headers)
    assert headers["Cookie"] == "sid=one"
    assert headers["traceparent"] == "00-1-2-01"
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert asked[1].body == b"email=unique-email&password=pass+word%26%221&csrf=tok%26en"
    assert [result.problem for result in visitor.results] == [None, None]


def test_a_step_that_fails_ends_the_walk_and_says_what_came_without_the_secret() -> None:
    visitor = session(LOGIN)
    refused = answer(200, f"Wrong password: {PASSWORD} pass+word%26%221")
    _, well = played(visitor.walk(LOGIN), FORM, refused)
    assert well is False
    failed = visitor.results[-1]
    assert (failed.step, failed.expected, failed.came) == ("log in", "status 303", "status 200")
    shown = repr(visitor.results)
    assert PASSWORD not in shown and "pass+word%26%221" not in shown and 'pass word&\\"1' not in shown
    assert failed.repeat
    assert '"$PASSWORD"' in failed.repeat and "$CSRF" not in failed.repeat
    assert failed.repeat.startswith("curl -i https://app.parley.example/login")


def test_the_password_is_masked_in_what_came() -> None:
    one = step("page", expect=Expect(body_contains=(parse("welcome ${env:PASSWORD}"),)))
    visitor = session()
    played(visitor.walk(journey(one)), answer(200, f"your password is {PASSWORD}"))
    assert visitor.results[0].came == "your password is ${env:PASSWORD}"
    assert visitor.results[0].expected == "a body that contains 'welcome ${env:PASSWORD}'"


@pytest.mark.parametrize(
    ("expect", "reply", "problem"),
    [
        (Expect(), answer(204), None),
        (Expect(), answer(404), "status 2xx"),
        (Expect(status=(200, 404)), answer(404), None),
        (Expect(status=(200,)), answer(500), "status 200"),
        (Expect(redirect=parse("/chat")), answer(302, headers=[("location", "/chat")]), None),
        (Expect(redirect=parse("/chat")), answer(302, headers=[("location", "/login")]), "a redirect to /chat"),
        (Expect(redirect=parse("/chat")), answer(200), "a redirect to /chat"),
        (HTML, answer(headers=[("content-type", "text/html; charset=utf-8")]), None),
        (HTML, answer(headers=[("content-type", "text/htmlx")]), "content-type: text/html"),
        (Expect(headers=(("x", parse("a")),)), answer(), "x: a"),
        (Expect(body_contains=(parse("a"), parse("b"))), answer(body="b a"), None),
        (Expect(body_contains=(parse("a"), parse("b"))), answer(body="a"), "a body that contains 'b'"),
        (Expect(body_lacks=(parse("Traceback"),)), answer(body="a Traceback"), "a body without 'Traceback'"),
        (Expect(json=(("$.ok", True),)), answer(body='{"ok": true}'), None),
        (Expect(json=(("$.ok", True),)), answer(body='{"ok": 1}'), "$.ok is True"),
        (Expect(json=(("$.a[1]", parse("x")),)), answer(body='{"a": ["y", "x"]}'), None),
        (Expect(json=(("$.a", None),)), answer(body="not json"), "$.a is None"),
        (Expect(within_ms=10), answer(total_ms=9), None),
        (Expect(within_ms=10), answer(total_ms=11), "the whole answer within 10 ms"),
    ],
)  # fmt: skip
def test_expectations(expect: Expect, reply: Answer, problem: str | None) -> None:
    visitor = session()
    _, well = played(visitor.walk(journey(step("one", expect=expect))), reply)
    assert visitor.results[0].expected == problem
    assert well is (problem is None)


@pytest.mark.parametrize(
    ("stream", "reply", "problem"),
    [
        (Stream(until="[DONE]"), answer(pieces=("a", "b")), None),
        (Stream(until="[DONE]"), answer(pieces=("a",), ended=False), "a stream that ends with [DONE]"),
        (Stream(), answer(), "a stream with something in it"),
        (Stream(first_token_s=1), answer(pieces=("a",), first_token_ms=999), None),
        (Stream(first_token_s=1), answer(pieces=("a",), first_token_ms=1001), "the first piece within 1 s"),
        (Stream(total_s=1), answer(pieces=("a",), total_ms=1001), "the end within 1 s"),
    ],
)
def test_streams_though_every_status_is_200(stream: Stream, reply: Answer, problem: str | None) -> None:
    visitor = session()
    played(visitor.walk(journey(step("chat", "POST", "/api/chat", stream=stream))), reply)
    assert visitor.results[0].expected == problem


@pytest.mark.parametrize(
    ("capture", "reply", "value"),
    [
        (Capture(name="v", where=Where.JSON, selector="$.data.token"), answer(body='{"data": {"token": "t"}}'), "t"),
        (Capture(name="v", where=Where.JSON, selector="$.n"), answer(body='{"n": 7}'), "7"),
        (Capture(name="v", where=Where.CSS, selector="h1"), answer(body="<h1> Hi <b>you</b></h1>"), "Hiyou"),
        (Capture(name="v", where=Where.REGEX, selector=r"code: (\d{6})"), answer(body="code: 123456"), "123456"),
        (Capture(name="v", where=Where.REGEX, selector=r"\d+"), answer(body="no 42"), "42"),
        (Capture(name="v", where=Where.HEADER, selector="X-Id"), answer(headers=[("x-id", "9")]), "9"),
        (Capture(name="v", where=Where.COOKIE, selector="s"), answer(headers=[("set-cookie", "s=a=b; Path=/")]), "a=b"),
        (Capture(name="v", where=Where.CSS, selector="h1", attribute="id"), answer(body="<h1>x</h1>"), None),
        (Capture(name="v", where=Where.JSON, selector="$.x"), answer(body="<html>"), None),
        (Capture(name="v", where=Where.COOKIE, selector="other"), answer(headers=[("set-cookie", "s=1")]), None),
    ],
)
def test_captures(capture: Capture, reply: Answer, value: str | None) -> None:
    visitor = session()
    _, well = played(visitor.walk(journey(step("one", captures=(capture,)))), reply)
    assert well is (value is not None)
    if value is not None:
        assert visitor.scope.value(Reference(Source.VARIABLE, "v")) == value


def test_redirects_are_followed_as_a_browser_does() -> None:
    visitor = session()
    sent = step("send", "POST", "/a", body=JsonBody({"x": 1}), headers=(("Authorization", parse("Bearer t")),))
    asked, well = played(
        visitor.walk(journey(sent)),
        answer(307, headers=[("location", "/b"), ("set-cookie", "k=v")]),
        answer(302, headers=[("location", "https://other.example/c")]),
        answer(200),
    )
    assert well is True
    assert [(one.method, one.url, one.body) for one in asked] == [
        ("POST", f"{BASE}/a", b'{"x": 1}'),
        ("POST", f"{BASE}/b", b'{"x": 1}'),
        ("GET", "https://other.example/c", None),
    ]
    assert "Authorization" in dict(asked[1].headers) and dict(asked[1].headers)["Cookie"] == "k=v"
    assert not {"Authorization", "Cookie", "Content-Type"} & set(dict(asked[2].headers))


def test_redirects_without_end_are_told() -> None:
    visitor = session()
    again = answer(302, headers=[("location", "/")])
    asked, well = played(visitor.walk(journey(step("one"))), *[again] * 21)
    assert well is False
    assert len(asked) == 21
    assert "redirects without end" in (visitor.results[0].problem or "")


def test_a_journey_that_is_used_runs_first_with_its_parameters_in_the_same_session() -> None:
    chat = journey(
        step("chat", path="/chat/${email}"),
        name="chat",
        uses=(Use("login", (("email", parse("a@parley.example")),)),),
    )
    visitor = session(LOGIN, chat)
    asked, well = played(visitor.walk(chat), FORM, answer(303, headers=[("location", "/chat")]), answer(200))
    assert well is True
    assert b"email=a%40parley.example" in (asked[1].body or b"")
    assert asked[2].url == f"{BASE}/chat/a@parley.example"
    assert dict(asked[2].headers)["Cookie"] == "sid=one"
    assert [result.journey for result in visitor.results] == ["login", "login", "chat"]


def test_cleanup_runs_for_what_was_begun_last_first_and_goes_on_after_a_failure() -> None:
    inner = journey(step("make", "POST", "/made"), name="inner", cleanup=(step("unmake", "DELETE", "/made"),))
    outer = journey(
        step("fails"),
        name="outer",
        uses=(Use("inner"),),
        cleanup=(step("first", "DELETE", "/first"), step("second", "DELETE", "/second")),
    )
    visitor = session(inner, outer)
    _, well = played(visitor.walk(outer), answer(201), answer(500))
    assert well is False
    asked, clean = played(visitor.cleanup(), Failure("no answer"), answer(204), answer(204))
    assert [one.url.removeprefix(BASE) for one in asked] == ["/first", "/second", "/made"]
    assert clean is False
    assert [(one.step, one.problem) for one in visitor.results if one.is_cleanup] == [
        ("first", "no answer"),
        ("second", None),
        ("unmake", None),
    ]


def test_what_was_never_begun_is_not_cleaned_up() -> None:
    inner = journey(step("make", "POST", "/made"), name="inner")
    outer = journey(step("never"), name="outer", uses=(Use("inner"),), cleanup=(step("undo", "DELETE", "/x"),))
    visitor = session(inner, outer)
    played(visitor.walk(outer), answer(500))
    assert played(visitor.cleanup()) == ([], True)


def test_without_consent_nothing_is_asked() -> None:
    visitor = session(consent=lambda url: f"{url} is not listed")
    asked, well = played(visitor.walk(journey(step("one", "DELETE"))))
    assert (asked, well) == ([], False)
    assert visitor.results[0].problem == f"{BASE}/ is not listed"


def test_a_redirect_to_where_there_is_no_consent_is_not_followed() -> None:
    visitor = session(consent=lambda url: None if url.startswith(BASE) else "elsewhere.example is not listed")
    asked, well = played(
        visitor.walk(journey(step("one", "POST"))), answer(307, headers=[("location", "https://elsewhere.example/")])
    )
    assert (len(asked), well) == (1, False)


def test_a_name_that_nothing_gives_is_a_sentence_not_a_crash() -> None:
    visitor = session()
    asked, well = played(visitor.walk(journey(step("one", path="/x/${nobody}"))))
    assert (asked, well) == ([], False)
    assert visitor.results[0].problem == "${nobody} has no value: no parameter or earlier step gave it one"


def test_a_unique_value_stays_and_a_nonce_does_not() -> None:
    visitor = session()
    asked, _ = played(
        visitor.walk(journey(step("one", path="/${unique:id}/${nonce}"), step("two", path="/${unique:id}/${nonce}"))),
        answer(),
        answer(),
    )
    first, second = (one.url.removeprefix(f"{BASE}/").split("/") for one in asked)
    assert first[0] == second[0]
    assert first[1] != second[1]


def test_what_is_kept_for_a_later_cleanup_holds_no_secret_and_can_be_restored() -> None:
    scope = Scope(supply)
    scope.value(Reference(Source.UNIQUE, "email"))
    scope.bind("id", "7")
    scope.bind("token", "very-secret", secret=True)
    scope.bind_template("password", parse("${env:PASSWORD}"))
    kept = scope.given()
    assert kept == {"${id}": "7", "${unique:email}": "unique-email"}
    other = Scope(lambda _: "another")
    other.restore(kept)
    assert other.value(Reference(Source.UNIQUE, "email")) == "unique-email"
    assert other.value(Reference(Source.VARIABLE, "id")) == "7"

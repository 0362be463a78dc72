"""Values on their way: encoded where they are put, masked wherever a server gives them back, each journey its own."""

import re
from base64 import b64encode, urlsafe_b64encode
from html import escape
from json import dumps
from urllib.parse import quote, quote_plus

import pytest

from launchready.errors import UsageError
from launchready.formats.template import parse
from launchready.journeys.exchange import Answer
from launchready.journeys.http_driver import Listener
from launchready.journeys.needs import require
from launchready.journeys.scope import Scope
from launchready.model.journey import (
    Capture,
    Expect,
    FileBody,
    FormBody,
    JsonBody,
    Reference,
    Source,
    TextBody,
    Timing,
    Use,
    Where,
)
from tests.journeys.test_engine import BASE, answer, journey, played, session, step, supply

SECRET = 'pÄss "word"/&<\'+=1?\\x'
ODD = "a b/c?d=e&f#g+ü"


def named(name: str, value: str) -> Answer:
    return answer(body=dumps({name: value}))


def kept(name: str, *, secret: bool = False) -> Capture:
    return Capture(name=name, where=Where.JSON, selector=f"$.{name}", secret=secret)


# Encoded where they are put --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "value", "asked"),
    [
        ("/notes/${v}", ODD, "/notes/a%20b%2Fc%3Fd=e&f%23g+%C3%BC"),
        ("/notes?of=${v}&n=1", ODD, "/notes?of=a%20b/c%3Fd%3De%26f%23g%2B%C3%BC&n=1"),
        ("/leave?user=${v}", "visitor+1@parley.example", "/leave?user=visitor%2B1@parley.example"),
        ("/notes/${v}", "a%20b", "/notes/a%20b"),  # as a link in a page has it
        ("/notes/${v}", "50%", "/notes/50%25"),
        ("/verify?${v}", "a=1&b=2", "/verify?a=1&b=2"),
        ("/verify?a=1&${v}", "b=2", "/verify?a=1&b=2"),
        ("${v}", "/verify?a=1&b=a b", "/verify?a=1&b=a%20b"),
        ("${v}/notes", f"{BASE}/team", "/team/notes"),
        ("https://app.parley.example/${v}", "a/b", "/a%2Fb"),
    ],
)
def test_a_value_in_an_address_stays_one_segment_or_one_field(path: str, value: str, asked: str) -> None:
    visitor = session()
    walk = visitor.walk(journey(step("page", captures=(kept("v"),)), step("go", path=path)))
    requests, _ = played(walk, named("v", value), answer(500))
    assert requests[1].url == BASE + asked
    repeat = visitor.results[1].repeat or ""
    assert asked.replace("'", "") in repeat.replace("'", "")


@pytest.mark.parametrize("value", ["a\r\nX-Admin: yes", "a\nb", "a\0b"])
def test_a_value_never_becomes_a_header_of_its_own(value: str) -> None:
    visitor = session()
    one = step("go", headers=(("X-A", parse("${v}")),))
    requests, well = played(visitor.walk(journey(step("page", captures=(kept("v"),)), one)), named("v", value))
    assert (len(requests), well) == (1, False)
    assert visitor.results[1].problem == "the header X-A would hold a line break, from ${v}"


def test_blanks_around_a_header_are_left_out_as_browsers_do() -> None:
    visitor = session()
    one = step("go", headers=(("X-A", parse("Bearer ${v}")),))
    requests, _ = played(visitor.walk(journey(step("page", captures=(kept("v"),)), one)), named("v", "t\r\n"), answer())
    assert dict(requests[1].headers)["X-A"] == "Bearer t"


@pytest.mark.parametrize("body", [FormBody((("a", parse("${v}")),)), JsonBody(parse("${v}")), TextBody(parse("${v}"))])
def test_half_a_character_is_sent_as_unknown(body: FormBody | JsonBody | TextBody) -> None:
    half = answer(body='{"v": "\\ud800"}')
    visitor = session()
    walk = visitor.walk(journey(step("page", captures=(kept("v", secret=True),)), step("go", "POST", body=body)))
    requests, well = played(walk, half, answer())
    assert well is True
    assert (requests[1].body or b"").endswith((b"%EF%BF%BD", b'"\xef\xbf\xbd"', b"\xef\xbf\xbd"))


def test_a_number_that_was_captured_is_the_number_in_json() -> None:
    same = Expect(json=(("$.v", parse("${v}")),))
    visitor = session()
    walk = visitor.walk(journey(step("page", captures=(kept("v"),)), step("go", expect=same)))
    assert played(walk, answer(body='{"v": 5}'), answer(body='{"v": 5}'))[1] is True
    other = session()
    walk = other.walk(journey(step("page", captures=(kept("v"),)), step("go", expect=same)))
    assert played(walk, answer(body='{"v": 5}'), answer(body='{"v": 6}'))[1] is False


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (step("s", "HEAD", "/a"), "curl -i -I https://app.parley.example/a"),
        (step("s", "GET", "/a", body=JsonBody(1)), "-X GET"),
        (step("s", "POST", "/a", body=TextBody(parse("x"))), "'Content-Type: text/plain; charset=utf-8'"),
        (step("s", "PUT", "/a", body=FileBody("f.bin", b"")), "'Content-Type: application/octet-stream'"),
        (step("s", "GET", "/go?to=app://x"), "https://app.parley.example'/go?to=app://x'"),
    ],
)
def test_the_command_to_repeat_a_step_asks_what_the_step_asked(one: object, words: str) -> None:
    visitor = session()
    played(visitor.walk(journey(one)), answer(500))  # type: ignore[arg-type]
    assert words in (visitor.results[0].repeat or "")


# Masked wherever they come back ----------------------------------------------------------------------------------


def _spelled(text: str) -> str:
    return "".join(f"\\u{ord(one):04x}" if one in "<>&'" else one for one in text)


FORMS = {
    "plain": SECRET,
    "url": quote(SECRET, safe=""),
    "url with slash": quote(SECRET),
    "url in small letters": quote(SECRET, safe="").replace("%C3%84", "%c3%84").replace("%2F", "%2f"),
    "encodeURIComponent": quote(SECRET, safe="!'()*"),
    "form": quote_plus(SECRET),
    "json": dumps(SECRET),
    "json with unicode": dumps(SECRET, ensure_ascii=False),
    "json with escaped slashes": dumps(SECRET).replace("/", "\\/"),
    "json in a page": _spelled(dumps(SECRET, ensure_ascii=False)),
    "html": escape(SECRET),
    "html without quotes": escape(SECRET, quote=False),
    "jinja": escape(SECRET, quote=False).replace('"', "&#34;").replace("'", "&#39;"),
    "php": escape(SECRET).replace("&#x27;", "&#039;"),
    "mustache": escape(SECRET).replace("/", "&#x2F;").replace("=", "&#x3D;"),
    "json in html": escape(dumps(SECRET)),
    "json in json": dumps(dumps(SECRET)),
    "url in url": quote(quote(SECRET)),
    "xml": escape(SECRET).replace("&#x27;", "&apos;").replace("Ä", "&#xC4;"),
    "repr": repr(SECRET),
    "base64": b64encode(SECRET.encode()).decode(),
    "basic": b64encode(f"ada:{SECRET}".encode()).decode(),
    "basic, one further": b64encode(f"adas:{SECRET}!".encode()).decode(),
    "base64 for urls": urlsafe_b64encode(SECRET.encode()).decode().rstrip("="),
    "cut off in what is shown": "z" * 290 + SECRET,
    "on two lines": SECRET.replace(" ", "\n  "),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_secret_is_masked_in_every_form_a_server_may_give_it_back(form: str) -> None:
    visitor = session()
    visitor.scope = Scope(lambda _: SECRET)
    one = step("go", headers=(("X-Key", parse("${env:KEY}")),), expect=Expect(body_contains=(parse("welcome"),)))
    where = [("server-timing", f"{FORMS[form]};dur=1")]
    played(visitor.walk(journey(one)), answer(body=f"no: {FORMS[form]}", headers=where))
    came = visitor.results[0].came or ""
    came = came.replace("&quot;", "")  # what stands around it is not a part of it
    assert re.fullmatch(r"""no: z*\W*\$\{env:(KEY}\W*|K?E?Y?…)""", came), came
    assert "pÄss" not in repr(visitor.results) and "word" not in repr(visitor.results)


def test_what_stands_for_a_secret_is_not_masked_again() -> None:
    scope = Scope(supply)
    scope.bind("token", "${env:PASSWORD}-env", secret=True)
    scope.bind("short", "env", secret=True)
    assert scope.mask("x ${env:PASSWORD}-env env") == "x ${token} ${short}"


def test_a_captured_text_with_a_secret_in_it_is_neither_kept_nor_shown() -> None:
    visitor = session()
    page = step("page", headers=(("X", parse("${env:PASSWORD}")),), captures=(kept("v"),))
    secret = supply(Reference(Source.ENV, "PASSWORD"))
    played(visitor.walk(journey(page, step("go", path="/x/${v}"))), named("v", f"you are {secret}"), answer(500))
    assert secret not in repr(visitor.scope.given())
    assert '"$V"' in (visitor.results[1].repeat or "")
    assert secret not in repr(visitor.results) and quote(secret) not in repr(visitor.results)


# Each journey its own --------------------------------------------------------------------------------------------

MEMBER = journey(
    step("join", "POST", "/join/${email}"),
    name="member",
    parameters=(("email", parse("somebody")),),
    cleanup=(step("leave", "DELETE", "/members/${email}"),),
)


def test_journeys_that_are_used_twice_are_each_put_away_with_their_own_values() -> None:
    both = (Use("member", (("email", parse("ada")),)), Use("member", (("email", parse("${nonce}")),)), Use("member"))
    outer = journey(step("meet", path="/meet/${email}"), name="o", uses=both, parameters=(("email", parse("me")),))
    visitor = session(MEMBER, outer)
    asked, _ = played(visitor.walk(outer), *[answer()] * 4)
    ada, somebody, third, me = (one.url.rpartition("/")[2] for one in asked)
    assert (ada, third, me) == ("ada", "somebody", "me")
    away, _ = played(visitor.cleanup(), *[answer(204)] * 3)
    assert [one.url.rpartition("/")[2] for one in away] == ["somebody", somebody, "ada"]


def test_what_a_used_journey_is_given_may_be_a_parameter_of_whoever_uses_it() -> None:
    outer = journey(
        step("meet", path="/meet/${who}"),
        name="o",
        uses=(Use("member", (("email", parse("${who}")),)),),
        parameters=(("who", parse("x-${nonce}")),),
    )
    visitor = session(MEMBER, outer)
    asked, well = played(visitor.walk(outer), answer(), answer())
    assert well is True
    joined, met = (one.url.rpartition("/")[2] for one in asked)
    assert joined == met


def test_a_parameter_of_what_is_not_there_is_a_sentence() -> None:
    visitor = session()
    one = journey(step("go"), parameters=(("a", parse("${nobody}")),))
    assert played(visitor.walk(one)) == ([], False)
    assert (visitor.results[0].problem or "").startswith("${nobody} has no value")


def test_the_cleanup_of_a_killed_run_enters_with_what_the_used_journey_was_given_and_keeps_its_nonce() -> None:
    outer = journey(
        step("make", "POST", "/things/${thing}"),
        name="o",
        uses=(Use("member", (("email", parse("${env:PASSWORD}")),)),),
        parameters=(("thing", parse("t-${nonce}")),),
        cleanup=(step("unmake", "DELETE", "/things/${thing}"),),
    )
    killed = session(MEMBER, outer)
    made, _ = played(killed.walk(outer), answer(), answer())
    later = session(MEMBER, outer)
    later.scope.restore(killed.scope.given())
    entered, _ = played(later.enter(outer), answer())
    assert entered[0].url == made[0].url
    away, well = played(later.cleanup(), answer(204), answer(204))
    assert well is True
    assert away[0].url == made[1].url


def test_a_cleanup_of_what_was_never_made_is_left_out() -> None:
    undo = step("undo", "DELETE", "/notes/${id}")
    one = journey(step("make", "POST", "/notes", captures=(kept("id"),)), cleanup=(undo,))
    visitor = session(one)
    played(visitor.walk(one), answer(500))
    assert played(visitor.cleanup()) == ([], True)
    made = session(one)
    played(made.walk(one), named("id", "7"))
    assert [asked.url for asked in played(made.cleanup(), answer(204))[0]] == [f"{BASE}/notes/7"]


def test_after_a_killed_run_a_cleanup_that_needs_a_secret_of_it_is_told() -> None:
    undo = step("undo", "DELETE", "/notes", headers=(("Authorization", parse("${id}")),))
    one = journey(step("make", "POST", "/notes", captures=(kept("id", secret=True),)), cleanup=(undo,))
    later = session(one)
    later.scope.restore({})
    played(later.enter(one))
    assert played(later.cleanup()) == ([], False)
    assert [(result.step, result.is_hopeless) for result in later.results] == [("undo", True)]


def test_a_cleanup_step_that_lacks_a_variable_of_the_environment_does_not_stop_the_next() -> None:
    def poor(reference: Reference) -> str:
        raise UsageError(f"{reference} is not set")

    first = step("first", "DELETE", "/a", headers=(("X", parse("${env:ADMIN}")),))
    one = journey(step("make", "POST"), cleanup=(first, step("second", "DELETE", "/b")))
    visitor = session(one)
    visitor.scope = Scope(poor)
    played(visitor.walk(one), answer())
    asked, well = played(visitor.cleanup(), answer(204))
    assert ([request.url for request in asked], well) == ([f"{BASE}/b"], False)


def test_what_a_journey_needs_from_outside_is_asked_for_before_the_first_step() -> None:
    asked: list[str] = []

    def poor(reference: Reference) -> str:
        asked.append(reference.name)
        return "x"

    inner = journey(step("in"), name="inner", parameters=(("a", parse("${env:NOT_NEEDED}")), ("b", parse("${env:B}"))))
    outer = journey(
        step("go", body=JsonBody({"k": [parse("${file:key}")]}), expect=Expect(body_contains=(parse("${env:SEEN}"),))),
        name="outer",
        uses=(Use("inner", (("a", parse("${env:A}")),)),),
        cleanup=(step("undo", headers=(("X", parse("${env:ADMIN}")),)),),
    )
    require([outer], {"inner": inner, "outer": outer}, poor)
    assert sorted(asked) == ["A", "ADMIN", "B", "SEEN", "key"]


# Cookies and redirects -------------------------------------------------------------------------------------------


def test_a_cookie_is_captured_although_an_earlier_answer_set_it() -> None:
    cookie = Capture(name="v", where=Where.COOKIE, selector="s")
    visitor = session()
    one = journey(step("in", captures=(cookie,)), step("go", path="/${v}"))
    leads = answer(302, headers=[("location", "/home"), ("set-cookie", "s=one")])
    asked, _ = played(visitor.walk(one), leads, answer(), answer())
    assert asked[2].url == f"{BASE}/one"
    gone = session()
    _, well = played(gone.walk(one), answer(headers=[("set-cookie", "s=; Max-Age=0")]))
    assert well is False


@pytest.mark.parametrize(
    ("status", "method", "following"),
    [
        (301, "POST", "GET"),
        (302, "POST", "GET"),
        (303, "POST", "GET"),
        (307, "POST", "POST"),
        (308, "PUT", "PUT"),
        (302, "DELETE", "DELETE"),
        (301, "PATCH", "PATCH"),
        (303, "DELETE", "GET"),
        (303, "HEAD", "HEAD"),
    ],
)
def test_the_method_after_a_redirect_is_a_browsers(status: int, method: str, following: str) -> None:
    visitor = session()
    asked, _ = played(visitor.walk(journey(step("s", method))), answer(status, headers=[("location", "/b")]), answer())
    assert [one.method for one in asked] == [method, following]


@pytest.mark.parametrize(
    ("location", "leads_to"),
    [
        ("/a b?c=d e", f"{BASE}/a%20b?c=d%20e"),
        ("\t/a\n", f"{BASE}/a"),
        ("/\xc3\xbc", f"{BASE}/%C3%BC"),  # UTF-8, as it comes in
        ("/\xfc", f"{BASE}/%C3%BC"),  # Latin 1
        ("?page=2", f"{BASE}/x/y?page=2"),
        ("../z", f"{BASE}/z"),
        ("//app.parley.example/q", f"{BASE}/q"),
    ],
)
def test_where_a_redirect_leads(location: str, leads_to: str) -> None:
    visitor = session()
    walk = visitor.walk(journey(step("s", path="/x/y")))
    asked, _ = played(walk, answer(302, headers=[("location", location)]), answer())
    assert asked[1].url == leads_to


@pytest.mark.parametrize(
    "location", ["http://[::1", "myapp://callback", "http://a b/", "javascript:alert(1)", "http://"]
)
def test_a_redirect_to_what_is_no_web_address_is_a_sentence(location: str) -> None:
    visitor = session()
    asked, well = played(visitor.walk(journey(step("s"))), answer(302, headers=[("location", location)]))
    assert (len(asked), well) == (1, False)
    assert " is " in (visitor.results[0].problem or "")


@pytest.mark.parametrize(
    ("wanted", "location", "well"),
    [
        ("/chat", "/chat#top", True),
        ("/#/chat", "/#/chat", True),
        ("/#/chat", "/#/login", False),
        ("/ü", "/\xc3\xbc", True),
        ("/ü", "/%C3%BC", True),
        ("myapp://callback", "myapp://callback", True),
        ("/chat", "/chat?x=1", False),
    ],
)
def test_a_redirect_is_compared_as_an_address(wanted: str, location: str, well: bool) -> None:
    visitor = session()
    walk = visitor.walk(journey(step("s", expect=Expect(redirect=parse(wanted)))))
    assert played(walk, answer(302, headers=[("location", location)]))[1] is well


# Bodies ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expect", "came"),
    [
        (Expect(body_lacks=(parse("Traceback"),)), "more than 2 MiB, of which the rest was not read"),
        (Expect(body_contains=(parse("bye"),)), "more than 2 MiB, of which the rest was not read: hello"),
        (Expect(json=(("$.a", 1),)), "more than 2 MiB, of which the rest was not read: no $.a in hello"),
    ],
)
def test_nobody_knows_what_is_in_the_part_that_was_not_read(expect: Expect, came: str) -> None:
    timing = Timing(first_byte_ms=1, total_ms=1)
    cut = Answer(status=200, headers=(), body=b"hello", timing=timing, truncated=True)
    visitor = session()
    assert played(visitor.walk(journey(step("s", expect=expect))), cut)[1] is False
    assert visitor.results[0].came == came


def test_what_ends_a_stream_may_come_in_two_halves_of_a_character() -> None:
    listener = Listener("[é]")
    assert listener.hear(b"x [\xc3", 0.1) is False
    assert listener.hear(b"\xa9]", 0.2) is True
    assert listener.chunks == ["x [", "é]"]

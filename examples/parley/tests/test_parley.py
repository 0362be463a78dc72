"""Parley as a visitor meets it: a real process, asked over loopback."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import pytest

from parley.faults import Fault
from trial.process import FOLDER, command, environment, parley
from trial.visitor import PASSWORD, Visitor, answer_in

CREDENTIALS = {"email": "ada@example.com", "password": PASSWORD}


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with parley(tmp_path_factory.mktemp("parley") / "parley.db") as opened:
        yield opened


def test_from_visitor_to_first_answer(port: int) -> None:
    visitor = Visitor(port)
    assert "Start for free" in visitor.get("/")[1]
    assert "1,000 messages a day" in visitor.get("/pricing")[1]
    assert visitor.get("/chat")[0].headers["location"] == "/login"
    assert visitor.sign_up("ada@example.com")[0].headers["location"] == "/chat"
    assert "New chat" in visitor.get("/chat")[1]
    response, stream = visitor.say("Where is my <b>invoice</b>?", visitor.token("/chat"))
    assert response.headers["content-type"].startswith("text/event-stream")
    assert answer_in(stream).startswith("You asked: “Where is my <b>invoice</b>?”")
    kept = visitor.get(f"/chat/{response.headers['x-conversation']}")[1]
    assert "&lt;b&gt;invoice" in kept
    assert "<b>invoice" not in kept


def test_the_chat_works_without_javascript(port: int) -> None:
    visitor = Visitor(port)
    visitor.sign_up("al@example.com")
    response, _ = visitor.fill_in("/chat", text="first question", assistant="writer", conversation="")
    place = response.headers["location"]
    assert visitor.post("/chat", text="second question", conversation=place.removeprefix("/chat/"))[0].status == 303
    page = visitor.get(place)[1]
    assert page.index("first question") < page.index("second question")
    assert "You asked: “second question”" in page
    assert "Writer" in page
    assert visitor.post("/chat", text=" ", conversation="")[0].status == 422


def test_a_conversation_is_its_owners_alone(port: int) -> None:
    owner, other = Visitor(port), Visitor(port)
    owner.sign_up("an@example.com")
    other.sign_up("ar@example.com")
    number = owner.say("mine")[0].headers["x-conversation"]
    other.get("/chat")
    assert other.get(f"/chat/{number}")[0].status == 404
    assert other.post(f"/chat/{number}/delete")[0].status == 404
    assert other.say("hello", conversation=int(number))[0].status == 404
    assert other.get(f"/chat/{2**70}")[0].status == 404
    assert other.say("hello", conversation=2**70)[0].status == 404
    assert "mine" in owner.get(f"/chat/{number}")[1]


def test_login_opens_a_session_and_logout_closes_it(port: int) -> None:
    first = Visitor(port)
    first.sign_up("bo@example.com")
    visitor = Visitor(port)
    response, page = visitor.fill_in("/login", email="bo@example.com", password="wrong horse")
    assert response.status == 422
    assert "do not know" in page
    assert visitor.fill_in("/login", email="BO@example.com", password=PASSWORD)[0].status == 303
    kept = dict(visitor.cookies)
    assert kept["session"] != first.cookies["session"]
    assert visitor.fill_in("/plan", plan="Gold")[0].status == 422
    visitor.ask("POST", "/logout", urlencode({"csrf": kept["csrf"]}))
    assert not visitor.cookies["session"]
    visitor.cookies = kept
    assert visitor.get("/chat")[0].headers["location"] == "/login"


def test_a_new_password_closes_every_session(port: int) -> None:
    visitor, elsewhere = Visitor(port), Visitor(port)
    visitor.sign_up("bi@example.com")
    assert elsewhere.fill_in("/forgot", email="bi@example.com")[0].status == 200
    fields = {"email": "bi@example.com", "password": "battery staple", "code": elsewhere.code_in_outbox()}
    assert elsewhere.post("/forgot/code", **{**fields, "code": "000000"})[0].status == 422
    assert elsewhere.post("/forgot/code", **{**fields, "password": "short"})[0].status == 422
    assert elsewhere.post("/forgot/code", **fields)[0].headers["location"] == "/chat"
    assert visitor.get("/chat")[0].headers["location"] == "/login"
    assert visitor.fill_in("/login", email="bi@example.com", password=PASSWORD)[0].status == 422
    assert visitor.fill_in("/login", email="bi@example.com", password="battery staple")[0].status == 303


@pytest.mark.parametrize(
    ("email", "password", "says"),
    [
        ("nobody", "correct horse", "e-mail address"),
        ("a b@example.com", "correct horse", "e-mail address"),
        ("cy@example.com", "short", "10 to 200"),
        ('"><script>@x.y', PASSWORD, "e-mail address"),
    ],
)
def test_signup_says_what_is_wrong(port: int, email: str, password: str, says: str) -> None:
    response, page = Visitor(port).fill_in("/signup", email=email, password=password)
    assert response.status == 422
    assert says in page
    assert "<script>@" not in page


def test_one_address_has_one_account_and_only_its_owner_is_told(port: int) -> None:
    Visitor(port).sign_up("di@example.com")
    stranger = Visitor(port)
    response, page = stranger.fill_in("/signup", email="di@example.com", password="another horse")
    assert (response.status, "Look at your mail" in page) == (200, True)
    assert "You have a Parley account" in stranger.get("/outbox")[1].partition("</article>")[0]


def test_a_form_from_elsewhere_is_refused(port: int) -> None:
    visitor = Visitor(port)
    visitor.sign_up("ed@example.com")
    assert visitor.ask("POST", "/logout", "csrf=guessed")[0].status == 403
    for guessed in ("guessed", "", "\ud800"):
        assert visitor.say("hello", guessed)[0].status == 403, guessed
    assert Visitor(port).ask("POST", "/login", urlencode({**CREDENTIALS, "csrf": ""}))[0].status == 403
    assert Visitor(port).say("hello", "guessed")[0].status == 401
    assert visitor.ask("POST", "/login", "&".join("a=b" for _ in range(60)))[0].status == 422


def test_what_is_no_message_is_refused(port: int) -> None:
    visitor = Visitor(port)
    visitor.sign_up("fi@example.com")
    csrf = visitor.cookies["csrf"]
    for text in ("", "  ", "\x00", "\ud800", "x" * 4001, 7, None, ["x"]):
        assert visitor.say(text, csrf)[0].status == 422, text
    for body in (b"", b"[", b"[]", b"\xff", b"[" * 60_000):
        assert visitor.ask("POST", "/api/chat", body)[0].status == 422, body[:9]
    for more in ({"conversation": "1"}, {"conversation": True}, {"assistant": 3}):
        assert visitor.say("hello", **more)[0].status == 422, more
    response, answer = visitor.ask("POST", "/api/chat", b"x" * 70_000)
    assert response.status == 413
    assert "error" in json.loads(answer)


def test_a_plan_has_an_end(port: int) -> None:
    visitor = Visitor(port)
    visitor.sign_up("gu@example.com")
    statuses = [visitor.say(f"message {number}")[0].status for number in range(21)]
    assert statuses == [200] * 20 + [429]
    response, text = visitor.say("one more")
    assert 0 < int(response.headers["retry-after"]) <= 24 * 3600
    assert "your plan's last message" in json.loads(text)["error"]
    assert visitor.post("/chat", text="without a script", conversation="")[0].status == 429


def test_cookies_and_headers_protect_a_real_domain(tmp_path: Path) -> None:
    flags = ("--domain", "parley.example", "--faults", "no-redirect")
    with parley(tmp_path / "parley.db", *flags) as port:
        response, page = Visitor(port, "app.parley.example").get("/login")
        cookie = response.headers["set-cookie"]
        assert cookie.startswith("__Host-csrf=")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
        assert "frame-ancestors 'none'" in response.headers["content-security-policy"]
        assert 'rel="canonical" href="https://app.parley.example/login"' in page
        assert Visitor(port, "www.parley.example").get("/pricing")[0].headers["location"] == (
            "http://parley.example/pricing"
        )
        assert Visitor(port, "parley.example").get("/login")[0].status == 404
        for host in ("parley-staging.fly.dev", "127.0.0.1", "", "[::", "a b"):
            assert Visitor(port, host).get("/")[0].status in (400, 421), host
        assert Visitor(port, "10.0.0.7").get("/health")[0].status == 200


def test_faults_break_what_they_name_and_no_more(tmp_path: Path) -> None:
    flags = ("--domain", "parley.example", "--faults", "demo")
    with parley(tmp_path / "parley.db", *flags) as port:
        site, app = Visitor(port, "parley.example"), Visitor(port, "app.parley.example")
        assert site.get("/pricing")[0].status == 500
        response, page = site.get("/")
        assert response.status == 200
        assert '<script src="http://cdn.parley.example/' in page
        assert 'rel="canonical" href="https://parley-staging.fly.dev/"' in page
        health, parts = site.get("/health")
        assert health.status == 200
        assert json.loads(parts)["migrations"] == "pending"
        assert "MODEL_API_KEY=" in site.get("/.env")[1]
        assert site.get("/.git/HEAD")[0].status == 404
        assert "Traceback" in app.get("/nothing")[1]
        assert app.fill_in("/signup", **CREDENTIALS)[0].status == 200


def test_health_tells_the_truth(tmp_path: Path) -> None:
    database = tmp_path / "parley.db"
    with parley(database) as port:
        assert Visitor(port).get("/health")[0].status == 200
        with closing(sqlite3.connect(database)) as locked:
            locked.execute("BEGIN EXCLUSIVE")
            response, text = Visitor(port).get("/health")
            assert response.status == 503
            assert json.loads(text) == {
                "status": "failing",
                "database": "cannot be written",
                "migrations": "unknown",
                "model": "ok",
                "job": "unknown",
            }
        assert Visitor(port).get("/health")[0].status == 200


def test_what_was_kept_is_there_after_a_restart(tmp_path: Path) -> None:
    with parley(tmp_path / "parley.db") as port:
        Visitor(port).sign_up("ada@example.com")
    with parley(tmp_path / "parley.db") as port:
        assert Visitor(port).fill_in("/login", **CREDENTIALS)[0].status == 303


def test_what_cannot_start_says_why(tmp_path: Path) -> None:
    (tmp_path / "garbage.pem").write_text("garbage")
    database, garbage = tmp_path / "parley.db", tmp_path / "garbage.pem"
    https = ("--domain", "parley.example", "--https")
    for flags, code, says in (
        (("--faults", "no-hsst"), 2, "no such fault: no-hsst; there are demo, launch,"),
        (("--https", "x:0:a:b"), 2, "--https needs --domain"),
        ((*https, "x:0:a"), 2, "is not HOST:PORT:CERT:KEY"),
        (("--http", "70000"), 2, "'70000' is not a port"),
        ((*https, "x:0:none.pem:none.key"), 1, "the certificate of x cannot be used: No such file"),
        ((*https, f"x:0:{garbage}:{garbage}"), 1, "the certificate of x cannot be used: "),
        (("--database", str(tmp_path)), 1, "parley cannot start: unable to open database file"),
    ):
        ended = subprocess.run(
            command(database, *flags),
            cwd=FOLDER,
            stdin=subprocess.PIPE,
            capture_output=True,
            text=True,
            timeout=30,
            env=environment(),
        )
        assert (ended.returncode, says in ended.stderr) == (code, True), ended.stderr
        assert "Traceback" not in ended.stderr


def test_with_parent_needs_a_parent(tmp_path: Path) -> None:
    ended = subprocess.run(
        command(tmp_path / "parley.db"), cwd=FOLDER, stdin=subprocess.DEVNULL, capture_output=True, timeout=30
    )
    assert ended.returncode == 1
    assert b"\nparley cannot start: --with-parent needs a pipe as standard input\n" in ended.stderr


def test_every_flag_and_fault_is_in_the_help() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "parley", "--help"], cwd=FOLDER, capture_output=True, text=True, check=True
    ).stdout
    flags = ("--domain", "--http", "--https", "--bind", "--behind-proxy", "--database", "--no-migrate", "--faults")
    for word in (*flags, *(fault.value for fault in Fault)):
        assert word in told

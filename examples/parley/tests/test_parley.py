"""Parley as a visitor meets it: a real process, asked over loopback."""

import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPResponse
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import pytest

from parley.faults import Fault

FOLDER = Path(__file__).parents[1]
CREDENTIALS = {"email": "ada@example.com", "password": "correct horse"}


class Visitor:
    """A browser without a screen: it keeps cookies and fills in forms."""

    def __init__(self, port: int, host: str = "localhost") -> None:
        self.port, self.host = port, host
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, body: str | bytes | None = None, kind: str = "") -> tuple[HTTPResponse, str]:
        headers = {"Host": self.host, "Content-Type": kind}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=20)) as connection:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            text = response.read().decode()
        for line in response.headers.get_all("set-cookie", []):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return response, text

    def get(self, path: str) -> tuple[HTTPResponse, str]:
        return self.ask("GET", path)

    def fill_in(self, path: str, **fields: str) -> tuple[HTTPResponse, str]:
        fields = {"csrf": self.token(path), **fields}
        return self.ask("POST", path, urlencode(fields), "application/x-www-form-urlencoded")

    def token(self, path: str) -> str:
        found = re.search(r'name="csrf" value="([^"]+)"', self.get(path)[1])
        assert found
        return found[1]

    def say(self, text: object, csrf: str) -> tuple[HTTPResponse, str]:
        return self.ask("POST", "/api/chat", json.dumps({"text": text, "csrf": csrf}), "application/json")


def command(database: Path, *flags: str) -> list[str]:
    return [sys.executable, "-m", "parley", "--http", "0", "--database", str(database), "--with-parent", *flags]


@contextmanager
def parley(database: Path, *flags: str) -> Iterator[int]:
    """The port of a Parley that runs until the end of the block, when its standard input closes."""
    with subprocess.Popen(
        command(database, *flags), cwd=FOLDER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdin
        assert process.stdout
        try:
            yield json.loads(process.stdout.readline())["http"]
        finally:
            process.stdin.close()
            assert process.wait(20) == 0


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with parley(tmp_path_factory.mktemp("parley") / "parley.db") as opened:
        yield opened


def test_from_visitor_to_first_answer(port: int) -> None:
    visitor = Visitor(port)
    assert "Start for free" in visitor.get("/")[1]
    assert "1,000 messages a day" in visitor.get("/pricing")[1]
    assert visitor.get("/chat")[0].headers["location"] == "/login"
    assert visitor.fill_in("/signup", **CREDENTIALS)[0].headers["location"] == "/chat"
    csrf = visitor.token("/chat")
    response, stream = visitor.say("Where is my <b>invoice</b>?", csrf)
    assert response.headers["content-type"].startswith("text/event-stream")
    events = re.findall(r"data: (.+)\n\n", stream)
    assert events.pop() == "[DONE]"
    assert "".join(json.loads(event)["text"] for event in events).startswith("You asked: “Where is my <b>invoice</b>?”")
    kept = visitor.get("/chat")[1]
    assert "New chat" in kept
    assert "&lt;b&gt;invoice" in kept
    assert "<b>invoice" not in kept


def test_login_opens_a_session_and_logout_closes_it(port: int) -> None:
    first = Visitor(port)
    first.fill_in("/signup", email="bo@example.com", password="correct horse")
    visitor = Visitor(port)
    response, page = visitor.fill_in("/login", email="bo@example.com", password="wrong horse")
    assert response.status == 422
    assert "do not know" in page
    assert visitor.fill_in("/login", email="BO@example.com", password="correct horse")[0].status == 303
    kept = dict(visitor.cookies)
    assert kept["session"] != first.cookies["session"]
    assert visitor.fill_in("/plan", plan="Team")[0].headers["location"] == "/chat"
    assert ">Team</a>" in visitor.get("/chat")[1]
    assert visitor.fill_in("/plan", plan="Gold")[0].status == 422
    visitor.ask("POST", "/logout", urlencode({"csrf": kept["csrf"]}))
    assert not visitor.cookies["session"]
    visitor.cookies = kept
    assert visitor.get("/chat")[0].headers["location"] == "/login"


@pytest.mark.parametrize(
    ("email", "password", "says"),
    [
        ("nobody", "correct horse", "e-mail address"),
        ("a b@example.com", "correct horse", "e-mail address"),
        ("cy@example.com", "short", "10 to 200"),
        ('"><script>@x.y', "short", "10 to 200"),
    ],
)
def test_signup_says_what_is_wrong(port: int, email: str, password: str, says: str) -> None:
    response, page = Visitor(port).fill_in("/signup", email=email, password=password)
    assert response.status == 422
    assert says in page
    assert "<script>@" not in page


def test_one_address_has_one_account(port: int) -> None:
    twice = {"email": "di@example.com", "password": "correct horse"}
    assert Visitor(port).fill_in("/signup", **twice)[0].status == 303
    assert Visitor(port).fill_in("/signup", **twice)[0].status == 422


def test_a_form_from_elsewhere_is_refused(port: int) -> None:
    visitor = Visitor(port)
    visitor.fill_in("/signup", email="ed@example.com", password="correct horse")
    assert visitor.ask("POST", "/logout", "csrf=guessed")[0].status == 403
    assert visitor.say("hello", "guessed")[0].status == 403
    assert Visitor(port).ask("POST", "/login", urlencode({**CREDENTIALS, "csrf": ""}))[0].status == 403
    assert Visitor(port).say("hello", "guessed")[0].status == 401


def test_what_is_no_message_is_refused(port: int) -> None:
    visitor = Visitor(port)
    visitor.fill_in("/signup", email="fi@example.com", password="correct horse")
    csrf = visitor.cookies["csrf"]
    for text in ("", "  ", "x" * 4001, 7, None, ["x"]):
        assert visitor.say(text, csrf)[0].status == 422, text
    for body in (b"", b"[", b"[]", b"\xff", b"[" * 60_000):
        assert visitor.ask("POST", "/api/chat", body)[0].status == 422, body[:9]
    response, answer = visitor.ask("POST", "/api/chat", b"x" * 70_000)
    assert response.status == 413
    assert "error" in json.loads(answer)


def test_a_plan_has_an_end(port: int) -> None:
    visitor = Visitor(port)
    visitor.fill_in("/signup", email="gu@example.com", password="correct horse")
    csrf = visitor.cookies["csrf"]
    statuses = [visitor.say(f"message {number}", csrf)[0].status for number in range(21)]
    assert statuses == [200] * 20 + [429]


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
        assert app.fill_in("/signup", **CREDENTIALS)[0].status == 303
        assert app.say("still works", app.cookies["csrf"])[1].endswith("data: [DONE]\n\n")


def test_health_tells_the_truth(tmp_path: Path) -> None:
    database = tmp_path / "parley.db"
    with parley(database) as port:
        assert Visitor(port).get("/health")[0].status == 200
        with closing(sqlite3.connect(database)) as locked:
            locked.execute("BEGIN EXCLUSIVE")
            response, text = Visitor(port).get("/health")
            assert response.status == 503
            assert json.loads(text)["database"] == "cannot be written"
        assert Visitor(port).get("/health")[0].status == 200


def test_what_was_kept_is_there_after_a_restart(tmp_path: Path) -> None:
    with parley(tmp_path / "parley.db") as port:
        Visitor(port).fill_in("/signup", **CREDENTIALS)
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
            command(database, *flags), cwd=FOLDER, stdin=subprocess.PIPE, capture_output=True, text=True, timeout=30
        )
        assert (ended.returncode, says in ended.stderr) == (code, True), ended.stderr
        assert "Traceback" not in ended.stderr


def test_with_parent_needs_a_parent(tmp_path: Path) -> None:
    ended = subprocess.run(
        command(tmp_path / "parley.db"), cwd=FOLDER, stdin=subprocess.DEVNULL, capture_output=True, timeout=30
    )
    assert ended.returncode == 1
    assert ended.stderr == b"parley cannot start: --with-parent needs a pipe as standard input\n"


def test_every_flag_and_fault_is_in_the_help() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "parley", "--help"], cwd=FOLDER, capture_output=True, text=True, check=True
    ).stdout
    flags = ("--domain", "--http", "--https", "--bind", "--database", "--faults", "--with-parent")
    for word in (*flags, *(fault.value for fault in Fault)):
        assert word in told

"""Each fault by its effect, beside a Parley without it; those of the doors, the model and billing are with theirs."""

import io
import json
import logging
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import text

from parley import accounts, logs
from parley.accounts import Account
from parley.database import INDEXES, Database
from parley.faults import SETS, Fault
from parley.settings import Settings
from trial.inside import Inside, inside
from trial.visitor import PASSWORD, Visitor

pytest_plugins = ("trial.fixtures",)


@contextmanager
def two(folder: Path, fault: Fault) -> Iterator[tuple[Inside, Inside]]:
    """A Parley as it should be, and one with a fault."""
    with (
        inside(Settings(database=str(folder / "healthy.db"))) as healthy,
        inside(Settings(database=str(folder / "faulty.db"), faults=frozenset({fault}))) as faulty,
    ):
        yield healthy, faulty


def member(parley: Inside) -> Visitor:
    visitor = Visitor(parley.port)
    visitor.sign_up("ada@example.com")
    return visitor


def statements(parley: Inside, path: str, visitor: Visitor, about: str = "") -> int:
    """How many statements one look at a page takes, once it was seen before; only those `about` a table."""
    visitor.get(path)
    with parley.statements() as seen:
        assert visitor.get(path)[0].status == 200
    return len([one for one in seen if f"FROM {about}" in one])


@pytest.mark.parametrize(
    ("fault", "table", "path"),
    [
        (Fault.PLAN_READ_EACH_REQUEST, "plans", "/pricing"),
        (Fault.PLAN_READ_EACH_REQUEST, "plans", "/plan"),
        (Fault.PROMPTS_READ_EACH_REQUEST, "prompts", "/chat"),
    ],
)
def test_what_seldom_changes_is_read_again_only_with_the_fault(
    tmp_path: Path, fault: Fault, table: str, path: str
) -> None:
    with two(tmp_path, fault) as (healthy, faulty):
        assert statements(healthy, path, member(healthy), table) == 0
        assert statements(faulty, path, member(faulty), table) > 0


def test_a_message_takes_fewer_statements_when_plans_and_prompts_are_kept(tmp_path: Path) -> None:
    counts = []
    for faults in ((), (Fault.PLAN_READ_EACH_REQUEST, Fault.PROMPTS_READ_EACH_REQUEST)):
        with inside(Settings(database=str(tmp_path / f"{len(faults)}.db"), faults=frozenset(faults))) as parley:
            visitor = member(parley)
            visitor.say("first")
            with parley.statements() as seen:
                visitor.say("second")
        counts.append(len([one for one in seen if "FROM plans" in one or "FROM prompts" in one]))
    assert counts == [0, 3]


def test_missing_index(tmp_path: Path) -> None:
    query = "EXPLAIN QUERY PLAN SELECT count(*) FROM messages WHERE account_id = 1 AND written_s > 0"
    with two(tmp_path, Fault.MISSING_INDEX) as (healthy, faulty):
        assert "INDEX messages_of_account" in healthy.row(query).detail
        assert faulty.row(query).detail.startswith("SCAN messages")


def test_missing_index_is_mended_by_starting_without_it(place: str) -> None:
    for faults, expected in ((frozenset({Fault.MISSING_INDEX}), 0), (frozenset[Fault](), len(INDEXES))):
        with inside(Settings(database=place, faults=faults)) as parley:
            catalogue = "sqlite_master" if parley.parts.database.is_sqlite else "pg_indexes"
            column = "name" if parley.parts.database.is_sqlite else "indexname"
            found = parley.row(f"SELECT count(*) FROM {catalogue} WHERE {column} LIKE 'messages_of%'")
            assert found == (expected,)


def with_conversations(parley: Inside, visitor: Visitor, number: int) -> None:
    (account,) = parley.row("SELECT id FROM accounts")
    for one in range(number):
        parley.run(
            "INSERT INTO conversations (account_id, prompt, title, touched_s) VALUES (:account, 'support', :title, 1)",
            account=account,
            title=f"conversation {one}",
        )


def test_n_plus_one(tmp_path: Path) -> None:
    with two(tmp_path, Fault.N_PLUS_ONE) as (healthy, faulty):
        counts = []
        for parley in (healthy, faulty):
            visitor = member(parley)
            with_conversations(parley, visitor, 5)
            few = statements(parley, "/chat", visitor)
            with_conversations(parley, visitor, 15)
            counts.append(statements(parley, "/chat", visitor) - few)
        assert counts == [0, 15]


def test_list_unbounded(tmp_path: Path) -> None:
    with two(tmp_path, Fault.LIST_UNBOUNDED) as (healthy, faulty):
        shown = []
        for parley in (healthy, faulty):
            visitor = member(parley)
            with_conversations(parley, visitor, 80)
            shown.append(len(re.findall(r'<li><a href="/chat/', visitor.get("/chat")[1])))
        assert shown == [30, 80]


def test_older_conversations_are_on_pages_of_their_own(tmp_path: Path) -> None:
    with inside(Settings(database=str(tmp_path / "parley.db"))) as parley:
        visitor, path, seen = member(parley), "/chat", list[str]()
        with_conversations(parley, visitor, 70)
        while path:
            page = visitor.get(path)[1]
            seen += re.findall(r'<li><a href="/chat/([0-9]+)"', page)
            older = re.search(r'href="(\?older=[0-9]+)"', page)
            path = f"/chat{older[1]}" if older else ""
        assert sorted(map(int, seen)) == list(range(1, 71))
        assert visitor.get("/chat?older=-1")[0].status == visitor.get("/chat?older=9999999999")[0].status == 200


def test_blocking_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work that blocks happens in another thread than the event loop's, unless the fault has it there."""
    read, seen = accounts.account_of, set[str]()

    def watched(database: Database, token: str) -> Account | None:
        seen.add(threading.current_thread().name)
        return read(database, token)

    monkeypatch.setattr(accounts, "account_of", watched)
    with two(tmp_path, Fault.BLOCKING_CALL) as (healthy, faulty):
        for parley in (healthy, faulty):
            member(parley).get("/chat")
        assert f"parley-{healthy.port}" not in seen
        assert f"parley-{faulty.port}" in seen


def test_login_broken(tmp_path: Path) -> None:
    with two(tmp_path, Fault.LOGIN_BROKEN) as both:
        for parley, expected in zip(both, (303, 422), strict=True):
            member(parley)
            response, _ = Visitor(parley.port).fill_in("/login", email="ada@example.com", password=PASSWORD)
            assert response.status == expected


def test_any_password(tmp_path: Path) -> None:
    with two(tmp_path, Fault.ANY_PASSWORD) as both:
        for parley, expected in zip(both, (422, 303), strict=True):
            member(parley)
            response, _ = Visitor(parley.port).fill_in("/login", email="ada@example.com", password="not hers at all")
            assert response.status == expected
            nobody, _ = Visitor(parley.port).fill_in("/login", email="nobody@example.com", password="not hers at all")
            assert nobody.status == 422


def test_session_kept(tmp_path: Path) -> None:
    with two(tmp_path, Fault.SESSION_KEPT) as both:
        for parley, expected in zip(both, (303, 200), strict=True):
            visitor = member(parley)
            before = dict(visitor.cookies)
            assert visitor.post("/logout")[0].status == 303
            assert visitor.get("/chat")[0].status == 303
            visitor.cookies = before
            assert visitor.get("/chat")[0].status == expected


def test_no_csrf(tmp_path: Path) -> None:
    with two(tmp_path, Fault.NO_CSRF) as both:
        for parley, expected in zip(both, (403, 303), strict=True):
            assert member(parley).ask("POST", "/logout", "")[0].status == expected


def test_session_fixed(tmp_path: Path) -> None:
    with two(tmp_path, Fault.SESSION_FIXED) as both:
        for parley, fixed in zip(both, (False, True), strict=True):
            member(parley)
            victim, thief = Visitor(parley.port), Visitor(parley.port)
            victim.cookies["session"] = thief.cookies["session"] = "planted-by-somebody-else"
            victim.fill_in("/login", email="ada@example.com", password=PASSWORD)
            assert (thief.get("/chat")[0].status == 200) is fixed


def test_a_login_ends_the_session_that_the_browser_had(tmp_path: Path) -> None:
    with inside(Settings(database=str(tmp_path / "parley.db"))) as parley:
        visitor = member(parley)
        before = dict(visitor.cookies)
        visitor.fill_in("/login", email="ada@example.com", password=PASSWORD)
        visitor.cookies = before
        assert visitor.get("/chat")[0].status == 303


def test_no_limit(tmp_path: Path) -> None:
    with two(tmp_path, Fault.NO_LIMIT) as both:
        for parley, expected in zip(both, (429, 422), strict=True):
            visitor = Visitor(parley.port)
            tries = [visitor.fill_in("/login", email="a@b.c", password="wrong")[0] for _ in range(11)]
            assert {answer.status for answer in tries[:10]} == {422}
            assert tries[10].status == expected
            assert (tries[10].headers["retry-after"] is None) is (expected == 422)


def test_no_limit_takes_messages_beyond_the_plan(tmp_path: Path) -> None:
    with two(tmp_path, Fault.NO_LIMIT) as both:
        for parley, expected in zip(both, (429, 200), strict=True):
            parley.parts.plans.change("Free", dollars_per_month=0, messages_per_day=1, stripe_price="")
            visitor = member(parley)
            visitor.say("one")
            assert visitor.say("two")[0].status == expected


def test_mail_lost(tmp_path: Path) -> None:
    with two(tmp_path, Fault.MAIL_LOST) as both:
        for parley, letters in zip(both, (1, 0), strict=True):
            response, page = Visitor(parley.port).fill_in("/signup", email="ada@example.com", password=PASSWORD)
            assert (response.status, "Look at your mail" in page) == (200, True)
            assert len(parley.parts.mail.outbox) == letters


def test_key_in_page(tmp_path: Path) -> None:
    key = re.compile(r"sk-proj-[A-Za-z0-9_-]{40,}")
    with two(tmp_path, Fault.KEY_IN_PAGE) as (healthy, faulty):
        for parley, found in ((healthy, False), (faulty, True)):
            visitor = member(parley)
            scripts = re.findall(r'<script src="([^"]+)"', visitor.get("/chat")[1])
            assert any(key.search(visitor.get(script)[1]) for script in scripts) is found
        first = visitor.get("/built/settings.js")[1]
    with inside(Settings(database=str(tmp_path / "again.db"), faults=frozenset({Fault.KEY_IN_PAGE}))) as parley:
        assert Visitor(parley.port).get("/built/settings.js")[1] != first


@pytest.fixture
def log() -> Iterator[Callable[[], list[dict[str, object]]]]:
    """What Parley has logged so far, line by line."""
    written = io.StringIO()
    lines = logging.StreamHandler(written)
    lines.setFormatter(logs.Lines())
    logger = logging.getLogger("parley")
    logger.addHandler(lines)
    logger.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    logger.removeHandler(lines)


def test_prompts_logged(tmp_path: Path, log: Callable[[], list[dict[str, object]]]) -> None:
    with two(tmp_path, Fault.PROMPTS_LOGGED) as (healthy, faulty):
        for parley, found in ((healthy, False), (faulty, True)):
            member(parley).say("my secret illness")
            assert ("my secret illness" in json.dumps(log())) is found


def test_errors_unlogged(tmp_path: Path, log: Callable[[], list[dict[str, object]]]) -> None:
    for faults, expected in ((frozenset({Fault.ERRORS_UNLOGGED}), 0), (frozenset[Fault](), 1)):
        with inside(Settings(database=str(tmp_path / f"{expected}.db"), faults=faults)) as parley:
            parley.run("DROP TABLE plans")
            assert Visitor(parley.port).get("/pricing")[0].status == 500
        failures = [line for line in log() if line["level"] == "error"]
        assert len(failures) == expected
    assert failures[0]["error"] == "OperationalError"
    assert "catalogue.py" in str(failures[0]["trace"])
    assert failures[0]["request_id"]


def test_the_log_has_no_secrets(tmp_path: Path, log: Callable[[], list[dict[str, object]]]) -> None:
    with inside(Settings(database=str(tmp_path / "parley.db"), domain="parley.example")) as parley:
        visitor = Visitor(parley.port, "app.parley.example")
        response, _ = visitor.ask("GET", "/login?token=secret-in-query", X_Forwarded_Proto="https")
        visitor.ask("POST", "/login", urlencode({"password": PASSWORD}))
        assert response.headers["x-request-id"]
        told = json.dumps(log())
        for secret in (PASSWORD, "secret-in-query", *visitor.cookies.values()):
            assert secret not in told


@pytest.mark.parametrize(("given", "kept"), [("abcdef12-3456", True), ("short", False), ("x y z{}12345", False)])
def test_a_request_id_is_kept_when_it_is_one(tmp_path: Path, given: str, kept: bool) -> None:
    with inside(Settings(database=str(tmp_path / "parley.db"))) as parley:
        response, _ = Visitor(parley.port).ask("GET", "/", X_Request_Id=given)
        assert (response.headers["x-request-id"] == given) is kept


def test_every_fault_tells_what_is_wrong_in_one_line_of_its_own() -> None:
    tells = [fault.tells for fault in Fault]
    assert len(set(tells)) == len(tells)
    assert all(20 < len(one) < 100 and "\n" not in one for one in tells)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", fault.value) for fault in Fault)


def test_the_demo_set_lets_people_sign_up_and_chat(tmp_path: Path) -> None:
    with inside(Settings(database=str(tmp_path / "parley.db"), faults=SETS["demo"])) as parley:
        visitor = member(parley)
        assert visitor.say("still works")[1].endswith("data: [DONE]\n\n")
        assert visitor.fill_in("/checkout/practice?plan=Team", plan="Team")[0].status == 303
        assert "You are on <b>Team</b>" in visitor.get("/plan")[1]
        again = Visitor(parley.port)
        assert again.fill_in("/login", email="ada@example.com", password=PASSWORD)[0].status == 303
        with parley.parts.database.reading() as connection:
            assert connection.execute(text("SELECT count(*) FROM messages")).scalar() == 2

"""SQLite and PostgreSQL: the same schema, the same journeys, and limits that hold when two come at once."""

import sys
import threading

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import SQLAlchemyError

from parley import conversations
from parley.conversations import LimitReached
from parley.database import CannotOpen, Database
from parley.faults import Fault
from parley.limits import Limit, Limits
from parley.migrating import HEAD, go_back, known_head, migrate, revision
from parley.settings import Settings
from trial.inside import inside
from trial.visitor import PASSWORD, Visitor, answer_in

pytest_plugins = ("trial.fixtures",)


def tables(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names())


def test_the_newest_migration_is_the_one_that_health_waits_for() -> None:
    assert known_head() == HEAD


def test_migrations_lead_up_and_all_the_way_back(place: str) -> None:
    database = Database.at(place)
    assert revision(database) == ""
    migrate(database)
    assert revision(database) == HEAD
    assert {"accounts", "messages", "plans", "events", "summaries"} <= tables(database)
    migrate(database)
    for target in ("0006", "0005", "0004", "0003", "0002", "0001", "base"):
        go_back(database, target)
    assert tables(database) <= {"alembic_version"}
    migrate(database)
    assert revision(database) == HEAD
    database.engine.dispose()


def test_subscriptions_of_before_have_paid_for_no_month_that_is_known(place: str) -> None:
    database = Database.at(place)
    migrate(database)
    go_back(database, "0005")
    with database.writing() as connection:
        connection.execute(text("INSERT INTO subscriptions VALUES ('sub_1', NULL, 'Team', 'active', 100)"))
    migrate(database)
    with database.reading() as connection:
        assert connection.execute(text("SELECT plan, paid_months FROM subscriptions")).one() == ("Team", 0)
        assert connection.execute(text("SELECT name FROM plans WHERE suggested")).scalars().all() == ["Team"]
    database.engine.dispose()


def test_two_that_start_at_once_migrate_once(place: str) -> None:
    failed: list[BaseException] = []

    def start() -> None:
        database = Database.at(place)
        try:
            migrate(database)
        except SQLAlchemyError as error:
            failed.append(error)
        database.engine.dispose()

    starting = [threading.Thread(target=start) for _ in range(4)]
    for thread in starting:
        thread.start()
    for thread in starting:
        thread.join()
    assert not failed
    database = Database.at(place)
    assert revision(database) == HEAD
    database.engine.dispose()


def test_a_forgotten_migration_is_the_last_one(place: str) -> None:
    database = Database.at(place)
    forgotten = frozenset({Fault.SERVER_ERROR})
    migrate(database, forgotten)
    assert revision(database) == "0006"
    migrate(database)
    assert revision(database) == HEAD
    migrate(database, forgotten)
    assert revision(database) == "0006"
    database.engine.dispose()


def test_who_closes_their_account_is_forgotten_and_nobody_else(place: str) -> None:
    with inside(Settings(database=place)) as parley:
        ada, bob = Visitor(parley.port), Visitor(parley.port)
        for visitor, email in ((ada, "ada@example.com"), (bob, "bob@example.com")):
            visitor.sign_up(email)
            visitor.say("hello")
        refused, _ = ada.ask("POST", "/account/close", "csrf=wrong", "application/x-www-form-urlencoded")
        assert refused.status == 403
        closed, _ = ada.post("/account/close")
        assert (closed.status, closed.headers["location"]) == (303, "/")
        assert ada.get("/chat")[0].status == 303
        assert ada.fill_in("/login", email="ada@example.com", password=PASSWORD)[0].status == 422
        for table in ("accounts", "conversations", "sessions"):
            assert parley.row(f"SELECT count(*) FROM {table}")[0] == 1, table
        assert parley.row("SELECT count(*) FROM messages")[0] == 2
        assert bob.get("/chat")[0].status == 200


def test_from_visitor_to_first_answer_and_back(place: str) -> None:
    with inside(Settings(database=place)) as parley:
        visitor = Visitor(parley.port)
        assert visitor.sign_up("ada@example.com")[0].headers["location"] == "/chat"
        response, stream = visitor.say("Where is my invoice? \x00 €")
        assert answer_in(stream).startswith("You asked: “Where is my invoice? €”")
        number = response.headers["x-conversation"]
        assert "first" in visitor.say("and the first?", conversation=int(number))[1]
        assert visitor.fill_in("/plan", plan="Team")[0].headers["location"] == "/checkout/practice?plan=Team"
        assert visitor.fill_in("/checkout/practice?plan=Team", plan="Team")[0].headers["location"] == "/plan"
        assert "You are on <b>Team</b>. You have paid for 1 month so far." in visitor.get("/plan")[1]
        assert visitor.fill_in("/plan", plan="Free")[0].status == 303
        assert "You are on <b>Free</b>" in visitor.get("/plan")[1]
        assert visitor.get("/api/plan")[1] == '{"account":1,"plan":"Free","paid_months":1}'
        assert visitor.fill_in(f"/chat/{number}", text="x")[0].status == 405
        assert visitor.post(f"/chat/{number}/delete")[0].status == 303
        assert visitor.get(f"/chat/{number}")[0].status == 404
        assert visitor.get("/health")[0].status == 200
        again = Visitor(parley.port)
        assert again.fill_in("/login", email="ADA@example.com", password=PASSWORD)[0].status == 303


def test_the_last_message_of_a_plan_is_given_once(place: str) -> None:
    with inside(Settings(database=place)) as parley:
        Visitor(parley.port).sign_up("bo@example.com")
        (account,) = parley.row("SELECT id FROM accounts")
        taken: list[int] = []
        waits: list[int] = []

        def write() -> None:
            try:
                conversations.begin(parley.parts.database, account, "hello", None, "support", 5)
                taken.append(1)
            except LimitReached as limit:
                waits.append(limit.wait_s)

        writing = [threading.Thread(target=write) for _ in range(12)]
        for thread in writing:
            thread.start()
        for thread in writing:
            thread.join()
        assert (len(taken), len(waits)) == (5, 7)
        assert all(0 < wait_s <= 24 * 3600 for wait_s in waits)


def test_a_limit_holds_when_many_try_at_once(place: str) -> None:
    with inside(Settings(database=place)) as parley:
        limits, waits = Limits(parley.parts.settings, parley.parts.database), list[int]()
        trying = [
            threading.Thread(target=lambda: waits.append(limits.wait_s(Limit.CODE, "ada@example.com")))
            for _ in range(12)
        ]
        for thread in trying:
            thread.start()
        for thread in trying:
            thread.join()
    assert sorted(bool(wait_s) for wait_s in waits) == [False] * 5 + [True] * 7


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("mysql://root@localhost/parley", "begins with mysql://"),
        ("postgresql+asyncpg://localhost/parley", "begins with postgresql+asyncpg://"),
        ("postgresql://localhost:port/parley", "cannot be read"),
    ],
)
def test_a_url_that_is_none_is_told_in_one_sentence(place: str, says: str) -> None:
    with pytest.raises(CannotOpen, match=says.replace("+", r"\+")):
        Database.at(place)


def test_postgresql_without_psycopg_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(CannotOpen, match=r"pip install 'psycopg\[binary\]'"):
        Database.at("postgres://localhost/parley")

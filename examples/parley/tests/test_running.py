"""What the people who run Parley rely on: the daily job, the admin pages, health, and the command line."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import SQLAlchemyError

from parley.faults import Fault
from parley.mail import MailFailed
from parley.serving import listening
from parley.settings import BadSetting, Settings, from_environment
from parley.summaries import OVERDUE_S, Summaries
from trial.inside import Inside, inside
from trial.mailbox import Mailbox, receiving
from trial.process import FOLDER, environment
from trial.process import parley as process
from trial.visitor import Visitor

pytest_plugins = ("trial.fixtures",)

YESTERDAY = date(2026, 11, 23)
NOON_S = int(datetime(2026, 11, 24, 12, tzinfo=UTC).timestamp())


@pytest.fixture
def parley(place: str) -> Iterator[Inside]:
    with inside(Settings(database=place)) as running:
        yield running


def wrote_yesterday(parley: Inside, *emails: str) -> None:
    """Each has written two messages in one conversation at yesterday's noon."""
    for number, email in enumerate(emails, 1):
        parley.run(
            "INSERT INTO accounts (id, email, password, created_s) VALUES (:id, :email, '', 0)", id=number, email=email
        )
        parley.run(
            "INSERT INTO conversations (id, account_id, prompt, title, touched_s) VALUES (:id, :id, 'support', 'x', 0)",
            id=number,
        )
        for _ in range(2):
            parley.run(
                "INSERT INTO messages (conversation_id, account_id, author, text, whole, written_s) "
                "VALUES (:id, :id, 'visitor', 'hello', :yes, :at)",
                id=number,
                yes=True,
                at=NOON_S - 24 * 3600,
            )


def test_a_summary_is_written_and_mailed_once_a_day(parley: Inside) -> None:
    wrote_yesterday(parley, "ada@example.com", "bo@example.com")
    job, outbox = Summaries(parley.parts), parley.parts.mail.outbox
    assert job.run(YESTERDAY) == 2
    assert job.run(YESTERDAY) == 0
    assert job.run(YESTERDAY - timedelta(days=1)) == 0
    assert [letter.to for letter in outbox] == ["ada@example.com", "bo@example.com"]
    assert "On 2026-11-23 you wrote 2 messages in 1 conversation." in outbox[0].text
    state = job.state()
    assert state.last_day == "2026-11-23"
    assert state.succeeded_s
    assert not state.is_failing()


@pytest.mark.parametrize(("hour", "mailed"), [(5, 0), (6, 1), (23, 1)])
def test_it_runs_once_it_is_late_enough(parley: Inside, hour: int, mailed: int) -> None:
    wrote_yesterday(parley, "ada@example.com")
    at_s = datetime(2026, 11, 24, hour, tzinfo=UTC).timestamp()
    for _ in range(2):
        Summaries(parley.parts).run_if_due(at_s)
    assert len(parley.parts.mail.outbox) == mailed


def test_what_could_not_be_mailed_is_mailed_the_next_time(tmp_path: Path) -> None:
    with receiving(Mailbox(refuses=True)) as mailbox:
        chosen = Settings(database=str(tmp_path / "parley.db"), smtp=mailbox.url)
        with inside(chosen) as parley:
            wrote_yesterday(parley, "ada@example.com")
            job = Summaries(parley.parts)
            with pytest.raises(MailFailed):
                job.run(YESTERDAY)
            assert job.state().is_failing()
            assert job.state().last_day == ""
            mailbox.refuses = False
            assert job.run(YESTERDAY) == 1
            assert not job.state().is_failing() or job.state().succeeded_s == job.state().failed_s
    assert len(mailbox.letters) == 1


def test_a_job_that_does_not_run_is_told_by_health(parley: Inside) -> None:
    Summaries(parley.parts).state()
    assert Visitor(parley.port).get("/health")[0].status == 200
    parley.run("UPDATE jobs SET since_s = :then", then=int(time.time()) - OVERDUE_S - 60)
    response, found = Visitor(parley.port).get("/health")
    assert (response.status, json.loads(found)["job"]) == (503, "overdue")


def test_job_dies_silently(tmp_path: Path) -> None:
    faults = frozenset({Fault.JOB_DIES_SILENTLY})
    with inside(Settings(database=str(tmp_path / "parley.db"), faults=faults)) as parley:
        wrote_yesterday(parley, "ada@example.com")
        with pytest.raises(SQLAlchemyError):
            Summaries(parley.parts).run(YESTERDAY)
        assert not parley.parts.mail.outbox
        parley.run("UPDATE jobs SET since_s = 0")
        assert Visitor(parley.port).get("/health")[0].status == 200


def ran(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "parley", *words],
        cwd=FOLDER,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        env=environment(**settings),
    )


def test_the_commands_do_what_they_say(place: str) -> None:
    assert ran("summarise", "--no-migrate", DATABASE_URL=place).returncode == 1
    assert ran("migrate", DATABASE_URL=place).returncode == 0
    ended = ran("admin", "ada@example.com", DATABASE_URL=place)
    assert ended.returncode == 1
    assert ended.stderr == (
        "parley cannot make an admin: there is no account with the address ada@example.com; sign up first\n"
    )
    with inside(Settings(database=place)) as parley:
        Visitor(parley.port).sign_up("ada@example.com")
    assert ran("admin", "ADA@example.com", DATABASE_URL=place).returncode == 0
    ended = ran("summarise", "--database", place)
    assert ended.returncode == 0
    assert json.loads(ended.stderr.splitlines()[-1])["event"] == "summaries"


@pytest.mark.parametrize(
    ("words", "settings", "code", "says"),
    [
        (("admin",), {}, 2, "admin needs an EMAIL"),
        (("migrate", "x@y.z"), {}, 2, "nothing else takes one"),
        ((), {"DATABASE_URL": "mysql://x"}, 1, "begins with mysql://"),
        ((), {"DATABASE_URL": "postgresql://nobody:hunter2@127.0.0.1:1/x"}, 1, "parley cannot start: connection"),
        ((), {"PARLEY_SMTP": "mail.example.com"}, 1, "PARLEY_SMTP is not a URL"),
        ((), {"OPENAI_BASE_URL": "ftp://x"}, 1, "OPENAI_BASE_URL is not a URL"),
        ((), {"STRIPE_API_KEY": "hunter2"}, 1, "STRIPE_WEBHOOK_SECRET is not"),
        ((), {"PARLEY_SUMMARY_AT": "25:00"}, 1, "PARLEY_SUMMARY_AT is not a time of day"),
        ((), {"PARLEY_MODEL_TIMEOUT_S": "hunter2"}, 1, "PARLEY_MODEL_TIMEOUT_S is not a number"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_sentence(
    tmp_path: Path, words: tuple[str, ...], settings: dict[str, str], code: int, says: str
) -> None:
    ended = ran(*words, **{"DATABASE_URL": str(tmp_path / "parley.db"), **settings})
    assert ended.returncode == code
    assert says in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "hunter2" not in ended.stderr


def test_settings_come_from_the_environment() -> None:
    given = {"OPENAI_API_KEY": " sk-1 ", "PARLEY_MODEL": "", "PARLEY_SMTP": "smtps://u:p@mail.example:465"}
    settings = from_environment(given, domain="parley.example", faults=frozenset())
    assert (settings.model_key, settings.model_name) == ("sk-1", "gpt-4o-mini")
    assert settings.mail_from == "Parley <hello@parley.example>"
    assert "sk-1" not in repr(settings)
    assert "u:p" not in repr(settings)
    with pytest.raises(BadSetting, match="PARLEY_SMTP"):
        from_environment({"PARLEY_SMTP": "smtp://[::1"}, domain=None, faults=frozenset())


@pytest.fixture
def admin(parley: Inside) -> Visitor:
    visitor = Visitor(parley.port)
    visitor.sign_up("admin@example.com")
    parley.run("UPDATE accounts SET admin = :yes", yes=True)
    return visitor


def test_nobody_else_finds_the_admin_pages(parley: Inside) -> None:
    member = Visitor(parley.port)
    member.sign_up("ada@example.com")
    for visitor in (Visitor(parley.port), member):
        assert visitor.get("/admin")[0].status == 404
        assert visitor.post("/admin/plans/Free", dollars="0", messages="9")[0].status == 404
        assert visitor.post("/admin/prompts/support", title="x", text="y")[0].status == 404
    assert "/admin" not in member.get("/chat")[1]
    assert parley.row("SELECT messages_per_day FROM plans WHERE name = 'Free'") == (20,)


def test_an_admin_sees_how_it_stands(parley: Inside, admin: Visitor) -> None:
    admin.say("hello")
    page = admin.get("/admin")[1]
    for part in ("admin@example.com", "Last success: never", "None yet.", "support desk of a small software company"):
        assert part in page
    admin.fill_in("/checkout/practice?plan=Team", plan="Team")
    page = admin.get("/admin")[1]
    assert "checkout.session.completed" in page
    assert "plan is Team" in page
    assert 'href="/admin"' in admin.get("/chat")[1]


def test_a_change_is_seen_at_once(parley: Inside, admin: Visitor) -> None:
    assert "20 messages a day" in admin.get("/pricing")[1]
    assert admin.fill_in("/admin")[0].status == 405
    assert admin.post("/admin/plans/Free", dollars="0", messages="25", price="")[0].status == 303
    assert "25 messages a day" in admin.get("/pricing")[1]
    title, prompt = "Helper <b>", "Be brief."
    assert admin.post("/admin/prompts/support", title=title, line="", text=prompt)[0].status == 303
    assert "Helper &lt;b&gt;" in admin.get("/chat")[1]


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("/admin/plans/Gold", {"dollars": "1", "messages": "1"}, 404),
        ("/admin/plans/Free", {"dollars": "-1", "messages": "1"}, 422),
        ("/admin/plans/Free", {"dollars": "1", "messages": "1" * 8}, 422),
        ("/admin/plans/Free", {"dollars": "１", "messages": "1"}, 422),
        ("/admin/prompts/nobody", {"title": "x", "text": "y"}, 404),
        ("/admin/prompts/support", {"title": "", "text": "y"}, 422),
        ("/admin/prompts/support", {"title": "x", "text": "y" * 8001}, 422),
    ],
)
def test_what_is_no_plan_and_no_prompt_is_refused(
    parley: Inside, admin: Visitor, path: str, fields: dict[str, str], status: int
) -> None:
    assert admin.post(path, **fields)[0].status == status
    assert admin.post(path, **fields, csrf="guessed")[0].status == 403


def test_behind_a_proxy_the_scheme_is_the_visitors(postgres: Callable[[], str]) -> None:
    with process(postgres(), "--domain", "parley.example", "--behind-proxy") as port:
        visitor = Visitor(port, "parley.example")
        assert visitor.get("/pricing")[0].headers["location"] == "https://parley.example/pricing"
        response, _ = visitor.ask("GET", "/pricing", X_Forwarded_Proto="https")
        assert response.status == 200
        assert response.headers["strict-transport-security"]


def test_answers_do_not_wait_for_acknowledgements() -> None:
    listener = listening("127.0.0.1", 0)
    with listener, socket.create_connection(listener.getsockname()), listener.accept()[0] as accepted:
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

"""The inventory: what the code reads, where it lives, what was found before and what moved; names alone are kept."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex

import pytest

from launchready.gather.secrets.fingerprint import by_key
from launchready.gather.secrets.inventory import Source, inventory, source_from, source_of
from launchready.known.secret_names import is_secret
from launchready.model.facts import CodeSecret, Fact, SecretInventoryFacts
from launchready.model.gap import Gap, peek
from launchready.model.launch import Launch
from tests.checks.cases_secrets import history, value

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LAUNCH = Launch(domain="parley.example", name="Parley")
PRINT = by_key("the team's own")


def source(text: str, name: str = ".env", environment: str = "production") -> Source:
    return source_from(environment, name, text.encode())


def looked(
    root: Path, *sources: Source, known: Sequence[Fact] = (), at: datetime = NOW, keyed: bool = True
) -> SecretInventoryFacts:
    return inventory(LAUNCH, root, sources, PRINT if keyed else None, known, at)


@pytest.fixture
def code(tmp_path: Path) -> Path:
    (tmp_path / "app.py").write_text('import os\nKEY = os.environ["STRIPE_SECRET_KEY"]\nPORT = os.environ["PORT"]\n')
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_app.py").write_text('os.environ["OTHER_SECRET_KEY"]\n')
    return tmp_path


def only(facts: SecretInventoryFacts) -> CodeSecret:
    (one,) = facts.secrets
    return one


def test_what_the_code_reads_and_where_it_lives(code: Path) -> None:
    one = only(looked(code, source("STRIPE_SECRET_KEY=x1\nPORT=80\n"), source("[]", "fly.json", "staging")))
    assert (one.name, one.read_at) == ("STRIPE_SECRET_KEY", ("app.py:2",))
    assert [(home.environment, home.source) for home in one.homes] == [("production", ".env")]
    assert one.found_at == ()
    assert not one.leaked


def test_one_that_is_set_and_read_nowhere_we_see_is_listed(code: Path) -> None:
    facts = looked(code, source("SESSION_SECRET=x1\n"))
    assert [one.name for one in facts.secrets] == ["SESSION_SECRET", "STRIPE_SECRET_KEY"]


def test_a_value_that_was_found_is_still_in_use_until_it_is_replaced(code: Path) -> None:
    old, new = token_hex(16), token_hex(16)
    (found,) = history(value(fingerprint=PRINT(old.encode())))
    one = only(looked(code, source(f"STRIPE_SECRET_KEY={old}"), known=[found]))
    assert one.leaked
    assert one.found_at == ("src/pay.py:12",)
    first = looked(code, source(f"STRIPE_SECRET_KEY={old}"), known=[found], at=NOW - timedelta(days=2))
    one = only(looked(code, source(f"STRIPE_SECRET_KEY={new}"), known=[first, found]))
    assert not one.leaked
    assert one.found_at == ("src/pay.py:12",)
    assert [move.what for move in one.moved] == ["replaced in production (.env)"]
    assert one.homes[0].since == "2026-11-24"
    assert old not in repr((first, one))
    assert new not in repr(one)


def test_what_moved_between_looks(code: Path) -> None:
    first = looked(code, source("STRIPE_SECRET_KEY=a1\nSESSION_SECRET=b"), at=NOW - timedelta(days=9))
    moved = source("STRIPE_SECRET_KEY=a1", "fly.json.env")
    second = looked(code, moved, known=[first], at=NOW - timedelta(days=1))
    told = {one.name: [(move.day, move.what) for move in one.moved] for one in second.secrets}
    assert told == {
        "SESSION_SECRET": [("2026-11-23", "gone from production (.env)")],
        "STRIPE_SECRET_KEY": [
            ("2026-11-23", "gone from production (.env)"),
            ("2026-11-23", "set in production (fly.json.env)"),
        ],
    }
    third = looked(code, moved, known=[first, second])
    assert [one.name for one in third.secrets] == ["STRIPE_SECRET_KEY"]
    assert only(third).moved == second.secrets[1].moved


def test_without_a_key_nothing_is_known_of_values(code: Path) -> None:
    one = only(looked(code, source("STRIPE_SECRET_KEY=a1"), keyed=False))
    assert one.homes[0].fingerprint is None


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (source("{", "heroku.json"), "heroku.json is not JSON"),
        (source("x" * (2 * 1024 * 1024 + 1)), ".env is larger than 2 MiB"),
    ],
)
def test_a_source_that_cannot_be_read_is_a_gap(code: Path, given: Source, said: str) -> None:
    facts = looked(code, given)
    assert peek(facts, "whole") == Gap(said)
    assert only(facts).name == "STRIPE_SECRET_KEY"


def test_a_source_that_is_not_there(tmp_path: Path) -> None:
    assert source_of("production", "nowhere.env", tmp_path).text == Gap(
        "nowhere.env cannot be read: No such file or directory"
    )
    assert isinstance(source_of("production", "a\0b", tmp_path).text, Gap)
    assert isinstance(source_of("production", ".", tmp_path).text, Gap)


@pytest.mark.parametrize(
    "name",
    [
        "OPENAI_API_KEY", "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "DATABASE_URL", "REDIS_URL", "JWT_SECRET",
        "NEXTAUTH_SECRET", "SUPABASE_SERVICE_ROLE_KEY", "SMTP_PASSWORD", "SLACK_BOT_TOKEN", "SECRET_KEY_BASE",
        "DB_PASS", "AWS_SECRET_ACCESS_KEY", "SLACK_WEBHOOK_URL", "stripe_api_key", "GITHUB_TOKEN", "APP_KEY",
    ],
)  # fmt: skip
def test_names_of_secrets(name: str) -> None:
    assert is_secret(name)


@pytest.mark.parametrize(
    "name",
    [
        "PORT", "NEXT_PUBLIC_SUPABASE_ANON_KEY", "VITE_STRIPE_PUBLISHABLE_KEY", "SUPABASE_ANON_KEY", "MAX_TOKENS",
        "ACCESS_TOKEN_EXPIRE_MINUTES", "AWS_ACCESS_KEY_ID", "JWT_ALGORITHM", "KEYBOARD", "PASSWORD_MIN_LENGTH",
        "CACHE_KEY", "SENTRY_DSN", "BASE_URL", "VAPID_PUBLIC_KEY", "TOKEN_URL", "MONKEY", "STRIPE_PRICE_ID",
    ],
)  # fmt: skip
def test_names_that_are_no_secrets(name: str) -> None:
    assert not is_secret(name)

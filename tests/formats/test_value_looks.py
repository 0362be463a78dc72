"""What a value gives away at a glance, and what looks like it and does not."""

import pytest

from launchready.formats.value_looks import is_for_others, looks
from launchready.model.environment import Looks

TEST_KEY = "sk_" + "test_" + "a1B2" * 6
CASES = [
    ("A", "", {Looks.EMPTY}),
    ("A", "  ", {Looks.EMPTY}),
    ("A", "changeme", {Looks.PLACEHOLDER}),
    ("A", "change-me-please", {Looks.PLACEHOLDER}),
    ("A", "<your key>", {Looks.PLACEHOLDER}),
    ("A", "your-api-key", {Looks.PLACEHOLDER}),
    ("A", "sk-your-key-here", {Looks.PLACEHOLDER}),
    ("A", "xxxx", {Looks.PLACEHOLDER}),
    ("A", "sk-...", {Looks.PLACEHOLDER}),
    ("A", "TODO", {Looks.PLACEHOLDER}),
    ("A", "https://example.com/x", {Looks.PLACEHOLDER}),
    ("A", "noreply@example.com", {Looks.PLACEHOLDER}),
    ("A", "https://your-domain.com", {Looks.PLACEHOLDER}),
    ("DATABASE_URL", "postgresql://user:password@host:5432/db", {Looks.PLACEHOLDER}),
    ("SECRET_KEY", "secret", {Looks.PLACEHOLDER}),
    ("SECRET_KEY", "changethis", {Looks.PLACEHOLDER}),
    ("STRIPE_API_KEY", TEST_KEY, {Looks.TEST_KEY}),
    ("TURNSTILE_SECRET_KEY", "1x" + "0" * 31 + "AA", {Looks.TEST_KEY}),
    ("PADDLE_ENV", "sandbox", {Looks.TEST_KEY}),
    ("APP_URL", "http://localhost:3000", {Looks.LOCAL_ADDRESS}),
    ("A", "127.0.0.1:5432", {Looks.LOCAL_ADDRESS}),
    ("A", "redis://:pw@localhost:6379/0", {Looks.LOCAL_ADDRESS}),
    ("A", "http://localhost:3000,http://127.0.0.1:8000", {Looks.LOCAL_ADDRESS}),
    ("DEBUG", "True", {Looks.DEBUG_ON}),
    ("APP_DEBUG", "1", {Looks.DEBUG_ON}),
    ("NODE_ENV", "development", {Looks.DEBUG_ON}),
    ("ENVIRONMENT", "local", {Looks.DEBUG_ON}),
    # near misses
    ("A", "hello", set()),
    ("DEBUG", "false", set()),
    ("DEBUG", "express:*", set()),
    ("LOG_LEVEL", "debug", set()),
    ("NODE_ENV", "production", set()),
    ("NODE_ENV", "staging", set()),
    ("STRIPE_MODE", "live", set()),
    ("MODE", "test", set()),
    ("A", "sk_" + "live_" + "a1B2" * 6, set()),
    ("APP_URL", "https://app.parley.example", set()),
    ("APP_URL", "https://localhost.parley.example", set()),
    ("CORS_ORIGINS", "https://parley.example,http://localhost:3000", set()),
    ("CHAT_ROLE", "secret", set()),
    ("A", "example", set()),
    ("SECRET_KEY", "9f8a7s6d5f4g3h2j1k", set()),
    ("DATABASE_URL", "postgresql://app:8sd7f6@db.internal/app", set()),
    ("A", "your", set()),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "expected"), CASES)
def test_looks(name: str, value: str, expected: set[Looks]) -> None:
    assert looks(name, value) == expected


def test_what_is_made_of_others_is_neither_empty_nor_a_placeholder() -> None:
    assert looks("A", "", refers=True) == {Looks.INTERPOLATED}
    assert looks("A", "<x>", refers=True) == {Looks.INTERPOLATED}


@pytest.mark.parametrize(
    "name", ["APP_URL", "NEXTAUTH_URL", "FRONTEND_URL", "CORS_ORIGINS", "NEXT_PUBLIC_API_URL", "STRIPE_SUCCESS_URL"]
)
def test_addresses_for_others(name: str) -> None:
    assert is_for_others(name)


@pytest.mark.parametrize(
    "name", ["DATABASE_URL", "REDIS_URL", "OLLAMA_BASE_URL", "INTERNAL_APP_URL", "SMTP_HOST", "API_HOST"]
)
def test_addresses_for_the_machine_itself(name: str) -> None:
    assert not is_for_others(name)

"""What the checks of environments and their variables accuse, and what they must leave alone."""

from typing import Any

from launchready.model.environment import Looks
from launchready.model.facts import (
    EnvironmentFacts,
    ListedVariable,
    VariableFacts,
    VariableNote,
    VariableSet,
    VariableUse,
)
from launchready.model.gap import gap
from launchready.model.launch import Contract, Launch
from tests.checks.cases import NOW, Cases

CONTRACT = Contract(
    environment="production", required=("SMTP_URL",), critical=("OPENAI_API_KEY",), shared=("SENTRY_DSN",)
)
LAUNCH = Launch(domain="parley.example", name="Parley", contracts=(CONTRACT,))
KEY = VariableUse(name="OPENAI_API_KEY", read_at=("app/chat.py:12",), must=True, documented_at=".env.example:3")
MODE = VariableUse(name="CHAT_MODE", read_at=("app/chat.py:14",), documented_at=".env.example:4")
ALL = (VariableSet(name="OPENAI_API_KEY", where=".env:1"), VariableSet(name="SMTP_URL", where=".env:2"))

Variables = tuple[VariableFacts]
Environments = tuple[EnvironmentFacts]


def code(
    *uses: VariableUse, dead: tuple[ListedVariable, ...] = (), example: str | None = ".env.example"
) -> tuple[VariableFacts]:
    return (
        VariableFacts(
            subject=LAUNCH.domain, source="env", at=NOW, uses=uses, example=example, dead=dead, scripts=True, whole=True
        ),
    )


def environment(*settings: VariableSet, name: str = "production", **more: Any) -> tuple[EnvironmentFacts]:
    known: dict[str, Any] = {"sources": (".env",), "complete": True, "uses": (KEY, MODE), "notes": (), "whole": True}
    return (EnvironmentFacts(subject=name, source="env", at=NOW, settings=settings, **(known | more)),)


def use(name: str, **more: Any) -> VariableUse:
    return VariableUse(name=name, read_at=("app/chat.py:12",), **more)


def looking(name: str, *looks: Looks, same_in: tuple[str, ...] = ()) -> VariableSet:
    return VariableSet(name=name, where=".env:1", looks=looks, same_in=same_in)


NOT_ALL = gap("fly.toml lists settings and no secrets")

CASES = {
    "variable-undocumented": Cases(
        bad=(
            code(use("NEW_FLAG")),
            code(KEY, use("NEW_FLAG", must=True)),
            code(use("A"), use("B"), example=None),
        ),
        good=(code(KEY, MODE),),
        near_misses=(
            code(use("LOG_LEVEL", has_default=True)),
            code(use("WORKERS", given_at="Dockerfile:7")),
            code(use("FLAG", documented_at="README.md")),
            code(use("LOG_LEVEL", has_default=True), example=None),
            code(),
        ),
        launch=LAUNCH,
    ),
    "variable-dead": Cases(
        bad=(code(KEY, dead=(ListedVariable(name="OLD_FLAG", where=".env.example:9"),)),),
        good=(code(KEY),),
        near_misses=(code(), code(KEY, example=None), code(use("UNTOLD"))),
        launch=LAUNCH,
    ),
    "variable-missing": Cases(
        bad=(
            environment(ALL[1]),
            environment(ALL[0]),
            environment(looking("OPENAI_API_KEY", Looks.EMPTY), ALL[1]),
            environment(*ALL, uses=(use("DATABASE_URL", must=True),)),
        ),
        good=(environment(*ALL),),
        near_misses=(
            environment(*ALL, uses=(use("PLAN", must=True, given_at="Dockerfile:3"),)),
            environment(*ALL, uses=(use("MAYBE"),)),
            environment(*ALL, looking("CHAT_MODE", Looks.EMPTY)),
            environment(ALL[0], complete=NOT_ALL),
            environment(looking("OPENAI_API_KEY", Looks.PLACEHOLDER), ALL[1]),
        ),
        launch=LAUNCH,
    ),
    "variable-placeholder": Cases(
        bad=(
            environment(looking("OPENAI_API_KEY", Looks.PLACEHOLDER)),
            environment(looking("CHAT_MODE", Looks.PLACEHOLDER), name="staging"),
            environment(looking("SMTP_URL", Looks.PLACEHOLDER)),
        ),
        good=(environment(*ALL),),
        near_misses=(
            environment(looking("NOBODY_READS", Looks.PLACEHOLDER)),
            environment(looking("OPENAI_API_KEY", Looks.PLACEHOLDER), name="local"),
            environment(looking("OPENAI_API_KEY", Looks.EMPTY)),
        ),
        launch=LAUNCH,
    ),
    "test-key-in-production": Cases(
        bad=(
            environment(looking("STRIPE_API_KEY", Looks.TEST_KEY)),
            environment(looking("K", Looks.TEST_KEY), name="live"),
        ),
        good=(environment(*ALL),),
        near_misses=(
            environment(looking("STRIPE_API_KEY", Looks.TEST_KEY), name="staging"),
            environment(looking("STRIPE_API_KEY", Looks.LIVE_KEY)),
        ),
        launch=LAUNCH,
    ),
    "debug-in-production": Cases(
        bad=(
            environment(looking("DEBUG", Looks.DEBUG_ON)),
            environment(looking("NEXT_PUBLIC_API_URL", Looks.LOCAL_ADDRESS)),
            environment(looking("APP_URL", Looks.LOCAL_ADDRESS)),
        ),
        good=(environment(*ALL),),
        near_misses=(
            environment(looking("DATABASE_URL", Looks.LOCAL_ADDRESS)),
            environment(looking("OLLAMA_BASE_URL", Looks.LOCAL_ADDRESS)),
            environment(looking("DEBUG", Looks.DEBUG_ON), name="staging"),
        ),
        launch=LAUNCH,
    ),
    "environments-share-secret": Cases(
        bad=(environment(looking("SECRET_KEY", same_in=("staging",))),),
        good=(environment(*ALL),),
        near_misses=(
            environment(looking("SENTRY_DSN", same_in=("staging",))),
            environment(looking("SECRET_KEY", same_in=("production",)), name="staging"),
        ),
        launch=LAUNCH,
    ),
    "server-secret-in-public-variable": Cases(
        bad=(
            code(use("NEXT_PUBLIC_OPENAI_API_KEY", reaches_browser=True)),
            code(use("VITE_SUPABASE_SERVICE_ROLE_KEY", reaches_browser=True)),
            code(use("REACT_APP_DB_PASSWORD", reaches_browser=True)),
        ),
        good=(code(KEY),),
        near_misses=(
            code(use("NEXT_PUBLIC_SUPABASE_ANON_KEY", reaches_browser=True)),
            code(use("NEXT_PUBLIC_STRIPE_PUBLISHABLE_KEY", reaches_browser=True)),
            code(use("VITE_GOOGLE_MAPS_API_KEY", reaches_browser=True)),
            code(use("OPENAI_API_KEY")),
        ),
        launch=LAUNCH,
    ),
    "variable-read-differently": Cases(
        bad=(environment(notes=(VariableNote(name="A", where=".env:3", said="is set in lines 1 and 3"),)),),
        good=(environment(*ALL),),
        near_misses=(environment(), environment(looking("A", Looks.INTERPOLATED))),
        launch=LAUNCH,
    ),
}

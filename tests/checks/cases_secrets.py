"""Values that were found where they must not be, and their look-alikes: public ones, allowed ones, rotated ones."""

from dataclasses import replace
from datetime import date
from typing import Any

from launchready.model.facts import (
    CodeSecret,
    EnvFile,
    FileKind,
    Home,
    LookedAt,
    PersonalDatum,
    SecretBundleFacts,
    SecretHistoryFacts,
    SecretInventoryFacts,
    SecretLogFacts,
    SecretTreeFacts,
    SourceMapFacts,
)
from launchready.model.launch import Owner
from launchready.model.secret import Commit, FoundSecret, SecretKind, SecretVerdict
from tests.checks.cases import LAUNCH, NOW, Cases

STRIPE = SecretKind(
    id="stripe-key",
    title="Stripe secret key",
    verdict=SecretVerdict.SECRET,
    opens="Moves money.",
    rotate="dashboard.stripe.com, Developers, API keys: Rotate key.",
    source="docs.stripe.com/keys",
)
GOOGLE = replace(STRIPE, id="google-key", verdict=SecretVerdict.DEPENDS, depends_on="the APIs that it may call")
NAMED = replace(GOOGLE, id="named-key")
PUBLISHABLE = replace(STRIPE, id="stripe-publishable-key", verdict=SecretVerdict.PUBLIC)
COMMIT = Commit(id="4f1c" * 10, day="2026-03-02", author="Ann")
NAME: dict[str, Any] = {"subject": "parley", "source": "secrets", "at": NOW}


def value(kind: SecretKind = STRIPE, path: str = "src/pay.py", **changed: Any) -> FoundSecret:
    known = {"kind": kind, "verdict": kind.verdict, "path": path, "line": 12, "length": 32, **changed}
    return FoundSecret(**known)


def tree(*found: FoundSecret, env_files: tuple[EnvFile, ...] = ()) -> tuple[SecretTreeFacts]:
    return (SecretTreeFacts(**NAME, found=found, env_files=env_files, whole=True),)


def history(
    *found: FoundSecret, shallow: bool = False, partial: bool = False, texts: int = 90
) -> tuple[SecretHistoryFacts]:
    return (SecretHistoryFacts(**NAME, found=found, texts=texts, shallow=shallow, partial=partial, whole=True),)


def bundle(*found: FoundSecret) -> tuple[SecretBundleFacts]:
    return (SecretBundleFacts(**NAME, found=found, whole=True),)


def log(*found: FoundSecret, personal: tuple[PersonalDatum, ...] = ()) -> tuple[SecretLogFacts]:
    return (SecretLogFacts(**NAME, found=found, personal=personal, whole=True),)


def maps(kind: FileKind | None, status: int = 200, path: str = "/app.js.map") -> tuple[SourceMapFacts]:
    look = LookedAt(path=path, status=status, kind=kind, secret=False, size_bytes=99, names=None)
    return (SourceMapFacts(**NAME, maps=(look,)),)


def inventory(*secrets: CodeSecret) -> tuple[SecretInventoryFacts]:
    return (SecretInventoryFacts(**NAME, secrets=secrets, whole=True),)


def read(name: str = "STRIPE_SECRET_KEY", **changed: Any) -> CodeSecret:
    return CodeSecret(name=name, read_at=("src/pay.py:3",), **changed)


def kept(since: str | None = None) -> tuple[Home]:
    return (Home(environment="production", source="fly.json", since=since),)


IN_HISTORY = value(commit=COMMIT)
CARD = PersonalDatum(kind="payment card", times=1, distinct=1, line=4)
MAIL = PersonalDatum(kind="e-mail address", times=40, distinct=3, line=2)
ENV_FILE = EnvFile(path=".env", names=3, secret_names=2)
OWNED = replace(LAUNCH, owners=(Owner(what="Stripe account", owner="Ann", rotated=date(2026, 10, 1)),))

CASES = {
    "secret-in-tree": Cases(
        bad=(
            tree(value()),
            tree(value(GOOGLE)),
            tree(value(for_tests=True)),
            tree(value(allowed="")),  # a mark without a reason
            tree(value(PUBLISHABLE), value(path="backup.zip!deploy/.env")),
        ),
        good=(tree(),),
        near_misses=(
            tree(value(PUBLISHABLE)),
            tree(env_files=(ENV_FILE,)),
            tree(value(NAMED, path="tests/test_pay.py"), value(NAMED, path="docs/config.md")),
            tree(value(NAMED, path="venv/lib/site-packages/a.py")),
        ),
    ),
    "secret-in-history": Cases(
        bad=(history(IN_HISTORY), history(value(GOOGLE, commit=COMMIT), shallow=True)),
        good=(history(),),
        near_misses=(
            history(value(PUBLISHABLE, commit=COMMIT)),
            history(shallow=True),
            history(value(NAMED, path="tests/test_pay.py", commit=COMMIT)),
        ),
    ),
    "secret-in-bundle": Cases(
        bad=(bundle(value(path="https://parley.example/app.js")), bundle(value(GOOGLE, path="https://p.example/"))),
        good=(bundle(),),
        near_misses=(bundle(value(PUBLISHABLE)), bundle(value(PUBLISHABLE, path="https://parley.example/app.js.map"))),
    ),
    "secret-in-logs": Cases(
        bad=(log(value(path="app.log")), log(value(GOOGLE, path="app.log"), personal=(MAIL,))),
        good=(log(),),
        near_misses=(log(value(PUBLISHABLE, path="app.log")), log(personal=(MAIL,))),
    ),
    "personal-data-in-logs": Cases(
        bad=(log(personal=(CARD,)), log(personal=(MAIL, CARD))),
        good=(log(),),
        near_misses=(log(value(path="app.log")), log(value(PUBLISHABLE, path="app.log"))),
    ),
    "source-map-published": Cases(
        bad=(maps(FileKind.SOURCE_MAP), maps(FileKind.SOURCE_MAP, path="http://127.0.0.1:8000/app.js.map")),
        good=(maps(None, 404),),
        near_misses=(maps(None), maps(None, 403)),  # a map without sources; one that only the team can have
    ),
    "env-file-committed": Cases(
        bad=(
            tree(env_files=(ENV_FILE,)),
            tree(env_files=(replace(ENV_FILE, path="it's/.env", secret_names=0), ENV_FILE)),
        ),
        good=(tree(),),
        near_misses=(
            tree(value(path=".env.example")),
            tree(value(path="src/env.py")),
            tree(env_files=(replace(ENV_FILE, secret_names=0),)),  # switches and ports alone
        ),
    ),
    "history-not-visible": Cases(
        bad=(history(shallow=True), history(partial=True, texts=1)),
        good=(history(),),
        near_misses=(history(texts=1), history(IN_HISTORY)),
    ),
    "secret-unowned": Cases(
        bad=(inventory(read("OPENAI_API_KEY")), inventory(read(), read("RESEND_API_KEY"))),
        good=(inventory(read()),),
        near_misses=(inventory(), inventory(read("stripe_webhook_secret"))),
        launch=OWNED,
    ),
    "secret-never-rotated": Cases(
        bad=(
            inventory(read(leaked=True, found_at=("4f1c4f1c4f1c .env:2",), homes=kept())),
            inventory(read("OPENAI_API_KEY", homes=kept(since="2025-01-31"))),
        ),
        good=(inventory(read(homes=kept(since="2026-11-01"))),),
        near_misses=(
            inventory(read(found_at=("4f1c4f1c4f1c .env:2",), homes=kept())),  # found once, and replaced since
            inventory(read(homes=kept(since="2024-01-31"))),  # replaced in October, says [[owners]]
            inventory(read("OPENAI_API_KEY")),  # nobody knows since when
        ),
        launch=OWNED,
    ),
}

"""Where a key ends, how a value stands beside its name, and which of two kinds is meant."""

import random
import re
import tomllib
from base64 import b64encode
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchready.formats.secret_shapes import Shapes
from launchready.formats.secret_shapes.checksums import HOLDS
from launchready.known import secret_kinds
from launchready.model.secret import SecretVerdict
from tests.secrets.generated import fill, keys

SHAPES = Shapes()
DICE = random.Random(6)
STRIPE = fill("sk_live_51{A97}", DICE)
GROQ = fill("gsk_{A52}", DICE)
MISTRAL = fill("{A32}", DICE)
PASSWORD = fill("{A20}7x", DICE)


def found(text: str) -> list[tuple[str, str]]:
    data = text.encode()
    return [(hit.kind.id, data[hit.start : hit.end].decode()) for hit in SHAPES.hits(data)]


@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "key={}&next=1",
        "f({})",
        "{{a:{}}}",
        "[{},1]",
        "'{}'",
        '\\"{}\\"',
        "a\\n{}\\nb",
        "a\\t{}",
        "\\u0022{}\\u0022",
        "%22{}%22",
        "?k%3D{}%26z",
        "<k>{}</k>",
        "Bearer {}",
        "x:{};",
        "`{}`",
        "{}.",
        "{}\r\n",
        "\\x22{}\\x22",
        "|{}|",
    ],
)
def test_a_key_ends_where_something_else_begins(around: str) -> None:
    assert found(around.format(GROQ)) == [("groq-key", GROQ)]


@pytest.mark.parametrize("around", ["a{}", "{}a", "_{}", "{}_", "-{}", "{}-", "9{}", "{}Z9"])
def test_a_part_of_a_longer_token_is_no_key(around: str) -> None:
    assert found(around.format(GROQ)) == []


@pytest.mark.parametrize(
    "text",
    [
        "MISTRAL_API_KEY={}",
        "export MISTRAL_API_KEY='{}'",
        'mistral-api-key: "{}"',
        "  - MISTRAL_API_KEY={}",
        '"mistralApiKey": "{}"',
        "{{MistralApiKey:`{}`}}",
        'os.environ["MISTRAL_API_KEY"] = "{}"',
        'os.getenv("MISTRAL_API_KEY", "{}")',
        'process.env.MISTRAL_API_KEY || "{}"',
        'env.MISTRAL_API_KEY ?? "{}"',
        'MISTRAL_API_KEY: str = "{}"',
        "ENV MISTRAL_API_KEY {}",
        "--mistral-api-key {}",
        "x-mistral-api-key: {}",
        "- name: MISTRAL_API_KEY\n  value: {}",
        '<add key="MISTRAL_API_KEY" value="{}"/>',
        "mistral.api.key={}",
        '\\"MISTRAL_API_KEY\\":\\"{}\\"',
        "?mistral_api_key={}&a=1",
        "mistral_api_key%3D{}%26a",
        "MISTRAL_API_KEY_PROD={}",
        "myMistralApiKey='{}'",
        "level=info mistral_api_key={} took=3ms",
        "MISTRAL_API_KEY => '{}',",
    ],
)
def test_a_name_finds_the_value_beside_it(text: str) -> None:
    assert found(text.format(MISTRAL)) == [("mistral-key", MISTRAL)]


@pytest.mark.parametrize(
    "text",
    [
        "MISTRAL_API_KEY_NAME={}",
        "MISTRAL_API_KEY_HASH={}",
        "MISTRAL_API_KEY = load('{}.json')",
        "MISTRAL_API_KEY={}x",
        "MISTRAL_API_KEY = {}(1)",
        "MISTRAL_API_KEY={}/path",
        "MISTRAL: {}",
        "commit {}",
        "chemistral_api_key={}",
    ],
)
def test_another_name_or_a_longer_value_is_none(text: str) -> None:
    assert [kind for kind, _ in found(text.format(MISTRAL)) if kind == "mistral-key"] == []


@pytest.mark.parametrize(
    "text",
    [
        f"DB_PASSWORD={PASSWORD}",
        f"'PASSWORD': '{PASSWORD}',",
        f'smtp_pass = "{PASSWORD}"',
        "DB_PASSWORD='p4$$,(x;&)q9'",
        f"<db-password>{PASSWORD}</db-password>",
        f"requirepass: {PASSWORD}",
    ],
)
def test_a_chosen_password_is_found(text: str) -> None:
    assert [kind for kind, _ in found(text)] == ["service-password"]


@pytest.mark.parametrize(
    "text",
    [
        "DB_PASSWORD=postgres",
        "DB_PASSWORD=changeme123",
        "DB_PASSWORD=${DB_PASSWORD_1}",
        'db_password="sup3r-s3cret"',
        "DB_PASSWORD: DatabasePassword2 | None",
        "db_password = get_password(7)",
        "db_password=settings.db.password1",
        "db_password, other_argument1",
        'db_password: "Incorrect7 was given"',
        "DB_PASSWORD=<password1>",
        "password: x1y2z3a4b5c6",
        "SECRET_KEY = env('SECRET_KEY_2')",
        "JWT_SECRET=JWT_SECRET_V2_FROM_VAULT",
        "csrf_token=" + fill("{A43}", DICE),
        "db_password='$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$RdescudvJCsgt3ub'",
        "TOKEN=" + fill("ghp_{A36}", DICE),
        "api_key: ApiKeyProvider2Configuration",
        'secret="ENC[AES256_GCM,data:p673w7==,iv:0aBcD1]"',
        "Authorization: Basic " + b64encode(b"login:password").decode(),
        "api_key=arn:aws:kms:us-east-1:123:alias/aws/s3",
    ],
)
def test_words_blanks_and_code_are_no_secret(text: str) -> None:
    assert found(text) == []


def test_a_value_is_reported_once_and_by_its_most_specific_kind() -> None:
    github = f"https://x-access-token:{GROQ}@git.acme.io/a.git"
    assert found(f"API_KEY={STRIPE}\nAuthorization: Bearer {GROQ}\n{github}") == [
        ("stripe-key", STRIPE),
        ("groq-key", GROQ),
        ("groq-key", GROQ),
    ]


def test_keys_of_one_form_are_told_apart() -> None:
    stripe, clerk = fill("sk_test_{A24}", DICE), fill("sk_test_{A42}", DICE)
    publishable = "pk_test_" + b64encode(b"clerk.acme.io$").decode()
    assert [kind for kind, _ in found(f"{stripe} {clerk} {publishable} {fill('pk_test_{A24}', DICE)}")] == [
        "stripe-key",
        "clerk-key",
        "clerk-publishable-key",
        "stripe-publishable-key",
    ]


def test_public_and_depending_kinds_say_so() -> None:
    verdicts = {kind: known.kind.verdict for kind, known in secret_kinds.known().items()}
    public = {kind for kind, verdict in verdicts.items() if verdict is SecretVerdict.PUBLIC}
    assert public == {
        "algolia-search-key",
        "stripe-publishable-key",
        "clerk-publishable-key",
        "supabase-anon-key",
        "supabase-publishable-key",
        "posthog-project-key",
        "sentry-dsn",
        "langfuse-public-key",
    }
    for known in secret_kinds.known().values():
        assert known.kind.verdict is not SecretVerdict.DEPENDS or known.kind.depends_on


def test_the_table_is_in_order() -> None:
    entries = tomllib.loads(files("launchready.known").joinpath("secret_kinds.toml").read_text("utf-8"))["kind"]
    assert len(entries) == len(secret_kinds.known())
    for entry in entries:
        for pattern in (entry.get("shape", ""), entry.get("value", "")):
            assert not re.search(r"[^\\][+*]|,\}", re.sub(r"\[[^\]]*\]", "[]", pattern)), "a repetition without a bound"
        assert entry.get("checksum") is None or entry["checksum"] in HOLDS
        assert ("names" in entry) == ("value" in entry or "least" in entry)


FRAGMENTS = [*[sample.text for sample in keys(1)][::7], b"-----BEGIN PRIVATE KEY-----", b"eyJ", b".eyJ", b"://", b"\\"]


@given(st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.binary(max_size=40)), max_size=8))
def test_any_bytes_are_read_and_hits_stand_apart(parts: list[bytes]) -> None:
    data = b"".join(parts)
    places = [place for hit in SHAPES.hits(data) for place in (hit.start, hit.end)]
    assert places == sorted(places)
    assert all(0 <= place <= len(data) for place in places)

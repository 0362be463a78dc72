"""Whom a token lets in, when the password of an address is one, and what a block must have to be a private key."""

import json
import random
from base64 import b64encode

import pytest

from launchready.formats.secret_shapes import Shapes
from tests.secrets.generated import fill, pem, token

SHAPES = Shapes()
DICE = random.Random(7)
PASSWORD = fill("{A20}7x", DICE)
YEAR_2036, YEAR_2025 = 2075000000, 1750000000


def kinds(text: str) -> list[str]:
    return [hit.kind.id for hit in SHAPES.hits(text.encode())]


@pytest.mark.parametrize(
    ("claims", "kind", "verdict"),
    [
        ({"iss": "supabase", "ref": "a", "role": "anon", "exp": YEAR_2036}, "supabase-anon-key", "public"),
        (
            {"iss": "supabase", "ref": "a", "role": "service_role", "exp": YEAR_2036},
            "supabase-service-role-key",
            "secret",
        ),
        ({"iss": "supabase", "role": "authenticated", "exp": YEAR_2036}, "json-web-token", "depends"),
        ({"role": "anon", "exp": YEAR_2036}, "json-web-token", "depends"),
        ({"sub": "17"}, "json-web-token", "secret"),
        ({"sub": "17", "exp": YEAR_2025}, None, None),
        ({"iss": "supabase-demo", "role": "service_role", "exp": YEAR_2036}, None, None),
    ],
)
def test_a_token_says_whom_it_lets_in(claims: dict[str, object], kind: str | None, verdict: str | None) -> None:
    hits = SHAPES.hits(f'const k="{token(claims, DICE)}"'.encode())
    assert [(hit.kind.id, hit.verdict.value) for hit in hits] == ([(kind, verdict)] if kind else [])


@pytest.mark.parametrize("text", ["eyJ{0}.eyJ{0}.{0}", "{1}.{1}.{1}"], ids=["no JSON", "no object"])
def test_what_cannot_be_read_is_no_token(text: str) -> None:
    junk = b64encode(b'{"alg": [1, 2, 3, 4, 5, 6').decode()
    assert kinds(text.format(fill("{A40}", DICE), junk)) == []


@pytest.mark.parametrize(
    ("address", "kind", "verdict"),
    [
        ("postgres://app:{}@db.acme.io/app", "database-url", "secret"),
        ("postgresql+asyncpg://app:{}@10.0.0.7:5432/app", "database-url", "secret"),
        ("mongodb+srv://app:{}@cluster0.abcde.mongodb.net", "database-url", "secret"),
        ("rediss://default:{}@eu1.upstash.io:6379", "database-url", "secret"),
        ("redis://:{}@cache.acme.io:6379", "database-url", "secret"),
        (r"mysql:\/\/app:{}@db.acme.io\/app", "database-url", "secret"),
        ("postgres://app:{}@localhost/app", "database-url", "depends"),
        ("postgres://app:{}@db:5432/app", "database-url", "depends"),
        ("https://bot:{}@git.acme.io/x.git", "url-password", "secret"),
        ("gopher://bot:{}@git.acme.io/x.git", None, None),
        ("postgres://app:{}@db.example.com/app", None, None),
    ],
)
def test_the_password_of_an_address(address: str, kind: str | None, verdict: str | None) -> None:
    text = f"URL={address.format(PASSWORD)}"
    hits = [(hit.kind.id, hit.verdict.value, text[hit.start : hit.end]) for hit in SHAPES.hits(text.encode())]
    assert hits == ([(kind, verdict, PASSWORD)] if kind else [])


@pytest.mark.parametrize(
    "address",
    [
        "postgres://postgres:postgres@localhost/app",
        "postgres://app:app@db.acme.io/app",
        "postgres://u:<password>@h.io/d",
        "postgres://u:${PASS}@db.acme.io/d",
        "postgres://u:%s@db.acme.io/d",
        "postgres://u:{pw}@db.acme.io/d",
        "postgres://u:********@db.acme.io/d",
        "postgres://u:[YOUR-PASSWORD]@db.acme.io/d",
        "https://acme.io:8443/@scope/a",
        "https://proxyuser:proxypass@proxy.acme.io",
        "postgres://user:dev1@127.0.0.1/d",
        "redis://:xxxxxx@cache.acme.io",
    ],
)
def test_an_address_that_opens_nothing(address: str) -> None:
    assert kinds(f'url = "{address}"') == []


BLOCK = pem(DICE)
SERVICE_ACCOUNT = json.dumps({"type": "service_account", "private_key": BLOCK}, indent=2)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (BLOCK, "private-key"),
        (BLOCK.replace("\n", "\r\n"), "private-key"),
        (json.dumps({"key": BLOCK}), "private-key"),
        (json.dumps(json.dumps({"key": BLOCK})), "private-key"),
        ("".join(f'"{line}\\n" +\n' for line in BLOCK.splitlines()), "private-key"),
        ("".join(f" * {line}\n" for line in BLOCK.splitlines()), "private-key"),
        ("".join(f"    {line}\n" for line in BLOCK.splitlines()), "private-key"),
        (BLOCK[:900], "private-key"),
        (pem(DICE, "RSA PRIVATE KEY"), "private-key"),
        (pem(DICE, "OPENSSH PRIVATE KEY"), "private-key"),
        (pem(DICE, "PGP PRIVATE KEY BLOCK"), "private-key"),
        (
            pem(DICE, "RSA PRIVATE KEY").replace("KEY-----\n", "KEY-----\nProc-Type: 4,ENCRYPTED\n\n", 1),
            "encrypted-private-key",
        ),
        (SERVICE_ACCOUNT, "google-service-account"),
        (f"KEY={b64encode(BLOCK.encode()).decode()}", "private-key"),
        (
            f"KEY='{b64encode(SERVICE_ACCOUNT.encode()).decode()}'",
            "google-service-account",
        ),
    ],
)
def test_a_private_key(text: str, kind: str) -> None:
    assert kinds(text) == [kind]


@pytest.mark.parametrize(
    "text",
    [
        'if line == "-----BEGIN PRIVATE KEY-----":',
        "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\n" + "x" * 64 + "\n-----END PRIVATE KEY-----",
        pem(DICE, "PUBLIC KEY"),
        "image: 9" + b64encode(BLOCK.encode()).decode(),
        pem(DICE, "CERTIFICATE"),
        "-----BEGIN RSA PRIVATE KEY-----\nyour key here\n-----END RSA PRIVATE KEY-----",
    ],
)
def test_a_block_that_is_no_private_key(text: str) -> None:
    assert kinds(text) == []

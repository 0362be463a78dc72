"""A value beside a name that says little counts when chance made it, and when nothing beside it says otherwise."""

import random
import uuid

import pytest

from launchready.formats.secret_shapes import Shapes
from launchready.model.secret import SecretVerdict
from tests.secrets.generated import fill, pem

SHAPES = Shapes()
DICE = random.Random(11)
ALNUM, HEX, BASE32 = fill("{A40}", DICE), fill("{h32}", DICE), fill("{232}", DICE)
UUID = str(uuid.UUID(int=DICE.getrandbits(128), version=4))
WEBHOOK = fill("whsec_{A32}", DICE)
ALGOLIA = 'algolia: {\n  appId: "X",\n  // public: it is safe to commit it\n'


def kinds(text: str) -> list[str]:
    return [hit.kind.id for hit in SHAPES.hits(text.encode())]


@pytest.mark.parametrize(
    "text",
    [
        f"ACME_SECRET={ALNUM}",
        f"ACME_SECRET={HEX}",
        f"ACME_SECRET={BASE32}7A2B3",
        f"acme_secret = settings.ACME_SECRET or '{ALNUM}'",
        "client_secret: '" + fill("acme_live_{a30}", DICE) + "'",
        'acme_secret_key: "' + fill("{U28}", DICE) + '9x",',
        f'acme_secret_key: "{ALNUM}",  // TODO: read it from the environment',
        f'ACME_SECRET_KEY="{ALNUM}"  # from the dashboard',
        f'acme_secret: "{ALNUM}", // TODO: Replace this and read from env',
    ],
)
def test_a_random_value_beside_the_name_of_a_secret_is_found(text: str) -> None:
    assert kinds(text) == ["named-secret"]


@pytest.mark.parametrize(
    "text",
    [
        f"ACME_API_KEY={ALNUM}",
        f'"api_key": "{UUID}"',
        f"https://edge.acme.io/config?token={UUID}",
        f"https://api.acme.io/v1?access_key={HEX}",
        'accessToken: "' + fill("{a7}-{A7}-{Z7}-{a7}", DICE) + '"',
    ],
)
def test_a_random_value_beside_the_name_of_a_key_is_found(text: str) -> None:
    assert kinds(text) == ["named-key"]


@pytest.mark.parametrize(
    "text",
    [
        'TOKEN "v2_events_endpoint_read_6623" READ',
        'token = "get_lead_event_endpoint_read_1965"',
        "ACME_API_KEY=text-embedding-3-small-v2-latest",
        "HF_TOKEN=\nPUBLIC_ENDPOINT=https://api.acme.io/models/acme/pythia-12b",
        f"ACME_SECRET=\nACME_ID={ALNUM}",
        f"the group (the token '{UUID}' is its name)",
        f"the token '{ALNUM}' is its name",
        f'"token": "{UUID}"',
        f'checkout_token: "{HEX}"',
        f'"next_token": "{ALNUM}"',
        "ACME_SECRET=" + fill("{A30}", DICE) + "xxx",
        'client_secret: "MyRecaptchaPrivateKey456"',
        '"getToken": "{0}からアクセストークンを入手できますアクセス"',
        f"https://img.acme.io/badge.svg?style=flat&token={HEX}",
        f"http://localhost:8888/?token={HEX}",
        f"http://(c0ffee or 127.0.0.1):8888/?token={HEX}",
        f'token: "{fill("acme_embed_{A36}", DICE)}"',
        f'secret: "{ALNUM}",  // dummy secret',
        f'secret: "{ALNUM}" # replace with yours',
        f'"secret": {{"example": "{ALNUM}"}}',
        f'SessionStore(session_key="{HEX}")',
        "Authorization: AWS4-HMAC-SHA256 Credential",
    ],
)
def test_names_slugs_sentences_and_what_says_so_itself_are_none(text: str) -> None:
    assert kinds(text) == []


def test_a_shells_default_is_the_value_without_its_sign() -> None:
    text = f'echo "${{ACME_SECRET:-{ALNUM}}}"'.encode()
    (hit,) = SHAPES.hits(text)
    assert text[hit.start : hit.end].decode() == ALNUM


def test_an_example_in_the_manual_of_an_ansible_module_is_none() -> None:
    manual = f"EXAMPLES = r'''\n- acme:\n    api_key: {ALNUM}\n"
    assert kinds(f"{manual}'''\n") == []
    assert kinds(f"{manual}    key: |\n{pem(DICE)}\n'''\n") == []
    assert kinds(f"{manual}'''\nACME_API_KEY = \"{ALNUM}\"\n") == ["named-key"]


def test_what_is_allowed_by_a_mark_is_not_taken_for_an_example() -> None:
    assert kinds(f'secret: "{ALNUM}"  # gitleaks:allow an example') == ["named-secret"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f'secret = "{WEBHOOK}"', ["webhook-signing-secret"]),
        (f'secret = "{WEBHOOK}"  # for the example shop', []),
        (f'examples=["{WEBHOOK}"]', []),
        (f" * @example {WEBHOOK}", []),
        (f'"examples": [\n              "{WEBHOOK}"', []),
        (f'examples=1, secret="{WEBHOOK}"', ["webhook-signing-secret"]),
        (f'examples=["{fill("gsk_{A52}", DICE)}"]', ["groq-key"]),  # which nobody makes up
    ],
)
def test_a_shape_that_manuals_show_counts_where_nothing_says_that_it_is_an_example(
    text: str, wanted: list[str]
) -> None:
    assert kinds(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f'{ALGOLIA}  apiKey: "{HEX}",\n  indexName: "acme",\n}}', ["algolia-search-key"]),
        (f'docsearch({{ apiKey: "{HEX}", indexName: "acme" }})', ["algolia-search-key"]),
        (f'<DocSearch appId="X" apiKey="{HEX}" />', ["algolia-search-key"]),
        (f"ALGOLIA_ADMIN_API_KEY={HEX}", ["named-key"]),
        (f'weather: {{ apiKey: "{HEX}" }}', ["named-key"]),
    ],
)
def test_a_documentation_search_key_is_public(text: str, wanted: list[str]) -> None:
    hits = SHAPES.hits(text.encode())
    assert [hit.kind.id for hit in hits] == wanted
    assert (hits[0].verdict is SecretVerdict.PUBLIC) == (wanted == ["algolia-search-key"])


@pytest.mark.parametrize("password", ["acme123", "devpass1234", "opensaas123", "Hello2024!"])
def test_a_word_with_a_number_guards_nothing_on_its_own_machine(password: str) -> None:
    assert kinds(f"postgres://acme:{password}@localhost:5432/acme") == []


def test_any_other_password_on_its_own_machine_depends() -> None:
    (hit,) = SHAPES.hits(f"postgres://acme:{fill('{A16}', DICE)}7k@localhost:5432/acme".encode())
    assert hit.verdict is SecretVerdict.DEPENDS
    assert kinds("postgres://acme:opensaas123@db.acme.io:5432/acme") == ["database-url"]


def test_the_user_of_a_guide_has_no_password() -> None:
    address = "postgresql://postgres.{}:My5ecure-Pw@aws-0-eu-1.pooler.supabase.com:5432/postgres"
    assert kinds(address.format("abcdefghijklmnop")) == []
    assert kinds(address.format("wijzypbstiigssjuiuvh")) == ["database-url"]

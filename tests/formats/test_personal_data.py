"""Personal data in log lines: what is a person's, and the many things that only look like it."""

import random
import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from publicsuffixlist import PublicSuffixList

from launchready.formats.personal_data import PersonalData, PersonalKind

_RANDOM = random.Random(1)  # the same in every process: the values stand in the names of tests
_SUFFIXES = PublicSuffixList(accept_unknown=False, only_icann=True)
DATA = PersonalData(lambda domain: _SUFFIXES.privatesuffix(domain) is not None, ours=("hi-there@parley.dev",))
EMAIL, PHONE, IBAN = PersonalKind.EMAIL, PersonalKind.PHONE, PersonalKind.IBAN
CARD, TEST_CARD, CARD_SHAPED = PersonalKind.CARD, PersonalKind.TEST_CARD, PersonalKind.CARD_SHAPED


def found(line: str) -> list[tuple[PersonalKind, str]]:
    data = line.encode()
    return [(one.kind, data[one.start : one.end].decode()) for one in DATA.hits(data)]


def a_card(prefix: str = "453957", length: int = 16) -> str:
    """A number as an issuer gives it out."""
    digits = prefix + "".join(_RANDOM.choices("0123456789", k=length - len(prefix) - 1))
    total = sum(sum(divmod(int(one) * (2 - place % 2), 10)) for place, one in enumerate(reversed(digits)))
    return f"{digits}{-total % 10}"


def grouped(card: str, by: str) -> str:
    """As it is printed on the card."""
    shape = r"(\d{4})(\d{6})(\d+)" if len(card) < 16 else r"(\d{4})(\d{4})(\d{4})(\d{4})"
    found = re.fullmatch(shape, card)
    assert found
    return by.join(found.groups())


@pytest.mark.parametrize(
    ("line", "address"),
    [
        ("login ok for jane.doe@parley.dev", "jane.doe@parley.dev"),
        ('{"email":"jane+chat@mail.parley.co.uk","ok":true}', "jane+chat@mail.parley.co.uk"),
        ('{"msg":"{\\"to\\":\\"jane@parley.dev\\"}"}', "jane@parley.dev"),
        ('"GET /login?email=jane%40parley.dev&next=/ HTTP/1.1" 200', "jane%40parley.dev"),
        ("to=<jane_d@parley.dev>, relay=mx", "jane_d@parley.dev"),
        ("user jane@parley.dev: password reset", "jane@parley.dev"),
        ("mailto:jane@parley.dev", "jane@parley.dev"),
        ("Jane.Doe@Parley.DEV signed up.", "Jane.Doe@Parley.DEV"),
        ("email='o'connor@parley.dev'", "o'connor@parley.dev"),
        ("wrote to jane@parley.dev.", "jane@parley.dev"),
        ("jane@parley.dev,bob@parley.dev"[:15], "jane@parley.dev"),
        ("from 2024jane@parley.dev", "2024jane@parley.dev"),
        ("Co-authored-by: Jane <jane@parley.dev>", "jane@parley.dev"),
        ("GET /users/jane@parley.dev/settings 200", "jane@parley.dev"),
        ("sending to jane@xn--bcher-kva.de", "jane@xn--bcher-kva.de"),
    ],
)
def test_an_address_of_a_person(line: str, address: str) -> None:
    assert found(line) == [(EMAIL, address)]


@pytest.mark.parametrize(
    "line",
    [
        "jane@example.com jane@example.org jane@mail.example.net jane@example.co.uk jane@parley.example jane@a.test",
        "jane@localhost jane@server.local jane@box.internal jane@host",
        "fetching git@github.com:parley/app.git",
        "git clone ssh://deploy@git.parley.dev/app.git",
        "ssh deploy@app.parley.dev uptime; scp -r x deploy@app.parley.dev:/srv/app",
        "rsync jane@app.parley.dev:backups/db.sql .",
        "postgres://app:hunter2@db.parley.dev:5432/app redis://default:x@cache.parley.dev",
        "https://0123456789abcdef@o123.ingest.sentry.io/42",
        "added next@14.2.3 react-dom@18.2.0-rc.1 @types/node@20.1.0 and lodash.merge@4.6.2",
        "/node_modules/.pnpm/next@14.2.3_react-dom@18.2.0_react@18.2.0/node_modules/next/dist/server.js:12",
        "https://cdn.jsdelivr.net/npm/vue@3.4.0/dist/vue.min.js https://unpkg.com/htmx.org@1.9.12",
        "uses actions/checkout@v4 and docker image parley@sha256:0a1b2c3d.e4",
        "logo@2x.png icon@3x.webp",
        "com.parley.Chat@1a2b3c4d org.parley.App$Inner@5e2de80c java.lang.Object@5f.hash",
        "mail from noreply@parley.dev no-reply@parley.dev do-not-reply@parley.dev hi-there@parley.dev",
        "bounces+1-jane@parley.dev postmaster@parley.dev support@parley.dev hello@parley.dev notifications@parley.dev",
        "12345678+jane@users.noreply.github.com",
        "a***@parley.dev j***n@parley.dev ****@parley.dev jane@***.dev jane@p***.dev [redacted]@parley.dev",
        "xxxx@parley.dev REDACTED@parley.dev j•••@parley.dev jane@•••.dev j…@parley.dev",
        "message-id=<20251124090000.abc@mail.parley.dev> Message-ID: <CAHjane@mail.parley.dev>",
        "In-Reply-To: <x1y2z3@mail.parley.dev>",
        '"Mozilla/5.0 (compatible; ClaudeBot/1.0; +claudebot@anthropic.com)" spider-feedback@bytedance.com',
        "systemd: Started getty@tty1.service user@1000.service",
        "0f8fad5bd9cb469fa16570867728950e@parley.dev 0f8fad5b-d9cb-469f-a165-70867728950e@parley.dev",
        "@app.route('/x') @media.print jane@ @parley.dev a@b",
        "user@domain.com your@email.com name@company.com jane@test.com",
        "pushed to jane@git.parley.dev:parley/app.git and deploy-1@app.parley.dev:/srv/app",
        "proxy jane@parley.dev:hunter2@proxy.parley.dev:8080, jane@parley.dev*",
    ],
)
def test_what_is_no_address_of_a_person(line: str) -> None:
    assert found(line) == []


@pytest.mark.parametrize(
    ("prefix", "length"),
    [("4539", 16), ("5412", 16), ("2333", 16), ("6011", 16), ("3412", 15), ("3589", 16), ("6240", 16)],
)
@pytest.mark.parametrize("text", ['{{"card":"{}"}}', "card {} declined", "pan={}&cvc=", "charging {}"])
def test_a_card(prefix: str, length: int, text: str) -> None:
    card = a_card(prefix, length)
    spaced = grouped(card, "-" if length == 15 else " ")
    for written in (card, spaced):
        assert found(text.format(written)) == [(CARD, written)]
        assert DATA.hits(text.format(written).encode())[0].sure == ("charging" not in text)
    assert DATA.hits(card.encode())[0].key == DATA.hits(spaced.encode())[0].key


@pytest.mark.parametrize("number", ["4242424242424242", "4242 4242 4242 4242", "4000000000009995", "3782-822463-10005"])
def test_test_cards_are_told_apart(number: str) -> None:
    assert found(f"card={number} ok") == [(TEST_CARD, number)]


def lines_with_ids() -> Iterator[str]:
    card = a_card()
    amex = a_card("3712", 15)
    yield f"user_id={card} ok"
    yield f'{{"trace_id":"{card}","order": {card}}}'
    yield f"GET /posts/{card} and /files/{card}.png"
    yield f"order #{card}, total ${amex}, offset -{card}"
    yield f"0x{card} {card}abc a{card} {card}_1 {card}.25 {card}7 9{card}"
    yield f"{grouped(card, ' ')} 1234 and 1234 {grouped(card, ' ')} {grouped(card, '-')}-1234"
    yield f"1234 {grouped(card, ' ')} ok"
    yield f"{card[:4]} {card[4:8]}-{card[8:12]} {card[12:]}"
    yield f"****{card[-4:]} xxxx-xxxx-xxxx-{card[-4:]} {card[:6]}******{card[-4:]} [redacted]"
    yield "1764009600000 1764009600000000 20251124090000 2025-11-24T09:00:00.123456Z 1.4539578763621486"
    yield "0f8fad5b-4539-4787-8636-214867728950 ::1 192.168.100.100"
    yield f"took 36{'0' * 12} ns, 9{card[1:]}, 1{card[1:]}"


@pytest.mark.parametrize("line", list(lines_with_ids()))
def test_what_is_no_card(line: str) -> None:
    assert found(line) == []


def test_a_number_that_fails_the_checksum_is_only_shaped_like_a_card() -> None:
    card = a_card()
    wrong = f"{card[:-1]}{(int(card[-1]) + 1) % 10}"
    assert found(f"charging {wrong}") == [(CARD_SHAPED, wrong)]


@pytest.mark.parametrize(
    "number",
    [
        "+14158672671",
        "+1 415 867 2671",
        "+1 (415) 867-2671",
        "+44 7911 123456",
        "+49 30 901820",
        "+4915123456789",
        "+33 6 12 34 56 78",
        "+919876543210",
        "+5511987654321",
        "%2B14158672671",
    ],
)
@pytest.mark.parametrize("text", ["sms to {} sent", '{{"phone":"{}"}}', "tel:{}", "phone={}&x=1", "({})"])
def test_a_phone_number(number: str, text: str) -> None:
    assert found(text.format(number)) == [(PHONE, number)]


@pytest.mark.parametrize(
    "line",
    [
        "09:00:00 +0100 and +02:00 UTC+12 [24/Nov/2026:09:00:00 +0000]",
        "+14155550123 +1 202 555 0199 +447700900123 +44 20 7946 0123",
        "+1048576 +4294967296 +1500000000 +1764009600 +1764009600000 +86400000 +10000000000",
        "+1 (***) ***-2671 +1415***2671 +49 30 **** +1415867xxxx +1415867267*",
        "q=foo+14158672671 aGVsbG8+14158672671bar== x+14158672671",
        "+14158672671.5 +14158672671ms +141586726719999",
        "+999123456789 +2101234567890 +15000000000 +11234567890",
        "+1111111111 +442222222222",
        "diff: +12345 -6789, +1.5%, 3+14158672671",
    ],
)
def test_what_is_no_phone_number(line: str) -> None:
    assert found(line) == []


def an_iban(country: str, bban: str) -> str:
    number = int("".join(str(int(one, 36)) for one in f"{bban}{country}00"))
    return f"{country}{98 - number % 97:02}{bban}"


@pytest.mark.parametrize(
    ("country", "bban"), [("DE", "500105171234567890"), ("NL", "ABNA0123456789"), ("FR", "20041010050500013M02607")]
)
@pytest.mark.parametrize("text", ["paid from {} today", '{{"iban":"{}"}}', "iban={}&x=1", "{}"])
def test_a_bank_account(country: str, bban: str, text: str) -> None:
    iban = an_iban(country, bban)
    spaced = " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))
    assert found(text.format(iban)) == [(IBAN, iban)]
    assert found(text.format(spaced)) == [(IBAN, spaced)]
    assert DATA.hits(iban.encode())[0].key == DATA.hits(spaced.encode())[0].key


@pytest.mark.parametrize(
    "line",
    [
        "DE89370400440532013000 GB82 WEST 1234 5698 7654 32 NL91ABNA0417164300",
        f"{an_iban('DE', '500105171234567890')[:-1]}1 XX12345678901234567890",
        f"x{an_iban('DE', '500105171234567890')} {an_iban('DE', '500105171234567890')}1",
        "DE12************7890 AKIA0123456789ABCDEF ABCD0123456789ABCDEF",
        f"/files/{an_iban('DE', '500105171234567890')}",
    ],
)
def test_what_is_no_bank_account(line: str) -> None:
    assert found(line) == []


@given(st.binary(max_size=300), st.sampled_from([b"@", b"%40", b"+1", b"4", b"DE12 ", b"."]))
def test_no_input_raises(data: bytes, often: bytes) -> None:
    for one in DATA.hits(data.replace(b"\0", often)):
        assert 0 <= one.start < one.end <= len(data) * 6

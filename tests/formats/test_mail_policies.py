"""DMARC, DKIM, MTA-STS and TLS-RPT texts: read as receivers read them, and no text raises."""

import base64
from collections.abc import Mapping

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

from launchready.formats import der, dkim, dmarc, mta_sts, tls_rpt
from launchready.formats.dmarc import Policy
from launchready.formats.dmarc_walk import QUERIES_LIMIT, Walk, names, walk
from launchready.formats.mailboxes import domain_of
from tests.checks.cases_dkim import ed25519_key, rsa_key

# Texts made of what the formats are made of, so that more than the first character of a record is tried.
WORDS = (
    "v= DMARC1 DKIM1 STSv1 TLSRPTv1 ; = p= none reject rua= mailto: a@b.example , !10m k= rsa ed25519 MIIB h= "
    "sha256 pct= mode: mx: *. version: enforce"
)
PIECES = st.sampled_from([*WORDS.split(" "), " ", "\n", "\r\n"])
TEXTS = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=30).map("".join))
LABELS = st.text("abc", min_size=1, max_size=3)
DOMAINS = st.lists(LABELS, min_size=1, max_size=12).map(".".join)


def walked(domain: str, published: Mapping[str, tuple[str, ...]]) -> tuple[Walk, list[str]]:
    """The walk through these records, and the names that it asked for."""
    asked: list[str] = []
    walking = walk(domain)
    wanted = next(walking)
    while True:
        asked.append(wanted)
        try:
            wanted = walking.send(published.get(wanted.removeprefix("_dmarc."), ()))
        except StopIteration as end:
            found: Walk = end.value
            return found, asked


@pytest.mark.parametrize(
    ("text", "p", "policy"),
    [
        ("v=DMARC1; p=none", Policy.NONE, Policy.NONE),
        ("V=DMARC1;P=REJECT", Policy.REJECT, Policy.REJECT),
        (" v = DMARC1 ; p = quarantine ; ", Policy.QUARANTINE, Policy.QUARANTINE),
        ("v=DMARC1; rua=mailto:a@b.example", None, Policy.NONE),
        ("v=DMARC1; p=reject; sp=bad; rua=mailto:a@b.example", Policy.REJECT, Policy.NONE),
        ("v=DMARC1; p=bad", None, None),
        ("v=DMARC1", None, None),
    ],
)
def test_the_policy_of_a_record(text: str, p: Policy | None, policy: Policy | None) -> None:
    record = dmarc.parse(text)
    assert record is not None
    assert (record.p, record.policy) == (p, policy)


@pytest.mark.parametrize(
    "text", ["", "v=dmarc1; p=none", "p=none; v=DMARC1", "v=DMARC1 p=none", "v=DMARC2; p=none", "x"]
)
def test_what_receivers_do_not_take_for_dmarc(text: str) -> None:
    assert dmarc.parse(text) is None


@pytest.mark.parametrize(
    ("text", "sub", "nonexistent"),
    [
        ("v=DMARC1; p=reject", Policy.REJECT, Policy.REJECT),
        ("v=DMARC1; p=reject; sp=none", Policy.NONE, Policy.NONE),
        ("v=DMARC1; p=none; np=reject", Policy.NONE, Policy.REJECT),
        ("v=DMARC1; p=none; sp=quarantine; np=reject", Policy.QUARANTINE, Policy.REJECT),
    ],
)
def test_what_subdomains_inherit(text: str, sub: Policy, nonexistent: Policy) -> None:
    record = dmarc.parse(text)
    assert record is not None
    assert (record.subdomain_policy, record.nonexistent_policy) == (sub, nonexistent)


@pytest.mark.parametrize(
    ("value", "addresses"),
    [
        ("mailto:a@b.example", ("a@b.example",)),
        ("MAILTO:a@B.Example!10m , mailto:c%2Bd@e.example?subject=x", ("a@b.example", "c+d@e.example")),
        ("https://r.example/", ()),
        ("a@b.example", ()),
        ("mailto:a@b", ()),
        ("mailto:@b.example,mailto:a b@c.example", ()),
    ],
)
def test_report_addresses(value: str, addresses: tuple[str, ...]) -> None:
    record = dmarc.parse(f"v=DMARC1; p=none; rua={value}")
    assert record is not None
    assert tuple(one.address for one in record.rua) == addresses


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("v=dmarc1; p=reject; rua=mailto:a@b.example", "v=DMARC1; p=reject; rua=mailto:a@b.example"),
        ("p=none; v=DMARC1; fo=1", "v=DMARC1; p=none; fo=1"),
        ("v=DMARC1 p=reject", "v=DMARC1; p=reject"),
        ('"v=DMARC1; p=none"', "v=DMARC1; p=none"),
        ("v=DMARC1\\; p=none\\; adkim=s", "v=DMARC1; p=none; adkim=s"),
        (
            "v=DMARC1; p=monitor; rua=a@b.example c@d.example",
            "v=DMARC1; p=none; rua=mailto:a@b.example,mailto:c@d.example",
        ),
        ("v=DMARC1; p=quarantin; sp=Rejected; np=", "v=DMARC1; p=quarantine; sp=reject"),
        ("v=DMARC1; p=reject; sp=x; pct=200; fo=z; future=1", "v=DMARC1; p=reject; future=1"),
    ],
)
def test_a_mended_record_keeps_all_that_is_usable(text: str, wanted: str) -> None:
    assert dmarc.mended(text) == wanted


def test_a_changed_record_keeps_everything_else() -> None:
    record = dmarc.parse("v=DMARC1; p=none; rua=mailto:a@b.example; pct=50; future=1")
    assert record is not None
    wanted = "v=DMARC1; p=quarantine; rua=mailto:a@b.example; future=1"
    assert record.changed({"p": "quarantine", "pct": None}) == wanted
    assert record.changed({"sp": "reject"}) == f"{record.text}; sp=reject"
    unset = dmarc.parse("v=DMARC1; adkim=s")
    assert unset is not None
    assert (
        unset.changed({"rua": "mailto:a@b.example", "p": "none"}) == "v=DMARC1; p=none; adkim=s; rua=mailto:a@b.example"
    )


def test_a_long_name_takes_eight_questions() -> None:
    """The example of RFC 9989, section 4.10."""
    asked = walked("a.b.c.d.e.f.g.h.i.j.mail.example.com", {})[1]
    assert asked == [
        "_dmarc.a.b.c.d.e.f.g.h.i.j.mail.example.com",
        "_dmarc.g.h.i.j.mail.example.com",
        "_dmarc.h.i.j.mail.example.com",
        "_dmarc.i.j.mail.example.com",
        "_dmarc.j.mail.example.com",
        "_dmarc.mail.example.com",
        "_dmarc.example.com",
        "_dmarc.com",
    ]


NONE, PUBLIC, OWN = ("v=DMARC1; p=none",), ("v=DMARC1; p=reject; psd=y",), ("v=DMARC1; p=none; psd=n",)


@pytest.mark.parametrize(
    ("published", "organisation", "policy_at"),
    [
        ({}, "a.mail.example.com", None),
        ({"mail.example.com": NONE, "example.com": NONE}, "example.com", "example.com"),
        ({"mail.example.com": OWN, "example.com": NONE}, "mail.example.com", "mail.example.com"),
        ({"com": PUBLIC}, "example.com", "com"),
        ({"example.com": NONE, "com": PUBLIC}, "example.com", "example.com"),
        ({"mail.example.com": NONE, "com": PUBLIC}, "example.com", "com"),
        ({"a.mail.example.com": NONE, "example.com": NONE}, "example.com", "a.mail.example.com"),
        ({"a.mail.example.com": PUBLIC, "example.com": NONE}, "a.mail.example.com", "a.mail.example.com"),
        ({"a.mail.example.com": NONE + PUBLIC, "example.com": NONE}, "example.com", "example.com"),
        ({"mail.example.com": ("v=spf1 -all",), "example.com": ("x", *NONE)}, "example.com", "example.com"),
    ],
)
def test_whose_policy_applies(published: dict[str, tuple[str, ...]], organisation: str, policy_at: str | None) -> None:
    found, asked = walked("a.mail.example.com", published)
    assert (found.organisation, found.policy_at) == (organisation, policy_at)
    assert all("psd" not in published.get(name.removeprefix("_dmarc."), ("",))[0] for name in asked[:-1])


@pytest.mark.parametrize("bits", [1024, 2048, 3072])
@pytest.mark.parametrize("bare", [True, False])
def test_the_length_of_rsa_keys_is_what_cryptography_says(bits: int, bare: bool) -> None:
    data = base64.b64decode(rsa_key(bits, bare=bare))
    assert der.rsa_modulus_bits(data) == bits
    assert all(der.rsa_modulus_bits(data[:end]) is None for end in range(len(data)))
    assert der.rsa_modulus_bits(data + b"\0") is None


def test_a_key_of_another_kind_is_no_rsa_key() -> None:
    assert der.rsa_modulus_bits(base64.b64decode("MCowBQYDK2VwAyEA" + ed25519_key())) is None


@pytest.mark.parametrize(
    ("text", "bits", "revoked"),
    [
        (f"v=DKIM1; k=rsa; p={rsa_key(2048)}", 2048, False),
        (f"p={rsa_key(1024)}", 1024, False),
        (f"v=DKIM1; K=RSA; P={rsa_key(2048)[:100]} \t{rsa_key(2048)[100:]}", 2048, False),
        (f"v=DKIM1; k=ed25519; p={ed25519_key()}", 256, False),
        ("v=DKIM1; p=", None, True),
        ("v=DKIM1", None, False),
        ("v=DKIM1; p=AAAA", None, False),
    ],
    ids=range(7),  # the keys are new in every process, and xdist wants the same names in each
)
def test_a_key_record(text: str, bits: int | None, revoked: bool) -> None:
    key = dkim.parse(text)
    assert key is not None
    assert (key.bits, key.revoked) == (bits, revoked)


@pytest.mark.parametrize("text", ["", "v=spf1 -all", "v=DMARC1; p=none", "google-site-verification=1", "k=rsa"])
def test_other_records_are_no_keys(text: str) -> None:
    assert dkim.parse(text) is None


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("mx.parley.example", True),
        ("MX.Parley.Example.", True),
        ("a.mail.example", True),
        ("a.b.mail.example", False),
        ("mail.example", False),
        ("xmx.parley.example", False),
    ],
)
def test_which_servers_a_policy_allows(host: str, allowed: bool) -> None:
    text = "version: STSv1\r\nmode: enforce\r\nmx: mx.parley.example\r\nmx: *.Mail.Example\r\nmax_age: 86400\r\n"
    policy = mta_sts.policy(text)
    assert policy.problems == ()
    assert policy.allows(host) is allowed


@pytest.mark.parametrize(
    ("texts", "problem"),
    [
        ((), None),
        (("v=spf1 -all",), None),
        (("v=TLSRPTv1; rua=mailto:a@b.example,https://c.example/r;",), None),
        (("v=TLSRPTv1; rua=a@b.example",), "it names no mailto: or https: address in rua="),
        (("v=TLSRPTv1;", "v=TLSRPTv1; rua=mailto:a@b.example"), "2 records stand there, so none of them counts"),
    ],
)
def test_tls_reports(texts: tuple[str, ...], problem: str | None) -> None:
    assert tls_rpt.problem(texts) == problem


@pytest.mark.parametrize(
    ("entry", "domain"),
    [
        ("hello@parley.example", "parley.example"),
        ("Parley <hello@Mail.Parley.Example>", "mail.parley.example"),
        ("parley.example.", "parley.example"),
        ("hello@bücher.example", "xn--bcher-kva.example"),
        ("hello", None),
        ("a@b c", None),
        ("@", None),
    ],
)
def test_the_domain_of_an_address(entry: str, domain: str | None) -> None:
    assert domain_of(entry) == domain


@given(TEXTS)
def test_no_text_raises(text: str) -> None:
    record = dmarc.parse(text)
    assert record is None or isinstance(record.policy, Policy | None)
    assert dmarc.spoilt(text) is None or record is None
    dkim.parse(text)
    mta_sts.records((text,))
    mta_sts.record_problem(text)
    mta_sts.policy(text).allows(text)
    tls_rpt.problem((text,))
    domain_of(text)


@given(TEXTS)
def test_whatever_is_mended_is_a_record_without_a_mistake(text: str) -> None:
    record = dmarc.parse(dmarc.mended(text))
    assert record is not None
    assert record.problems == ()
    assert record.policy is not None


@given(st.binary(max_size=200))
def test_no_bytes_raise(data: bytes) -> None:
    bits = der.rsa_modulus_bits(data)
    assert bits is None or 0 < bits <= 8 * len(data)
    dkim.parse(f"v=DKIM1; p={base64.b64encode(data).decode()}")


@given(st.integers(min_value=3, max_value=1 << 4096), st.sampled_from([3, 65537]))
def test_any_modulus_is_measured(modulus: int, exponent: int) -> None:
    if modulus <= exponent:
        return
    key = rsa.RSAPublicNumbers(exponent, modulus | 1 | 1 << 520).public_key()
    data = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    assert der.rsa_modulus_bits(data) == key.key_size


@given(DOMAINS, st.dictionaries(DOMAINS, st.lists(st.sampled_from([*NONE, *PUBLIC, *OWN, "x"]), max_size=3).map(tuple)))
def test_every_walk_ends_within_its_limit(domain: str, published: dict[str, tuple[str, ...]]) -> None:
    found, asked = walked(domain, published)
    assert len(asked) <= QUERIES_LIMIT
    assert f".{domain}".endswith(f".{found.organisation}")
    assert asked == [f"_dmarc.{name}" for name in names(domain)][: len(asked)]
    assert (found.policy is None) == (found.policy_at is None)


@pytest.mark.parametrize(
    "piece", ["a", " ", "v=", "v= ", "=", ";", "a=;", "a=b;", "dmarc ", "p=", "!1", ":", "mx: \t", "rua=,", "@"]
)
@pytest.mark.parametrize("head", ["", "v=DMARC1; p=none; rua=", "v=DKIM1; p=", "version: STSv1\n"])
def test_long_texts_leave_little_behind(head: str, piece: str) -> None:
    """A whole message full of the worst: what comes out is small, and comes out at once."""
    text = head + piece * (65_536 // len(piece))
    record = dmarc.parse(text)
    assert record is None or len(record.problems) < 10
    assert len(dmarc.mended(text)) < 16_384
    dmarc.spoilt(text)
    key = dkim.parse(text)
    assert key is None or len(key.problems) < 10
    assert len(mta_sts.policy(text).problems) <= 5
    tls_rpt.problem((text,))
    mta_sts.record_problem(text)

"""Certificates from strangers: read, or refused in words, never anything else."""

import random
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

from launchready.errors import Garbled
from launchready.wire.certificates import links, parse, parse_bundle
from tests.box.certificates import Authority

KEY = ec.generate_private_key(ec.SECP256R1())
START = datetime(2026, 1, 1, tzinfo=UTC)


def named(*names: str, organisation: str | None = None) -> x509.Name:
    parts = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation)] if organisation else []
    return x509.Name([*parts, *(x509.NameAttribute(NameOID.COMMON_NAME, name) for name in names)])


def signed(
    *extensions: x509.ExtensionType,
    subject: x509.Name | None = None,
    issuer: x509.Name | None = None,
    public: ec.EllipticCurvePublicKey | rsa.RSAPublicKey | ed25519.Ed25519PublicKey | None = None,
) -> bytes:
    builder = (
        x509.CertificateBuilder()
        .subject_name(named("app.parley.example") if subject is None else subject)
        .issuer_name(named("E1", organisation="Let's Encrypt") if issuer is None else issuer)
        .public_key(public or KEY.public_key())
        .serial_number(0xABC)
        .not_valid_before(START)
        .not_valid_after(START + timedelta(days=90))
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(KEY, hashes.SHA256()).public_bytes(Encoding.DER)


def aia(*urls: str) -> x509.AuthorityInformationAccess:
    return x509.AuthorityInformationAccess(
        [
            x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, x509.UniformResourceIdentifier(url))
            for url in urls
        ]
    )


def test_what_a_certificate_says() -> None:
    names = x509.SubjectAlternativeName(
        [x509.DNSName("App.Parley.example"), x509.IPAddress(ip_address("192.0.2.1")), x509.RFC822Name("a@b.example")]
    )
    read = parse(signed(names, aia("http://ca.example/e1")))
    certificate = read.certificate
    assert certificate.names == ("app.parley.example", "192.0.2.1")
    assert certificate.issuer_organisation == "Let's Encrypt"
    assert certificate.issuer == "CN=E1,O=Let's Encrypt"
    assert (certificate.not_before, certificate.not_after) == (START, START + timedelta(days=90))
    assert certificate.serial == "abc"
    assert certificate.key == "ECDSA secp256r1"
    assert read.issuer_urls == ("http://ca.example/e1",)


def test_the_common_name_is_no_name_and_nothing_else_is_needed() -> None:
    read = parse(signed(issuer=x509.Name([]), subject=x509.Name([])))
    assert read.certificate.names == ()
    assert read.certificate.issuer_organisation is None
    assert read.issuer_urls == ()


@pytest.mark.parametrize(
    ("public", "key"),
    [
        (rsa.generate_private_key(65537, 2048).public_key(), "RSA 2048"),
        (ed25519.Ed25519PrivateKey.generate().public_key(), "Ed25519"),
        (ed448.Ed448PrivateKey.generate().public_key(), "Ed448"),
        (dsa.generate_private_key(1024).public_key(), "DSA 1024"),
        (ec.generate_private_key(ec.SECP384R1()).public_key(), "ECDSA secp384r1"),
    ],
)
def test_keys_are_told_apart(public: ec.EllipticCurvePublicKey, key: str) -> None:
    assert parse(signed(public=public)).certificate.key == key


def test_an_overlong_certificate_is_cut() -> None:
    many = x509.SubjectAlternativeName([x509.DNSName(f"{number}.example") for number in range(5000)])
    long = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x" * 64)] * 200)
    read = parse(signed(many, aia(*(f"http://ca.example/{number}" for number in range(50))), subject=long))
    assert len(read.certificate.names) == 500
    assert len(read.certificate.subject) == 300
    assert len(read.issuer_urls) == 2


def test_whatever_is_sent_is_read_or_garbled() -> None:
    """Every truncation, and thousands of certificates with bytes changed at random places."""
    whole = signed(x509.SubjectAlternativeName([x509.DNSName("app.parley.example")]), aia("http://ca.example/e1"))
    dice = random.Random(2)
    samples = [whole[:end] for end in range(len(whole))]
    for _ in range(5000):
        changed = bytearray(whole)
        for _ in range(dice.randint(1, 4)):
            changed[dice.randrange(len(whole))] = dice.randrange(256)
        samples.append(bytes(changed))
    refused = 0
    for sample in samples:
        try:
            parse(sample)
        except Garbled:
            refused += 1
        assert len(links([sample])) <= 1
        assert len(parse_bundle(sample)) <= 1
    assert len(whole) <= refused < len(samples)
    with pytest.raises(Garbled, match="the certificate cannot be read"):
        parse(whole[:-1])


def test_a_bundle_is_der_pem_or_pkcs7(tmp_path: Path) -> None:
    ca = Authority.new("Known", tmp_path / "known")
    both = [ca.intermediate, ca.root]
    der = [one.public_bytes(Encoding.DER) for one in both]
    assert parse_bundle(der[0]) == (der[0],)
    assert parse_bundle(b"".join(one.public_bytes(Encoding.PEM) for one in both)) == tuple(der)
    assert set(parse_bundle(pkcs7.serialize_certificates(both, Encoding.DER))) == set(der)
    for nonsense in (b"", b"<html>", b"\x30\x80", bytes(1000), b"-----BEGIN CERTIFICATE-----\nx\n"):
        assert parse_bundle(nonsense) == ()
    assert len(parse_bundle(both[0].public_bytes(Encoding.PEM) * 100)) == 8


@pytest.mark.parametrize(
    ("subject", "issuer"),
    [
        (named("Evil"), named("Evil")),
        (named("Evil Root"), named("EVIL root")),
        (named("Evil  Root"), named(" evil root ")),
    ],
)
def test_a_certificate_that_signed_itself_is_never_lent(subject: x509.Name, issuer: x509.Name) -> None:
    """OpenSSL folds case and spaces when it compares names, and takes for a root whatever is its own issuer."""
    assert links([signed(subject=subject, issuer=issuer)]) == ()


def test_a_link_is_lent_and_nonsense_is_not() -> None:
    link = signed(subject=named("E1"), issuer=named("Root"))
    assert links([link, b"nonsense", b""]) == (link,)

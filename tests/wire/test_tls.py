"""Handshakes with real servers: what is shown, what is rejected, and every way of not answering told apart."""

import asyncio
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from launchready.errors import Garbled, NoAnswer, Refused, UsageError, WireError
from launchready.model.launch import Network
from launchready.wire.certificates import links
from launchready.wire.deadline import Deadline
from launchready.wire.tls import LEGACY, VERSIONS, Handshake, Look, Tls
from tests.box import hostile
from tests.box.certificates import Authority, Pair
from tests.box.internet import Internet
from tests.box.raw_server import RawServer, Talk
from tests.wire.test_certificates import KEY, START, named, signed

HOST = "parley.example"
VERIFIED = Look(verify=True)


def shaken(network: Network, address: str, look: Look = VERIFIED, host: str = HOST) -> Handshake:
    async def shake() -> Handshake:
        async with Tls(network, Deadline(network.deadline_s)) as tls:
            return await tls.handshake(host, (address, 443), look)

    return asyncio.run(shake())


def serve(internet: Internet, pair: Pair, more: str = "") -> str:
    address = internet.ipv4()
    internet.nginx(
        f"server {{ listen {address}:443 ssl; ssl_certificate {pair.certificate};"
        f" ssl_certificate_key {pair.key}; {more} return 200 ok; }}"
    )
    return address


def test_the_chain_is_shown_as_sent_leaf_first(internet: Internet) -> None:
    pair = internet.ca.issue(HOST)
    seen = shaken(internet.network(), serve(internet, pair, "ssl_protocols TLSv1.2 TLSv1.3;"))
    sent = x509.load_pem_x509_certificates(pair.certificate.read_bytes())
    assert seen == Handshake(chain=tuple(one.public_bytes(Encoding.DER) for one in sent), version="TLSv1.3")


@pytest.mark.parametrize("version", VERSIONS)
def test_each_version_is_spoken_and_no_other_instead(internet: Internet, version: str) -> None:
    address = serve(internet, internet.ca.issue(HOST), f"ssl_protocols {version}; ssl_ciphers ALL:@SECLEVEL=0;")
    for name, only in VERSIONS.items():
        look = Look(span=(only, only))
        if name == version:
            assert shaken(internet.network(), address, look).version == version
        else:
            with pytest.raises(Refused, match="refuses the TLS handshake"):
                shaken(internet.network(), address, look)


def test_expiry_counts_only_when_asked_for(internet: Internet) -> None:
    address = serve(internet, internet.ca.issue(HOST, days_left=-1))
    assert shaken(internet.network(), address).rejected is None
    assert shaken(internet.network(), address, Look(verify=True, dates=True)).rejected == 10
    assert shaken(internet.network(), address, Look(dates=True)).chain


def test_a_missing_link_can_be_lent(internet: Internet) -> None:
    address = serve(internet, internet.ca.issue(HOST, chain="leaf"))
    assert shaken(internet.network(), address).rejected in (20, 21)
    link = internet.ca.intermediate.public_bytes(Encoding.DER)
    for lent in ((link,), (b"nonsense", link, link)):
        assert shaken(internet.network(), address, Look(verify=True, links=lent)).rejected is None


def test_what_a_stranger_lends_is_no_root(internet: Internet, tmp_path: Path) -> None:
    stranger = Authority.new("Stranger", tmp_path / "stranger")
    address = serve(internet, stranger.issue(HOST, chain="leaf"))
    lent = links(one.public_bytes(Encoding.DER) for one in (stranger.intermediate, stranger.root))
    assert shaken(internet.network(), address, Look(verify=True, links=lent)).rejected is not None


def test_a_root_in_disguise_is_no_root(internet: Internet, tmp_path: Path) -> None:
    """OpenSSL takes it for one when lent, since it reads "EVIL" as "Evil": that is why `links` withholds it."""
    root = x509.load_der_x509_certificate(
        signed(x509.BasicConstraints(ca=True, path_length=None), subject=named("Evil"), issuer=named("EVIL"))
    )
    leaf_key = ec.generate_private_key(ec.SECP256R1())
    leaf = (
        x509.CertificateBuilder(named("EVIL"), named(HOST), leaf_key.public_key(), 7, START, START.replace(year=2040))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(KEY, hashes.SHA256())
    )
    pair = Pair(certificate=tmp_path / "evil.pem", key=tmp_path / "evil.key")
    pair.certificate.write_bytes(leaf.public_bytes(Encoding.PEM))
    pair.key.write_bytes(leaf_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    address, der = serve(internet, pair), root.public_bytes(Encoding.DER)
    assert shaken(internet.network(), address, Look(verify=True, links=(der,))).rejected is None
    assert shaken(internet.network(), address, Look(verify=True, links=links([der]))).rejected is not None


@pytest.mark.parametrize(
    ("talk", "kind", "words"),
    [
        (hostile.silent, NoAnswer, "no answer from"),
        (hostile.endless_tls_record, NoAnswer, "no answer from"),
        (hostile.closes, Refused, "refuses the TLS handshake (connection closed)"),
        (hostile.tls_alert, Refused, "handshake failure)"),
        (hostile.garbage, Garbled, "is not TLS"),
        (hostile.banner, Garbled, "is not TLS"),
    ],
)
def test_servers_that_do_not_shake_hands(internet: Internet, talk: Talk, kind: type[WireError], words: str) -> None:
    deadline_s = 2 if kind is NoAnswer else 30  # only silence is to be waited for
    with RawServer(internet.ipv6(), 443, talk) as server, pytest.raises(kind) as failure:
        shaken(internet.network(deadline_s=deadline_s), server.address)
    assert type(failure.value) is kind
    assert words in str(failure.value)


def test_refused_and_unreachable_are_not_the_same(internet: Internet) -> None:
    with pytest.raises(Refused, match=r"\(connection refused\)"):
        shaken(internet.network(), internet.ipv4())
    for address in ("198.41.0.4", "2001:db8::1"):
        with pytest.raises(NoAnswer, match="this machine has no way to"):
            shaken(internet.network(), address)


def test_a_run_whose_time_is_up_asks_nobody(internet: Internet) -> None:
    with pytest.raises(NoAnswer, match="seconds were over"):
        shaken(internet.network(deadline_s=0), internet.ipv4())


@pytest.mark.parametrize("host", [".parley.example", "x" * 64 + ".example", ""])
def test_a_name_that_cannot_be_asked_for_is_refused(internet: Internet, host: str) -> None:
    with RawServer(internet.ipv4(), 443, hostile.silent) as server, pytest.raises(WireError):
        shaken(internet.network(deadline_s=1), server.address, host=host)


def test_an_address_is_asked_for_without_sni(internet: Internet) -> None:
    address = serve(internet, internet.ca.issue("198.51.100.7"))
    assert shaken(internet.network(), address, host="198.51.100.7").chain


@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_an_unusable_ca_file_is_the_users_to_mend(internet: Internet, tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    with pytest.raises(UsageError, match=r"ca\.pem"):
        shaken(Network(ca=str(file)), internet.ipv4())


def test_old_servers_are_verified_too(internet: Internet, tmp_path: Path) -> None:
    stranger = Authority.new("Stranger", tmp_path / "stranger")
    old = "ssl_protocols TLSv1.1; ssl_ciphers ALL:@SECLEVEL=0;"
    good, bad = serve(internet, internet.ca.issue(HOST), old), serve(internet, stranger.issue(HOST), old)
    look = Look(span=LEGACY, verify=True)
    assert shaken(internet.network(), good, look).version == "TLSv1.1"
    assert shaken(internet.network(), bad, look).rejected

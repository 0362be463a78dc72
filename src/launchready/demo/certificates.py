"""Certificates made on the spot, by an authority that exists only while the demo runs."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

ORGANISATION = "Launch Ready Demo"
LIFETIME = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A certificate and its key, as PEM files."""

    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """A root that signs the leaves itself; `root_file` is what the audit is told to trust."""

    name: x509.Name
    key: EllipticCurvePrivateKey
    root_file: Path

    @classmethod
    def new(cls, folder: Path, now: datetime) -> Self:
        """A fresh authority whose root is a file in `folder`."""
        key = generate_private_key(SECP256R1())
        name = x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATION),
                x509.NameAttribute(NameOID.COMMON_NAME, f"{ORGANISATION} Root"),
            ]
        )
        root = _root(name, key, now)
        root_file = folder / "root.pem"
        root_file.write_bytes(root.public_bytes(serialization.Encoding.PEM))
        return cls(name=name, key=key, root_file=root_file)

    def issue(self, host: str, stem: Path, *, ends: datetime) -> Pair:
        """A certificate for one host that is good for ninety days until `ends`, in `stem`.pem and `stem`.key."""
        key = generate_private_key(SECP256R1())
        leaf = (
            _builder(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)]), self.name, key, self.key)
            .not_valid_before(ends - LIFETIME)
            .not_valid_after(ends)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        pair = Pair(certificate=Path(f"{stem}.pem"), key=Path(f"{stem}.key"))
        pair.certificate.write_bytes(leaf.public_bytes(serialization.Encoding.PEM))
        pair.key.touch(mode=0o600)
        pair.key.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return pair


def _root(name: x509.Name, key: EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    usage = x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,
        crl_sign=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        _builder(name, name, key, key)
        .not_valid_before(now - timedelta(days=365))
        .not_valid_after(now + timedelta(days=365))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: EllipticCurvePrivateKey, issuer_key: EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )

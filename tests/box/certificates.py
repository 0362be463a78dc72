"""Certificates made at run time: a root, an intermediate, and leaves good and bad."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A chain, leaf first, and its key, as PEM files."""

    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """A root and its intermediate; `root_file` is what clients are told to trust."""

    folder: Path
    organisation: str
    root: x509.Certificate
    intermediate: x509.Certificate
    intermediate_key: Key
    root_file: Path

    @classmethod
    def new(cls, organisation: str, folder: Path, *, intermediate_days_left: int = 1000) -> Self:
        folder.mkdir(parents=True, exist_ok=True)
        root_key, key = _key("ecdsa"), _key("ecdsa")
        root_name, name = _name(f"{organisation} Root", organisation), _name(f"{organisation} E1", organisation)
        root = _authority(root_name, root_name, root_key, root_key, days_left=3000)
        intermediate = _authority(name, root_name, key, root_key, days_left=intermediate_days_left)
        root_file = folder / "root.pem"
        root_file.write_bytes(_pem(root))
        return cls(
            folder=folder,
            organisation=organisation,
            root=root,
            intermediate=intermediate,
            intermediate_key=key,
            root_file=root_file,
        )

    def issue(
        self,
        *names: str,
        days_left: float = 90,
        days_old: float = 1,
        key: str = "ecdsa",
        chain: str = "full",
        aia_url: str | None = None,
    ) -> Pair:
        """A leaf for `names` (DNS or IP) behind the intermediate; chain "leaf" leaves the intermediate out."""
        leaf_key = _key(key)
        leaf = _leaf(names, leaf_key, self.intermediate.subject, self.intermediate_key, days_left, days_old, aia_url)
        return self._write(leaf, leaf_key, (self.intermediate,) if chain == "full" else ())

    def self_signed(self, *names: str, days_left: float = 90) -> Pair:
        """A leaf that only vouches for itself."""
        key = _key("ecdsa")
        return self._write(_leaf(names, key, _name(names[0]), key, days_left, 1, None), key, ())

    def _write(self, leaf: x509.Certificate, key: Key, above: Iterable[x509.Certificate]) -> Pair:
        stem = f"{leaf.serial_number:x}"
        pair = Pair(certificate=self.folder / f"{stem}.pem", key=self.folder / f"{stem}.key")
        pair.certificate.write_bytes(b"".join(map(_pem, (leaf, *above))))
        pair.key.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return pair


def _key(kind: str) -> Key:
    return ec.generate_private_key(ec.SECP256R1()) if kind == "ecdsa" else rsa.generate_private_key(65537, 2048)


def _name(common_name: str, organisation: str | None = None) -> x509.Name:
    parts = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation)] if organisation else []
    return x509.Name([*parts, x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64])])


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: Key, issuer_key: Key, days_left: float, days_old: float
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(min(now, now + timedelta(days=days_left)) - timedelta(days=days_old))
        .not_valid_after(now + timedelta(days=days_left))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )


def _authority(
    subject: x509.Name, issuer: x509.Name, key: Key, issuer_key: Key, *, days_left: float
) -> x509.Certificate:
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
        _builder(subject, issuer, key, issuer_key, days_left, 400)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(issuer_key, hashes.SHA256())
    )


def _leaf(
    names: tuple[str, ...],
    key: Key,
    issuer: x509.Name,
    issuer_key: Key,
    days_left: float,
    days_old: float,
    aia_url: str | None,
) -> x509.Certificate:
    builder = (
        _builder(_name(names[0]), issuer, key, issuer_key, days_left, days_old)
        .add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    )
    if aia_url:
        access = x509.AccessDescription(
            AuthorityInformationAccessOID.CA_ISSUERS, x509.UniformResourceIdentifier(aia_url)
        )
        builder = builder.add_extension(x509.AuthorityInformationAccess([access]), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)

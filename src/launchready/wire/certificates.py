"""X.509 certificates as sent by strangers: read what we judge by, refuse the rest in words."""

import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

from launchready.errors import Garbled
from launchready.model.facts import Certificate

NAMES_LIMIT = 500
TEXT_LIMIT = 300

_BROKEN = (
    ValueError,
    TypeError,
    OverflowError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A certificate and where it says its issuer's certificate can be had (RFC 5280, section 4.2.2.1)."""

    certificate: Certificate
    issuer_urls: tuple[str, ...]


def parse(der: bytes) -> Parsed:
    """What a DER certificate says; raises Garbled when it is none."""
    try:
        with _unwarned():
            loaded = x509.load_der_x509_certificate(der)
            return Parsed(certificate=_certificate(loaded), issuer_urls=_issuer_urls(loaded))
    except _BROKEN as error:
        raise Garbled(f"the certificate cannot be read ({str(error)[:80]})") from None


def parse_bundle(body: bytes) -> tuple[bytes, ...]:
    """The certificates (DER) that an issuer URL serves: one in DER or PEM, or a PKCS #7 bundle; none if neither."""
    for load in (_one_der, x509.load_pem_x509_certificates, pkcs7.load_der_pkcs7_certificates):
        try:
            with _unwarned():
                return tuple(one.public_bytes(Encoding.DER) for one in load(body)[:8])
        except _BROKEN:
            continue
    return ()


def links(chain: Iterable[bytes]) -> tuple[bytes, ...]:
    """Those certificates that can join a chain without ending it: an issuer of their own stands above them.

    A certificate that signed itself must never be lent to a verifier: it would count as a root.
    """
    return tuple(der for der in chain if _has_issuer(der))


def _has_issuer(der: bytes) -> bool:
    try:
        with _unwarned():
            loaded = x509.load_der_x509_certificate(der)
            return _canonical(loaded.subject) != _canonical(loaded.issuer)
    except _BROKEN:
        return False


def _canonical(name: x509.Name) -> list[tuple[str, object]]:
    """A name as OpenSSL compares it: neither letter case nor the number of spaces counts (X509_NAME_cmp)."""
    return [
        (part.oid.dotted_string, " ".join(part.value.lower().split()) if isinstance(part.value, str) else part.value)
        for part in name
    ]


@contextmanager
def _unwarned() -> Iterator[None]:
    """`cryptography` warns of certificates that bend the rules; we judge them by other means."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _one_der(body: bytes) -> list[x509.Certificate]:
    return [x509.load_der_x509_certificate(body)]


def _certificate(loaded: x509.Certificate) -> Certificate:
    return Certificate(
        subject=_text(loaded.subject),
        issuer=_text(loaded.issuer),
        issuer_organisation=_organisation(loaded.issuer),
        names=_names(loaded),
        not_before=loaded.not_valid_before_utc,
        not_after=loaded.not_valid_after_utc,
        serial=f"{loaded.serial_number:x}"[:64],
        key=_key(loaded),
        sha256=loaded.fingerprint(hashes.SHA256()).hex(),
    )


def _text(name: x509.Name) -> str:
    return name.rfc4514_string()[:TEXT_LIMIT]


def _organisation(name: x509.Name) -> str | None:
    found = name.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    return str(found[0].value)[:TEXT_LIMIT] if found else None


def _names(loaded: x509.Certificate) -> tuple[str, ...]:
    """DNS and IP subject alternative names; the common name does not count (RFC 9525, section 2)."""
    try:
        found = loaded.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    names = [*found.get_values_for_type(x509.DNSName), *map(str, found.get_values_for_type(x509.IPAddress))]
    return tuple(name.lower() for name in names[:NAMES_LIMIT])


def _issuer_urls(loaded: x509.Certificate) -> tuple[str, ...]:
    try:
        found = loaded.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except x509.ExtensionNotFound:
        return ()
    return tuple(
        access.access_location.value
        for access in found
        if access.access_method == AuthorityInformationAccessOID.CA_ISSUERS
        and isinstance(access.access_location, x509.UniformResourceIdentifier)
    )[:2]


def _key(loaded: x509.Certificate) -> str:
    try:
        public = loaded.public_key()
    except _BROKEN:
        return "unknown"
    match public:
        case rsa.RSAPublicKey() as key:
            return f"RSA {key.key_size}"
        case ec.EllipticCurvePublicKey() as key:
            return f"ECDSA {key.curve.name}"
        case ed25519.Ed25519PublicKey():
            return "Ed25519"
        case ed448.Ed448PublicKey():
            return "Ed448"
        case dsa.DSAPublicKey() as key:
            return f"DSA {key.key_size}"
    return "unknown"

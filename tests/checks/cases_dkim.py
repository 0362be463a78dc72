"""What the key of a selector can look like in DNS."""

import base64
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from launchready.model.facts import DkimFacts
from launchready.model.gap import Gap, with_gaps
from tests.checks.cases import LAUNCH, NOW, Cases

PLACE = f"20261124pm._domainkey.{LAUNCH.domain}"
NO_SELECTOR = Gap("no DKIM selector is declared")

_PKIX = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
_BARE = (serialization.Encoding.DER, serialization.PublicFormat.PKCS1)


@cache
def rsa_key(bits: int, *, bare: bool = False) -> str:
    """A fresh RSA key as it stands in p=; `bare` without the SubjectPublicKeyInfo around it."""
    made = rsa.generate_private_key(public_exponent=65537, key_size=max(bits, 1024)).public_key()
    if bits < 1024:  # the library makes none that short
        modulus = (1 << bits - 1) | 1
        made = rsa.RSAPublicNumbers(65537, modulus).public_key()
    return base64.b64encode(made.public_bytes(*(_BARE if bare else _PKIX))).decode()


@cache
def ed25519_key() -> str:
    raw = ed25519.Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    return base64.b64encode(raw).decode()


def record(key: str, rest: str = "k=rsa") -> str:
    return f"v=DKIM1; {rest}; p={key}"


def dkim(*texts: str) -> tuple[DkimFacts]:
    known: dict[str, Any] = {"subject": PLACE, "source": "probe", "at": NOW, "declared": "20261124pm"}
    return (DkimFacts(**known, texts=texts),)


def undeclared() -> tuple[DkimFacts]:
    return (with_gaps(DkimFacts, NO_SELECTOR, subject=LAUNCH.domain, source="probe", at=NOW),)


GOOD = record(rsa_key(2048))
ED25519 = record(ed25519_key(), "k=ed25519")
SPACED = " ".join(rsa_key(2048)[at : at + 60] for at in range(0, 500, 60))

CASES = {
    "dkim-missing": Cases(
        bad=(dkim(), dkim("v=spf1 -all"), dkim("google-site-verification=p=1")),
        good=(dkim(GOOD), dkim(ED25519)),
        near_misses=(
            undeclared(),
            dkim("v=spf1 -all", GOOD),
            dkim(f"p={rsa_key(2048)}"),
            dkim("v=DKIM1; p="),
        ),
    ),
    "dkim-syntax": Cases(
        bad=(
            dkim("v=DKIM1; k=rsa"),
            dkim(record(rsa_key(2048)[:200])),
            dkim(record(rsa_key(2048).replace("M", "*", 1))),
            dkim(record(ed25519_key())),
            dkim(record(rsa_key(2048), "k=ed25519")),
            dkim(record(rsa_key(2048), "k=dsa")),
            dkim(record(rsa_key(2048), "s=tlsrpt")),
            dkim(record(rsa_key(2048), "k=rsa; k=rsa")),
            dkim(f"p={rsa_key(2048)}; v=DKIM1"),
            dkim(f"v=DKIM2; p={rsa_key(2048)}"),
            dkim(f"v=DKIM1\\; k=rsa\\; p={rsa_key(2048)}"),
            dkim(GOOD, ED25519),
        ),
        good=(dkim(GOOD), dkim(ED25519)),
        near_misses=(
            undeclared(),
            dkim(f"p={rsa_key(2048)}"),
            dkim(record(rsa_key(2048, bare=True))),
            dkim(record(SPACED)),
            dkim(f"{GOOD};"),
            dkim(f"v=DKIM1;k=rsa;t=s;s=email;h=sha256;n=a note;x=unknown;p={rsa_key(2048)}"),
            dkim("v=DKIM1; p="),
            dkim("v=spf1 -all", GOOD),
            dkim(),
        ),
    ),
    "dkim-key-weak": Cases(
        bad=(
            dkim(record(rsa_key(1024))),
            dkim(record(rsa_key(512))),
            dkim(record(rsa_key(1024, bare=True))),
            dkim(record(rsa_key(2048), "h=sha1")),
        ),
        good=(dkim(GOOD), dkim(record(rsa_key(2048, bare=True)))),
        near_misses=(
            dkim(ED25519),
            dkim(record(rsa_key(2048), "h=sha1:sha256")),
            dkim(record(rsa_key(2048), "t=y")),
            dkim("v=DKIM1; p="),
            dkim(record(rsa_key(2048)[:200])),
            undeclared(),
        ),
    ),
    "dkim-key-revoked": Cases(
        bad=(dkim("v=DKIM1; p="), dkim("v=DKIM1; k=rsa; p= ;")),
        good=(dkim(GOOD), dkim(ED25519)),
        near_misses=(dkim("v=DKIM1; k=rsa"), dkim(GOOD, "v=DKIM1; p="), dkim(), undeclared()),
    ),
}

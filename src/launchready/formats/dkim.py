"""DKIM keys as they stand in DNS: RFC 6376, section 3.6.1, with RFC 8301 (no SHA-1, no short keys) and RFC 8463."""

import base64
import binascii
import re
from dataclasses import dataclass

from launchready.formats import tags
from launchready.formats.der import rsa_modulus_bits

_LIMIT = 16384  # characters that we read of one record; a key of 16384 bits has 2800
_ED25519_BYTES = 32
_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")
_KINDS = {"rsa": "RSA", "ed25519": "Ed25519"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key record: `data` is its p= without white space, `bits` the length of a key that is whole."""

    kind: str
    data: str
    bits: int | None
    revoked: bool
    testing: bool
    hashes: tuple[str, ...]
    problems: tuple[str, ...]

    @property
    def sha1_only(self) -> bool:
        """Whether it allows only what RFC 8301 forbids."""
        return bool(self.hashes) and "sha256" not in self.hashes


def parse(text: str) -> Key | None:
    """The key; None for a TXT record that is evidently no DKIM key (it has neither v=DKIM… nor p=)."""
    found = tags.parse(text[:_LIMIT])
    version, data = found.get("v"), found.get("p")
    if not (version or "").upper().startswith("DKIM") and (version is not None or data is None):
        return None
    kind = (found.get("k") or "rsa").lower()
    plain = re.sub(r"[ \t\r\n]", "", data or "")
    problems = [*found.problems, *_problems(found, kind)]
    bits = None
    if plain and kind in _KINDS:
        bits, problem = _bits(kind, plain)
        problems += [problem] if problem else []
    return Key(
        kind=_KINDS.get(kind, kind[:40]),
        data=plain,
        bits=bits,
        revoked=data is not None and not plain,
        testing="y" in _listed(found.get("t")),
        hashes=_listed(found.get("h")),
        problems=tuple(problems),
    )


def keys(texts: tuple[str, ...]) -> tuple[Key, ...]:
    """The keys among the TXT records of one name."""
    return tuple(key for key in map(parse, texts) if key is not None)


def _problems(found: tags.TagList, kind: str) -> list[str]:
    problems = []
    version, services = found.get("v"), _listed(found.get("s"))
    if version is not None and version != "DKIM1":
        problems.append(f"v={version[:40]} is not v=DKIM1")
    elif version is not None and found.first("v") is None:
        problems.append("v=DKIM1 is not at its beginning")
    if found.get("p") is None:
        problems.append("there is no p=, so it holds no key")
    if kind not in _KINDS:
        problems.append(f"k={kind[:40]} is no kind of key that receivers know")
    if services and not {"*", "email"} & set(services):
        problems.append(f"s={':'.join(services)[:40]} says that the key is not for mail")
    if (algorithms := found.get("h")) is not None and not _listed(algorithms):
        problems.append("h= allows no algorithm")
    return problems


def _bits(kind: str, data: str) -> tuple[int | None, str | None]:
    """The length of the key, or why there is none in it."""
    try:
        if not _BASE64.fullmatch(data):
            raise ValueError
        der = base64.b64decode(data + "=" * (-len(data) % 4) if "=" not in data else data, validate=True)
    except (ValueError, binascii.Error):
        return None, "p= is not base64: part of the key is missing or something else got into it"
    if kind == "ed25519":
        return (256, None) if len(der) == _ED25519_BYTES else (None, "p= does not hold an Ed25519 key of 32 bytes")
    bits = rsa_modulus_bits(der)
    if bits is None and len(der) == _ED25519_BYTES:
        return None, "p= holds an Ed25519 key, but k=ed25519 is missing"
    return (bits, None) if bits else (None, "p= does not hold a whole RSA key; it may have been cut when it was pasted")


def _listed(value: str | None) -> tuple[str, ...]:
    return tuple(word for word in (part.strip().lower() for part in (value or "").split(":")) if word)

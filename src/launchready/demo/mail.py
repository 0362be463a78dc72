"""The records of Parley's mail, and the mistakes that can be in them, each by its name."""

from base64 import b64encode
from enum import Enum
from functools import cache

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SELECTOR = "parley1"
_LONGEST_STRING = 255  # of a TXT record, which may hold several (RFC 1035, section 3.3.14)


class MailFault(Enum):
    """One mistake in DNS that mail suffers from."""

    NO_MX = "no-mx"
    NO_SPF = "no-spf"
    TWO_SPF = "two-spf"
    SPF_TYPO = "spf-typo"
    SPF_ALLOWS_EVERYONE = "spf-allows-everyone"
    SPF_TOO_MANY_LOOKUPS = "spf-too-many-lookups"
    SPF_VOID_LOOKUPS = "spf-void-lookups"
    NO_DKIM = "no-dkim"
    DKIM_TYPO = "dkim-typo"
    WEAK_DKIM = "weak-dkim"
    REVOKED_DKIM = "revoked-dkim"
    NO_DMARC = "no-dmarc"
    TWO_DMARC = "two-dmarc"
    DMARC_TYPO = "dmarc-typo"
    DMARC_ONLY_WATCHES = "dmarc-only-watches"
    DMARC_WITHOUT_REPORTS = "dmarc-without-reports"
    FOREIGN_REPORTS = "foreign-reports"


DEMO = frozenset({MailFault.TWO_SPF, MailFault.WEAK_DKIM, MailFault.NO_DMARC})


def records(domain: str, faults: frozenset[MailFault]) -> str:
    """Zone file lines, relative to the domain."""
    mx = "" if MailFault.NO_MX in faults else "@ 300 IN MX 10 mail\n"
    lines = [f"{name} 300 IN TXT {_strings(text)}\n" for name, text in _texts(domain, faults)]
    return mx + "mail 300 IN A 203.0.113.25\n" + "".join(lines)


def _texts(domain: str, faults: frozenset[MailFault]) -> list[tuple[str, str]]:
    texts = [("_spf", "v=spf1 ip4:203.0.113.26 -all")]
    texts += [("@", text) for text in _spf(domain, faults)]
    texts += [(f"s{number}", f"v=spf1 a:mail.{domain} -all") for number in range(5)]
    texts += [(f"{SELECTOR}._domainkey", text) for text in _dkim(faults)]
    texts += [("_dmarc", text) for text in _dmarc(domain, faults)]
    return texts


def _spf(domain: str, faults: frozenset[MailFault]) -> list[str]:
    if MailFault.NO_SPF in faults:
        return []
    right = f"v=spf1 mx include:_spf.{domain} -all"
    if MailFault.TWO_SPF in faults:
        return [right, f"v=spf1 include:_spf.{domain} ~all"]
    if MailFault.SPF_TYPO in faults:
        return [f"v=spf1 mx includ:_spf.{domain} -all"]
    if MailFault.SPF_ALLOWS_EVERYONE in faults:
        return ["v=spf1 mx +all"]
    if MailFault.SPF_TOO_MANY_LOOKUPS in faults:
        return [f"v=spf1 mx {' '.join(f'include:s{number}.{domain}' for number in range(5))} -all"]
    if MailFault.SPF_VOID_LOOKUPS in faults:
        return [f"v=spf1 mx {' '.join(f'a:gone{number}.{domain}' for number in range(3))} -all"]
    return [right]


def _dkim(faults: frozenset[MailFault]) -> list[str]:
    if MailFault.NO_DKIM in faults:
        return []
    if MailFault.REVOKED_DKIM in faults:
        return ["v=DKIM1; k=rsa; p="]
    if MailFault.DKIM_TYPO in faults:
        return [f"v=DKIM1; k=rsa; p={_public_key(2048)[:-9]}"]
    return [f"v=DKIM1; k=rsa; p={_public_key(1024 if MailFault.WEAK_DKIM in faults else 2048)}"]


def _dmarc(domain: str, faults: frozenset[MailFault]) -> list[str]:
    right = f"v=DMARC1; p=quarantine; rua=mailto:dmarc@{domain}"
    if MailFault.NO_DMARC in faults:
        return []
    if MailFault.TWO_DMARC in faults:
        return [right, f"v=DMARC1; p=none; rua=mailto:dmarc@{domain}"]
    if MailFault.DMARC_TYPO in faults:
        return [f"v=DMARC1; p=quarantin; rua=dmarc@{domain}"]
    if MailFault.DMARC_ONLY_WATCHES in faults:
        return [f"v=DMARC1; p=none; rua=mailto:dmarc@{domain}"]
    if MailFault.DMARC_WITHOUT_REPORTS in faults:
        return ["v=DMARC1; p=quarantine"]
    if MailFault.FOREIGN_REPORTS in faults:
        return ["v=DMARC1; p=quarantine; rua=mailto:parley@reports.example"]
    return [right]


@cache
def _public_key(bits: int) -> str:
    """A key that signs nothing: its private half is thrown away."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits).public_key()
    return b64encode(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def _strings(text: str) -> str:
    parts = [text[start : start + _LONGEST_STRING] for start in range(0, len(text), _LONGEST_STRING)]
    return " ".join(f'"{part}"' for part in parts)

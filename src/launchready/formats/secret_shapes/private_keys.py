"""Private keys as PEM blocks, on lines of their own or with their line ends written as \\n in a string."""

import re
from collections.abc import Iterator, Mapping

from launchready.known.secret_kinds import KnownKind
from launchready.model.secret import SecretHit

# A line end as such, or as it is written within JSON, a shell's or a .env file's string, or within these again.
_LINE_END = rb"(?:\\{0,4}[rn]|[\s\"'+,|>#*])"
_BLOCK = re.compile(
    rb"-----BEGIN (?P<label>(?:[A-Z0-9]{1,12} ){0,4}PRIVATE KEY(?: BLOCK)?)-----"
    rb"(?P<body>(?:[A-Za-z0-9+/=]|\\{1,4}[rn/]|[\s\"'+,:;.()|>#*-]){64,65536}?)"
    rb"-----END (?P=label)-----"
)
# A block that was cut off: the beginning of a key is no less a key than its whole.
_CUT_OFF = re.compile(
    rb"-----BEGIN (?P<label>(?:[A-Z0-9]{1,12} ){0,4}PRIVATE KEY(?: BLOCK)?)-----"
    rb"(?P<body>(?:(?:" + _LINE_END + rb"){1,12}[A-Za-z0-9+/]{40,128}){2,400})"
)
_FIRST_LINE = len("-----BEGIN ") + 80
_ENCRYPTED = re.compile(rb"ENCRYPTED")
_KDF_OF_OPENSSH = b"b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni"  # "openssh-key-v1", cipher "aes256-…"
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{16,}")
_FEWEST_DIFFERENT = 20
_SERVICE_ACCOUNT = re.compile(rb"service_account|client_x509_cert_url|iam\.gserviceaccount\.com")
_AROUND = 2048


class PrivateKeys:
    """Finds private keys; the whole block is the value."""

    alarm = rb"-----BEGIN [A-Z0-9 ]{0,60}PRIVATE KEY(?: BLOCK)?-----"

    def __init__(self, kinds: Mapping[str, KnownKind]) -> None:
        self._plain = kinds["private-key"].kind
        self._encrypted = kinds["encrypted-private-key"].kind
        self._google = kinds["google-service-account"].kind

    def values(self, data: bytes, end: int) -> Iterator[SecretHit]:
        start = data.rfind(b"-----BEGIN ", max(end - _FIRST_LINE, 0), end)
        block = _BLOCK.match(data, start) or _CUT_OFF.match(data, start)
        if block is None or not _random(block["body"]):
            return
        if _ENCRYPTED.search(block["label"] + block["body"][:200]) or _KDF_OF_OPENSSH in block["body"][:200]:
            kind = self._encrypted
        elif _SERVICE_ACCOUNT.search(data, max(start - _AROUND, 0), block.end() + _AROUND):
            kind = self._google
        else:
            kind = self._plain
        yield SecretHit(kind=kind, verdict=kind.verdict, start=start, end=block.end())


def _random(body: bytes) -> bool:
    """Whether a body is a key's: not `...`, `xxxx` or `your key here`."""
    longest = max(_BASE64.findall(body), key=len, default=b"")
    return len(set(longest)) >= min(_FEWEST_DIFFERENT, len(longest)) and len(longest) > _FEWEST_DIFFERENT

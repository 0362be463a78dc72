"""Private keys as PEM blocks, on lines of their own or with their line ends written as \\n in a string."""

import re
from collections.abc import Iterator, Mapping

from launchready.formats.secret_shapes.surroundings import in_manual
from launchready.known.secret_kinds import KnownKind
from launchready.model.secret import SecretHit

_BEGIN = re.compile(rb"-----BEGIN (?P<label>(?:[A-Z0-9]{1,12} ){0,4}PRIVATE KEY(?: BLOCK)?)-----")
_BODY = re.compile(rb"(?:[A-Za-z0-9+/=\s\"'\\,:;.()|>#*-]){64,}")
# A block that was cut off: the beginning of a key is no less a key than its whole. Its lines end as such, or as it is
# written within JSON, a shell's or a .env file's string, or within these again.
_LINE_END = rb"(?:\\{1,4}[rn]|[\s\"',|>#*]|(?<=[\s\"'])\+)"
_CUT_OFF = re.compile(rb"(?:" + _LINE_END + rb"{1,12}[A-Za-z0-9+/]{40,128}){2,400}")
_LONGEST = 32_768
_FIRST_LINE = len("-----BEGIN ") + 80
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
        begin = _BEGIN.match(data, start) if start >= 0 else None
        stop = _stop(data, begin) if begin else None
        if begin is None or stop is None or not _random(body := data[begin.end() : stop]) or in_manual(data, start):
            return
        if b"ENCRYPTED" in begin["label"] + body[:200] or _KDF_OF_OPENSSH in body[:200]:
            kind = self._encrypted
        elif _SERVICE_ACCOUNT.search(data, max(start - _AROUND, 0), stop + _AROUND):
            kind = self._google
        else:
            kind = self._plain
        yield SecretHit(kind=kind, verdict=kind.verdict, start=start, end=stop)


def _stop(data: bytes, begin: re.Match[bytes]) -> int | None:
    """Where the block ends; None where none begins after all."""
    last_line = b"-----END " + begin["label"] + b"-----"
    dashes = data.find(b"-----", begin.end(), begin.end() + _LONGEST)
    if dashes >= 0 and data.startswith(last_line, dashes) and _BODY.fullmatch(data, begin.end(), dashes):
        return dashes + len(last_line)
    cut_off = _CUT_OFF.match(data, begin.end(), begin.end() + _LONGEST)
    return cut_off.end() if cut_off else None


def _random(body: bytes) -> bool:
    """Whether a body is a key's: not `...`, `xxxx` or `your key here`."""
    longest = max(_BASE64.findall(body), key=len, default=b"")
    return len(set(longest)) >= min(_FEWEST_DIFFERENT, len(longest)) and len(longest) > _FEWEST_DIFFERENT

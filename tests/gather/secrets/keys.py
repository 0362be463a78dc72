"""Keys of a made-up vendor, new in every run, and the reader that finds them: pages and logs need no more."""

import re
import secrets

from launchready.gather.secrets.reading import Reader
from launchready.model.secret import SecretHit, SecretKind, SecretVerdict

KIND = SecretKind(
    id="parrot",
    title="Parrot key",
    verdict=SecretVerdict.SECRET,
    opens="the parrot's cage",
    rotate="ask the parrot",
    source="this file",
)
_KEY = re.compile(rb"(?<![\w-])prt_live_[0-9a-f]{32}(?![\w-])")


def new_key() -> str:
    return f"prt_live_{secrets.token_hex(16)}"


def look(data: bytes) -> list[SecretHit]:
    return [SecretHit(kind=KIND, verdict=KIND.verdict, start=one.start(), end=one.end()) for one in _KEY.finditer(data)]


READER = Reader(look=look, marks=lambda data, hit: "a test" if b"allow" in data[hit.end : hit.end + 20] else None)

"""A secret that was found: what kind it is, who may see it, and where it stands. Never the value itself."""

from dataclasses import dataclass
from enum import Enum


class SecretVerdict(Enum):
    """Who may see a value of this kind."""

    SECRET = "secret"  # noqa: S105
    PUBLIC = "public"  # made to be seen by every visitor: a publishable key
    DEPENDS = "depends"  # public or secret, by a setting that the value does not show


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretKind:
    """A sort of key that somebody hands out.

    `opens` is what its finder can do, `rotate` how its owner replaces it, `depends_on` what decides where `verdict` is
    DEPENDS; `source` is the vendor's page or the place where the shape was read.
    """

    id: str
    title: str
    verdict: SecretVerdict
    opens: str
    rotate: str
    source: str
    depends_on: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretHit:
    """One value within a text: `data[start:end]` are its bytes, whole and nothing but it."""

    kind: SecretKind
    verdict: SecretVerdict
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """The commit that brought a secret in: its hash, the day it was made (ISO 8601) and the author's name."""

    id: str
    day: str
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSecret:
    """A value that was found, and where.

    `path` is what a person would open, with the members of archives after `!` ("backup.zip!deploy/.env"); `line` counts
    from 1; `length` is in bytes; `fingerprint` is an HMAC-SHA-256 by the team's key, None without one; `allowed` is the
    reason of a mark beside it, empty where the mark gives none and so allows nothing; `commit` is None where it stands
    in the files of today.
    """

    kind: SecretKind
    verdict: SecretVerdict
    path: str
    line: int
    length: int
    fingerprint: str | None = None
    allowed: str | None = None
    commit: Commit | None = None
    for_tests: bool = False  # its own first characters say that it opens nothing but the issuer's test mode
    number: int = 0  # equal values of one look share it; 0 where nobody compared

    @property
    def subject(self) -> str:
        place = f"{self.path}:{self.line}"
        return f"{self.commit.id[:12]} {place}" if self.commit else place

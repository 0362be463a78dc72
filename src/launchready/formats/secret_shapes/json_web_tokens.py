"""JSON Web Tokens: what is written inside says whom they let in, and for how long.

Supabase's `anon` token is made for browsers, its `service_role` token opens everything. Any other token is a secret;
one that expires only for as long as it lasts, so that it depends. No clock is read here: a token that had expired
before the day of this table is over on every later day too, and is passed by.
"""

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from launchready.formats.secret_shapes.boundaries import begins_token, ends_token
from launchready.known.secret_kinds import KnownKind
from launchready.model.secret import SecretHit, SecretVerdict

_OVER = datetime(2026, 11, 24, tzinfo=UTC).timestamp()
# Tokens that say `iss: supabase-demo` are the same in every Supabase that somebody runs at home.
_EXAMPLES = frozenset({"supabase-demo"})
# The token that jwt.io shows, which people change and sign again: John Doe, at 1:30:22 on 18 January 2018.
_EXAMPLE_NAME, _EXAMPLE_TIME = "John Doe", 1516239022
_PART = rb"[A-Za-z0-9_-]"
_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
_REST = re.compile(rb"\.(eyJ" + _PART + rb"{9,7168})\.(" + _PART + rb"{20,1024})")
_LONGEST_HEADER = 1024
_MARK = len(b".eyJ") + 9


class JsonWebTokens:
    """Finds JSON Web Tokens, and reads what they are for."""

    alarm = rb"\.eyJ[A-Za-z0-9_-]{9}"

    def __init__(self, kinds: Mapping[str, KnownKind]) -> None:
        self._anon = kinds["supabase-anon-key"].kind
        self._service = kinds["supabase-service-role-key"].kind
        self._other = kinds["json-web-token"].kind

    def values(self, data: bytes, end: int) -> Iterator[SecretHit]:
        dot = end - _MARK
        before = data[max(dot - _LONGEST_HEADER, 0) : dot]
        start = dot - len(before) + before.find(b"eyJ", len(before.rstrip(_LETTERS)))
        rest = _REST.match(data, dot)
        if rest is None or not (data.startswith(b"eyJ", start) and begins_token(data, start)):
            return
        if ends_token(data, rest.end()) and (claims := _claims(data[start:dot], rest[1])) is not None:
            yield from self._judged(claims, start, rest.end())

    def _judged(self, claims: Mapping[str, object], start: int, end: int) -> Iterator[SecretHit]:
        issuer, role, expires = claims.get("iss"), claims.get("role"), claims.get("exp")
        if issuer in _EXAMPLES or claims.get("name") == _EXAMPLE_NAME or claims.get("iat") == _EXAMPLE_TIME:
            return
        if isinstance(expires, int | float) and expires < _OVER:
            return
        supabase = issuer == "supabase" or "ref" in claims
        if supabase and role == "anon":
            yield SecretHit(kind=self._anon, verdict=self._anon.verdict, start=start, end=end)
        elif supabase and role == "service_role":
            yield SecretHit(kind=self._service, verdict=self._service.verdict, start=start, end=end)
        else:
            verdict = SecretVerdict.SECRET if expires is None else SecretVerdict.DEPENDS
            yield SecretHit(kind=self._other, verdict=verdict, start=start, end=end)


def _claims(header: bytes, payload: bytes) -> Mapping[str, object] | None:
    """What a token claims; None where it is none, or is not signed."""
    head, claims = _object(header), _object(payload)
    if head is None or claims is None or str(head.get("alg", "none")).lower() == "none":
        return None
    return claims


def _object(part: bytes) -> Mapping[str, object] | None:
    try:
        decoded = json.loads(urlsafe_b64decode(part + b"=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        return None
    return decoded if isinstance(decoded, dict) else None

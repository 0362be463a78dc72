"""How old an answer is, or may become in a cache before somebody asks again (RFC 9111); no input raises."""

import re
from collections.abc import Iterable

from launchready.formats.headers import values

_HIT = re.compile(r"\bhit\b", re.I)
# Where caches say that they answered by themselves: RFC 9211, Cloudflare, and the header most others use.
_SAID_BY_CACHES = ("cache-status", "cf-cache-status", "x-cache", "x-vercel-cache", "cdn-cache")


def cached_s(headers: Iterable[tuple[str, str]]) -> int | None:
    """Seconds; 0 for an answer out of a cache that does not say how old it is; None when no cache may keep it."""
    sent = tuple(headers)
    directives = _directives(", ".join(values(sent, "cache-control")))
    age = _seconds(next(iter(values(sent, "age")), ""))
    hit = any(_HIT.search(value) for name in _SAID_BY_CACHES for value in values(sent, name))
    kept = None
    if not directives.keys() & {"no-store", "no-cache"}:
        shared = None if "private" in directives else directives.get("s-maxage")
        kept = _seconds(shared or directives.get("max-age") or "")
    known = [seconds for seconds in (age, kept) if seconds]
    return max(known) if known else 0 if hit else None


def _directives(text: str) -> dict[str, str]:
    parts = (part.strip().partition("=") for part in text[:4096].lower().split(","))
    return {name.strip(): value.strip(' "') for name, _, value in parts if name}


def _seconds(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,10}", text.strip()) else None

"""How old an answer is, or may become in a cache before somebody asks again (RFC 9111)."""

from collections.abc import Iterable

from launchready.formats import cache_control


def cached_s(headers: Iterable[tuple[str, str]]) -> int | None:
    """Seconds; 0 for an answer out of a cache that does not say how old it is; None when no cache may keep it."""
    caching = cache_control.read(headers)
    asked = caching.no_store or "no-cache" in caching.directives
    kept = None if asked else caching.lifetime_s if "private" in caching.directives else caching.shared_s
    known = [seconds for seconds in (caching.age_s, kept) if seconds]
    return max(known) if known else 0 if caching.hit else None

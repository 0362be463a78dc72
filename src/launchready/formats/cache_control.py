"""What caches may do with an answer (RFC 9111), and what one has done already; no input raises."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from launchready.formats.headers import values

LONGEST_BYTES = 4096
LONGEST_S = 2**31  # what a cache makes of any larger number (section 1.2.2)

_DIRECTIVE = re.compile(r"""\s*([!#$%&'*+\-.^_`|~0-9A-Za-z]+)\s*(?:=\s*("(?:[^"\\]|\\.)*"|[^\s,"]*))?\s*(?:,|\Z)""")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_HIT_PARAMETER = re.compile(r";\s*hit\s*(?:=\s*\?1\s*)?(?:[;,]|\Z)", re.IGNORECASE)  # RFC 9211, section 2.1
# Where other caches say that they answered by themselves, and their words for it: Cloudflare, CloudFront, Vercel.
_SAID_BY_CACHES = ("cf-cache-status", "x-cache", "x-vercel-cache", "cdn-cache")
_HIT = re.compile(r"\b(?:hit|refreshhit|stale|updating|revalidated|prerender)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caching:
    """One answer's caching. Lifetimes are seconds, None when the answer does not say.

    `directives` that are about some fields of the answer only (private="set-cookie") are not among them: those fields,
    in lower case, are `guarded`. `lifetime_s` is for a browser, `shared_s` for a cache between; `age_s` is how long it
    has been kept already; `hit` when a cache says that it answered by itself.
    """

    directives: Mapping[str, str]
    guarded: frozenset[str]
    lifetime_s: int | None
    shared_s: int | None
    age_s: int | None
    hit: bool
    validator: bool
    varies_by_cookie: bool

    @property
    def no_store(self) -> bool:
        return "no-store" in self.directives

    @property
    def asks_first(self) -> bool:
        """Whether a browser must ask before each use."""
        return "no-cache" in self.directives or self.lifetime_s == 0

    @property
    def shared(self) -> bool:
        """Whether a cache between may keep it and hand it to others without asking (section 3)."""
        if self.directives.keys() & {"no-store", "private", "no-cache"}:
            return False
        return bool(self.shared_s)

    @property
    def silent(self) -> bool:
        """Whether caches are told nothing at all: no rule, no lifetime, nothing to ask by."""
        return not self.directives and self.lifetime_s is None and not self.validator


def read(headers: Iterable[tuple[str, str]]) -> Caching:
    """The caching of an answer by its headers (names in lower case)."""
    sent = tuple(headers)
    directives, guarded = _directives(", ".join(values(sent, "cache-control")))
    kept, _ = _directives(", ".join(values(sent, "cdn-cache-control")))  # for caches between alone (RFC 9213)
    explicit = _lifetime(directives, sent)
    shared = _seconds(directives["s-maxage"]) if "s-maxage" in directives else explicit
    if kept:
        shared = 0 if kept.keys() & {"no-store", "private"} else _lifetime(kept, ())
    return Caching(
        directives=directives,
        guarded=guarded,
        lifetime_s=explicit,
        shared_s=shared,
        age_s=_number(next(iter(values(sent, "age")), "")),
        hit=_hit(sent),
        validator=any(values(sent, name) for name in ("etag", "last-modified")),
        varies_by_cookie=any("cookie" in value.lower() for value in values(sent, "vary")),
    )


def _hit(headers: tuple[tuple[str, str], ...]) -> bool:
    """Whether a cache on the way says that it answered by itself; what stands in quotes is only a cache's name."""
    said = (_QUOTED.sub("", value[:LONGEST_BYTES]) for value in values(headers, "cache-status"))
    if any(map(_HIT_PARAMETER.search, said)):
        return True
    return any(_HIT.search(value) for name in _SAID_BY_CACHES for value in values(headers, name))


def cached_s(headers: Iterable[tuple[str, str]]) -> int | None:
    """How many seconds old an answer is, or may become in a cache before somebody asks again.

    0 for an answer out of a cache that does not say how old it is; None when no cache may keep it.
    """
    caching = read(headers)
    asked = caching.no_store or "no-cache" in caching.directives
    kept = None if asked else caching.lifetime_s if "private" in caching.directives else caching.shared_s
    known = [seconds for seconds in (caching.age_s, kept) if seconds]
    return max(known) if known else 0 if caching.hit else None


def _lifetime(directives: Mapping[str, str], headers: tuple[tuple[str, str], ...]) -> int | None:
    """max-age, else Expires less Date (section 4.2.1); what cannot be read counts as stale."""
    if "max-age" in directives:
        return _seconds(directives["max-age"])
    expires = values(headers, "expires")
    if not expires:
        return None
    ends, sent = _date(expires[0]), _date(next(iter(values(headers, "date")), ""))
    return max(0, int((ends - sent).total_seconds())) if ends and sent else 0


def _directives(text: str) -> tuple[dict[str, str], frozenset[str]]:
    """Names in lower case with their values, of one that stands twice the first (section 4.2.1); and the fields that
    a `private` or `no-cache` with an argument is about (sections 5.2.2.4 and 5.2.2.7)."""
    found: dict[str, str] = {}
    guarded: set[str] = set()
    at, text = 0, text[:LONGEST_BYTES]
    while at < len(text):
        match = _DIRECTIVE.match(text, at)
        if match is None:
            at = text.find(",", at) + 1 or len(text)
            continue
        name, value = match[1].lower(), (match[2] or "").strip('"')
        if name in ("private", "no-cache") and value:
            guarded.update(field.strip().lower() for field in value.split(","))
        else:
            found.setdefault(name, value)
        at = match.end()
    return found, frozenset(guarded)


def _seconds(text: str) -> int:
    """A lifetime; one that is no number is stale."""
    number = _number(text)
    return 0 if number is None else number


def _number(text: str) -> int | None:
    return min(int(text[:12]), LONGEST_S) if re.fullmatch(r"[0-9]{1,400}", text.strip()) else None


def _date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text[:100])
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

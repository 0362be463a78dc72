"""Which requests of a recording a visitor made, and which the browser made along the way: the latter are left out."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList

from launchready.config.domain_name import is_machine_address
from launchready.formats.har import Entry
from launchready.formats.urls import joined
from launchready.known.trackers import TRACKER_PATHS

REDIRECTS = (301, 302, 303, 307, 308)
_REACH = 40  # how many requests later what a redirect leads to is looked for
_STATIC_KINDS_WORDS = (
    "stylesheet image imageset font media script manifest texttrack track audio video style object embed worker "
    "serviceworker sharedworker signed-exchange wasm"
)
_STATIC_KINDS = frozenset(_STATIC_KINDS_WORDS.split())
_STATIC_TYPES = re.compile(
    r"(image|font|audio|video)/|text/css|(text|application)/(x-)?(java|ecma)script"
    r"|application/(wasm|font|x-font|vnd\.ms-fontobject|manifest\+json)"
)
_STATIC_PATH = re.compile(
    r"\.(css|m?js|map|png|jpe?g|gif|svg|webp|avif|ico|woff2?|ttf|otf|eot|mp[34]|webm|wasm|webmanifest)\Z"
    r"|/(favicon\.ico|robots\.txt|manifest\.json|sw\.js)\Z|/\.well-known/appspecific/",
    re.IGNORECASE,
)
_REPORTS = ("application/csp-report", "application/reports+json")
_PREFETCH = ("purpose", "sec-purpose", "x-purpose", "x-moz", "next-router-prefetch", "x-middleware-prefetch")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request that a visitor made: `last` is what the redirects after it, `hops` of them, led to."""

    first: Entry
    last: Entry
    hops: int = 0

    @property
    def is_page(self) -> bool:
        return self.first.kind == "document" or (
            not self.first.kind and self.last.came.media_type in ("text/html", "application/xhtml+xml")
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """The visits in order, and for each request that is none: why not."""

    visits: tuple[Visit, ...]
    left_out: tuple[tuple[str, Entry], ...]


def sifted(entries: Iterable[Entry]) -> Sifted:
    """The visitor's own requests. The first page says whose site it is; where it hands a visitor to belongs to it."""
    visits, left_out = list[Visit](), list[tuple[str, Entry]]()
    web = list[Entry]()
    for entry in entries:
        (web.append(entry) if entry.sent.url.startswith(("http:", "https:")) else left_out.append((_NO_WEB, entry)))
    folded = tuple(_folded(web))
    ours = _ours(folded)
    for visit in folded:
        reason = _noise(visit, ours) or _repeats(visit, visits)
        left_out.append((reason, visit.first)) if reason else visits.append(visit)
    return Sifted(visits=tuple(visits), left_out=tuple(left_out))


_NO_WEB = "not a web request (data:, blob:, WebSocket, extension)"


def site(url: str) -> str:
    """What first party means: the registrable domain, or the host itself where there is none."""
    host = _host(url)
    if is_machine_address(host):
        return host
    return _suffixes().privatesuffix(host) or host


def target(entry: Entry) -> str:
    """Where a redirect leads, whole; empty when the answer is none."""
    if entry.came.status not in REDIRECTS or not entry.came.location:
        return ""
    return joined(entry.sent.url, entry.came.location).partition("#")[0]


def _folded(entries: list[Entry]) -> Iterator[Visit]:
    """A GET that is redirected is one with what follows; what follows a POST is a visit of its own, and checked."""
    taken: set[int] = set()
    for number, entry in enumerate(entries):
        if number in taken:
            continue
        last, at, hops = entry, number, 0
        while _is_folded(entry, last) and (following := _following(entries, at, taken)) is not None:
            taken.add(following)
            last, at, hops = entries[following], following, hops + 1
        yield Visit(first=entry, last=last, hops=hops)


def _is_folded(first: Entry, last: Entry) -> bool:
    where = target(last)
    if not where:
        return False
    return first.sent.method in ("GET", "HEAD") or not is_plain(where) or site(where) != site(first.sent.url)


def is_plain(url: str) -> bool:
    """Whether an address is likely to be the same the next time: no query, and nothing in the path that counts."""
    parts = urlsplit(url)
    return not parts.query and not any(re.search(r"\d", part) or len(part) > 30 for part in parts.path.split("/"))


def _following(entries: list[Entry], number: int, taken: set[int]) -> int | None:
    where = target(entries[number])
    for later in range(number + 1, min(len(entries), number + _REACH)):
        if later not in taken and entries[later].sent.url.partition("#")[0] == where:
            return later
    return None


def _ours(visits: Iterable[Visit]) -> set[str]:
    """The site of the first page, and those that it leads a visitor to and that lead back: sign-in by somebody else."""
    pages = [visit for visit in visits if visit.is_page and visit.last.came.status]
    if not pages:
        return {site(visit.first.sent.url) for visit in list(visits)[:1]}
    own = site(pages[0].first.sent.url)
    ours = {own, site(pages[0].last.sent.url)}
    away: set[str] = set()
    for before, page in pairwise(pages):
        here = site(page.first.sent.url)
        if here not in ours and (site(before.last.sent.url) == here or before.hops):
            away.add(here)
        leads_back = site(page.last.sent.url) in ours or site(target(page.last)) in ours
        if here in away and leads_back:
            ours.add(here)
    return ours


def _noise(visit: Visit, ours: set[str]) -> str | None:
    """Why a request is nothing that a visitor did; None when it may be."""
    entry = visit.first
    sent, came, path = entry.sent, visit.last.came, urlsplit(entry.sent.url).path
    if site(sent.url) not in ours:
        return "somebody else's site"
    if sent.method == "OPTIONS":
        return "asks permission for the next (CORS preflight)"
    if any("prefetch" in sent.header(name) or "prerender" in sent.header(name) for name in _PREFETCH[:4]) or any(
        sent.header(name) for name in _PREFETCH[4:]
    ):
        return "fetched ahead (prefetch)"
    if entry.kind in ("ping", "beacon", "report", "csp-report", "cspviolationreport") or sent.media_type in _REPORTS:
        return "measures visitors"
    if any(f"{tracker.rstrip('/')}/" in f"{path}/" for tracker in TRACKER_PATHS):
        return "measures visitors"
    if sent.method in ("GET", "HEAD") and _is_static(entry, path):
        return "a file of the page (style, script, picture, font)"
    if entry.kind in ("websocket", "webtransport"):
        return _NO_WEB
    if came.status == 0 or sent.method not in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"):
        return "was not answered"
    return None


def _is_static(entry: Entry, path: str) -> bool:
    if entry.kind in _STATIC_KINDS or _STATIC_PATH.search(path):
        return True
    return entry.kind != "document" and bool(_STATIC_TYPES.match(entry.came.media_type))


def _repeats(visit: Visit, before: list[Visit]) -> str | None:
    """Polling: the same question of a script, with the same kind of answer as the last time."""
    sent = visit.first.sent
    if visit.is_page or sent.method != "GET":
        return None
    for earlier in reversed(before):
        if earlier.first.sent.url == sent.url and earlier.first.sent.method == "GET":
            return (
                "asked again, answered alike (polling)" if earlier.last.came.status == visit.last.came.status else None
            )
    return None


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()

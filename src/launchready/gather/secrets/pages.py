"""A deployed page read for secrets as a stranger can: its HTML, its scripts, their maps and the sources inside."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from launchready.formats import headers, html
from launchready.formats.encodings import utf8
from launchready.formats.script_references import references
from launchready.formats.source_maps import inline_maps, map_reference, sources
from launchready.formats.urls import host_of, joined
from launchready.gather.secrets.ownership import is_own
from launchready.gather.secrets.reading import Reader
from launchready.gather.walks import walk
from launchready.model.gap import Gap
from launchready.model.secret import FoundSecret
from launchready.wire.dns import Dns
from launchready.wire.http import Http, Response

AT_ONCE = 6  # as many connections as a browser opens to one host
MOST_FILES = 400
MOST_MAPS = 100
MOST_GUESSED_MAPS = 20  # of scripts that name none: bundlers can make maps without saying so
DEEPEST = 8  # scripts that load scripts
SCRIPT_BYTES = 8 * 1024 * 1024
MAP_BYTES = 32 * 1024 * 1024
ALL_BYTES = 256 * 1024 * 1024
SILENCES = 3  # of one host, after which nothing more is asked of it
MOST_FOUND = 5000
LONGEST_PATH = 300
_ABSENT = frozenset({404, 410})
_CLOSED = frozenset({400, 401, 403, 405, 406, 451})


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedMap:
    """A source map that strangers can have: its address (the script's own for one inside it) and what it gives away."""

    url: str
    size_bytes: int
    sources: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPage:
    """What was read of one page. `read` are the URLs of all that was, `others` the hosts of scripts that were not,
    because they are somebody else's; `maps` the source maps with sources in them; `unread` says what could not be
    read, and why. No URL has a query: there may be signatures in it."""

    url: str
    found: tuple[FoundSecret, ...] = ()
    read: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    maps: tuple[PublishedMap, ...] = ()
    unread: tuple[tuple[str, Gap], ...] = ()


async def read_page(url: str, reader: Reader, dns: Dns, http: Http) -> ReadPage:
    """Read the page at `url` and whatever code it loads, as far as it is the same makers'. Nothing is executed.

    Redirects are followed as an audit follows them; raises nothing for what a server does.
    """
    walked = await walk(url, dns, http, body_limit_bytes=SCRIPT_BYTES)
    if isinstance(walked.landed, Gap):
        return ReadPage(url=plain(url), unread=((plain(url), walked.landed),))
    visit = _Visit(page=walked.landed, reader=reader, dns=dns, http=http)
    await visit.all()
    return ReadPage(
        url=visit.shown(walked.landed.url),
        found=tuple(visit.found[:MOST_FOUND]),
        read=tuple(visit.read),
        others=tuple(sorted(visit.others)),
        maps=tuple(visit.maps),
        unread=tuple(visit.unread.items()),
    )


def plain(url: str) -> str:
    """A URL without query and fragment, in a length that can be shown."""
    return url.partition("#")[0].partition("?")[0][:LONGEST_PATH]


@dataclass(slots=True, kw_only=True)
class _Visit:
    """One page on the way: what was seen, read and found so far."""

    page: Response
    reader: Reader
    dns: Dns
    http: Http
    found: list[FoundSecret] = field(default_factory=list)
    read: list[str] = field(default_factory=list)
    others: set[str] = field(default_factory=set)
    maps: list[PublishedMap] = field(default_factory=list)
    unread: dict[str, Gap] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    guessed_maps: int = 0
    asked_maps: int = 0
    size_bytes: int = 0
    silences: dict[str, int] = field(default_factory=dict)
    places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    one_map: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))

    async def all(self) -> None:
        """The page, then its scripts, then theirs, one ring after another."""
        body, url = self._took(self.page), self.page.url
        self.seen.add(url)
        ring: dict[str, bool] = {}
        if headers.is_html(self.page.headers):
            base = html.base(body, url)
            ring |= dict.fromkeys(self._own(html.code(body, url), named=True), True)
            ring |= {one: False for one in self._own(references(body, base, base)) if one not in ring}
        else:
            ring |= dict.fromkeys(self._own(references(body, url, url)), False)
            await self._map_of(self.page, body)
        for _ in range(DEEPEST):
            new = {one: loaded for one, loaded in ring.items() if one not in self.seen}
            if not new:
                return
            self.seen |= new.keys()
            more = await asyncio.gather(*(self._script(one, loaded=loaded) for one, loaded in new.items()))
            ring = {one: False for some in more for one in some}
        if any(one not in self.seen for one in ring):
            self._missed(url, f"scripts that {DEEPEST} others load one after another were not looked for further")

    async def _script(self, url: str, *, loaded: bool) -> tuple[str, ...]:
        """Read one script; the URLs of those that it may load."""
        if len(self.read) >= MOST_FILES or self.size_bytes >= ALL_BYTES:
            self._missed(self.page.url, f"the page loads more than {MOST_FILES} scripts; the rest was not read")
            return ()
        async with self.places:
            answer = await self._ask(url, SCRIPT_BYTES, loaded=loaded)
        if answer is None or _is_page(answer):
            return ()
        body = self._took(answer)
        await self._map_of(answer, body)
        return tuple(self._own(references(body, answer.url, self.page.url)))

    async def _ask(self, url: str, most_bytes: int, *, loaded: bool) -> Response | None:
        """What stands at a URL; None when nothing does, or when it cannot be had, which is written down."""
        if self.silences.get(host_of(url), 0) >= SILENCES:
            self._missed(url, f"{host_of(url)} stopped answering")
            return None
        landed = (await walk(url, self.dns, self.http, body_limit_bytes=most_bytes)).landed
        if isinstance(landed, Gap):
            self.silences[host_of(url)] = self.silences.get(host_of(url), 0) + 1
            self._missed(url, landed.reason)
            return None
        if landed.status == 200:
            return landed
        if landed.status not in _ABSENT and (loaded or landed.status not in _CLOSED):
            self._missed(url, f"{host_of(landed.url)} answers {landed.status}")
        return None

    async def _map_of(self, script: Response, body: bytes) -> None:
        """Read the script's source map, wherever it is."""
        for inside in inline_maps(body):
            self._read_map(self.shown(script.url), inside)
        reference = map_reference(script.headers, script.body)
        if reference is None:
            if self.guessed_maps >= MOST_GUESSED_MAPS or script.url == self.page.url:
                return
            self.guessed_maps += 1
        url = joined(script.url, reference) if reference else f"{script.url.partition('?')[0]}.map"
        if url in self.seen or not any(self._own((url,), named=bool(reference))):
            return
        self.seen.add(url)
        async with self.one_map:
            if self.asked_maps >= MOST_MAPS or self.size_bytes >= ALL_BYTES:
                self._missed(self.page.url, f"the page has more than {MOST_MAPS} source maps; the rest was not read")
                return
            self.asked_maps += 1
            answer = await self._ask(url, MAP_BYTES, loaded=False)
            if answer is not None and not _is_page(answer):
                self.size_bytes += len(answer.body)
                self._cut(answer)
                self.read.append(self.shown(url))
                self._read_map(self.shown(url), utf8(answer.body))

    def _read_map(self, url: str, body: bytes) -> None:
        inside = 0
        for source in sources(body):
            inside += 1
            self._look(f"{url}!{source.name}", source.text)
        if inside:
            self.maps.append(PublishedMap(url=url, size_bytes=len(body), sources=inside))

    def _took(self, answer: Response) -> bytes:
        """The text of an answer, looked through."""
        body = utf8(answer.body)
        self.size_bytes += len(answer.body)
        self._cut(answer)
        self.read.append(self.shown(answer.url))
        self._look(self.shown(answer.url), body)
        return body

    def _look(self, path: str, text: bytes) -> None:
        if len(self.found) < MOST_FOUND:
            self.found += self.reader.found(path, text)

    def _cut(self, answer: Response) -> None:
        if answer.truncated:
            self._missed(answer.url, f"only its first {len(answer.body) // 1024 // 1024} MiB were read")

    def _own(self, urls: Iterable[str], *, named: bool = False) -> Iterator[str]:
        """Those that are the page's makers' own; the hosts of the others are written down when the page names them."""
        for url in urls:
            if not url.startswith(("http://", "https://")):
                continue
            if is_own(url, self.page.url):
                yield url
            elif named and host_of(url):
                self.others.add(host_of(url))

    def _missed(self, url: str, reason: str) -> None:
        self.unread.setdefault(self.shown(url), Gap(reason))

    def shown(self, url: str) -> str:
        """A URL as it may be shown: a key that stands in its path is none that we print."""
        return plain(url)


def _is_page(answer: Response) -> bool:
    """Whether a page came instead of code, as apps send it for whatever address they do not know."""
    told = answer.header("content-type") is not None
    return (told and headers.is_html(answer.headers)) or answer.body[:200].lstrip().lower().startswith(
        (b"<!doctype html", b"<html")
    )

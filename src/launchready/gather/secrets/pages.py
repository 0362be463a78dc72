"""A deployed page read for secrets as a stranger can: its HTML, its scripts, their maps and the sources inside."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from launchready.formats import headers, html
from launchready.formats.page_paths import is_page
from launchready.formats.script_references import Runtime, references, runtimes
from launchready.formats.source_maps import inline_maps, map_reference, sources
from launchready.formats.urls import host_of, joined
from launchready.formats.webpack_chunks import MOST_RUNTIMES, asked_chunks
from launchready.gather.secrets.encodings import as_utf8
from launchready.gather.secrets.ownership import is_own
from launchready.gather.secrets.reading import Reader
from launchready.gather.walks import walk
from launchready.model.gap import Gap
from launchready.model.secret import FoundSecret
from launchready.wire.dns import Dns
from launchready.wire.http import Http, Response

AT_ONCE = 6  # as many connections as a browser opens to one host
MOST_ASKED = 500
MOST_ABSENT = 100  # addresses that scripts seem to name and that lead nowhere, after which no more are tried
MOST_LINKED = 12  # pages that the page links to
MOST_BESIDE = 50
MOST_MAPS = 100
MOST_GUESSED_MAPS = 20  # of scripts that name none: bundlers can make maps without saying so
DEEPEST = 8  # scripts that load scripts
SCRIPT_BYTES = 8 * 1024 * 1024
MAP_BYTES = 64 * 1024 * 1024
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
    """Read the page at `url`, those that it links to on the same server, and whatever code they load.

    Only what the page's makers put there is read (see `ownership`); nothing is executed. Redirects are
    followed as an audit follows them; raises nothing for what a server does.
    """
    walked = await walk(url, dns, http, body_limit_bytes=SCRIPT_BYTES)
    if isinstance(walked.landed, Gap):
        return ReadPage(url=plain(url), unread=((plain(url), walked.landed),))
    visit = _Visit(page=walked.landed, reader=reader, dns=dns, http=http)
    if walked.landed.status != 200:
        visit.unread[visit.shown(walked.landed.url)] = Gap(f"it answers {walked.landed.status}")
    await visit.all()
    if len(visit.found) > MOST_FOUND:
        visit.unread[visit.shown(url)] = Gap(f"more than {MOST_FOUND:,} values were found; the rest is not listed")
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
    runtimes: list[Runtime] = field(default_factory=list)
    asked_chunks: dict[str, None] = field(default_factory=dict)
    asked: int = 0
    absent: int = 0
    guessed_maps: int = 0
    asked_maps: int = 0
    size_bytes: int = 0
    silences: dict[str, int] = field(default_factory=dict)
    places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    one_map: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))

    async def all(self) -> None:
        """The page and those that it links to, then their scripts, then theirs, one ring after another."""
        ring = await self._page(self.page)
        if headers.is_html(self.page.headers):
            for linked in await asyncio.gather(*map(self._linked, self._links())):
                ring = linked | ring
        for _ in range(DEEPEST):
            new = {one: loaded for one, loaded in ring.items() if one not in self.seen}
            if not new:
                return
            self.seen |= new.keys()
            more = await asyncio.gather(*(self._script(one, loaded=loaded) for one, loaded in new.items()))
            chunks = [url for runtime in self.runtimes for url in runtime.chunks(self.asked_chunks)]
            ring = {one: False for some in (*more, self._own(chunks)) for one in some}
        if any(one not in self.seen for one in ring):
            self._missed(self.page.url, f"scripts that {DEEPEST} others load one after another were not looked for")

    async def _page(self, page: Response) -> dict[str, bool]:
        """Read one page; the scripts that it may load, and whether it says itself that it does."""
        body, url = self._took(page), page.url
        self.seen.add(url)
        if not headers.is_html(page.headers):
            await self._map_of(page, body)
            return dict.fromkeys(self._leads_to(body, url, url), False)
        base = html.base(body, url)
        loads = dict.fromkeys(self._own(html.code(body, url), named=True), True)
        return dict.fromkeys(self._leads_to(body, base, base, tuple(loads)[:MOST_BESIDE]), False) | loads

    def _links(self) -> list[str]:
        """Other pages of the same server: each may have scripts of its own."""
        root = joined(self.page.url, "/")
        found = [one for one in html.links(as_utf8(self.page.body), self.page.url) if one.startswith(root)]
        return [one for one in found if one != self.page.url and is_page(f"/{one.removeprefix(root)}")][:MOST_LINKED]

    async def _linked(self, url: str) -> dict[str, bool]:
        async with self.places:
            answer = await self._ask(url, SCRIPT_BYTES, loaded=False) if self._may_ask(loaded=False) else None
        if answer is None or answer.url in self.seen or not headers.is_html(answer.headers):
            return {}
        return await self._page(answer) if is_own(answer.url, self.page.url) else {}

    async def _script(self, url: str, *, loaded: bool) -> tuple[str, ...]:
        """Read one script; the URLs of those that it may load."""
        async with self.places:
            if not self._may_ask(loaded=loaded):
                return ()
            answer = await self._ask(url, SCRIPT_BYTES, loaded=loaded)
        if answer is None or _is_page(answer) or not any(self._own((answer.url,), named=True)):
            return ()
        body = self._took(answer)
        await self._map_of(answer, body)
        return self._leads_to(body, answer.url, self.page.url)

    def _leads_to(self, body: bytes, url: str, base: str, beside: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Scripts that a text names; what it makes names of is kept until all of the ring were read."""
        self.asked_chunks |= asked_chunks(body)
        if len(self.runtimes) < MOST_RUNTIMES:
            self.runtimes += runtimes(body, url, base)
        return tuple(self._own(references(body, url, base, beside)))

    def _may_ask(self, *, loaded: bool) -> bool:
        """Whether one more question is within bounds; what goes beyond them is written down."""
        if self.asked >= MOST_ASKED:
            self._missed(self.page.url, f"the page loads more than {MOST_ASKED} scripts; the rest was not read")
        elif self.size_bytes >= ALL_BYTES:
            self._missed(self.page.url, f"the page loads more than {ALL_BYTES >> 20} MiB; the rest was not read")
        elif self.absent >= MOST_ABSENT and not loaded:
            self._missed(self.page.url, f"{MOST_ABSENT} scripts that others name are not there; no more were tried")
        else:
            self.asked += 1
            return True
        return False

    async def _ask(self, url: str, most_bytes: int, *, loaded: bool) -> Response | None:
        """What stands at a URL; None when nothing does, or when it cannot be had, which is written down."""
        if self.silences.get(host_of(url), 0) >= SILENCES:
            self._missed(url, f"{host_of(url)} stopped answering")
            return None
        walked = await walk(url, self.dns, self.http, body_limit_bytes=most_bytes)
        landed = walked.landed
        if isinstance(landed, Gap):
            if not walked.answers:
                self.silences[host_of(url)] = self.silences.get(host_of(url), 0) + 1
            if loaded or host_of(url) == host_of(self.page.url):  # another host's name may be just a text
                self._missed(url, landed.reason)
            return None
        if landed.status == 200:
            return landed
        self.absent += not loaded
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
            if self.asked_maps >= MOST_MAPS:
                self._missed(self.page.url, f"the page has more than {MOST_MAPS} source maps; the rest was not read")
            if self.asked_maps >= MOST_MAPS or not self._may_ask(loaded=bool(reference)):
                return
            self.asked_maps += 1
            answer = await self._ask(url, MAP_BYTES, loaded=False)
            if answer is not None and not _is_page(answer):
                self.size_bytes += len(answer.body)
                self._cut(answer)
                self.read.append(self.shown(url))
                self._read_map(self.shown(url), as_utf8(answer.body))

    def _read_map(self, url: str, body: bytes) -> None:
        inside = 0
        for source in sources(body):
            inside += 1
            self._look(f"{url}!{self.shown(source.name)}", source.text)
        if inside:
            self.maps.append(PublishedMap(url=url, size_bytes=len(body), sources=inside))

    def _took(self, answer: Response) -> bytes:
        """The text of an answer, looked through."""
        body = as_utf8(answer.body)
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
        """A URL, or the name of a source, as it may be shown: without the keys that may stand in it."""
        raw = plain(url).encode()
        for hit in sorted(self.reader.look(raw), key=lambda hit: hit.start, reverse=True):
            raw = raw[: hit.start] + b"[key]" + raw[hit.end :]
        return raw.decode("utf-8", "replace")


def _is_page(answer: Response) -> bool:
    """Whether a page came instead of code, as apps send it for whatever address they do not know."""
    beginning = answer.body[:200].lstrip().lower()
    if beginning.startswith((b"<!doctype html", b"<html")):
        return True
    told = answer.header("content-type") is not None
    return told and headers.is_html(answer.headers) and not beginning.startswith((b"{", b")]}"))  # a map, misnamed

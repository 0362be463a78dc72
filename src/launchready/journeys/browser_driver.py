"""The engine driven in a real browser: pages are visited, forms filled in and sent, the rest is fetched by the page."""

import asyncio
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any
from urllib.parse import parse_qsl

from playwright.async_api import Browser, BrowserContext, Error, Page
from playwright.async_api import Request as Asked
from playwright.async_api import Response as Answered

from launchready.errors import NoAnswer
from launchready.formats.printable import printable
from launchready.journeys.browser_answers import headers_of, hops_of, in_words, redirect, timing_of
from launchready.journeys.browser_guard import Guard
from launchready.journeys.browser_launch import launched
from launchready.journeys.browser_scripts import DRAWN, FETCH, SUBMIT
from launchready.journeys.driver import Answering
from launchready.journeys.engine import Consent
from launchready.journeys.exchange import Answer, Failure, Request, server_timing
from launchready.journeys.http_driver import MOST_PIECES, Listener, OverHttp
from launchready.journeys.request import REDIRECTS, origin
from launchready.model.journey import Timing
from launchready.model.launch import Network
from launchready.wire.deadline import Deadline
from launchready.wire.http import BODY_LIMIT_BYTES

_CLOSED = "browser has been closed"  # what Playwright says of one that has gone
SETTLE_S = 2.0  # how long a page that never stops asking is waited for
MOST_COMPLAINTS = 5
_FORM = "application/x-www-form-urlencoded"
# What a navigation may carry: anything else is a script's request.
_OF_NAVIGATION = frozenset({"traceparent", "cookie"})
_BROWSERS_OWN = frozenset({"cookie", "origin", "referer", "host", "content-length"})


class InBrowser:
    """The driver that is one visitor in one browser; its cookies are the browser's own."""

    def __init__(self, browser: Browser, context: BrowserContext) -> None:
        self._browser = browser
        self._context = context
        self._tab: _Tab | None = None

    @asynccontextmanager
    async def opened(
        self, network: Network, consent: Consent, at_most_s: float | None = None
    ) -> AsyncIterator[Answering]:
        """The same visitor as before, with time anew.

        A cleanup, which is what has a time of its own, goes on without the browser when that has gone: whoever ends a
        CI job ends all of its processes.
        """
        deadline = Deadline(at_most_s or network.deadline_s)
        async with AsyncExitStack() as stack:

            async def answering(asked: Request) -> Answer | Failure:
                if at_most_s is None:
                    return await self._answer(asked, consent, deadline)
                with suppress(Exception):  # Playwright raises just that when its own process has been ended
                    told = await self._answer(asked, consent, deadline)
                    if not (isinstance(told, Failure) and _CLOSED in told.reason):
                        return told
                over_http = await stack.enter_async_context(OverHttp().opened(network, consent, at_most_s))
                return await over_http(asked)

            yield answering

    async def _answer(self, asked: Request, consent: Consent, deadline: Deadline) -> Answer | Failure:
        try:
            left_s = deadline.left_s(asked.timeout_s)
            tab = self._tab = self._tab or await _Tab.new(self._context, consent)
            try:
                async with asyncio.timeout(left_s):
                    return await tab.answer(asked)
            except asyncio.CancelledError:
                self._tab = None  # in the middle of something; the cleanup takes another
                raise
            except TimeoutError:
                self._tab = None
                await tab.close()
                return Failure("; ".join((f"no answer within {left_s:g} s", *tab.complaints())))
        except NoAnswer as error:
            return Failure(str(error))
        except Error as error:
            return Failure(in_words(error))


@asynccontextmanager
async def in_browser(program: str | None, network: Network) -> AsyncIterator[InBrowser]:
    """A visitor in a browser of its own until the end of the block; raises UsageError when there is no browser."""
    async with launched(program, network) as browser:
        context = await browser.new_context(service_workers="block", accept_downloads=False)
        yield InBrowser(browser, context)


class _Tab:
    """One tab, and what was heard in it since the last request."""

    def __init__(self, page: Page, guard: Guard) -> None:
        self._page = page
        self._guard = guard
        self._ahead: list[Answer] = []  # what the browser has fetched already, by following redirects
        self._ahead_urls: list[str] = []
        self._said: list[str] = []
        self._requests: list[Asked] = []
        self._open: set[Asked] = set()

    @classmethod
    async def new(cls, context: BrowserContext, consent: Consent) -> "_Tab":
        page = await context.new_page()
        guard = Guard(await context.new_cdp_session(page), consent)
        await guard.begin()
        tab = cls(page, guard)
        page.on("console", lambda one: tab._say(f"console: {one.text}") if one.type == "error" else None)
        page.on("pageerror", lambda error: tab._say(f"script: {error}"))
        page.on("popup", lambda other: asyncio.ensure_future(other.close()))
        page.on("dialog", lambda dialog: asyncio.ensure_future(dialog.accept()))
        page.on("request", tab._began)
        page.on("requestfinished", tab._finished)
        page.on("requestfailed", tab._failed)
        return tab

    async def close(self) -> None:
        await self._page.close()

    def complaints(self) -> tuple[str, ...]:
        """What the browser said meanwhile."""
        return tuple(dict.fromkeys((*self._guard.refused, *self._said)))[:MOST_COMPLAINTS]

    def _say(self, text: str) -> None:
        if len(self._said) < MOST_COMPLAINTS:
            self._said.append(printable(" ".join(text.split()), 200))

    def _began(self, request: Asked) -> None:
        self._requests.append(request)
        self._open.add(request)

    def _finished(self, request: Asked) -> None:
        self._open.discard(request)

    def _failed(self, request: Asked) -> None:
        self._open.discard(request)
        if request.failure and "ERR_ABORTED" not in request.failure:
            self._say(f"{request.method} {request.url.partition('?')[0]} failed: {request.failure}")

    async def answer(self, asked: Request) -> Answer | Failure:
        """What the browser is told, by the way that fits the request."""
        if self._ahead and asked.method == "GET" and asked.url == self._ahead_urls[0]:
            self._ahead_urls.pop(0)
            return self._ahead.pop(0)
        self._ahead, self._ahead_urls = [], []
        self._said.clear()
        self._guard.refused.clear()
        self._requests.clear()
        if _is_visit(asked):
            return await self._visit(asked)
        if _is_form(asked):
            sent = await self._submit(asked)
            if sent is not None:
                return sent
        return await self._fetch(asked)

    # Visiting ----------------------------------------------------------------------------------------------------

    async def _visit(self, asked: Request) -> Answer | Failure:
        self._guard.added = {name: value for name, value in asked.headers if name.lower() == "traceparent"}
        try:
            response = await self._page.goto(asked.url, wait_until="load", timeout=0)
        except Error as error:
            if "ERR_ABORTED" in error.message and not self._guard.refused:  # no page: a download, or 204
                return await self._fetch(asked)
            return await self._led_away(asked) or Failure("; ".join((in_words(error), *self.complaints())))
        finally:
            self._guard.added = {}
        if response is None:
            return Failure("the browser did not ask for it")
        return await self._told(response.request)

    # Forms -------------------------------------------------------------------------------------------------------

    async def _submit(self, asked: Request) -> Answer | Failure | None:
        """The answer to the form on this page that leads there; None when there is none."""
        fields = parse_qsl((asked.body or b"").decode(), keep_blank_values=True)
        loaded: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def done(_: Page) -> None:
            if not loaded.done():
                loaded.set_result(None)

        self._page.once("load", done)
        complaints = await self._page.evaluate(SUBMIT, {"url": asked.url, "fields": [list(pair) for pair in fields]})
        if complaints is None:
            return None
        if complaints:
            return Failure(f"the browser does not send this form: {printable('; '.join(complaints), 300)}")
        request = await self._first_of_form(asked)
        if request.is_navigation_request():
            told = await self._told(request, loaded)
        else:
            told = await self._told(request)
        return told

    async def _first_of_form(self, asked: Request) -> Asked:
        """What sending the form causes: the page's own request, or a script's that writes to the same host."""
        while True:
            for request in self._requests:
                here = origin(request.url) == origin(asked.url)
                wrote = request.resource_type in ("fetch", "xhr") and request.method not in ("GET", "HEAD", "OPTIONS")
                if (request.is_navigation_request() and request.frame == self._page.main_frame) or (wrote and here):
                    return request
            await self._page.wait_for_event("request", timeout=0)

    # Fetching ----------------------------------------------------------------------------------------------------

    async def _fetch(self, asked: Request) -> Answer | Failure:
        await self._be_at(asked.url)
        listener = Listener(asked.stream.until if asked.stream else None)
        came: dict[str, Any] = await self._page.evaluate(
            FETCH,
            {
                "url": asked.url,
                "method": asked.method,
                "headers": {name: value for name, value in asked.headers if name.lower() not in _BROWSERS_OWN},
                "body": b64encode(asked.body).decode() if asked.body is not None and asked.method != "GET" else None,
                "until": asked.stream.until if asked.stream else None,
                "most": MOST_PIECES,
                "limit": BODY_LIMIT_BYTES,
            },
        )
        if "error" in came:
            told = f"the page could not fetch it: {came['error']}"
            return await self._led_away(asked) or Failure("; ".join((told, *self.complaints())))
        chunks = [(at_ms, b64decode(piece)) for at_ms, piece in came["pieces"]]
        for at_ms, chunk in chunks:
            listener.hear(chunk, at_ms / 1000)
        request = self._request_of(asked)
        hops = await hops_of(request) if request else []
        headers = await headers_of(hops[-1][1]) if hops else ()
        plain = Answer(
            status=int(came["status"]),
            headers=headers,
            body=b"".join(chunk for _, chunk in chunks)[:BODY_LIMIT_BYTES],
            timing=Timing(first_byte_ms=came["first"], total_ms=came["total"], server=server_timing(headers)),
            truncated=bool(came["truncated"]),
            complaints=self.complaints(),
        )
        last = listener.completed(plain) if asked.stream else plain
        return await self._in_order(hops, last)

    async def _be_at(self, url: str) -> None:
        """A page of that origin to fetch from: the one that is open or, where it is another's, an empty one of ours."""
        if origin(self._page.url) == origin(url):
            return
        scheme, host, port = origin(url)
        place = f"[{host}]" if host and ":" in host else host
        self._guard.blank = f"{scheme}://{place}:{port}/" if port not in (80, 443) else f"{scheme}://{place}/"
        try:
            await self._page.goto(self._guard.blank, timeout=0)
        finally:
            self._guard.blank = None
        self._requests.clear()

    # What came ---------------------------------------------------------------------------------------------------

    async def _told(self, request: Asked, loaded: "asyncio.Future[None] | None" = None) -> Answer | Failure:
        """The first answer of a request and its redirects; those that follow are kept for when they are asked for."""
        hops = await hops_of(request)
        if not hops:
            return Failure("; ".join(("no answer came", *self.complaints())))
        asked, response = hops[-1]
        if response.status in REDIRECTS and "location" in response.headers:  # to where the browser did not get
            return await self._in_order(hops, await redirect(asked, response))
        await response.finished()
        if loaded and response.status not in (204, 205):
            await asyncio.wait([loaded], timeout=SETTLE_S * 5)
        headers = await headers_of(response)
        try:
            body = await response.body()
        except Error:  # a redirect, or a page that its script has left already
            body = b""
        page = await self._settled()
        last = Answer(
            status=response.status,
            headers=headers,
            body=body[:BODY_LIMIT_BYTES],
            timing=timing_of(asked, headers),
            truncated=len(body) > BODY_LIMIT_BYTES,
            page=page,
            complaints=self.complaints(),
        )
        return await self._in_order(hops, last)

    def _request_of(self, asked: Request) -> Asked | None:
        return next((one for one in self._requests if one.url == asked.url and one.method == asked.method), None)

    async def _led_away(self, asked: Request) -> Answer | None:
        """The redirect that the browser could not follow; the engine says why not."""
        request = self._request_of(asked)
        hops = await hops_of(request) if request else []
        if not hops or hops[-1][1].status not in REDIRECTS:
            return None
        return await self._in_order(hops, await redirect(*hops[-1]))

    async def _in_order(self, hops: list[tuple[Asked, Answered]], last: Answer) -> Answer:
        earlier = [await redirect(asked, response) for asked, response in hops[:-1]]
        first, *self._ahead = [*earlier, last]
        self._ahead_urls = [asked.url for asked, _ in hops[1:]]
        return first

    async def _settled(self) -> str | None:
        """The page when its scripts have nothing more to fetch; None when it is gone."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + SETTLE_S
        try:
            await self._page.evaluate(DRAWN)
            while self._open and loop.time() < ends:
                await self._page.evaluate(DRAWN)
            return (await self._page.content())[:BODY_LIMIT_BYTES]
        except Error:
            return None


def _is_visit(asked: Request) -> bool:
    return (
        asked.method == "GET" and not asked.stream and not {name.lower() for name, _ in asked.headers} - _OF_NAVIGATION
    )


def _is_form(asked: Request) -> bool:
    kinds = [value for name, value in asked.headers if name.lower() == "content-type"]
    return asked.method == "POST" and asked.stream is None and kinds == [_FORM]

"""What a page in a driven browser may ask for: it writes, and leads a visitor, only where there is consent."""

import asyncio
from base64 import b64encode
from typing import Any

from playwright.async_api import CDPSession, Error

from launchready.journeys.engine import Consent

_READS = ("GET", "HEAD", "OPTIONS")


class Guard:
    """Sees every request of one page before it goes out (Chrome DevTools Protocol, domain Fetch), redirects too."""

    def __init__(self, session: CDPSession, consent: Consent) -> None:
        self.consent = consent
        self.refused: list[str] = []
        self.added: dict[str, str] = {}
        self.blank: str | None = None
        self._session = session
        self._tasks: set[asyncio.Task[None]] = set()

    async def begin(self) -> None:
        self._session.on("Fetch.requestPaused", self._paused)
        await self._session.send("Fetch.enable", {"patterns": [{"urlPattern": "*", "requestStage": "Request"}]})

    def _paused(self, event: dict[str, Any]) -> None:
        task = asyncio.get_running_loop().create_task(self._decide(event))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _decide(self, event: dict[str, Any]) -> None:
        try:
            await self._session.send(*self._decision(event))
        except Error:  # the page has gone, and its requests with it
            return

    def _decision(self, event: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """The command that lets a request go, stops it, or answers it here."""
        asked, told = event["request"], {"requestId": event["requestId"]}
        is_page = event.get("resourceType") == "Document"
        if asked["url"] == self.blank:
            headers = [{"name": "Content-Type", "value": "text/html; charset=utf-8"}]
            body = b64encode(b"<!doctype html><title></title>").decode()
            return "Fetch.fulfillRequest", {**told, "responseCode": 200, "responseHeaders": headers, "body": body}
        web = asked["url"].startswith(("http:", "https:"))
        if web and (is_page or asked["method"] not in _READS) and (why := self.consent(asked["url"])):
            self.refused.append(why)
            return "Fetch.failRequest", {**told, "errorReason": "BlockedByClient"}
        if is_page and self.added:
            headers = [{"name": name, "value": value} for name, value in {**asked["headers"], **self.added}.items()]
            return "Fetch.continueRequest", {**told, "headers": headers}
        return "Fetch.continueRequest", told

"""A report's HTML file opened in a browser, with everything that it asks for or complains about."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, Request

UNFOLD = "for (const fold of document.querySelectorAll('details')) fold.open = true"


@dataclass
class Opened:
    """One page: `asked` are the addresses it wants, `refused` those that its own policy denies it."""

    page: Page
    asked: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def failed(self, request: Request) -> None:
        if request.failure == "csp":
            self.refused.append(request.url)

    def said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def tells(self, script: str, argument: object = None) -> Any:
        """What a function of the page's own returns."""
        return self.page.evaluate(script, argument)


@contextmanager
def opened(browser: Browser, html: str, folder: Path, *, width: int = 900, **context: Any) -> Iterator[Opened]:
    """The document as a file in a fresh context of the browser; `context` as playwright's new_context takes it."""
    file = folder / "report.html"
    file.write_text(html, "utf-8")
    viewport = {"width": width, "height": 1000}
    fresh = browser.new_context(viewport=viewport, **context)  # type: ignore[arg-type]
    try:
        page = fresh.new_page()
        seen = Opened(page)
        fresh.on("request", lambda request: seen.asked.append(request.url))
        fresh.on("requestfailed", seen.failed)
        page.on("console", seen.said)
        page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        page.goto(file.as_uri())
        yield seen
    finally:
        fresh.close()

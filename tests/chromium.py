"""Debian's Chromium, driven as a visitor would use it; nothing in it asks anybody for anything by itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from shutil import which

from playwright.sync_api import Browser, sync_playwright

_QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def launched() -> Iterator[Browser]:
    """A browser of this block's own; that it does not start is a failure."""
    program = which("chromium")
    assert program, "there is no chromium here; tools/install-test-servers installs it"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=_QUIET, timeout=60_000)
        try:
            yield browser
        finally:
            browser.close()

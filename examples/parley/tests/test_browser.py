"""Parley in a browser: signup, login, first chat, plan and webhook by mouse and keyboard, on both databases."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from trial.process import parley
from trial.provider import Provider, Scene, serving
from trial.visitor import PASSWORD, newest_code

pytest_plugins = ("trial.fixtures",)

NARROW = ViewportSize(width=360, height=740)
EMAIL = "ada.lovelace.of.the.analytical.engine@example.com"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium")
    assert program, "chromium is missing: install the Debian package chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


class Watched:
    """A page, and what went wrong on it: errors in its console, and requests that leave this machine."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        self.page, self.base = context.new_page(), base
        self.trouble: list[str] = []
        self.page.on("console", lambda said: self.trouble.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.page.on("request", lambda asked: None if asked.url.startswith(base) else self.trouble.append(asked.url))

    def visit(self, path: str) -> Page:
        self.page.goto(self.base + path)
        return self.page

    def check(self) -> None:
        """Nothing went wrong, nothing is cut off at the side, and axe finds nothing serious."""
        assert not self.trouble
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), self.page.url
        violations = Axe().run(self.page).response["violations"]
        serious = [one for one in violations if one["impact"] in ("serious", "critical")]
        assert not serious, (self.page.url, [(one["id"], one["nodes"][0]["html"]) for one in serious])


def sign_up(watched: Watched) -> Page:
    page = watched.visit("/")
    page.get_by_role("link", name="Start for free").click()
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    watched.check()
    page.get_by_role("button", name="Create my account").click()
    with page.expect_popup() as opened:
        page.get_by_role("link", name="outbox").click()
    code = newest_code(opened.value.content())
    opened.value.close()
    watched.check()
    page.get_by_label("Code").fill(code)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="New chat")).to_be_visible()
    return page


def chat(watched: Watched, page: Page) -> None:
    watched.check()
    page.get_by_label("Writer").check()
    page.get_by_label("Your message").fill("Where is <b>my</b> invoice?")
    page.keyboard.press("Enter")
    expect(page.locator(".said.parley")).to_have_text("Your invoice is on its way.")
    page.get_by_label("Your message").fill("And the next one?")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert").last).to_have_text("The answer broke off. Please ask again.")
    expect(page.get_by_label("Your message")).to_have_value("")
    watched.check()
    page.reload()
    expect(page.locator(".said")).to_have_count(4)
    expect(page.get_by_text("The answer broke off here.")).to_be_visible()
    expect(page.get_by_role("heading", name="Where is <b>my</b> invoice?")).to_be_visible()


def refused(watched: Watched, page: Page, provider: Provider) -> None:
    """What was not taken is in the field again, and nowhere else."""
    provider.scenes.append(Scene(status=400))
    page.get_by_label("Your message").fill("One more thing")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").last).to_contain_text("does not answer right now")
    expect(page.get_by_label("Your message")).to_have_value("One more thing")
    expect(page.locator(".said")).to_have_count(4)
    watched.trouble.clear()  # Chromium writes the answer's 503 to its console


def change_plan(watched: Watched, page: Page) -> None:
    page.get_by_role("link", name="Free plan").click()
    watched.check()
    page.get_by_role("button", name="Choose Team").click()
    expect(page.get_by_role("heading", name="Practice checkout")).to_be_visible()
    watched.check()
    page.get_by_role("button", name="Pretend to pay").click()
    expect(page.get_by_text("You are on Team.")).to_be_visible()


def log_in_again(watched: Watched, page: Page) -> None:
    page.get_by_role("button", name="Log out").click()
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill("not the password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("We do not know this address with this password.")
    watched.trouble.clear()  # Chromium writes the answer's 422 to its console
    watched.check()
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Team plan")).to_be_visible()
    page.get_by_role("link", name="Where is <b>my</b> invoice?").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("Your conversations will be here.")).to_be_visible()
    watched.check()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_from_visitor_to_customer_in_a_narrow_window(browser: Browser, place: str, scheme: str) -> None:
    provider = Provider()
    provider.scenes.extend([Scene(), Scene(end="cut")])
    with serving(provider) as model:
        settings = {"OPENAI_API_KEY": provider.key, "OPENAI_BASE_URL": model.url}
        with parley(place, settings=settings) as port, browser.new_context(viewport=NARROW) as context:
            watched = Watched(context, f"http://127.0.0.1:{port}")
            watched.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            page = sign_up(watched)
            chat(watched, page)
            refused(watched, page, provider)
            change_plan(watched, page)
            log_in_again(watched, page)


def test_without_javascript_the_chat_works(browser: Browser, tmp_path: Path) -> None:
    with (
        parley(tmp_path / "parley.db") as port,
        browser.new_context(java_script_enabled=False) as context,
    ):
        watched = Watched(context, f"http://127.0.0.1:{port}")
        page = watched.visit("/signup")
        page.get_by_label("E-mail").fill(EMAIL)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Create my account").click()
        outbox = context.new_page()
        outbox.goto(f"{watched.base}/outbox")
        page.get_by_label("Code").fill(newest_code(outbox.content()))
        page.get_by_role("button", name="Go on").click()
        page.get_by_label("Your message").fill("hello")
        page.get_by_role("button", name="Send").click()
        expect(page.locator(".said.parley")).to_contain_text("You asked: “hello”")
        assert not watched.trouble

"""Real recordings of a real browser: each becomes a journey that walks, and no secret of it is in any output."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from launchready.config.journeys import load
from launchready.model.journey import Journey
from tests.journeys import small_apps
from tests.journeys.small_apps import EMAIL, PASSWORD, serving
from trial.process import parley

SECRET_VALUE = re.compile(r"[A-Za-z0-9_-]{20,}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium")
        yield browser
        browser.close()


def record(browser: Browser, folder: Path, walk: Callable[[Page], None], name: str = "walked") -> Path:
    """The HAR of what `walk` does in a window of its own."""
    file = folder / f"{name}.har"
    context = browser.new_context(record_har_path=file)
    walk(context.new_page())
    context.close()
    return file


def command(folder: Path, *arguments: str, **environment: str) -> tuple[int, str]:
    """Exit code, and all that a command prints."""
    done = subprocess.run(
        [sys.executable, "-m", "launchready", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=100,
        env={**os.environ, **environment},
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def drafted(folder: Path, har: Path) -> tuple[Journey, str]:
    """The journey of a recording, and every word that was written or printed about it."""
    (folder / "launch.toml").write_text('[launch]\ndomain = "parley.example"\n[hosts."127.0.0.1"]\nrole = "app"\n')
    code, printed = command(folder, "journey", "record", har.name)
    assert code == 0, printed
    file = folder / "journeys" / f"{har.stem}.toml"
    return load(file), printed + file.read_text("utf-8")


def ask(page: Page, words: str) -> None:
    """Sends a message, and waits until the answer has ended."""
    page.get_by_label("Your message").fill(words)
    with page.expect_response("**/api/chat"):
        page.get_by_role("button", name="Send").click()
    page.get_by_role("button", name="Send", disabled=False).wait_for()


def whole_streams(har: Path) -> int:
    """The streams whose end a recording holds: of what a page reads piece by piece Chromium does not keep all."""
    entries = json.loads(har.read_text("utf-8"))["log"]["entries"]
    asked = [entry for entry in entries if entry["request"]["url"].endswith("/api/chat")]
    return sum("[DONE]" in entry["response"]["content"].get("text", "") for entry in asked)


def secrets_of(har: Path) -> set[str]:
    """What no file may show: cookies, tokens, codes, what was typed."""
    text = har.read_text("utf-8")
    cookies = re.findall(r'"name": "set-cookie",\s*"value": "[^=]+=([^;"]{6,})', text, re.IGNORECASE)
    tokens = re.findall(r'(?:csrf\w*|access_token|csrfmiddlewaretoken)[\\"=: ]+([A-Za-z0-9_-]{16,})', text)
    return {*cookies, *tokens}


def test_parley_from_signup_to_the_plan(browser: Browser, tmp_path: Path) -> None:
    email = "ada.king@parley.test"
    codes: list[str] = []

    def walk(page: Page) -> None:
        page.goto(f"http://127.0.0.1:{port}/")
        page.get_by_role("link", name="Start for free").first.click()
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Create my account").click()
        outbox = page.context.new_page()
        outbox.goto(f"http://127.0.0.1:{port}/outbox")
        found = re.search(r"\b(\d{6}) is your", outbox.content())
        assert found
        codes.append(found[1])
        page.get_by_label("Code").fill(found[1])
        page.get_by_role("button", name="Go on").click()
        ask(page, "Where is my invoice?")
        page.wait_for_url("**/chat/*")
        ask(page, "And the one before?")
        page.goto(f"http://127.0.0.1:{port}/plan")
        page.get_by_role("button", name="Choose Team").click()
        page.get_by_role("button", name="Pretend to pay").click()
        page.wait_for_url(re.compile(r"/plan(\?|$)"))
        page.get_by_role("button", name="Log out").click()
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url("**/chat")

    with parley(tmp_path / "parley.db") as port:
        har = record(browser, tmp_path, walk)
        journey, written = drafted(tmp_path, har)
        for secret in {email, PASSWORD, *codes, *secrets_of(har)}:
            assert secret not in written
        code, said = command(tmp_path, "journey", "run", "walked", TEST_PASSWORD="another good one")
        assert code == 0, said + written
    measured = {step.measure for step in journey.steps}
    assert measured == {None, "signup", "login", "message-send"}
    ends = [step for step in journey.steps if step.stream and step.stream.until == "[DONE]"]
    assert len(ends) == whole_streams(har)


def test_a_page_of_scripts_before_an_api_with_tokens(browser: Browser, tmp_path: Path) -> None:
    def walk(page: Page) -> None:
        page.goto(f"http://127.0.0.1:{port}/")
        page.locator("[name=email]").fill(EMAIL)
        page.locator("[name=password]").fill(PASSWORD)
        page.get_by_role("button").click()
        page.locator("#done").wait_for()

    with serving(small_apps.bearer_api()) as port:
        har = record(browser, tmp_path, walk)
        journey, written = drafted(tmp_path, har)
        for secret in {EMAIL, PASSWORD, *secrets_of(har)}:
            assert secret not in written
        code, said = command(tmp_path, "journey", "run", "walked", TEST_PASSWORD=PASSWORD, TEST_EMAIL=EMAIL)
        assert code == 0, said + written
        wrong, said = command(tmp_path, "journey", "run", "walked", TEST_PASSWORD="wrong", TEST_EMAIL=EMAIL)
        assert wrong == 1, said
    assert [step.method for step in journey.steps] == ["GET", "POST", "GET", "POST", "PUT", "GET"]
    assert "polling" in written


def test_csrf_in_a_cookie_and_masked_anew_in_each_form(browser: Browser, tmp_path: Path) -> None:
    def walk(page: Page) -> None:
        page.goto(f"http://127.0.0.1:{port}/things/")
        page.locator("[name=username]").fill("grace")
        page.locator("[name=password]").fill(PASSWORD)
        page.get_by_role("button").click()
        page.locator("[name=label]").fill("A hammer")
        page.get_by_role("button").click()
        page.locator("[name=confirm]").check()
        page.locator("[name=why]").select_option("b")
        page.get_by_role("button").click()
        page.wait_for_url("**/things/")

    with serving(small_apps.double_csrf()) as port:
        har = record(browser, tmp_path, walk)
        _, written = drafted(tmp_path, har)
        for secret in {PASSWORD, *secrets_of(har)}:
            assert secret not in written
        account = {"TEST_PASSWORD": PASSWORD, "TEST_USERNAME": "grace"}
        code, said = command(tmp_path, "journey", "run", "walked", **account)
        assert code == 0, said + written
        code, said = command(tmp_path, "journey", "run", "walked", "--browser", **account)
        assert code == 0, said + written


def test_sign_in_by_somebody_else_is_one_step(browser: Browser, tmp_path: Path) -> None:
    def walk(page: Page) -> None:
        page.goto(f"http://127.0.0.1:{port}/")
        page.get_by_role("link").click()
        page.get_by_role("heading", name="Your desk").wait_for()
        page.reload()

    with serving(small_apps.provider()) as away, serving(small_apps.with_sign_in(f"http://127.0.0.1:{away}")) as port:
        har = record(browser, tmp_path, walk)
        journey, written = drafted(tmp_path, har)
        assert "good-" not in written
        code, said = command(tmp_path, "journey", "run", "walked")
        assert code == 0, said + written
        code, said = command(tmp_path, "journey", "run", "walked", "--browser")
        assert code == 0, said + written
    assert [str(step.path) for step in journey.steps] == ["/", "/login", "/desk"]

"""What leaves the HTML report: remedies by the clipboard, and the whole of it on paper."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.report import reports
from tests.report.pages import opened
from tests.report.test_html_in_chromium import COLOURS, EMPTY, RICH, luminance

VISIBLE = """() => [...document.querySelectorAll("details > :not(summary), pre")].map(one =>
    one.getClientRects().length > 0
    && one.checkVisibility({contentVisibilityAuto: true, opacityProperty: true, visibilityProperty: true}))"""


def remedies() -> list[str]:
    """What there is to paste, in the order of the report, each once for its check and severity."""
    same = {(one.check, one.severity): one.remedy.text for one in reports.rich().findings if one.remedy}
    taken = {(one.check, one.severity) for one in reports.rich().findings if one.accepted}
    return [text for key, text in same.items() if key not in taken]


def test_one_press_copies_a_remedy_as_it_is(browser: Browser, tmp_path: Path) -> None:
    allowed = ["clipboard-read", "clipboard-write"]
    with opened(browser, RICH, tmp_path, permissions=allowed) as seen:
        copied = []
        for button in seen.page.locator("figure button").all():
            button.press("Enter")
            seen.page.wait_for_function("one => one.textContent == 'Copied'", arg=button.element_handle())
            copied.append(seen.tells("() => navigator.clipboard.readText()"))
        assert copied == remedies()
        assert seen.page.get_by_role("status").inner_text() == "Copied"


def test_without_script_the_page_is_whole_and_a_click_selects_a_remedy(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, RICH, tmp_path, java_script_enabled=False) as seen:
        assert seen.page.locator("button").count() == 0
        assert seen.page.locator("pre[tabindex='0']").count() == len(remedies())
        for block, text in zip(seen.page.locator("pre").all(), remedies(), strict=True):
            block.click(position={"x": 20, "y": 20})
            assert seen.tells("() => getSelection().toString()") == text


@pytest.mark.parametrize("scripted", [True, False])
def test_paper_shows_every_fold_open_and_nothing_cut(browser: Browser, tmp_path: Path, scripted: bool) -> None:
    with opened(browser, RICH, tmp_path, color_scheme="dark", java_script_enabled=scripted) as seen:
        assert not all(seen.tells(VISIBLE))
        seen.page.emulate_media(media="print")
        seen.page.set_viewport_size({"width": 680, "height": 1000})  # A4 less its margins
        assert all(seen.tells(VISIBLE))
        cut = """() => [...document.querySelectorAll("body *")].filter(one => one.clientWidth && (
            one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1)
            && getComputedStyle(one).overflow != "visible").map(one => one.outerHTML.slice(0, 80))"""
        assert seen.tells(cut) == []
        assert seen.tells("() => document.documentElement.scrollWidth <= innerWidth")
        assert all(not button.is_visible() for button in seen.page.locator("button").all())


def test_where_style_cannot_unfold_the_script_does_and_folds_again(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, RICH, tmp_path) as seen:
        folds, first = seen.page.locator("details"), seen.page.locator("summary").first
        first.click()
        seen.tells("() => dispatchEvent(new Event('beforeprint'))")
        assert seen.page.locator("details[open]").count() == folds.count()
        seen.tells("() => dispatchEvent(new Event('afterprint'))")
        assert seen.page.locator("details[open]").count() == 1


def test_paper_is_white_whatever_the_screen_was(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, RICH, tmp_path, color_scheme="dark") as seen:
        seen.page.emulate_media(media="print")
        ground, text = map(luminance, seen.tells(COLOURS))
        assert (ground, text) == (1.0, 0.0)


def pages(pdf: bytes) -> int:
    """How many pages a PDF has, by the objects of their kind (ISO 32000-1, 7.7.3.3)."""
    return pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") + pdf.count(b"/Type /Page/")


def test_the_pdf_has_as_many_pages_as_there_is_to_say(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, EMPTY, tmp_path) as seen:
        assert 1 <= pages(seen.page.pdf(format="A4")) <= 5
    with opened(browser, RICH, tmp_path) as seen:
        assert 5 <= pages(seen.page.pdf(format="A4")) <= 14
        assert seen.page.locator("details[open]").count() == 0  # as the reader left it

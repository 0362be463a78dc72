"""The HTML report as a visitor's browser shows it: alone, quiet, readable at any width, in the dark and on paper."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from launchready.report import html
from tests.report import reports
from tests.report.pages import UNFOLD, Opened, opened

RICH, EMPTY = html.render(reports.rich()), html.render(reports.empty())
ATTACKED = html.render(reports.hostile()[0])
PAIR = html.render_comparison(reports.rich(), reports.empty())
PAIR_ATTACKED = html.render_comparison(reports.hostile()[0], reports.rich())
PAGES = {"rich": RICH, "empty": EMPTY, "hostile": ATTACKED, "pair": PAIR, "hostile pair": PAIR_ATTACKED}
each_page = pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
TOO_WIDE = """() => [...document.querySelectorAll("body *")].filter(one => one.checkVisibility()
    && one.getBoundingClientRect().right > innerWidth + 0.5).map(one => one.outerHTML.slice(0, 80))"""
COLOURS = """() => ["backgroundColor", "color"].map(name => getComputedStyle(document.body)[name])"""
LUMINANCE = 255 * 3


@each_page
def test_the_file_asks_nobody_for_anything_and_complains_of_nothing(
    browser: Browser, tmp_path: Path, page: str
) -> None:
    with opened(browser, page, tmp_path) as seen:
        for button in seen.page.get_by_role("button", name="Copy").all()[:2]:
            button.click()
        seen.page.pdf()
        seen.page.wait_for_load_state("networkidle")
        assert seen.asked == [(tmp_path / "report.html").as_uri()]
        assert seen.complaints == []


def test_what_a_visitor_may_have_smuggled_in_is_not_obeyed(browser: Browser, tmp_path: Path) -> None:
    """The page's policy is the second wall: markup that came through would still do nothing."""
    smuggle = """() => {
        const script = document.createElement("script");
        script.textContent = "window.hacked = 1";
        document.body.append(script);
        document.body.insertAdjacentHTML("beforeend",
            "<img src='http://192.0.2.1/x.png' onerror='window.hacked = 2'><style>h1 {color: #010203}</style>");
    }"""
    with opened(browser, RICH, tmp_path) as seen:
        seen.tells(smuggle)
        seen.page.wait_for_load_state("networkidle")
        assert seen.tells("() => window.hacked") is None
        assert seen.tells("() => getComputedStyle(document.querySelector('h1')).color") != "rgb(1, 2, 3)"
        assert seen.asked[1:] == seen.refused == ["http://192.0.2.1/x.png"]
        assert any("Content Security Policy" in complaint for complaint in seen.complaints)


def _words(seen: Opened) -> str:
    """All that a person reads or hears of the page."""
    labels = "() => [...document.querySelectorAll('[aria-label]')].map(one => one.ariaLabel).join()"
    body: str = seen.tells("() => document.body.textContent")
    return body + seen.page.title() + str(seen.tells(labels))


@pytest.mark.parametrize("paired", [False, True])
def test_every_attack_is_text(browser: Browser, tmp_path: Path, paired: bool) -> None:
    report, planted = reports.hostile()
    page = html.render_comparison(report, report) if paired else html.render(report)
    with opened(browser, page, tmp_path) as seen:
        seen.tells(UNFOLD)
        source, words = seen.page.content(), _words(seen)
        shown = {attack for attack in planted if attack[attack.rindex("#", 0, -1) :] in source}
        assert [attack for attack in shown if attack not in words] == []
        first, remedy, unknown = report.findings[0], report.findings[0].remedy, report.unknown[0]
        assert remedy
        assert {report.name, report.domain, unknown.reason, unknown.subject, unknown.check} <= shown
        assert {first.subject, first.evidence, first.title, first.why, first.fix, remedy.text, remedy.who} <= shown
        assert seen.tells("() => window.hacked") is None
        elements = {tag: seen.page.locator(tag).count() for tag in ("script", "style", "img", "iframe", "form")}
        assert elements == {"script": 1, "style": 1, "img": 0, "iframe": 0, "form": 0}
        targets = seen.tells("() => [...document.querySelectorAll('a')].map(one => one.getAttribute('href'))")
        assert all(re.fullmatch(r"#[A-Za-z0-9-]+", target) for target in targets)


def test_the_report_shows_all_that_stands_in_it(browser: Browser, tmp_path: Path) -> None:
    """Of every part something is read: what changed, acceptances, sources, what does not apply."""
    report = reports.hostile()[0]
    assert report.changes
    with opened(browser, ATTACKED, tmp_path) as seen:
        words = _words(seen)
        assert report.changes.mended[0].title in words and report.changes.unseen[0].subject in words
        assert report.unmatched[0].subject in words and report.sources[0].subjects[0] in words
        assert report.passed[0] in words and report.not_applicable[0] in words
        accepted = next(one.accepted for one in report.findings if one.accepted)
        lapsed = report.findings[0].lapsed
        assert accepted.reason in words and lapsed and lapsed.reason in words


@each_page
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(browser: Browser, tmp_path: Path, page: str, scheme: str) -> None:
    with opened(browser, page, tmp_path, color_scheme=scheme) as seen:
        seen.tells(UNFOLD)  # what is folded is not looked at
        for width in (900, 360):
            seen.page.set_viewport_size({"width": width, "height": 1000})
            found = Axe().run(seen.page).response["violations"]
            assert [(one["id"], one["impact"], one["nodes"][0]["html"]) for one in found] == []


@each_page
@pytest.mark.parametrize("width", [320, 360, 900])
def test_nothing_is_wider_than_the_window(browser: Browser, tmp_path: Path, page: str, width: int) -> None:
    with opened(browser, page, tmp_path, width=width) as seen:
        seen.tells(UNFOLD)
        inner, outer = seen.tells("() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert inner <= outer
        assert seen.tells(TOO_WIDE) == []
        blocks = seen.tells("() => [...document.querySelectorAll('pre')].map(e => [e.scrollWidth, e.clientWidth])")
        assert all(inside <= box for inside, box in blocks)


def luminance(colour: str) -> float:
    """How bright a computed colour is, 0 to 1."""
    return sum(map(int, re.findall(r"\d+", colour)[:3])) / LUMINANCE


def test_the_dark_is_dark_and_the_light_is_light(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, RICH, tmp_path, color_scheme="dark") as seen:
        ground, text = map(luminance, seen.tells(COLOURS))
        assert ground < 0.15 and text > 0.8
        seen.page.emulate_media(color_scheme="light")
        ground, text = map(luminance, seen.tells(COLOURS))
        assert ground > 0.9 and text < 0.2


def test_headings_landmarks_and_language(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, RICH, tmp_path) as seen:
        page = seen.page
        assert page.locator("html").get_attribute("lang") == "en"
        assert page.title() == "Parley: not ready for launch"
        levels = seen.tells("() => [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(one => +one.tagName[1])")
        assert levels[0] == 1 and levels.count(1) == 1
        assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
        for role in ("banner", "main", "contentinfo"):
            assert page.get_by_role(role).count() == 1
        regions = [region.get_attribute("aria-labelledby") for region in page.get_by_role("region").all()]
        parts = ["worst", "changes", "stages", "findings", "accepted", "unmatched", "unknown", "rest", "sources"]
        assert regions == parts
        ids: list[str] = seen.tells("() => [...document.querySelectorAll('[id]')].map(one => one.id)")
        assert len(ids) == len(set(ids))
        charts = [chart.get_attribute("aria-label") for chart in page.locator("svg[role=img]").all()]
        assert len(charts) == page.locator("svg:not([aria-hidden])").count()
        assert charts and all(re.search(r"\d+ [a-z]", said or "") for said in charts)


def test_the_worst_links_lead_to_their_findings(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, RICH, tmp_path) as seen:
        for link in seen.page.locator(".worst a").all():
            link.click()
            heading = seen.page.locator(f"{link.get_attribute('href')} h4")
            assert heading.inner_text() == link.inner_text()
            assert seen.tells("e => e.getBoundingClientRect().top < innerHeight", heading.element_handle())


def _stop(seen: Opened) -> dict[str, Any]:
    """Where Tab leads next, and how that is shown."""
    seen.page.keyboard.press("Tab")
    stop: dict[str, Any] = seen.tells("""() => {
        const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
        return {tag: one.tagName, text: one.textContent.trim(), link: one.getAttribute("href"),
            label: one.getAttribute("aria-label"), outline: style.outlineStyle, thick: parseFloat(style.outlineWidth),
            seen: box.left >= 0 && box.right <= innerWidth && box.bottom > 0 && box.top < innerHeight};
    }""")
    return stop


def test_tab_reaches_everything_and_enter_opens(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, RICH, tmp_path) as seen:
        stops = [_stop(seen)]
        while len(stops) < 200 and (stop := _stop(seen))["tag"] != "BODY":
            stops.append(stop)
        assert stops[0]["link"] == "#findings"
        count = seen.page.locator
        expected = count(".worst a").count(), count("figure").count(), count("summary").count()
        reached = [stop["tag"] for stop in stops]
        assert [stop["text"] for stop in stops if stop["tag"] == "A"][1:4] == count(".worst a").all_inner_texts()
        assert (3, reached.count("BUTTON"), reached.count("SUMMARY")) == expected
        assert [stop for stop in stops if not stop["seen"] or stop["outline"] == "none" or stop["thick"] < 2] == []
        for fold in count("summary").all():
            fold.focus()
            seen.page.keyboard.press("Enter")
        assert count("details:not([open])").count() == 0


def test_the_skip_link_leads_past_the_stages(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, RICH, tmp_path) as seen:
        _stop(seen)
        seen.page.keyboard.press("Enter")
        assert _stop(seen)["tag"] == "BUTTON"

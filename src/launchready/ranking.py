"""Worst launch impact first: severity, then impact, then how early on the visitor's path it bites."""

from collections.abc import Iterable

from launchready.model.finding import Finding, Unknown
from launchready.model.launch import Launch


def rank(findings: Iterable[Finding], launch: Launch) -> tuple[Finding, ...]:
    """Findings in the order to mend them; accepted ones last."""

    def worst_first(finding: Finding) -> tuple[bool, int, int, int, int, str, str]:
        return (
            finding.accepted is not None,
            finding.severity.rank,
            finding.impact.rank,
            finding.stage,
            _steps_from_the_door(finding.subject, launch),
            finding.subject,
            finding.check,
        )

    return tuple(sorted(findings, key=worst_first))


def rank_unknown(unknown: Iterable[Unknown]) -> tuple[Unknown, ...]:
    """Unknowns in the order they matter, those with one reason together."""
    return tuple(sorted(unknown, key=lambda one: (one.severity.rank, one.reason, one.subject, one.check)))


def _steps_from_the_door(subject: str, launch: Launch) -> int:
    """The domain itself comes first, then the hosts in the order a visitor meets them."""
    if subject == launch.domain and launch.host(subject) is None:
        return 0
    host = launch.host(subject.partition("/")[0].partition(" ")[0])
    return 1 + host.role.rank if host else 10

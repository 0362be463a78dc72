"""Worst launch impact first."""

from datetime import date
from random import Random

from launchready.model.finding import Accepted, Finding, Impact, Severity, Stage
from launchready.model.launch import Host, Launch, Role
from launchready.ranking import rank

LAUNCH = Launch(
    domain="parley.example",
    name="Parley",
    hosts=(
        Host(name="admin.parley.example", role=Role.ADMIN),
        Host(name="app.parley.example", role=Role.APP),
        Host(name="www.parley.example", role=Role.REDIRECT),
    ),
)


def finding(
    check: str = "c",
    severity: Severity = Severity.BLOCKER,
    impact: Impact = Impact.DOWNTIME,
    subject: str = "parley.example",
    accepted: Accepted | None = None,
) -> Finding:
    return Finding(
        check=check,
        stage=Stage.QUICK_AUDIT,
        impact=impact,
        severity=severity,
        subject=subject,
        evidence="",
        title="",
        why="",
        fix="",
        source="",
        accepted=accepted,
    )


def test_severity_then_impact_then_the_visitors_path_and_accepted_last() -> None:
    right = [
        finding(impact=Impact.BROKEN_LOGIN, subject="admin.parley.example"),
        finding(impact=Impact.MISSING_TLS),
        finding(impact=Impact.MISSING_TLS, subject="www.parley.example"),
        finding(impact=Impact.MISSING_TLS, subject="app.parley.example/login"),
        finding(impact=Impact.MISSING_TLS, subject="admin.parley.example"),
        finding(impact=Impact.MISSING_TLS, subject="ns1.elsewhere.example"),
        finding(severity=Severity.MAJOR, impact=Impact.BROKEN_LOGIN),
        finding(severity=Severity.MINOR, impact=Impact.BROKEN_LOGIN),
        finding(
            impact=Impact.BROKEN_LOGIN,
            accepted=Accepted(check="c", subject="*", reason="r", expires=date(2027, 1, 1)),
        ),
    ]
    for seed in range(20):
        shuffled = right.copy()
        Random(seed).shuffle(shuffled)
        assert list(rank(shuffled, LAUNCH)) == right


def test_one_problem_stays_together_and_stands_where_it_bites_first() -> None:
    right = [
        finding("z", subject="www.parley.example"),
        finding("z", subject="admin.parley.example"),
        finding("a", subject="app.parley.example"),
        finding("a", subject="admin.parley.example"),
        finding("z", severity=Severity.MAJOR, subject="parley.example"),
    ]
    assert list(rank(reversed(right), LAUNCH)) == right

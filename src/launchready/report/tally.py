"""How many checks of each stage found something, could not see enough, or passed: the bars of the HTML report."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate

from launchready.checks.registry import Check
from launchready.model.finding import Report, Stage


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a chart: its parts as name and count, left to right."""

    parts: tuple[tuple[str, int], ...]

    @property
    def total(self) -> int:
        return sum(count for _, count in self.parts)

    @property
    def said(self) -> str:
        """The row in words, which is also what a screen reader says of it."""
        return " · ".join(f"{count} {name}" for name, count in self.parts if count) or "nothing"

    @property
    def drawn(self) -> tuple[tuple[str, int, int], ...]:
        """Name, left edge and width of each part that is there, one check wide each."""
        lefts = accumulate((count for _, count in self.parts), initial=0)
        return tuple((name, left, count) for (name, count), left in zip(self.parts, lefts, strict=False) if count)


def of_stage(report: Report, stage: Stage, checks: Mapping[str, Check]) -> Bar:
    """Each check of the stage that applies counts once, as the worst that it came to on any subject."""
    found = {one.check for one in report.findings if one.stage is stage and one.accepted is None}
    unknown = {one.check for one in report.unknown if one.stage is stage} - found
    accepted = {one.check for one in report.findings if one.stage is stage} - found - unknown
    passed = {id_ for id_ in report.passed if id_ in checks and checks[id_].stage is stage}
    counted = (("found", found), ("unknown", unknown), ("accepted", accepted), ("passed", passed))
    return Bar(tuple((name, len(ids)) for name, ids in counted))


def of_changes(report: Report) -> tuple[Bar, Bar] | None:
    """The findings of the run before and of this one, or None when there was none before."""
    changes = report.changes
    if changes is None:
        return None
    then = (
        ("still there", changes.still),
        ("not seen this time", len(changes.unseen)),
        ("mended", len(changes.mended)),
    )
    return Bar(then), Bar((("still there", changes.still), ("new", len(changes.new))))

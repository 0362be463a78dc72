"""What the gate says: whether a deploy may go ahead, and if not, what stops it and how to pass."""

from dataclasses import dataclass

from launchready.model.finding import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """`report` holds only what blocks, all of it graded as blocker; its time is that of the newest fact.

    `commands` look at what nobody has seen. `judged` counts the checks that came to an answer, `let_by` the findings
    that the policy or an acceptance lets pass.
    """

    report: Report
    commands: tuple[str, ...]
    judged: int
    let_by: int

    @property
    def passes(self) -> bool:
        return self.report.verdict.exit_code == 0

"""Write docs/checks.md from the registry; `--check` only says whether it is up to date."""

import sys

from launchready.checks import TOPICS
from launchready.checks.registry import Check, registered
from launchready.model.finding import Stage
from tools.generated import ROOT, main

TARGET = ROOT / "docs" / "checks.md"


def render() -> str:
    """All checks by stage: a table first, then each one in full under its own id."""
    checks = registered(TOPICS)
    parts = ["# Checks", "", "What `launchready audit` looks for. Written from the code by `make docs`."]
    for stage in Stage:
        same = [check for check in checks.values() if check.stage is stage]
        if same:
            parts += [
                "",
                f"## Stage {stage.value}: {stage.title}",
                "",
                "| check | grade | what it says |",
                "|---|---|---|",
            ]
            parts += [f"| [{check.id}](#{check.id}) | {check.severity.value} | {check.title} |" for check in same]
    for check in checks.values():
        parts += ["", *_one(check)]
    return "\n".join(parts) + "\n"


def _one(check: Check) -> list[str]:
    return [
        f"### {check.id}",
        "",
        f"**{check.title}** ({check.severity.value}; launch impact: {check.impact.value})",
        "",
        f"- Why it matters: {check.why}",
        f"- How it is checked: {check.how}",
        f"- How to mend it: {check.fix}",
        f"- Source: {check.source}",
    ]


if __name__ == "__main__":
    sys.exit(main(TARGET, render))

"""Write docs/checks.md from the registry; `--check` only says whether it is up to date."""

import sys
from pathlib import Path

from launchready.checks import TOPICS
from launchready.checks.registry import Check, registered
from launchready.model.finding import Stage

TARGET = Path(__file__).parents[1] / "docs" / "checks.md"


def main() -> int:
    text = render()
    if "--check" in sys.argv[1:]:
        if TARGET.is_file() and TARGET.read_text("utf-8") == text:
            return 0
        print("docs/checks.md is stale; run `make docs`", file=sys.stderr)
        return 1
    TARGET.write_text(text, "utf-8")
    return 0


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
    sys.exit(main())

"""Write the README's table of checks from the registry; `--check` only says whether it is up to date."""

import sys
from itertools import groupby

from launchready.checks import TOPICS
from launchready.checks.registry import Check, registered
from tools.generated import ROOT, main

TARGET = ROOT / "README.md"
BEGIN, END = "<!-- checks: written by `make docs` -->\n", "<!-- end of checks -->\n"


def render() -> str:
    """The README with the table of today's checks between its two marks."""
    before, begin, rest = TARGET.read_text("utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise SystemExit(f"{TARGET.name}: the marks {BEGIN.strip()!r} and {END.strip()!r} are gone")
    return f"{before}{begin}{_table()}{end}{after}"


def _table() -> str:
    """A row for each stage and topic, with its checks and where they are explained."""
    checks = sorted(registered(TOPICS).values(), key=lambda check: check.stage)
    rows = ["| stage | about | checks |", "|---|---|---|"]
    for stage, same in groupby(checks, key=lambda check: check.stage):
        for topic, of_topic in groupby(same, key=lambda check: check.topic):
            rows.append(f"| {stage.value}. {stage.title} | {topic} | {', '.join(map(_link, of_topic))} |")
    return "\n".join([f"{len(checks)} checks today:", "", *rows]) + "\n"


def _link(check: Check) -> str:
    return f"[{check.id}](docs/checks.md#{check.id})"


if __name__ == "__main__":
    sys.exit(main(TARGET, render))

"""`launchready explain`: one check in full, or all of them in a line each."""

from difflib import get_close_matches
from textwrap import wrap

import click

from launchready.checks import TOPICS
from launchready.checks.registry import Check, registered
from launchready.model.finding import Stage


@click.command("explain")
@click.argument("check", required=False)
def command(check: str | None) -> None:
    """Say why CHECK matters, how it is checked, how to mend it, and where the rule stands.

    Without CHECK, list every check by stage.
    """
    checks = registered(TOPICS)
    if check is None:
        click.echo(
            "\n\n".join(_stage(stage, [one for one in checks.values() if one.stage is stage]) for stage in Stage)
        )
    elif check in checks:
        click.echo(_explained(checks[check]))
    else:
        near = get_close_matches(check, checks, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else "`launchready explain` lists them all."
        raise click.UsageError(f"There is no check {check!r}. {hint}")


def _stage(stage: Stage, checks: list[Check]) -> str:
    lines = wrap(f"{stage.value}. {stage.title}: {stage.deliverable}", 80, subsequent_indent="   ")
    for one in (check for check in checks if check.stage is stage):
        lines += wrap(f"{one.id}  {one.title}", 80, initial_indent="   ", subsequent_indent="      ")
    return "\n".join(lines)


def _explained(check: Check) -> str:
    parts = (
        ("Why", check.why),
        ("How it is checked", check.how),
        ("How to mend it", check.fix),
        ("Source", check.source),
    )
    lines = [
        check.title,
        f"{check.id} · {check.severity.value} · {check.impact.value} · stage {check.stage.value}, {check.stage.title}",
    ]
    for heading, text in parts:
        lines += ["", heading, *wrap(text, 80, initial_indent="  ", subsequent_indent="  ")]
    return "\n".join([*lines, "", f"docs/checks.md#{check.id}"])

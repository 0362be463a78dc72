"""`launchready gate`: what was seen, by today's policy; blocks or lets by."""

from datetime import UTC, date, datetime
from importlib import import_module

import click

from launchready.cli import options, saved
from launchready.gate.policy import rule
from launchready.model.ruling import Ruling
from launchready.report import gate, json


@click.command("gate")
@options.output("text", "json", "github", "sarif", "junit", "markdown")
@click.option(
    "--facts", multiple=True, metavar="FILE", help="What --facts-out saved; repeatable. The ledger here counts too."
)
def command(
    config: str | None, format_: str, output: str | None, facts: tuple[str, ...], quiet: bool, no_color: bool
) -> int:
    """May this be deployed? Judges what was seen by [gate] in launch.toml; looks at nothing itself.

    Prints what blocks and how to pass, or one line. Of everything the newest facts count. Exit code: 0 passed,
    1 blocked, 2 bad usage or config, 3 what must be known was not seen.
    """
    options.writable(output)
    now = datetime.now(UTC)
    ruling = rule(saved.for_gate(facts, config, now), now)
    rendered = shown(ruling, format_, now.date(), colour=options.colour(no_color, output))
    if output:
        options.write(rendered, output)
    elif not (quiet and ruling.passes):
        click.echo(rendered, nl=False)
    return ruling.report.verdict.exit_code


def shown(ruling: Ruling, format_: str, today: date, *, colour: bool) -> str:
    """The ruling in one of the formats."""
    if format_ == "text":
        return gate.render(ruling, today, colour=colour)
    if format_ == "json":
        return json.render_gate(ruling)
    rendered: str = import_module(f"launchready.report.{format_}").render(ruling.report)
    return rendered

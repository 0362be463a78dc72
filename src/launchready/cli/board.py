"""`launchready board`: the seven stages as the last audit left them."""

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from launchready import audit as auditing
from launchready.cli import options, saved
from launchready.config import launch_for
from launchready.model.facts import Sight
from launchready.model.finding import Report
from launchready.report import board, json


@click.command("board")
@options.output("text", "json")
@click.option(
    "--facts",
    metavar="FILE",
    callback=options.named,
    help="Judge what `audit --facts-out` saved instead of the last audit here.",
)
def command(
    config: str | None, format_: str, output: str | None, facts: str | None, quiet: bool, no_color: bool
) -> int:
    """Show the seven stages: how each stands, its deliverable, its failure signal, the next thing to do.

    Judges what the last audit saw by what launch.toml says today; nothing is looked at. Exit code as `audit`.
    """
    options.writable(output)
    now = datetime.now(UTC)
    report = auditing.report(_sight(facts, config, now), now)
    rendered = _rendered(report, format_, colour=options.colour(no_color, output))
    if output:
        options.write(rendered, output)
    elif not (quiet and not report.verdict.exit_code and not report.findings):
        click.echo(rendered, nl=False)
    return report.verdict.exit_code


def _sight(facts: str | None, config: str | None, now: datetime) -> Sight:
    """What is judged; when nothing was ever seen, nothing is known."""
    if facts:
        return saved.in_file(Path(facts), None, config)
    launch = launch_for(None, config, Path.cwd(), os.environ)
    return saved.in_ledger(launch, saved.folder(launch, config)) or Sight(launch=launch, at=now, facts=())


def _rendered(report: Report, format_: str, *, colour: bool) -> str:
    return json.render_board(report) if format_ == "json" else board.render(report, colour=colour)

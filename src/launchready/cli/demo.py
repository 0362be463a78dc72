"""`launchready demo`: the example chatbot audited fragile, then mended, both side by side."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import click

from launchready.cli import options
from launchready.cli.progress import with_progress
from launchready.demo.run import run
from launchready.errors import UsageError
from launchready.report import html
from launchready.report.comparison import side_by_side

# How a report of ours is told from somebody's own file.
_OURS = b'<meta name="generator" content="launchready">'
_HEAD_BYTES = 1024


@click.command("demo")
@click.option(
    "--output",
    metavar="FILE",
    default="report.html",
    show_default=True,
    callback=options.named,
    help="Where the HTML report goes.",
)
def command(output: str) -> int:
    """Audit the example chatbot in its fragile state, mend it, audit it again, and show both.

    Everything happens on this machine: no account, no root, no internet. The same, with what to paste for each
    problem, is left behind as an HTML report.
    """
    options.writable(output)
    _not_somebody_elses(Path(output))
    result = asyncio.run(with_progress(run(datetime.now(UTC)), "Auditing Parley, fragile and mended"))
    options.write(html.render_comparison(result.before, result.after), output)
    click.echo(side_by_side(result.before, result.after), nl=False)
    click.echo(f"What to paste:  open {output} in a browser")
    return 0


def _not_somebody_elses(path: Path) -> None:
    """Refuse to write over a file that is no report: nobody named it on the command line."""
    if not path.is_file():
        return
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if head and _OURS not in head:
        raise UsageError(f"{path} is there and is no report of launchready; name another file with --output")

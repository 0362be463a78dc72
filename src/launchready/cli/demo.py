"""`launchready demo`: the example chatbot audited fragile, then mended, both side by side."""

import asyncio
from datetime import UTC, datetime

import click

from launchready.cli.progress import with_progress
from launchready.demo.run import run
from launchready.report.comparison import side_by_side


@click.command("demo")
def command() -> int:
    """Audit the example chatbot in its fragile state, mend it, audit it again, and show both.

    Everything happens on this machine: no account, no root, no internet.
    """
    result = asyncio.run(with_progress(run(datetime.now(UTC)), "Auditing Parley, fragile and mended"))
    click.echo(side_by_side(result.before, result.after), nl=False)
    return 0

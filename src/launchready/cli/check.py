"""`launchready check`: the core routes and health addresses, one line each."""

import asyncio
import os
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import click

from launchready import audit as auditing
from launchready.cli import options
from launchready.cli.progress import with_progress
from launchready.config import launch_for, with_network
from launchready.gather.core_routes import JUDGED_BY, gather
from launchready.model.facts import Sight
from launchready.model.finding import Report, Verdict
from launchready.report import routes


@click.command("check")
@click.argument("domain", required=False)
@options.network
@options.output("text", "json", "github", "junit", "sarif")
def command(
    domain: str | None,
    resolver: str | None,
    ca: str | None,
    connect_to: tuple[str, ...],
    deadline: float | None,
    config: str | None,
    format_: str,
    output: str | None,
    quiet: bool,
    no_color: bool,
) -> int:
    """Ask every core route and health address of DOMAIN, or of the launch, and print one line each.

    Times are milliseconds: connecting with the name's lookup, TLS, the first byte, all of it. Exit code: 0 all is
    well, 1 something that blocks was found, 2 bad usage or config, 3 could not look at enough to judge.
    """
    options.writable(output)
    now = datetime.now(UTC)
    launch = launch_for(domain, config, Path.cwd(), os.environ)
    launch = with_network(launch, resolver=resolver, ca=ca, connect_to=connect_to, deadline=deadline)
    sight = asyncio.run(with_progress(gather(launch, now), f"Asking {launch.domain}"))
    report = auditing.report(sight, now, JUDGED_BY)
    rendered = _rendered(report, sight, format_, colour=options.colour(no_color, output))
    if output:
        options.write(rendered, output)
    elif not (quiet and report.verdict is Verdict.READY and not report.findings):
        click.echo(rendered, nl=False)
    return report.verdict.exit_code


def _rendered(report: Report, sight: Sight, format_: str, *, colour: bool) -> str:
    if format_ == "text":
        return routes.render(report, sight, colour=colour)
    if format_ == "json":
        return routes.document(report, sight)
    rendered: str = import_module(f"launchready.report.{format_}").render(report)
    return rendered

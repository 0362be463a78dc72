"""`launchready audit`: look, judge, print, remember."""

import asyncio
import os
from contextlib import nullcontext
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import click

from launchready import audit as auditing
from launchready.cli import options, saved
from launchready.cli.progress import with_progress
from launchready.config import find, launch_for, with_network
from launchready.errors import UsageError
from launchready.gather.measured import MEASURED
from launchready.ledger import facts_file
from launchready.ledger.store import Ledger, opened
from launchready.model.facts import Fact, Sight
from launchready.model.finding import Report, Verdict
from launchready.model.launch import Launch
from launchready.report import text


@click.command("audit")
@click.argument("domain", required=False)
@options.network
@options.output("text", "json", "markdown", "sarif", "junit", "github", "html")
@click.option("--since", metavar="WHEN", help="Compare with the last run before WHEN (2026-11-24 or with a time, UTC).")
@click.option("--facts-out", metavar="FILE", callback=options.named, help="Also save everything that was seen.")
@click.option(
    "--facts", metavar="FILE", callback=options.named, help="Judge what --facts-out saved; nothing is looked at."
)
def command(
    domain: str | None,
    resolver: str | None,
    ca: str | None,
    connect_to: tuple[str, ...],
    deadline: float | None,
    config: str | None,
    format_: str,
    output: str | None,
    since: str | None,
    facts_out: str | None,
    facts: str | None,
    quiet: bool,
    no_color: bool,
) -> int:
    """Look at DOMAIN, or at the launch that launch.toml declares, and rank what would hurt it.

    Exit code: 0 ready, 1 not ready, 2 bad usage or config, 3 could not look at enough to judge.
    """
    options.writable(output)
    options.writable(facts_out)
    now = datetime.now(UTC)
    until = _moment(since) if since else None
    if facts:
        if since:
            raise UsageError("--since compares with runs in the ledger; with --facts there is no new run to compare")
        sight = saved.in_file(Path(facts), domain, config)
        report = auditing.report(sight, now)
    else:
        launch = launch_for(domain, config, Path.cwd(), os.environ)
        launch = with_network(launch, resolver=resolver, ca=ca, connect_to=connect_to, deadline=deadline)
        sight, report = _look(launch, config, now, until)
    if facts_out:
        options.write(facts_file.dump(sight), facts_out)
    _show(report, format_, output, quiet=quiet, colour=options.colour(no_color, output))
    return report.verdict.exit_code


def _look(launch: Launch, config: str | None, now: datetime, until: datetime | None) -> tuple[Sight, Report]:
    """Audit, keep what was seen in the ledger, and say what changed since the run before."""
    folder = saved.kept_in(launch, config)
    if folder is None and until:
        raise UsageError(
            "--since needs the record of earlier runs beside launch.toml; for this domain there is none here"
        )
    with opened(folder) if folder else nullcontext() as ledger:
        earlier = ledger.earlier(launch.domain, until) if ledger else None
        if until and earlier is None:
            raise UsageError(f"the ledger holds no audit of {launch.domain} from before {until:%Y-%m-%d %H:%M} UTC")
        run = _begin(ledger, launch, now) if ledger else None
        measured = ledger.newest(launch.domain, MEASURED) if ledger else ()
        beside = _beside(launch, config, now)
        work = auditing.audit(launch, now, measured, beside)
        sight, report = asyncio.run(with_progress(work, f"Looking at {launch.domain}"))
        if ledger and run:
            ledger.finish(run, sight.facts, datetime.now(UTC))
    if earlier:
        then, facts = earlier
        report = auditing.compared(report, auditing.report(Sight(launch=sight.launch, at=then, facts=facts), then))
    return sight, report


def _beside(launch: Launch, config: str | None, now: datetime) -> tuple[Fact, ...]:
    """What the repository says that launch.toml is in: its deploys, its code and, where that is quick, keys and
    variables."""
    here = Path(config) if config else find(Path.cwd())
    if not (launch.declared and launch.in_git and here):
        return ()
    from launchready.cli.env import looked
    from launchready.cli.secrets import reader_of
    from launchready.gather.code import look as code
    from launchready.gather.repository import deploying
    from launchready.gather.secrets.places import top_of
    from launchready.gather.secrets.quick import is_quick, quick_tree

    top = top_of(here.absolute().parent)
    keys = quick_tree(top, lambda: reader_of(launch), launch.secrets.paths_out, now)
    declares = launch.variable_sources or any(one.critical for one in launch.contracts)
    variables = looked(launch, (), None, config, now) if declares and is_quick(top) else ()
    return (*keys, deploying.look(top, launch, now), *variables, *code.look(top, now))


def _moment(text: str) -> datetime:
    """A day, which means its end, or a time; UTC unless it says otherwise."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--since {text[:40]!r} is no day such as 2026-11-24, with or without a time") from None
    if len(text) <= len("2026-11-24"):
        moment = moment.replace(hour=23, minute=59, second=59)
    if not moment.microsecond:
        moment = moment.replace(microsecond=999_999)  # reports say to the second when they were made
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _begin(ledger: Ledger, launch: Launch, now: datetime) -> int:
    for command_, started in ledger.cut_short():
        click.echo(f"The {command_} started {started} was cut short; what it saw is lost.", err=True)
    return ledger.begin("audit", launch.domain, now)


def _show(report: Report, format_: str, output: str | None, *, quiet: bool, colour: bool) -> None:
    rendered = text.render(report, colour=colour) if format_ == "text" else _rendered(report, format_)
    if output:
        options.write(rendered, output)
    elif not (quiet and report.verdict is Verdict.READY and not report.findings):
        click.echo(rendered, nl=False, color=colour)


def _rendered(report: Report, format_: str) -> str:
    """The report by the module of its format's name, imported when it is used: HTML brings a template engine."""
    rendered: str = import_module(f"launchready.report.{format_}").render(report)
    return rendered

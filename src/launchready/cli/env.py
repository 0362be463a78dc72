"""`launchready env check`: the variables that the code reads, and those that each environment sets."""

import os
import sys
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import click

from launchready import audit as auditing
from launchready.checks import environment as checks
from launchready.cli import options, saved
from launchready.cli.declared import folder_of
from launchready.config import default_launch, find, launch_for
from launchready.errors import UsageError
from launchready.formats.printable import printable
from launchready.gather import environments
from launchready.gather.environments.code import ScriptReader
from launchready.gather.repository import parity as places
from launchready.gather.secrets.inventory import LARGEST_SOURCE_BYTES, Source, source_from, source_of
from launchready.gather.secrets.places import folder_name, top_of
from launchready.ledger import facts_file
from launchready.ledger.store import opened
from launchready.model.facts import EnvironmentFacts, Fact, Sight
from launchready.model.finding import Report, Verdict
from launchready.model.gap import Gap, peek
from launchready.model.launch import Launch
from launchready.report import environment, parity, text


@click.group("env")
def command() -> None:
    """Compare the variables that the code reads with those that each environment sets."""


@command.command("check")
@click.argument("path", required=False)
@click.option(
    "--source",
    "named",
    multiple=True,
    metavar="ENVIRONMENT=FILE",
    help="Also read FILE, or what a platform's command prints (-), beside [environments] in launch.toml.",
)
@click.option("--facts-out", metavar="FILE", callback=options.named, help="Also save what was seen, for gate --facts.")
@options.output("text", "json", "markdown", "html", "sarif", "junit", "github")
def check_(
    path: str | None,
    named: tuple[str, ...],
    facts_out: str | None,
    config: str | None,
    format_: str,
    output: str | None,
    quiet: bool,
    no_color: bool,
) -> int:
    """Compare the code in PATH (the repository here, without it) with .env.example and with each environment.

    No value is printed or kept. For example: fly secrets list --json | launchready env check --source production=-

    Exit code: 0 nothing that blocks, 1 something that does, 2 bad usage or config, 3 not enough could be seen.
    """
    options.writable(output)
    options.writable(facts_out)
    now, launch = datetime.now(UTC), launch_of(path, config)
    where = saved.kept_in(launch, config) if launch.declared and path is None else None
    with opened(where) if where else nullcontext() as ledger:  # for audit, gate and board
        run = ledger.begin("env check", launch.domain, now) if ledger else None
        facts = looked(launch, map(_named_source, named), path, config, now)
        if ledger and run:
            ledger.finish(run, facts, datetime.now(UTC))
    sight = Sight(launch=launch, at=now, facts=facts)
    report = auditing.report(sight, now, checks.OF_AN_ENVIRONMENT)
    if format_ != "json":
        report = replace(report, not_applicable=(), stages=())
    if facts_out:
        options.write(facts_file.dump(sight), facts_out)
    beside = parity.rendered(places.read(_root(path, config)), launch.differs, _sets(facts))
    _show(facts, report, beside, format_, output, quiet=quiet, colour=options.colour(no_color, output))
    return report.verdict.exit_code


def launch_of(path: str | None, config: str | None) -> Launch:
    """What launch.toml declares; a repository without one is called by its folder's name, and nothing is remembered."""
    if config or (path is None and find(Path.cwd())):
        return launch_for(None, config, Path.cwd(), os.environ)
    return default_launch(folder_name(Path(path or ".")))


def looked(
    launch: Launch, named: Iterable[tuple[str, str]], path: str | None, config: str | None, now: datetime
) -> tuple[Fact, ...]:
    """What the code reads, and what each environment sets by launch.toml and by the sources that are `named`."""
    declared = [(one.environment, name) for one in launch.variable_sources for name in one.names]
    read = [_source(environment_, name, folder_of(config)) for environment_, name in (*declared, *named)]
    return environments.look(launch, _root(path, config), folder_of(config), read, script_reader(), now)


def script_reader() -> ScriptReader | None:
    """What reads JavaScript; None without the extra `code`."""
    try:
        from launchready.formats import script_variables
    except ImportError:
        return None
    return script_variables.read


def _root(path: str | None, config: str | None) -> Path:
    if path:
        if not os.path.isdir(path):
            raise UsageError(f"{printable(path)}: there is no such folder")
        return Path(path)
    return top_of(folder_of(config).absolute())


def _source(environment_: str, name: str, folder: Path) -> Source:
    if name == "-":
        content = sys.stdin.buffer.read(LARGEST_SOURCE_BYTES + 1)
        return source_from(environment_, "standard input", content)
    return source_of(environment_, name, folder)


def _named_source(given: str) -> tuple[str, str]:
    name, equals, file = given.partition("=")
    if not (name and equals and file):
        raise UsageError(f"--source {printable(given, 80)!r} is no ENVIRONMENT=FILE; write --source production=.env")
    return name, file if file == "-" else os.path.abspath(file)


def _sets(facts: Iterable[Fact]) -> list[tuple[str, list[str]]]:
    """The names that each environment's own sources set, where they could be read."""
    return [
        (one.subject, [setting.name for setting in one.settings])
        for one in facts
        if isinstance(one, EnvironmentFacts) and not isinstance(peek(one, "settings"), Gap)
    ]


def _show(
    facts: tuple[Fact, ...], report: Report, beside: str, format_: str, output: str | None, *, quiet: bool, colour: bool
) -> None:
    """As text also in what the environments differ, side by side."""
    if format_ == "text":
        parts = (environment.summary(facts), f"{beside}\n" if beside else "", text.found(report, colour=colour))
        rendered = f"{parts[0]}\n{parts[1]}{parts[2]}"
    else:
        rendered = import_module(f"launchready.report.{format_}").render(report)
    if output:
        options.write(rendered, output)
    elif not (quiet and report.verdict is Verdict.READY and not report.findings):
        click.echo(rendered, nl=False, color=colour)

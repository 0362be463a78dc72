"""`launchready secrets scan · inventory`: keys where others can read them, and where each one lives."""

import asyncio
import os
import sys
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from io import FileIO
from pathlib import Path

import click

from launchready import audit as auditing
from launchready.checks import inventory as inventory_checks
from launchready.checks import secrets as checks
from launchready.cli import options, saved
from launchready.cli.declared import folder_of
from launchready.cli.progress import with_progress
from launchready.config import default_launch, find, launch_for, with_network
from launchready.errors import CouldNotLook, UsageError
from launchready.formats.secret_marks import Marks
from launchready.formats.secret_shapes import Shapes
from launchready.formats.urls import parse
from launchready.gather.secrets.fingerprint import by_key
from launchready.gather.secrets.inventory import LARGEST_SOURCE_BYTES, Source, inventory, source_from, source_of
from launchready.gather.secrets.places import folder_name, top_of
from launchready.gather.secrets.reading import Fingerprint, Look, Reader
from launchready.gather.secrets.scan import Status, Wanted, scan
from launchready.gather.secrets.shown import Shown
from launchready.ledger import facts_file
from launchready.ledger.store import opened
from launchready.model.facts import SECRET_PLACES, Fact, SecretInventoryFacts, Sight
from launchready.model.finding import Report, Verdict
from launchready.model.gap import Gap, peek
from launchready.model.launch import Launch
from launchready.report import text

_STDIN = "standard input"
_NO_KEY = (
    "launch.toml accepts secrets by their fingerprint, and [secrets] fingerprint_key, by which they are told, {}; "
    "without it none can be matched."
)


@click.group("secrets")
def command() -> None:
    """Find keys where others can read them, and list where each one lives."""


@command.command("scan")
@click.argument("path", required=False)
@click.option("--history", is_flag=True, help="Also everything that git keeps of the past: branches, stashes, reflog.")
@click.option("--unreachable", is_flag=True, help="Also what no branch leads to any more (with --history).")
@click.option("--staged", is_flag=True, help="Look at what is staged for the next commit, and at nothing else.")
@click.option("--deep", is_flag=True, help="Also by the hundreds of rules of Kingfisher, offline (extra deep-secrets).")
@click.option(
    "--url", "urls", multiple=True, metavar="URL", help="Look at a deployed page, its scripts and their maps."
)
@click.option("--log", "logs", multiple=True, metavar="FILE", help="Look at a log, for personal data too; - for stdin.")
@click.option("--facts-out", metavar="FILE", callback=options.named, help="Also save what was seen.")
@options.network
@options.output("text", "json", "markdown", "html", "sarif", "junit", "github")
def scan_(
    path: str | None,
    history: bool,
    unreachable: bool,
    staged: bool,
    deep: bool,
    urls: tuple[str, ...],
    logs: tuple[str, ...],
    facts_out: str | None,
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
    """Look for keys in PATH (the whole repository here, without it), by its files as git sees them.

    With --url or --log alone, only there. No value is printed or kept: kind, place, length, and a keyed fingerprint.

    Exit code: 0 nothing that blocks, 1 a key that does, 2 bad usage or config, 3 could not look at all of it.
    """
    options.writable(output)
    options.writable(facts_out)
    now = datetime.now(UTC)
    launch = _launch(path, config)
    launch = with_network(launch, resolver=resolver, ca=ca, connect_to=connect_to, deadline=deadline)
    reader = reader_of(launch, deep=deep)
    wanted = Wanted(
        root=_root(path, config) if path or staged or history or unreachable or not (urls or logs) else None,
        history=history or unreachable,
        unreachable=unreachable,
        staged=staged,
        index=Path(index) if staged and (index := os.environ.get("GIT_INDEX_FILE")) else None,
        urls=tuple(map(_url, urls)),
        logs=logs,
        stdin=FileIO(0, closefd=False) if "-" in logs else None,
    )
    where = saved.kept_in(launch, config) if launch.declared and _is_launchs_own(wanted, path, config) else None
    facts = _scanned(wanted, reader, launch, where, now)
    sight = Sight(launch=launch, at=now, facts=facts)
    report = auditing.report(sight, now, checks.OF_A_SCAN)
    report = replace(report, public=report.public or ())
    if format_ != "json":  # what was not asked for, and the other stages, are no part of this
        report = replace(report, not_applicable=(), stages=())
    if facts_out:
        options.write(facts_file.dump(sight), facts_out)
    _show(report, format_, output, quiet=quiet, colour=options.colour(no_color, output))
    return report.verdict.exit_code


@command.command("inventory")
@click.option(
    "--source",
    "named",
    multiple=True,
    metavar="ENVIRONMENT=FILE",
    help="Also read FILE, or what a platform's command prints (-), beside [environments] in launch.toml.",
)
@click.option("--facts-out", metavar="FILE", callback=options.named, help="Also save what was seen.")
@options.output("text", "json", "markdown")
def inventory_(
    named: tuple[str, ...],
    facts_out: str | None,
    config: str | None,
    format_: str,
    output: str | None,
    quiet: bool,
    no_color: bool,
) -> int:
    """List each secret that the code reads: where it lives, who has it, when it was last replaced. Never a value.

    For example: fly secrets list --json | launchready secrets inventory --source production=-

    Exit code: 0 listed, 1 something that blocks, 2 bad usage or config, 3 not enough could be seen.
    """
    options.writable(output)
    options.writable(facts_out)
    now, launch = datetime.now(UTC), _launch(None, config)
    sources = [
        *((one.environment, name) for one in launch.variable_sources for name in one.names),
        *map(_named_source, named),
    ]
    facts = _listed(launch, sources, config, now)
    sight = Sight(launch=launch, at=now, facts=(facts,))
    report = auditing.report(sight, now, inventory_checks.OF_AN_INVENTORY)
    if format_ != "json":
        report = replace(report, stages=())
    if facts_out:
        options.write(facts_file.dump(sight), facts_out)
    if output or not (quiet and report.verdict is Verdict.READY and not report.findings):
        shown = _inventory(facts, report, launch, format_, colour=options.colour(no_color, output))
        if output:
            options.write(shown, output)
        else:
            click.echo(shown, nl=False)
    unseen = report.verdict is Verdict.READY and isinstance(peek(facts, "whole"), Gap)
    return (Verdict.UNKNOWN if unseen else report.verdict).exit_code


def _inventory(facts: SecretInventoryFacts, report: Report, launch: Launch, format_: str, *, colour: bool) -> str:
    from launchready.report import inventory as shown

    if format_ == "json":
        return shown.document(facts, report, launch)
    if format_ == "markdown":
        return shown.render_markdown(facts, report, launch)
    return shown.render(facts, report, launch, colour=colour)


def _listed(launch: Launch, sources: list[tuple[str, str]], config: str | None, now: datetime) -> SecretInventoryFacts:
    """The inventory, joined with what the ledger knows and kept in it for the next."""
    where, root, beside = saved.kept_in(launch, config), _root(None, config), folder_of(config)
    read = [_source(environment, name, beside) for environment, name in sources]
    with opened(where) if where else nullcontext() as ledger:
        run = ledger.begin("secrets inventory", launch.domain, now) if ledger else None
        kinds = (SecretInventoryFacts, *SECRET_PLACES)
        known = [fact for kind in kinds for fact in ledger.over_time(launch.domain, kind)] if ledger else []
        facts = inventory(launch, root, read, _fingerprint(launch), known, now)
        if ledger and run:
            ledger.finish(run, (facts,), datetime.now(UTC))
    return facts


def _source(environment: str, name: str, folder: Path) -> Source:
    if name == "-":
        content = sys.stdin.buffer.read(LARGEST_SOURCE_BYTES + 1)
        if not content.strip():  # what should have written there has failed
            return Source(environment=environment, name=_STDIN, text=Gap(f"{_STDIN} is empty"))
        return source_from(environment, _STDIN, content)
    read = source_of(environment, name, folder)
    text = Gap(_unkeyed(read.text.reason)) if isinstance(read.text, Gap) else read.text
    return replace(read, name=_unkeyed(name), text=text)


def _unkeyed(text: str) -> str:
    """What was typed, without the keys in it: somebody may have written a value where a name belongs."""
    return Shown(Shapes().hits).name(text)


def _named_source(text: str) -> tuple[str, str]:
    environment, equals, name = text.partition("=")
    if not (environment and equals and name):
        raise UsageError(f"--source {_unkeyed(text)!r} is no ENVIRONMENT=FILE; write --source production=.env")
    return environment, name if name == "-" else os.path.abspath(name)


def reader_of(launch: Launch, *, deep: bool = False) -> Reader:
    """What reads texts as launch.toml says; CouldNotLook where it accepts by fingerprints and their key is missing."""
    fingerprint, look = _fingerprint(launch), _look(deep=deep)
    return Reader(look=look, marks=Marks(look), fingerprint=fingerprint)


def _look(*, deep: bool) -> Look:
    """What finds values: our own rules, and with --deep Kingfisher's beside them."""
    look = Shapes().hits
    if not deep:
        return look
    try:
        from launchready.gather.secrets.deep import Deep
    except ImportError:
        raise UsageError("--deep needs Kingfisher: pip install 'launchready[deep-secrets]'") from None
    return Deep(look)


def _url(text: str) -> str:
    """The address of a page, as it was typed or with https:// before it."""
    try:
        return str(parse(text if "://" in text else f"https://{text}"))
    except ValueError as error:
        raise UsageError(f"--url is given {error}; write --url https://your-domain.com") from None  # never a password


def _launch(path: str | None, config: str | None) -> Launch:
    """What launch.toml declares; a repository without one is called by its folder's name, and nothing is remembered."""
    if config or find(Path.cwd()):
        return launch_for(None, config, Path.cwd(), os.environ)
    return default_launch(folder_name(Path(path or ".")))


def _root(path: str | None, config: str | None) -> Path:
    """What is looked at: PATH, or the whole repository that launch.toml, or this folder, is in."""
    if path:
        if not os.path.exists(path):
            raise UsageError(f"{_unkeyed(path)}: there is no such file or folder")
        return Path(path)
    here = Path(config) if config else find(Path.cwd())
    return top_of(here.absolute().parent if here else Path.cwd())


def _is_launchs_own(wanted: Wanted, path: str | None, config: str | None) -> bool:
    """Whether what is looked at is the launch's whole repository (or no repository): a part must not hide the rest."""
    if wanted.staged or wanted.root is None or path is None:
        return not wanted.staged
    return wanted.root.resolve() == _root(None, config).resolve()


def _fingerprint(launch: Launch) -> Fingerprint | None:
    """How values are told apart; raises CouldNotLook when acceptances need it and the key is not there."""
    key, needed = launch.secrets.fingerprint_key, any(one.fingerprint for one in launch.accepted)
    if key is None:
        if needed:
            raise CouldNotLook(_NO_KEY.format("is not in it"))
        return None
    try:
        return by_key(key.reveal())
    except UsageError as error:
        if needed:
            raise CouldNotLook(_NO_KEY.format(f"cannot be read: {error}")) from None
        click.echo(f"Findings have no fingerprints: {error}", err=True)
        return None


def _scanned(wanted: Wanted, reader: Reader, launch: Launch, where: Path | None, now: datetime) -> tuple[Fact, ...]:
    """Look, and keep what was seen in the ledger for audit, gate and board."""
    with opened(where) if where else nullcontext() as ledger:
        run = ledger.begin("secrets scan", launch.domain, now) if ledger else None
        status = Status()
        facts = asyncio.run(with_progress(scan(wanted, reader, launch, now, status), status.words))
        if ledger and run:
            ledger.finish(run, facts, datetime.now(UTC))
    return facts


def _show(report: Report, format_: str, output: str | None, *, quiet: bool, colour: bool) -> None:
    rendered = text.found(report, colour=colour) if format_ == "text" else _rendered(report, format_)
    if output:
        options.write(rendered, output)
    elif not (quiet and report.verdict is Verdict.READY and not report.findings):
        click.echo(rendered, nl=False, color=colour)


def _rendered(report: Report, format_: str) -> str:
    return str(import_module(f"launchready.report.{format_}").render(report))

"""`launchready deploy run`, `record`, `list`: out behind the gate, and back when it does not work."""

import asyncio
import os
from collections import deque
from collections.abc import Coroutine
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import click

from launchready.cli import INTERRUPTED, options, saved
from launchready.cli.gate import shown
from launchready.cli.interruptible import carried_out
from launchready.config import find, launch_for, load_file, revealed, with_network
from launchready.config.journeys import load_declared
from launchready.deploy import smoke, version
from launchready.deploy.mask import Mask
from launchready.deploy.means import means
from launchready.deploy.run import deploy
from launchready.errors import UsageError
from launchready.gate.policy import rule
from launchready.journeys.needs import require
from launchready.journeys.supply import Supply
from launchready.ledger import deploys
from launchready.ledger.store import opened
from launchready.model.deployment import Deployment, Outcome, Step
from launchready.model.launch import Launch
from launchready.report import deploys as told
from launchready.walking import Walking

_KEPT = 200  # pieces of a quiet command's output, shown when the deploy fails


@click.group("deploy")
def command() -> None:
    """Deploy behind the gate, look whether it works, else take it back; and the log of it."""


@command.command("run")
@options.network
@options.output("text", "json")
@click.option("--version", "named", metavar="V", help="What to call this version. [what git calls it]")
@click.option("--facts", multiple=True, metavar="FILE", help="As for `launchready gate`; repeatable.")
@click.option("--i-own-this", is_flag=True, help="You may write to production: its hosts are yours.")
@click.option(
    "--patience",
    type=click.FloatRange(min=0, max=3600),
    default=30,
    show_default=True,
    metavar="SECONDS",
    help="How long the smoke test may fail before the deploy counts as failed.",
)
def run(
    resolver: str | None,
    ca: str | None,
    connect_to: tuple[str, ...],
    deadline: float | None,
    config: str | None,
    format_: str,
    output: str | None,
    named: str | None,
    facts: tuple[str, ...],
    i_own_this: bool,
    patience: float,
    quiet: bool,
    no_color: bool,
) -> int:
    """Gate, then [deploy] command, then a smoke test; what fails is taken back by [deploy] rollback.

    Both commands get LAUNCHREADY_VERSION and LAUNCHREADY_PREVIOUS_VERSION. When the gate blocks, nothing is run.
    Exit code: 0 deployed, 1 blocked or failed, 2 bad usage or config, 3 the gate lacks facts.
    """
    options.writable(output)
    now, colour = datetime.now(UTC), options.colour(no_color, output)
    launch = with_network(_launch(config), resolver=resolver, ca=ca, connect_to=connect_to, deadline=deadline)
    if launch.deploy is None or not launch.deploy.command:
        raise UsageError('launch.toml states no command that deploys; add [deploy] command = "…" to it')
    ruling = rule(saved.for_gate(facts, config, now), now)
    if not ruling.passes:
        _write(shown(ruling, format_, now.date(), colour=colour), output)
        click.echo("Nothing was deployed: the gate blocks.", err=True)
        return ruling.report.verdict.exit_code
    home, mask = _home(config), _mask(config)
    journeys = load_declared(launch.journeys.files, home)
    if why := smoke.unallowed(launch, journeys, owned=i_own_this):
        raise UsageError(f"{why} (the smoke test walks the journeys that [journeys] names)")
    supply = Supply(os.environ, home, launch.journeys.mailbox_address)
    require(smoke.walked_journeys(launch, journeys), journeys, supply)
    what = mask.text(named) if named else version.in_repository(home)
    held = deque[bytes](maxlen=_KEPT)
    folder = home / ".launchready"
    with opened(folder) as ledger, deploys.opened(folder) as log, log.running() as killed:
        _tell_killed(killed)
        walking = Walking(
            journeys=journeys,
            launch=launch,
            supply=supply,
            ledger=ledger,
            clock=lambda: datetime.now(UTC),
            say=partial(click.echo, err=True),
            owned=i_own_this,
        )
        means_ = means(
            launch,
            home,
            mask,
            smoke=lambda: _smoke(walking),
            show=held.append if quiet else partial(click.echo, nl=False, err=format_ == "json"),
            tell=lambda step: None if quiet else click.echo(f"{step} …", err=True),
            clock=lambda: datetime.now(UTC),
            patience_s=patience,
        )
        done = _carried_out(deploy(launch.deploy, launch.domain, what, means_, log), launch.domain, log, now)
    if done.outcome is not Outcome.DEPLOYED:
        click.echo(b"".join(held), nl=False, err=True)
    if output or not (quiet and done.outcome is Outcome.DEPLOYED):
        _write(_told(done, launch, format_, colour=colour), output)
    return {Outcome.DEPLOYED: 0, Outcome.INTERRUPTED: INTERRUPTED}.get(done.outcome or Outcome.INTERRUPTED, 1)


@command.command("record")
@options.output("text", "json")
@click.option("--version", "named", metavar="V", help="The version. [what production says, else what git calls it]")
@click.option("--note", metavar="TEXT", help="Anything worth knowing in a year.")
@click.option("--rollback", is_flag=True, help="It took a version back.")
def record(
    config: str | None,
    format_: str,
    output: str | None,
    named: str | None,
    note: str | None,
    rollback: bool,
    quiet: bool,
    no_color: bool,
) -> int:
    """Note a deploy, or a rollback, that was done otherwise. Nothing is run but [deploy] version."""
    options.writable(output)
    launch, home, mask = _launch(config), _home(config), _mask(config)
    live = asyncio.run(version.in_production(launch, home, os.environ, mask))
    now = datetime.now(UTC)
    done = Deployment(
        domain=launch.domain,
        started=now,
        finished=now,
        step=Step.COMMAND,
        version=mask.text(named) if named else live or version.in_repository(home),
        outcome=Outcome.RECORDED_ROLLBACK if rollback else Outcome.RECORDED,
        live=live,
        note=mask.text(note) if note else None,
    )
    with deploys.opened(home / ".launchready") as log, log.running() as killed:
        _tell_killed(killed)
        log.add(done)
    if output or not quiet:
        _write(_told(done, launch, format_, colour=options.colour(no_color, output)), output)
    return 0


@command.command("list")
@options.output("text", "json")
def list_(config: str | None, format_: str, output: str | None, quiet: bool, no_color: bool) -> int:
    """Show the deploys, newest first: when, which version, how it ended, what was live afterwards."""
    options.writable(output)
    launch, home = _launch(config), _home(config)
    found: tuple[Deployment, ...] = ()
    if (home / ".launchready" / "ledger.db").is_file():
        with deploys.opened(home / ".launchready") as log:
            _tell_killed(log.cut_short())
            found = log.all(launch.domain)
    if found or not quiet:
        _write(told.render_json(found) if format_ == "json" else told.render_list(launch.domain, found), output)
    return 0


def _told(done: Deployment, launch: Launch, format_: str, *, colour: bool) -> str:
    if format_ == "json":
        return told.render_json([done])
    return told.render(done, launch.deploy.rollback if launch.deploy else (), colour=colour)


async def _smoke(walking: Walking) -> tuple[str, ...]:
    """Pages first; nobody walks a path whose doors are shut."""
    problems = await smoke.core_routes(walking.launch, walking.clock())
    return problems or await smoke.path(walking)


def _carried_out(
    work: Coroutine[Any, Any, Deployment], domain: str, log: deploys.Deploys, began: datetime
) -> Deployment:
    """The deploy as it ended; interrupted by Ctrl-C or by a CI server, it is what the log says of it."""
    try:
        return carried_out(work)
    except KeyboardInterrupt:
        newest = log.all(domain)[:1]
        if newest and newest[0].started >= began:
            return newest[0]
        raise KeyboardInterrupt from None  # nothing was run yet


def _launch(config: str | None) -> Launch:
    return launch_for(None, config, Path.cwd(), os.environ)


def _home(config: str | None) -> Path:
    """The folder of launch.toml, where its commands run and its ledger lives."""
    path = Path.cwd() / config if config else find(Path.cwd())
    assert path
    return path.parent


def _mask(config: str | None) -> Mask:
    path = Path.cwd() / config if config else find(Path.cwd())
    assert path
    return Mask(revealed.values(load_file(path, os.environ)))


def _tell_killed(killed: tuple[Deployment, ...]) -> None:
    for one in killed:
        click.echo(told.cut_short(one), err=True)


def _write(text: str, output: str | None) -> None:
    if output:
        options.write(text, output)
    else:
        click.echo(text, nl=False)

"""`launchready journey list · run`: a visitor's path, walked."""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from launchready import audit as auditing
from launchready.checks.logins import OF_A_LOGIN
from launchready.cli import options
from launchready.cli.progress import with_progress
from launchready.config import find, launch_for, with_network
from launchready.config.journeys import load_all
from launchready.errors import UsageError
from launchready.formats.printable import printable
from launchready.journeys.facts import facts
from launchready.journeys.login_tries import Login, try_login
from launchready.journeys.run import clean, has_cleanup, only_reads, run
from launchready.journeys.supply import Supply
from launchready.ledger.store import Ledger, Owed, opened
from launchready.model.facts import LoginFacts, Sight
from launchready.model.finding import Report, Verdict
from launchready.model.journey import Journey, Outcome
from launchready.model.launch import Launch
from launchready.report import journeys as report

MOST_FILES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class _Walking:
    """What all journeys of one command share."""

    journeys: Mapping[str, Journey]
    launch: Launch
    supply: Supply
    ledger: Ledger
    owned: bool


@click.group("journey")
def command() -> None:
    """Walk a visitor's path, as journeys/*.toml beside launch.toml write it."""


@command.command("list")
@options.output("text", "json")
def list_(config: str | None, format_: str, output: str | None, quiet: bool, no_color: bool) -> int:
    """Name each journey: its steps, what it uses, and whether it only reads."""
    options.writable(output)
    journeys = _journeys(launch_for(None, config, Path.cwd(), os.environ), _folder(config))
    lines = [_line(journey, journeys) for journey in journeys.values()]
    _print("".join(f"{line}\n" for line in lines) or "There are no journeys yet.\n", output)
    return 0


@command.command("run")
@click.argument("names", nargs=-1, metavar="NAME…")
@click.option(
    "--probe-login",
    is_flag=True,
    help="Also try the login that [journeys] names: wrong passwords, many in a row, and the logout.",
)
@click.option("--i-own-this", is_flag=True, help="You may write to production: its hosts are yours.")
@options.network
@options.output("text", "json")
def run_(
    names: tuple[str, ...],
    probe_login: bool,
    i_own_this: bool,
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
    """Walk each journey NAME step by step; what it made is put away afterwards, however it ended.

    Exit code: 0 all passed, 1 a step failed or strangers get in, 2 bad usage or config, or no consent to write there.
    """
    options.writable(output)
    folder = _folder(config)
    launch = launch_for(None, config, Path.cwd(), os.environ)
    launch = with_network(launch, resolver=resolver, ca=ca, connect_to=connect_to, deadline=deadline)
    journeys = _journeys(launch, folder)
    chosen = [_named(name, journeys) for name in names]
    login = _login(launch, journeys) if probe_login else None
    if not chosen and login is None:
        raise UsageError("Name the journeys to walk; `launchready journey list` shows them.")
    supply = Supply(os.environ, folder)
    with opened(folder / ".launchready") as ledger:
        walking = _Walking(journeys=journeys, launch=launch, supply=supply, ledger=ledger, owned=i_own_this)
        begun = ledger.begin("journey", launch.domain, datetime.now(UTC))
        work = _walked(chosen, login, walking)
        outcomes, tried = asyncio.run(with_progress(work, f"Walking {', '.join(names) or 'the login'}"))
        now = datetime.now(UTC)
        found = tuple(facts(outcome, now) for outcome in outcomes)
        ledger.finish(begun, (*found, tried) if tried else found, now)
    judged = _judged(tried, launch, now) if tried else None
    failed = any(outcome.failed for outcome in outcomes) or bool(judged and judged.verdict is Verdict.NOT_READY)
    if not (quiet and not failed):
        _print(report.document(outcomes, judged) if format_ == "json" else report.render(outcomes, judged), output)
    return int(failed)


def _login(launch: Launch, journeys: Mapping[str, Journey]) -> Journey:
    """The journey that is tried with wrong passwords."""
    if launch.journeys.login is None:
        raise UsageError("--probe-login needs to know the login: name its journey in launch.toml, [journeys] login")
    return _named(launch.journeys.login, journeys)


async def _walked(
    chosen: list[Journey], login: Journey | None, walking: _Walking
) -> tuple[list[Outcome], LoginFacts | None]:
    """What the journeys came to, and then what trying the login did."""
    outcomes = await _all(chosen, walking)
    if login is None:
        return outcomes, None
    door = Login(
        journey=login,
        journeys=walking.journeys,
        launch=walking.launch,
        supply=walking.supply,
        owned=walking.owned,
        debt=lambda: _owed(login, walking),
    )
    return outcomes, await try_login(door, datetime.now(UTC))


def _judged(tried: LoginFacts, launch: Launch, now: datetime) -> Report:
    return auditing.report(Sight(launch=launch, at=now, facts=(tried,)), now, OF_A_LOGIN)


@dataclass(frozen=True, slots=True)
class _Debt:
    """One owed cleanup in the ledger."""

    ledger: Ledger
    number: int

    def keep(self, given: Mapping[str, str]) -> None:
        self.ledger.keep(self.number, given)

    def settle(self) -> None:
        self.ledger.settle(self.number)


async def _all(chosen: list[Journey], walking: _Walking) -> list[Outcome]:
    await _pay(walking)
    return [await _one(journey, walking) for journey in chosen]


async def _one(journey: Journey, walking: _Walking) -> Outcome:
    debt = _owed(journey, walking)
    return await run(journey, walking.journeys, walking.launch, walking.supply, owned=walking.owned, debt=debt)


def _owed(journey: Journey, walking: _Walking) -> _Debt | None:
    """The note of a cleanup that will be owed, where there is any."""
    if not has_cleanup(journey, walking.journeys):
        return None
    return _Debt(walking.ledger, walking.ledger.owe(journey.name, datetime.now(UTC)))


async def _pay(walking: _Walking) -> None:
    """Make the cleanups that killed runs still owe, before anything new is made."""
    for owed in walking.ledger.owing(datetime.now(UTC)):
        name = f"{printable(owed.journey)} of {owed.started[:19]}"
        journey = walking.journeys.get(owed.journey)
        problem = "it is no journey any more" if journey is None else await _still_there(journey, owed, walking)
        if problem:
            click.echo(f"What {name} made is still there: {problem}", err=True)
        else:
            click.echo(f"Cleaned up after {name}, which was killed.", err=True)
        if journey is None or not problem:
            walking.ledger.settle(owed.number)


async def _still_there(journey: Journey, owed: Owed, walking: _Walking) -> str | None:
    """Why the cleanup of a killed run did not work this time either."""
    outcome = await clean(journey, walking.journeys, walking.launch, walking.supply, owed.given, owned=walking.owned)
    return next((step.problem for step in outcome.left_behind), None)


def _folder(config: str | None) -> Path:
    here = Path(config) if config else find(Path.cwd())
    return here.parent if here else Path.cwd()


def _journeys(launch: Launch, folder: Path) -> Mapping[str, Journey]:
    paths = sorted({path for pattern in launch.journeys.files for path in _matching(folder, pattern)})
    return load_all(paths, [os.path.relpath(path) for path in paths])


def _matching(folder: Path, pattern: str) -> list[Path]:
    try:
        return [path for path in folder.glob(pattern) if path.is_file()][:MOST_FILES]
    except (ValueError, NotImplementedError):
        raise UsageError(f"[journeys] files: {printable(pattern)} is no pattern below {folder}") from None


def _named(name: str, journeys: Mapping[str, Journey]) -> Journey:
    if name not in journeys:
        there = f"there are {', '.join(sorted(journeys))}" if journeys else "there are none in journeys/*.toml"
        raise UsageError(f"There is no journey {printable(name)!r}; {there}")
    return journeys[name]


def _line(journey: Journey, journeys: Mapping[str, Journey]) -> str:
    kind = "only reads" if only_reads(journey, journeys) else "writes"
    uses = f", after {', '.join(use.journey for use in journey.uses)}" if journey.uses else ""
    return f"{printable(journey.name):24} {len(journey.steps)} steps, {kind}{uses}"


def _print(text: str, output: str | None) -> None:
    if output:
        options.write(text, output)
    else:
        click.echo(text, nl=False)

"""`launchready journey list · run · record`: a visitor's path, walked."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import click

from launchready.cli import declared, journey_record, options
from launchready.cli.progress import with_progress
from launchready.config import launch_for, with_network
from launchready.errors import UsageError
from launchready.formats.printable import printable
from launchready.journeys.driver import Driver
from launchready.journeys.facts import facts
from launchready.journeys.http_driver import OverHttp
from launchready.journeys.mailbox import Mailbox
from launchready.journeys.mailboxes import mailbox_of
from launchready.journeys.run import clean, has_cleanup, only_reads, reads_mail, refused, run
from launchready.journeys.supply import Supply
from launchready.ledger import facts_file
from launchready.ledger.store import Ledger, Owed, opened
from launchready.model.facts import Sight
from launchready.model.journey import Journey, Outcome
from launchready.model.launch import Launch, Network
from launchready.report import journeys as report


@dataclass(frozen=True, slots=True, kw_only=True)
class _Walking:
    """What all journeys of one command share."""

    journeys: Mapping[str, Journey]
    launch: Launch
    supply: Supply
    ledger: Ledger
    owned: bool
    driver: Callable[[], AbstractAsyncContextManager[Driver]]
    mailbox: Mailbox | None = None


@click.group("journey")
def command() -> None:
    """Walk a visitor's path, as journeys/*.toml beside launch.toml write it."""


command.add_command(journey_record.command)


@command.command("list")
@options.output("text", "json")
def list_(config: str | None, format_: str, output: str | None, quiet: bool, no_color: bool) -> int:
    """Name each journey: its steps, what it uses, and whether it only reads."""
    options.writable(output)
    journeys = declared.journeys_of(launch_for(None, config, Path.cwd(), os.environ), declared.folder_of(config))
    lines = [_line(journey, journeys) for journey in journeys.values()]
    _print("".join(f"{line}\n" for line in lines) or "There are no journeys yet.\n", output)
    return 0


@command.command("run")
@click.argument("names", nargs=-1, metavar="NAME…")
@click.option(
    "--browser",
    is_flag=False,
    flag_value="",
    metavar="[PATH]",
    help="Walk in a real browser: the Chromium that is installed, or PATH.",
)
@click.option("--i-own-this", is_flag=True, help="You may write to production: its hosts are yours.")
@click.option("--catch-mail", metavar="HOST:PORT", help="Be the mail server that the app sends to, while it runs.")
@click.option("--facts-out", metavar="FILE", help="Also save what was seen, for `launchready gate --facts`.")
@options.network
@options.output("text", "json")
def run_(
    names: tuple[str, ...],
    browser: str | None,
    i_own_this: bool,
    catch_mail: str | None,
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
    """Walk each journey NAME step by step; what it made is put away afterwards, however it ended.

    Exit code: 0 all passed, 1 a step failed, 2 bad usage or config, or no consent to write there.
    """
    options.writable(output)
    options.writable(facts_out)
    names, browser = _meant(names, browser)
    folder = declared.folder_of(config)
    launch = launch_for(None, config, Path.cwd(), os.environ)
    launch = with_network(launch, resolver=resolver, ca=ca, connect_to=connect_to, deadline=deadline)
    journeys = declared.journeys_of(launch, folder)
    chosen = [declared.named(name, journeys) for name in names]
    for journey in chosen:
        if why := refused(journey, journeys, launch, owned=i_own_this):
            raise UsageError(why)
    listen = _listen(catch_mail)
    supply = Supply(os.environ, folder, launch.journeys.mailbox_address)
    with opened(folder / ".launchready") as ledger:
        driver = _over_http if browser is None else _in_browser(browser, launch.network)
        walking = _Walking(
            journeys=journeys, launch=launch, supply=supply, ledger=ledger, owned=i_own_this, driver=driver
        )
        begun = ledger.begin("journey", launch.domain, datetime.now(UTC))
        outcomes = asyncio.run(with_progress(_all(chosen, walking, listen), f"Walking {', '.join(names)}"))
        now = datetime.now(UTC)
        found = tuple(facts(outcome, now) for outcome in outcomes)
        ledger.finish(begun, found, now)
    if facts_out:
        options.write(facts_file.dump(Sight(launch=launch, at=now, facts=found)), facts_out)
    failed = any(outcome.failed for outcome in outcomes)
    if not (quiet and not failed):
        _print(report.document(outcomes) if format_ == "json" else report.render(outcomes), output)
    return int(failed)


@dataclass(frozen=True, slots=True)
class _Debt:
    """One owed cleanup in the ledger."""

    ledger: Ledger
    number: int

    def keep(self, given: Mapping[str, str]) -> None:
        self.ledger.keep(self.number, given)

    def settle(self) -> None:
        self.ledger.settle(self.number)


def _listen(text: str | None) -> tuple[str, int] | None:
    if text is None:
        return None
    host, _, port = text.rpartition(":")
    if not (host and port.isascii() and port.isdigit() and int(port) < 65_536):
        raise UsageError(f"--catch-mail {printable(text)!r} is no HOST:PORT; write --catch-mail 127.0.0.1:2525")
    return host.removeprefix("[").removesuffix("]"), int(port)


async def _all(chosen: list[Journey], walking: _Walking, listen: tuple[str, int] | None) -> list[Outcome]:
    wanted = any(reads_mail(journey, walking.journeys) for journey in chosen)
    async with mailbox_of(walking.launch, listen, wanted=wanted) as mailbox:
        walking = replace(walking, mailbox=mailbox)
        await _pay(walking)
        return [await _one(journey, walking) for journey in chosen]


async def _one(journey: Journey, walking: _Walking) -> Outcome:
    debt = None
    if has_cleanup(journey, walking.journeys):
        debt = _Debt(walking.ledger, walking.ledger.owe(journey.name, datetime.now(UTC)))
    async with walking.driver() as driver:
        return await run(
            journey,
            walking.journeys,
            walking.launch,
            walking.supply,
            owned=walking.owned,
            debt=debt,
            driver=driver,
            mailbox=walking.mailbox,
        )


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
    async with walking.driver() as driver:
        outcome = await clean(
            journey,
            walking.journeys,
            walking.launch,
            walking.supply,
            owed.given,
            owned=walking.owned,
            driver=driver,
            mailbox=walking.mailbox,
        )
    return next((step.problem for step in outcome.left_behind), None)


def _meant(names: tuple[str, ...], browser: str | None) -> tuple[tuple[str, ...], str | None]:
    """The journeys and the browser: a word after --browser that is no program is a journey's name."""
    if browser and "/" not in browser and shutil.which(browser) is None:
        names, browser = (*names, browser), ""
    if not names:
        raise UsageError("Name a journey to walk; `launchready journey list` shows them.")
    return names, browser


@asynccontextmanager
async def _over_http() -> AsyncIterator[Driver]:
    yield OverHttp()


def _in_browser(program: str, network: Network) -> Callable[[], AbstractAsyncContextManager[Driver]]:
    """A browser for each journey, so that each is a visitor of its own."""
    try:
        from launchready.journeys.browser_driver import in_browser
    except ImportError:
        raise UsageError("--browser needs Playwright: pip install 'launchready[browser]'") from None
    return lambda: in_browser(program or None, network)


def _line(journey: Journey, journeys: Mapping[str, Journey]) -> str:
    kind = "only reads" if only_reads(journey, journeys) else "writes"
    uses = f", after {', '.join(use.journey for use in journey.uses)}" if journey.uses else ""
    return f"{printable(journey.name):24} {len(journey.steps)} steps, {kind}{uses}"


def _print(text: str, output: str | None) -> None:
    if output:
        options.write(text, output)
    else:
        click.echo(text, nl=False)

"""`launchready journey list · run · record`: a visitor's path, walked."""

import os
import shutil
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from launchready import audit as auditing
from launchready.checks.logins import OF_A_LOGIN
from launchready.cli import declared, journey_record, options
from launchready.cli.interruptible import carried_out
from launchready.cli.progress import with_progress
from launchready.config import launch_for, with_network
from launchready.errors import UsageError
from launchready.formats.printable import printable
from launchready.formats.urls import parse
from launchready.journeys.driver import Driver
from launchready.journeys.facts import facts
from launchready.journeys.mailboxes import mailbox_of
from launchready.journeys.run import only_reads, reads_mail, refused
from launchready.journeys.supply import Supply
from launchready.ledger import facts_file
from launchready.ledger.store import opened
from launchready.model.facts import Fact, LoginFacts, Sight
from launchready.model.finding import Report, Verdict
from launchready.model.journey import Journey, Outcome
from launchready.model.launch import Launch, Network
from launchready.report import journeys as report
from launchready.walking import Walking, over_http

Come = tuple[list[Outcome], LoginFacts | None]


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
@click.option(
    "--probe-login",
    is_flag=True,
    help="Also try the login that [journeys] names: wrong passwords, many in a row, and the logout.",
)
@click.option("--base", metavar="URL", help="Walk there instead of at the app host, such as staging; not remembered.")
@click.option("--i-own-this", is_flag=True, help="You may write to production: its hosts are yours.")
@options.catch_mail
@click.option("--facts-out", metavar="FILE", help="Also save what was seen, for `launchready gate --facts`.")
@options.network
@options.output("text", "json")
def run_(
    names: tuple[str, ...],
    browser: str | None,
    probe_login: bool,
    base: str | None,
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

    Exit code: 0 all passed, 1 a step failed or strangers get in, 2 bad usage or config, or no consent to write there.
    """
    options.writable(output)
    options.writable(facts_out)
    names, browser = _meant(names, browser)
    folder = declared.folder_of(config)
    launch = launch_for(None, config, Path.cwd(), os.environ)
    launch = with_network(launch, resolver=resolver, ca=ca, connect_to=connect_to, deadline=deadline)
    if base is not None:
        launch = replace(launch, journeys=replace(launch.journeys, base=_base(base)))
    journeys = declared.journeys_of(launch, folder)
    chosen = [declared.named(name, journeys) for name in names]
    login = _login(launch, journeys) if probe_login else None
    if not chosen and login is None:
        raise UsageError("Name a journey to walk; `launchready journey list` shows them.")
    for journey in (*chosen, *([login] if login else ())):
        if why := refused(journey, journeys, launch, owned=i_own_this):
            raise UsageError(why)
    with opened(folder / ".launchready") as ledger:
        walking = Walking(
            journeys=journeys,
            launch=launch,
            supply=Supply(os.environ, folder, launch.journeys.mailbox_address),
            ledger=ledger,
            driver=over_http if browser is None else _in_browser(browser, launch.network),
            clock=lambda: datetime.now(UTC),
            say=partial(click.echo, err=True),
            owned=i_own_this,
        )
        begun = ledger.begin("journey", launch.domain, datetime.now(UTC))
        work = _walked(chosen, login, walking, options.listening(catch_mail))
        outcomes, tried = carried_out(with_progress(work, f"Walking {', '.join(names) or 'the login'}"))
        now = datetime.now(UTC)
        found: tuple[Fact, ...] = (*(facts(outcome, now) for outcome in outcomes), *([tried] if tried else ()))
        ledger.finish(begun, () if base else found, now)  # the audit is about the launch itself
    if facts_out:
        options.write(facts_file.dump(Sight(launch=launch, at=now, facts=found)), facts_out)
    judged = _judged(tried, launch, now) if tried else None
    failed = any(outcome.failed for outcome in outcomes) or bool(judged and judged.verdict is Verdict.NOT_READY)
    if not (quiet and not failed):
        _print(report.document(outcomes, judged) if format_ == "json" else report.render(outcomes, judged), output)
    return int(failed)


async def _walked(
    chosen: list[Journey], login: Journey | None, walking: Walking, listen: tuple[str, int] | None
) -> Come:
    """What the journeys came to, and then what trying the login did."""
    wanted = any(reads_mail(journey, walking.journeys) for journey in (*chosen, *([login] if login else ())))
    async with mailbox_of(walking.launch, listen, wanted=wanted) as mailbox:
        walking = replace(walking, mailbox=mailbox)
        outcomes = await walking.walk(chosen)
        return outcomes, await walking.try_login(login) if login else None


def _judged(tried: LoginFacts, launch: Launch, now: datetime) -> Report:
    return auditing.report(Sight(launch=launch, at=now, facts=(tried,)), now, OF_A_LOGIN)


def _login(launch: Launch, journeys: Mapping[str, Journey]) -> Journey:
    """The journey that is tried with wrong passwords."""
    if launch.journeys.login is None:
        raise UsageError("--probe-login needs to know the login: name its journey in launch.toml, [journeys] login")
    return declared.named(launch.journeys.login, journeys)


def _base(text: str) -> str:
    """Where paths begin, as it was typed."""
    try:
        return str(parse(text)).rstrip("/")
    except ValueError as error:
        raise UsageError(
            f"--base {printable(text, 80)!r} is {error}; write --base https://staging.your-domain.com"
        ) from None


def _meant(names: tuple[str, ...], browser: str | None) -> tuple[tuple[str, ...], str | None]:
    """The journeys and the browser: a word after --browser that is no program is a journey's name."""
    if browser and "/" not in browser and shutil.which(browser) is None:
        names, browser = (*names, browser), ""
    return names, browser


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

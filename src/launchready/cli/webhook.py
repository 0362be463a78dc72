"""`launchready webhook replay`: is the handler of a webhook fooled, hurried or brought down?"""

import asyncio
import json
import os
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from secrets import token_hex
from typing import Any

import click

from launchready import audit as auditing
from launchready.cli import options, saved
from launchready.cli.declared import folder_of, journeys_of, named
from launchready.cli.progress import with_progress
from launchready.config import launch_for, with_network
from launchready.errors import UsageError
from launchready.formats.printable import printable
from launchready.formats.template import parse_json, references, rendered_json
from launchready.formats.webhook import keys
from launchready.formats.webhook_events import kind_of, usual
from launchready.journeys.consent import refusal
from launchready.journeys.mailbox import Mailbox
from launchready.journeys.mailboxes import mailbox_of
from launchready.journeys.run import has_cleanup, reads_mail
from launchready.journeys.scope import Scope, Unbound
from launchready.journeys.supply import Supply
from launchready.journeys.webhook import NOT_ASKED, Tools, replay
from launchready.journeys.webhook_plan import Target
from launchready.journeys.webhook_probe import Probed, reading
from launchready.known.webhook_senders import patience
from launchready.ledger.store import Ledger, opened
from launchready.model.facts import Sight
from launchready.model.finding import Report, Severity, Verdict
from launchready.model.journey import Journey
from launchready.model.launch import Launch
from launchready.model.replay import Replayed
from launchready.model.webhook import Probe, Scheme, Webhook
from launchready.report import webhook as report
from launchready.walking import Walking

Work = Callable[[Ledger | None], Awaitable[Replayed]]

LARGEST_PAYLOAD_BYTES = 1024 * 1024


@click.group("webhook")
def command() -> None:
    """Try the handlers of the webhooks that launch.toml declares."""


@command.command("replay")
@click.argument("name")
@click.option(
    "--only",
    multiple=True,
    type=click.Choice([probe.value for probe in Probe]),
    metavar="PROBE",
    help="Send these alone, beside a valid event (repeatable); they are not kept for the next audit.",
)
@click.option("--payload", metavar="FILE", help="The body of a valid event, as JSON; its id is made new each time.")
@click.option("--event", metavar="TYPE", help="The type of the valid event. [the first of events in launch.toml]")
@click.option("--i-own-this", is_flag=True, help="You may write to production: its hosts are yours.")
@options.catch_mail
@options.network
@options.output("text", "json")
def replay_(
    name: str,
    only: tuple[str, ...],
    payload: str | None,
    event: str | None,
    i_own_this: bool,
    catch_mail: str | None,
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
    """Send the webhook NAME signed, forged, stale, broken and repeated deliveries.

    They are signed with the secret that launch.toml names, so that the valid ones take effect: try it on staging.

    Exit code: 0 ready, 1 not ready, 2 bad usage or config, or no consent to write there, 3 could not see enough.
    """
    options.writable(output)
    launch = launch_for(None, config, Path.cwd(), os.environ)
    launch = with_network(launch, resolver=resolver, ca=ca, connect_to=connect_to, deadline=deadline)
    webhook, now = _declared(name, launch), datetime.now(UTC)
    document = _document(payload) if payload else None
    target = _target(webhook, event, document)
    if refused := refusal(target.url, launch, owned=i_own_this):
        raise UsageError(f"{printable(refused)}.")
    tools = Tools(clock=time.time, fresh=lambda: token_hex(12))
    here, listen = folder_of(config), options.listening(catch_mail)
    supply = Supply(os.environ, here, launch.journeys.mailbox_address)
    journeys = journeys_of(launch, here) if webhook.probe else {}
    probe = named(webhook.probe, journeys) if webhook.probe else None
    probes = frozenset(map(Probe, only)) or frozenset(Probe)

    async def work(ledger: Ledger | None) -> Replayed:
        wanted = probe is not None and reads_mail(probe, journeys)
        async with mailbox_of(launch, listen, wanted=wanted) as mailbox:
            if probe is None:
                given = replace(tools, payload=_payload(payload, document, Scope(supply)))
                return await replay(target, launch.network, given, now, probes)
            async with _reading(probe, journeys, launch, supply, ledger, mailbox, owned=i_own_this) as probed:
                made = _payload(payload, document, probed.scope)
                given = replace(tools, read_number=probed.read, payload=made, mask=probed.scope.mask)
                return await replay(target, launch.network, given, now, probes)

    owes = probe is not None and has_cleanup(probe, journeys)
    folder = saved.folder(launch, config) if owes or not only else None
    replayed = _kept(work, launch, folder, now, f"Replaying {name}", is_whole=not only)
    judged = _judged(replayed, launch, now)
    if format_ == "json":
        _print(report.document(replayed, judged), output)
    elif not (quiet and judged.verdict is Verdict.READY and not judged.findings):
        _print(report.render(replayed, judged, colour=options.colour(no_color, output)), output)
    return judged.verdict.exit_code


def _kept(work: Work, launch: Launch, folder: Path | None, now: datetime, what: str, *, is_whole: bool) -> Replayed:
    """Replay, and keep the facts in the ledger for the next audit; a part of a replay would hide the whole one."""
    with opened(folder) if folder else nullcontext() as ledger:
        run = ledger.begin("webhook replay", launch.domain, now) if ledger and is_whole else None
        replayed = asyncio.run(with_progress(work(ledger), what))
        if ledger and run:
            ledger.finish(run, (replayed.facts,), datetime.now(UTC))
    return replayed


def _reading(
    probe: Journey,
    journeys: Mapping[str, Journey],
    launch: Launch,
    supply: Supply,
    ledger: Ledger | None,
    mailbox: Mailbox | None,
    *,
    owned: bool,
) -> AbstractAsyncContextManager[Probed]:
    """What reads the probe's number; with a ledger, what a killed replay left behind is put away first."""
    if ledger is None:
        return reading(probe, journeys, launch, supply, owned=owned, mailbox=mailbox)
    walking = Walking(
        journeys=journeys,
        launch=launch,
        supply=supply,
        ledger=ledger,
        clock=lambda: datetime.now(UTC),
        say=partial(click.echo, err=True),
        owned=owned,
        mailbox=mailbox,
    )
    return walking.reading(probe)


def _judged(replayed: Replayed, launch: Launch, now: datetime) -> Report:
    """The report on this webhook alone; what --only left out was not wanted, and so is not missed."""
    whole = auditing.report(Sight(launch=launch, at=now, facts=(replayed.facts,)), now)
    unknown = tuple(one for one in whole.unknown if one.reason != NOT_ASKED.reason)
    blocked = any(finding.blocks for finding in whole.findings)
    open_ = any(one.severity is Severity.BLOCKER for one in unknown)
    verdict = Verdict.NOT_READY if blocked else Verdict.UNKNOWN if open_ else Verdict.READY
    return replace(whole, unknown=unknown, verdict=whole.verdict if unknown == whole.unknown else verdict)


def _declared(name: str, launch: Launch) -> Webhook:
    webhook = launch.webhook(name)
    if webhook is not None:
        return webhook
    names = [one.name for one in launch.webhooks]
    near = get_close_matches(name, names, n=1)
    there = f"Did you mean {near[0]!r}?" if near else f"There are {', '.join(names)}." if names else "It declares none."
    raise UsageError(f"launch.toml has no [webhooks.{printable(name, 60)}]. {printable(there)}")


def _target(webhook: Webhook, event: str | None, document: Mapping[str, Any] | None) -> Target:
    """Everything that is sent by; raises UsageError that says what launch.toml lacks."""
    section = f"[webhooks.{printable(webhook.name, 60)}]"
    if webhook.scheme is None or webhook.url is None or webhook.secret is None:
        wanted = {"scheme": webhook.scheme, "url": webhook.url, "secret": webhook.secret}
        missing = ", ".join(key for key, value in wanted.items() if value is None)
        raise UsageError(f"{section} in launch.toml lacks {missing}; a replay needs scheme, url and secret")
    secret = webhook.secret.reveal()
    try:
        keys(webhook.scheme, secret)
    except ValueError as error:
        raise UsageError(f"{section} in launch.toml: the secret of scheme {webhook.scheme.value} {error}") from None
    return Target(
        name=webhook.name,
        scheme=webhook.scheme,
        url=webhook.url,
        secret=secret,
        other=f"whsec_{token_hex(16)}",
        kinds=_kinds(webhook, webhook.scheme, event, document),
        patience_s=patience(webhook.scheme).seconds,
        header=webhook.header,
    )


def _kinds(webhook: Webhook, scheme: Scheme, event: str | None, document: Mapping[str, Any] | None) -> tuple[str, ...]:
    """The kind of the valid event first: as typed, as the payload says, as launch.toml lists, as is usual."""
    said = kind_of(scheme, document) if document is not None else None
    first = event or said or next(iter(webhook.events), usual(scheme))
    return (first, *(kind for kind in webhook.events if kind != first))


def _document(name: str) -> Mapping[str, Any]:
    """The founder's own event; raises UsageError when the file is no JSON object."""
    path = Path(name)
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_PAYLOAD_BYTES + 1)
        if len(content) > LARGEST_PAYLOAD_BYTES:
            raise UsageError(f"{name}: is larger than 1 MiB; no sender sends so much")
        document = json.loads(content)
        if not isinstance(document, dict):
            raise UsageError(f"{name}: is not a JSON object, which an event is")
        if any(one.is_secret for one in references(parse_json(document))):
            raise UsageError(
                f"{name}: a payload may refer to ${{nonce}}, ${{unique:id}} and what the probe captures, to no secret"
            )
    except OSError as error:
        raise UsageError(f"{name}: cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{name}: cannot be used as an event: {printable(str(error), 120)}") from None
    return document


def _payload(
    name: str | None, document: Mapping[str, Any] | None, scope: Scope
) -> Callable[[], Mapping[str, Any]] | None:
    """The founder's event, references in its texts replaced anew each time, those to what the probe captured too."""
    if document is None:
        return None
    template = parse_json(document)

    def rendered() -> Mapping[str, Any]:
        try:
            made: Mapping[str, Any] = rendered_json(template, scope.value)
        except Unbound as error:
            raise UsageError(f"{name}: {printable(str(error))}; the probe in launch.toml has to capture it") from None
        return made

    return rendered


def _print(rendered: str, output: str | None) -> None:
    if output:
        options.write(rendered, output)
    else:
        click.echo(rendered, nl=False)

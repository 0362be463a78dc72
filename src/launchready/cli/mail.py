"""`launchready mail spf`: may this address send that mail, and by which terms."""

import asyncio
import json
import os
import time
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

import click

from launchready.cli import options
from launchready.cli.progress import with_progress
from launchready.config import default_launch, find, load, with_network
from launchready.errors import UsageError
from launchready.formats.printable import printable
from launchready.formats.spf import Evaluation, Result, check_host
from launchready.gather.spf import answered
from launchready.model.launch import Launch
from launchready.wire.deadline import Deadline
from launchready.wire.dns import Dns

LONGEST = 320  # RFC 5321, section 4.5.3.1: 64 + 1 + 255


@click.group("mail")
def command() -> None:
    """Would this sender pass?"""


@command.command("spf")
@click.argument("ip", metavar="IP")
@click.argument("mail_from", metavar="MAIL_FROM")
@click.option("--helo", metavar="NAME", help="What the server calls itself. [the domain of MAIL_FROM]")
@options.network
@options.output("text", "json")
def spf(
    ip: str,
    mail_from: str,
    helo: str | None,
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
    """Say whether mail from MAIL_FROM may come from the server at IP (RFC 7208), and which terms led there.

    MAIL_FROM is the bounce address, or a domain; "" is a bounce, for which HELO is looked at.

    Exit code: 0 pass, 1 any other result, 2 bad usage or config, 3 DNS did not answer (temperror).
    """
    options.writable(output)
    address, sender = _address(ip), _sender(mail_from, helo)
    launch = with_network(_launch(config), resolver=resolver, ca=ca, connect_to=connect_to, deadline=deadline)
    domain = sender.rpartition("@")[2]
    evaluation = asyncio.run(with_progress(_evaluated(address, sender, helo or domain, launch), f"Asking {domain}"))
    rendered = _json(evaluation, domain) if format_ == "json" else _text(evaluation, address, sender)
    if output:
        options.write(rendered, output)
    elif not (quiet and evaluation.result is Result.PASS):
        click.echo(rendered, nl=False)
    return {Result.PASS: 0, Result.TEMPERROR: 3}.get(evaluation.result, 1)


async def _evaluated(address: IPv4Address | IPv6Address, sender: str, helo: str, launch: Launch) -> Evaluation:
    domain = sender.rpartition("@")[2]
    async with Dns(launch.network, Deadline(launch.network.deadline_s)) as dns:
        return await answered(check_host(address, domain, sender, helo, now_s=int(time.time())), dns)


def _launch(config: str | None) -> Launch:
    """Only its [network] matters."""
    path = Path(config) if config else find(Path.cwd())
    return load(path, os.environ, config or os.path.relpath(path)) if path else default_launch("parley.example")


def _address(text: str) -> IPv4Address | IPv6Address:
    try:
        return ip_address(text.strip())
    except ValueError:
        raise UsageError(f"{printable(text, 60)!r} is no IP address; give the one the mail comes from") from None


def _sender(mail_from: str, helo: str | None) -> str:
    """MAIL FROM as check_host() wants it (sections 2.4 and 4.3): a bounce or a bare domain is postmaster's."""
    text = mail_from.strip().removeprefix("<").removesuffix(">")
    if not text and not helo:
        raise UsageError("an empty MAIL_FROM is a bounce, which needs --helo NAME: what the server calls itself")
    sender = text if "@" in text else f"postmaster@{text or helo}"
    domain = sender.rpartition("@")[2]
    if len(sender) > LONGEST or not domain or any(character.isspace() for character in sender):
        raise UsageError(f"{printable(mail_from, 60)!r} is no mail address; give one such as hello@parley.example")
    if not sender.isascii():
        raise UsageError(f"{printable(mail_from, 60)!r} has letters that DNS writes in another way (xn--…)")
    return sender


def _json(evaluation: Evaluation, domain: str) -> str:
    path = [
        {"domain": step.domain, "term": step.term, "depth": step.depth, "outcome": step.outcome}
        for step in evaluation.path
    ]
    document = {
        "result": evaluation.result.value,
        "reason": evaluation.reason,
        "domain": domain,
        "lookups": evaluation.lookups,
        "void_lookups": evaluation.void_lookups,
        "explanation": evaluation.explanation,
        "path": path,
    }
    return json.dumps(document, indent=2, ensure_ascii=True) + "\n"


def _text(evaluation: Evaluation, address: IPv4Address | IPv6Address, sender: str) -> str:
    lines = [
        f"{evaluation.result.value}: {printable(evaluation.reason)}",
        f"  {address} sends as {printable(sender)}; {evaluation.lookups} of 10 lookups,"
        f" {evaluation.void_lookups} of 2 void",
    ]
    if evaluation.explanation:
        lines.append(f"  the domain says: {printable(evaluation.explanation)}")
    lines += [""] if evaluation.path else []
    for step in evaluation.path:
        lines.append(
            f"  {'  ' * step.depth}{printable(step.domain)}: {printable(step.term)}: {printable(step.outcome)}"
        )
    return "\n".join(lines) + "\n"

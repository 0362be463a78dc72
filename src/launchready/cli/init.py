"""`launchready init`: read the repository, look at the domain, write launch.toml and the gate in CI."""

import asyncio
import os
import re
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from launchready import __version__
from launchready.cli import options
from launchready.cli.env import script_reader
from launchready.cli.progress import with_progress
from launchready.config import FILE_NAME, default_launch, domain_from_argument, find, load, with_network
from launchready.draft import launch_toml, summary, values
from launchready.draft.ci import GATES, Gate
from launchready.errors import ConfigError, LaunchReadyError, UsageError
from launchready.formats.printable import printable
from launchready.gather import environments, presence, repository
from launchready.gather.registration import held
from launchready.known.platforms import platform_of
from launchready.model.presence import Presence
from launchready.model.repository import Repository

_ANY = default_launch("parley.example")  # network options are read before the domain is known
_PLAIN_PATH = re.compile(r"[A-Za-z0-9_@+][A-Za-z0-9._/@+-]*")


@click.command("init")
@click.argument("domain", required=False)
@click.option("--ci", type=click.Choice(list(GATES)), help="Also write the gate for this CI; it runs the audit.")
@options.network
@click.option("--config", metavar="PATH", callback=options.named, help="Where to write. [launch.toml in this folder]")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--quiet", is_flag=True, help="Print nothing when all is well.")
def command(
    domain: str | None,
    ci: str | None,
    resolver: str | None,
    ca: str | None,
    connect_to: tuple[str, ...],
    deadline: float | None,
    config: str | None,
    format_: str,
    quiet: bool,
) -> int:
    """Write a commented launch.toml from this repository and from what DOMAIN shows to the outside.

    Nothing that exists is overwritten. Questions are asked on a terminal only.

    Exit code: 0 written, 2 bad usage, or there is a file already.
    """
    target = Path(config) if config else Path(FILE_NAME)
    existing = _existing(target, config)
    gate = _gate(ci, existing or target) if ci else None
    if existing and gate:
        options.create(gate[1], gate[0])
        _print(f"Wrote {gate[0]}; {existing} stays as it is.\n", quiet)
        return 0
    if existing:
        raise UsageError(_there_already(existing, target))
    options.creatable(target)
    text, found = _drafted(domain, target, resolver, ca, connect_to, deadline)
    options.create(text, target, check=_valid)
    if gate:
        options.create(gate[1], gate[0])
    written = [str(target), *([str(gate[0])] if gate else [])]
    render = summary.as_json if format_ == "json" else summary.text
    _print(render(load(target, os.environ, str(target)), *found, written), quiet)
    return 0


def _existing(target: Path, config: str | None) -> Path | None:
    """The launch.toml that is there already: at the place itself or, when none was named, in a folder above."""
    if target.is_dir():
        raise UsageError(f"{printable(str(target))}: is a folder; name a file in it, such as {target / FILE_NAME}")
    if os.path.lexists(target):
        return target
    above = find(Path.cwd()) if config is None else None
    return Path(os.path.relpath(above)) if above else None


def _there_already(existing: Path, target: Path) -> str:
    shown = printable(str(existing))
    if existing == target:
        return f"{shown} exists and stays as it is; change it by hand, or move it away and run init again"
    return (
        f"{shown} exists and counts for this folder too, so nothing was written; "
        f"for a launch.toml of this folder's own: launchready init --config {FILE_NAME}"
    )


def _gate(ci: str, launch_toml_: Path) -> tuple[Path, str]:
    """The file of a CI system and its text; raises `UsageError` when the file is there already."""
    gate = GATES[ci]
    root = _repository_root(launch_toml_.parent)
    path = Path(os.path.relpath(root / gate.path))
    text = gate.text(__version__, _options(Path(os.path.relpath(launch_toml_, root))))
    if os.path.lexists(path):
        raise UsageError(_gate_is_there(gate, path, text))
    options.creatable(path)
    return path, text


def _gate_is_there(gate: Gate, path: Path, text: str) -> str:
    if not gate.shared:
        return f"{path} exists and stays as it is, so nothing was written; move it away to have it written anew"
    click.echo(text, nl=False)
    return f"{path} exists and stays as it is, so nothing was written; the lines above are what to add to it"


def _repository_root(folder: Path) -> Path:
    """The folder that CI systems look into: where the git repository begins, else the one of launch.toml."""
    here = folder.resolve()
    return next((one for one in (here, *here.parents) if (one / ".git").exists()), here)


def _options(config: Path) -> str:
    """How the audit is led to launch.toml from the repository's root."""
    if str(config) == FILE_NAME:
        return ""
    if not _PLAIN_PATH.fullmatch(str(config)):
        shown = printable(str(config), 100)
        raise UsageError(f"{shown}: a path with spaces or signs cannot go into a CI file; rename the folder")
    return f" --config {config}"


def _drafted(
    given: str | None,
    target: Path,
    resolver: str | None,
    ca: str | None,
    connect_to: tuple[str, ...],
    deadline: float | None,
) -> tuple[str, tuple[Repository, Presence]]:
    """The text of launch.toml, and what it was made of."""
    asked = domain_from_argument(given, "init") if given is not None else None
    roads = with_network(_ANY, resolver=resolver, ca=ca, connect_to=connect_to, deadline=deadline).network
    read = repository.read(target.parent.resolve())
    read = replace(read, reads=environments.readings(target.parent.resolve(), script_reader()))
    domain = asked or _domain(read)
    now = datetime.now(UTC)
    looking = presence.look(
        domain,
        roads,
        now,
        named=[name for one in read.domains if (name := values.host(one.value))],
        health=[one.health.value for one in read.applications if one.health and values.route(one.health.value)],
        routes=[route.value for one in read.applications for route in one.routes if values.route(route.value)],
    )
    seen = asyncio.run(with_progress(looking, f"Looking at {domain}"))
    return launch_toml.render(read, seen, now.date()), (read, seen)


def _domain(read: Repository) -> str:
    """The domain that the repository names, or that somebody at a terminal types; raises `UsageError` without one."""
    likely = _likely_domain(read)
    if sys.stdin and sys.stdout and sys.stdin.isatty() and sys.stdout.isatty():
        typed: str = click.prompt("Which domain do you launch", default=likely, value_proc=_typed)
        return typed
    if likely is None:
        raise UsageError("No file here names a domain; give yours: launchready init your-domain.com")
    return likely


def _likely_domain(read: Repository) -> str | None:
    """The domain that most of the host names lie in; one of a platform's only when there is no other."""
    hosts = [name for one in read.domains if (name := values.host(one.value))]
    own = [name for name in hosts if platform_of(name) is None] or hosts
    counted = Counter(domain for name in own if (domain := held(name)))
    return counted.most_common(1)[0][0] if counted else None


def _typed(text: str) -> str:
    try:
        return domain_from_argument(text.strip(), "init")
    except UsageError as error:
        raise click.UsageError(str(error)) from None


def _valid(path: Path) -> None:
    """Read what is to be put in place as every other command will."""
    try:
        load(path, os.environ, FILE_NAME)
    except ConfigError as error:
        raise LaunchReadyError(
            f"launchready {__version__} has a defect: the launch.toml it made is not valid ({error.problems[0]}). "
            "Nothing was written, and nothing you did was wrong; please report this line."
        ) from None


def _print(text: str, quiet: bool) -> None:
    if not quiet:
        click.echo(text, nl=False)

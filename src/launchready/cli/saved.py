"""What was seen before: in a file of --facts-out, or in the ledger beside launch.toml."""

import os
from dataclasses import replace
from pathlib import Path

import click

from launchready.config import find, launch_for
from launchready.errors import UsageError
from launchready.gather.completeness import completed
from launchready.ledger import facts_file
from launchready.ledger.store import opened
from launchready.model.facts import Sight
from launchready.model.launch import Launch


def in_file(path: Path, domain: str | None, config: str | None) -> Sight:
    """A saved look; what launch.toml says today (accepted risks, guardrails) stands above what was saved with it."""
    sight = facts_file.load(path)
    here = Path(config) if config else find(Path.cwd())
    if domain is None and here is None:
        return completed(sight)
    launch = launch_for(domain, config, Path.cwd(), os.environ)
    if launch.domain != sight.launch.domain:
        raise UsageError(f"{path}: these facts are about {sight.launch.domain}, not {launch.domain}")
    if not launch.declared:
        return completed(sight)
    # Hosts that were found beside the declared ones were looked at too.
    named = {host.name for host in launch.hosts}
    beside = tuple(host for host in sight.launch.hosts if not host.declared and host.name not in named)
    found = sight.launch.hosts if not launch.hosts else (*launch.hosts, *beside)
    return completed(Sight(launch=replace(launch, hosts=found), at=sight.at, facts=sight.facts))


def folder(launch: Launch, config: str | None) -> Path | None:
    """Where the ledger lives: beside launch.toml; a domain without one leaves nothing behind."""
    here = Path(config) if config else find(Path.cwd())
    return here.parent / ".launchready" if launch.declared and here else None


def kept_in(launch: Launch, config: str | None) -> Path | None:
    """Where a new run is kept; None, and a line on standard error, when launch.toml lies where nothing can be written:
    in CI a checkout often does, and it is no reason not to look."""
    where = folder(launch, config)
    if where is None or os.access(where if where.exists() else where.parent, os.W_OK):
        return where
    click.echo(f"{where.parent} cannot be written, so this run will not be remembered.", err=True)
    return None


def in_ledger(launch: Launch, where: Path | None) -> Sight | None:
    """What the last finished audit of this launch saw; None when there was none."""
    if where is None or not where.is_dir():
        return None
    with opened(where, read_only=not os.access(where, os.W_OK)) as ledger:
        earlier = ledger.earlier(launch.domain)
    return completed(Sight(launch=launch, at=earlier[0], facts=earlier[1])) if earlier else None

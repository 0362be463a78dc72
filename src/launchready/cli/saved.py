"""What was seen before: in a file of --facts-out, or in the ledger beside launch.toml."""

import os
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from launchready.config import find, launch_for
from launchready.errors import UsageError
from launchready.gate.merge import merged
from launchready.gather.completeness import completed
from launchready.gather.measured import MEASURED, with_measured
from launchready.ledger import facts_file
from launchready.ledger.store import opened
from launchready.model.facts import Fact, PathFacts, Sight
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
    measured = tuple(fact for fact in sight.facts if isinstance(fact, MEASURED))
    return _as_declared(replace(sight, launch=replace(launch, hosts=found)), measured)


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
    """What the last finished audit of this launch saw, and other commands since; None when there was no audit."""
    if where is None or not where.is_dir():
        return None
    with opened(where, read_only=not os.access(where, os.W_OK)) as ledger:
        earlier, measured = ledger.earlier(launch.domain), ledger.newest(launch.domain, MEASURED)
    if earlier is None:
        return None
    return _as_declared(Sight(launch=launch, at=earlier[0], facts=earlier[1]), measured)


def _as_declared(sight: Sight, measured: tuple[Fact, ...]) -> Sight:
    """What was seen and measured of what launch.toml declares today; the rest of that is a Gap."""
    seen = tuple(fact for fact in sight.facts if not isinstance(fact, (*MEASURED, PathFacts)))
    return completed(with_measured(replace(sight, facts=seen), measured))


def for_gate(files: tuple[str, ...], config: str | None, now: datetime) -> Sight:
    """Everything that was seen of a launch, in files and in the ledger, as one look judged by today's launch.toml.

    Without launch.toml, what the newest file declares is taken. Raises `UsageError` when files are about two domains.
    """
    sights = [facts_file.load(Path(file)) for file in files]
    if config is None and find(Path.cwd()) is None and sights:
        launch = max(sights, key=lambda sight: (sight.at, sight.launch.domain)).launch
    else:
        launch = launch_for(None, config, Path.cwd(), os.environ)
    for file, sight in zip(files, sights, strict=True):
        if sight.launch.domain != launch.domain:
            raise UsageError(f"{file}: these facts are about {sight.launch.domain}, not {launch.domain}")
    where = folder(launch, config)
    if where is not None and (where / "ledger.db").is_file():
        with opened(where, read_only=not os.access(where, os.W_OK)) as ledger:
            facts = ledger.newest_of_all(launch.domain)
        sights.append(Sight(launch=launch, at=now, facts=facts))
    return merged(launch, sights, now)

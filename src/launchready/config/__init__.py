"""What the team declares: launch.toml, and what the command line says beside it, become a Launch.

Reading is lazy where it costs: a secret that launch.toml names is read when it is used, not before.
"""

import os.path
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from launchready.config.domain_name import domain_from_argument
from launchready.config.load import load, load_file
from launchready.config.roads import with_network
from launchready.config.secrets import Secret
from launchready.errors import UsageError
from launchready.model.launch import Launch

FILE_NAME = "launch.toml"

__all__ = [
    "Secret",
    "default_launch",
    "domain_from_argument",
    "find",
    "launch_for",
    "load",
    "load_file",
    "with_network",
]


def launch_for(domain: str | None, config: str | None, cwd: Path, environ: Mapping[str, str]) -> Launch:
    """The launch that a command is about: DOMAIN as it was typed, or what launch.toml declares.

    DOMAIN wins. When launch.toml is about another domain, its hosts, records and accepted risks say nothing about this
    one; its `[network]` does, because that is how this machine gets out. Raises `UsageError`.
    """
    asked = domain_from_argument(domain) if domain is not None else None
    path = cwd / config if config else find(cwd)
    if path is None:
        if asked is None:
            raise UsageError(
                "There is no launch.toml here or above: `launchready init your-domain.com` writes one, "
                "and `launchready audit your-domain.com` does without."
            )
        return default_launch(asked)
    declared = load(path, environ, config or os.path.relpath(path, cwd))
    if asked is None or asked == declared.domain:
        return declared
    return replace(default_launch(asked), network=declared.network)


def find(start: Path) -> Path | None:
    """The nearest launch.toml in a folder or those above it; a folder that may not be looked into holds none."""
    here = start.resolve()
    for folder in (here, *here.parents):
        with suppress(OSError):
            if (folder / FILE_NAME).exists():
                return folder / FILE_NAME
    return None


def default_launch(domain: str) -> Launch:
    """What is taken for granted of a domain without launch.toml; its hosts are still to be found."""
    return Launch(domain=domain, name=domain, declared=False)

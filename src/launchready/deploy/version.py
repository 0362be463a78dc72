"""The version in production, as `[deploy] version` tells it: a command's first line, or what a web address answers."""

import asyncio
import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

from launchready.deploy import shell
from launchready.deploy.mask import Mask
from launchready.errors import WireError
from launchready.formats.printable import printable
from launchready.model.launch import Launch
from launchready.wire.deadline import Deadline
from launchready.wire.dns import Dns
from launchready.wire.http import Http

_PATIENCE_S = 15.0
_LONGEST = 100
_READ_BYTES = 64 * 1024
# What applications call it in a JSON answer, the most telling first.
_KEYS = ("version", "release", "commit", "sha", "revision", "build")


async def in_production(launch: Launch, folder: Path, environ: Mapping[str, str], mask: Mask) -> str | None:
    """What production says of itself, masked; None when it is not asked for, or does not say."""
    asked = launch.deploy.version if launch.deploy else None
    if asked is None:
        return None
    if asked.lower().startswith(("http://", "https://")):
        answer = await _fetched(launch, asked)
    else:
        answer = await _printed(asked, folder, environ, mask)
    return of(mask.text(answer.decode("utf-8", "replace"))) if answer is not None else None


def of(answer: str) -> str | None:
    """The version in an answer: a member of a JSON object, or the first line of text."""
    try:
        said = json.loads(answer)
    except (ValueError, RecursionError):
        said = answer
    if isinstance(said, dict):
        said = next((said[key] for key in _KEYS if isinstance(said.get(key), str | int)), None)
    lines = str(said).strip().splitlines() if isinstance(said, str | int | float) else []
    if not lines or lines[0].lstrip().startswith("<"):  # a page is no version
        return None
    return printable(lines[0].strip(), _LONGEST)


async def _fetched(launch: Launch, url: str) -> bytes | None:
    deadline = Deadline(_PATIENCE_S)
    try:
        async with Dns(launch.network, deadline) as dns, Http(launch.network, deadline, dns) as http:
            response = await http.fetch(url, verify=True, body_limit_bytes=_READ_BYTES)
    except WireError:
        return None
    return response.body if response.status == 200 else None


async def _printed(command: str, folder: Path, environ: Mapping[str, str], mask: Mask) -> bytes | None:
    said = bytearray()
    try:
        failed = await asyncio.wait_for(
            shell.run([command], folder=folder, environ=environ, mask=mask, show=said.extend), _PATIENCE_S
        )
    except TimeoutError:
        return None
    return None if failed else bytes(said[:_READ_BYTES])


def in_repository(folder: Path) -> str | None:
    """What git calls the commit that is checked out, `-dirty` when files differ from it; None without git."""
    try:
        done = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--tags"],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=_PATIENCE_S,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return of(done.stdout) if done.returncode == 0 else None

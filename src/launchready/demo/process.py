"""Parley as a process of its own: found, started, and stopped again whatever happens."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from launchready.demo.certificates import Pair
from launchready.errors import LaunchReadyError

START_S = 20.0
STOP_S = 3.0
_READ_BY_PARLEY = ("DATABASE_URL", "OPENAI_", "PARLEY_", "STRIPE_")


class ParleyFailed(LaunchReadyError):
    """Parley did not start; the message holds its own last words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Where a running Parley listens on loopback."""

    http: int
    https: Mapping[str, int]


def folder() -> Path:
    """The folder that holds the `parley` package: inside the installed launchready, or in its repository."""
    package = Path(__file__).parents[1]
    places = (package / "examples" / "parley", package.parents[1] / "examples" / "parley")
    for place in places:
        if (place / "parley" / "__main__.py").is_file():
            return place
    raise ParleyFailed(f"the Parley example is missing from this installation (looked in {places[0]} and {places[1]})")


@asynccontextmanager
async def running(
    domain: str, certificates: Mapping[str, Pair], faults: str, here: Path, smtp: str
) -> AsyncIterator[Ports]:
    """A Parley that answers; it keeps its files in `here` and mails by `smtp`. Raises ParleyFailed when it does not
    start."""
    words = here / "parley.log"
    child = await _started(_command(domain, certificates, faults, here), words, smtp)
    try:
        yield await _ports(child, words)
    finally:
        await _stop(child)


async def _started(command: Iterable[str], words: Path, smtp: str) -> asyncio.subprocess.Process:
    with words.open("wb") as stderr:
        try:
            return await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.PIPE,  # never written to: it closes when we are gone, however we went
                stdout=asyncio.subprocess.PIPE,
                stderr=stderr,
                cwd=words.parent,
                env={**_environment(os.environ), "PARLEY_SMTP": smtp},
                start_new_session=True,  # Ctrl-C is ours to handle: Parley stops after the audit has let go of it
            )
        except OSError as error:
            raise ParleyFailed(f"Parley did not start: {sys.executable}: {error.strerror}") from None


def _environment(ours: Mapping[str, str]) -> dict[str, str]:
    """Ours, with Parley first on PYTHONPATH, and without the database, the model and the card that it could use."""
    others = {name: value for name, value in ours.items() if not name.startswith(_READ_BY_PARLEY)}
    path = ours.get("PYTHONPATH")
    return {**others, "PYTHONPATH": os.pathsep.join([str(folder()), *([path] if path else [])])}


def _command(domain: str, certificates: Mapping[str, Pair], faults: str, here: Path) -> Iterable[str]:
    yield from (sys.executable, "-m", "parley", "--domain", domain, "--http", "0", "--with-parent")
    yield from ("--database", str(here / "parley.db"), "--faults", faults)
    for host, pair in certificates.items():
        yield from ("--https", f"{host}:0:{pair.certificate}:{pair.key}")


async def _ports(child: asyncio.subprocess.Process, words: Path) -> Ports:
    """What the child prints once it listens."""
    assert child.stdout
    try:
        async with asyncio.timeout(START_S):
            line = await child.stdout.readline()
        said = json.loads(line)
        return Ports(http=said["http"], https=said["https"])
    except TimeoutError:
        raise ParleyFailed(f"Parley did not start within {START_S:g} seconds{_last(words)}") from None
    except (ValueError, KeyError, TypeError):
        raise ParleyFailed(f"Parley did not start{_last(words)}") from None


def _last(words: Path) -> str:
    """The last thing the child said, as the end of a sentence."""
    lines = words.read_text("utf-8", "replace").split("\n")
    said = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return f": {said[:300]}" if said else ""


async def _stop(child: asyncio.subprocess.Process) -> None:
    """Ask, wait, insist. A second Ctrl-C while waiting insists at once."""
    with suppress(ProcessLookupError):
        child.terminate()
    try:
        async with asyncio.timeout(STOP_S):
            await child.wait()
    except TimeoutError:
        pass
    finally:
        if child.returncode is None:
            with suppress(ProcessLookupError):
                child.kill()
            await child.wait()

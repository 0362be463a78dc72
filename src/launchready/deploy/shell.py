"""Commands of launch.toml, run by the shell as a CI server runs them."""

import asyncio
import os
import shutil
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from launchready.deploy.mask import Mask

# Time for what a finished command printed last to arrive; a server that it started may keep the pipe open for ever.
_DRAIN_S = 1.0
_GRACE_S = 10.0
_READ_BYTES = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The command that ended badly, and its exit code (a negative one is the signal that ended it)."""

    command: str
    code: int

    def __str__(self) -> str:
        first, *rest = self.command.strip().splitlines()
        told = f"`{first}{' …' if rest else ''}`"
        if self.code < 0:
            return f"{told} was ended by {signal.Signals(-self.code).name}"
        hint = " (no such command; a list is run as several, so write each whole)" if self.code == 127 else ""
        return f"{told} ended with exit code {self.code}{hint}"


async def run(
    commands: Sequence[str],
    *,
    folder: Path,
    environ: Mapping[str, str],
    mask: Mask,
    show: Callable[[bytes], None],
) -> Failed | None:
    """Run one command after the other until one fails; what they print is shown as it comes, secrets masked.

    When cancelled, the running command is ended first.
    """
    for command in commands:
        code = await _one(command, folder, environ, mask, show)
        if code:
            return Failed(command=mask.text(command), code=code)
    return None


async def _one(
    command: str, folder: Path, environ: Mapping[str, str], mask: Mask, show: Callable[[bytes], None]
) -> int:
    reading, writing = os.pipe()
    on_terminal = sys.stdin is not None and sys.stdin.isatty()  # there, passwords are asked for and Ctrl-C reaches all
    try:
        process = await asyncio.create_subprocess_exec(
            *_shell(command),
            cwd=folder,
            env=dict(environ),
            stdout=writing,
            stderr=writing,
            start_new_session=not on_terminal,
        )
    except BaseException:
        os.close(reading)
        raise
    finally:
        os.close(writing)
    printing = asyncio.create_task(_print(reading, mask, show))
    try:
        code = await process.wait()
        await asyncio.wait({printing}, timeout=_DRAIN_S)
    except asyncio.CancelledError:
        await _end(process, group=not on_terminal)
        raise
    finally:
        printing.cancel()
        with suppress(asyncio.CancelledError):
            await printing
        with suppress(BrokenPipeError):
            show(mask.end())
    return code


def _shell(command: str) -> tuple[str, ...]:
    """The shell that stops at the first line that fails, in a pipe too where it can."""
    bash = shutil.which("bash")
    return (bash, "-eo", "pipefail", "-c", command) if bash else ("/bin/sh", "-ec", command)


async def _print(reading: int, mask: Mask, show: Callable[[bytes], None]) -> None:
    stream = asyncio.StreamReader()
    with os.fdopen(reading, "rb", buffering=0) as pipe:
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(stream), pipe
        )
        try:
            while arrived := await stream.read(_READ_BYTES):
                with suppress(BrokenPipeError):  # that nobody reads any more must not end the deploy
                    show(mask.feed(arrived))
        finally:
            transport.close()


async def _end(process: Process, *, group: bool) -> None:
    """Ask the command to end, with all that it started, and make it when it does not."""
    for signal_ in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            if group:
                os.killpg(process.pid, signal_)
            else:
                process.send_signal(signal_)
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), _GRACE_S)
            return

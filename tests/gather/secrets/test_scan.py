"""A scan that nobody waits for any more ends soon, whatever it is reading."""

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path

import pytest

from launchready.gather.secrets.git import Git
from launchready.gather.secrets.scan import Status, Stopped, Wanted, scan
from launchready.model.launch import Launch
from tests.gather.secrets.keys import READER
from tests.secrets.planted import Repository

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def test_a_pipe_that_says_nothing_can_be_left() -> None:
    reading, writing = os.pipe()

    async def run() -> None:
        wanted = Wanted(root=None, logs=("-",), stdin=stdin)
        looking = asyncio.create_task(scan(wanted, READER, Launch(domain="a.example", name="a"), NOW, status))
        await asyncio.sleep(0)  # one step, after which the thread reads
        assert status.what == "Reading the log -"
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking
        try:
            await asyncio.wait_for(asyncio.get_running_loop().shutdown_default_executor(), 10)
        finally:
            os.close(writing)

    status = Status()
    with FileIO(reading) as stdin:
        asyncio.run(run())


@pytest.mark.parametrize("command", [("rev-list", "--all"), ("cat-file", "--batch")])
def test_git_is_left_where_nobody_waits(tmp_path: Path, command: tuple[str, ...]) -> None:
    """Whether it has something to say or waits itself, as `cat-file` does for names."""
    Repository(tmp_path).commit(a_py="a\n")
    status = Status(is_stopped=True)
    go_on: Callable[[], None] = status.go_on
    reading, writing = os.pipe()
    git = Git(folder=tmp_path, go_on=go_on)
    with FileIO(reading) as stdin, pytest.raises(Stopped), git.stream(*command, stdin=stdin) as answer:
        answer.read(1)
    os.close(writing)

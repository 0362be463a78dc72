"""Parley as a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1]
OURS = ("PARLEY_", "OPENAI_", "STRIPE_", "DATABASE_URL")


def environment(**more: str) -> dict[str, str]:
    """This process's environment without what could be meant for a Parley, and with `more`."""
    return {**{name: value for name, value in os.environ.items() if not name.startswith(OURS)}, **more}


def command(database: Path | str, *flags: str) -> list[str]:
    return [sys.executable, "-m", "parley", "--http", "0", "--database", str(database), "--with-parent", *flags]


@contextmanager
def parley(
    database: Path | str, *flags: str, log: Path | None = None, settings: Mapping[str, str] | None = None
) -> Iterator[int]:
    """The port of a Parley that runs until the end of the block."""
    with listening(database, *flags, log=log, settings=settings) as ports:
        yield ports["http"]


@contextmanager
def listening(
    database: Path | str, *flags: str, log: Path | None = None, settings: Mapping[str, str] | None = None
) -> Iterator[Mapping[str, Any]]:
    """What a Parley says when everything answers: its ports. It runs until its standard input closes."""
    with (
        open(log or os.devnull, "ab") as words,
        subprocess.Popen(
            command(database, *flags),
            cwd=FOLDER,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=words,
            env=environment(**(settings or {})),
        ) as process,
    ):
        assert process.stdin
        assert process.stdout
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.stdin.close()
            assert process.wait(20) == 0

"""One line on standard error while something takes longer than a second, on a terminal only."""

import asyncio
import sys
from collections.abc import Awaitable
from contextlib import suppress
from itertools import count
from typing import TypeVar

T = TypeVar("T")


async def with_progress(work: Awaitable[T], what: str) -> T:
    """What `work` returns; `what` and the seconds so far are shown meanwhile."""
    if not sys.stderr.isatty():
        return await work
    ticker = asyncio.create_task(_tick(what))
    try:
        return await work
    finally:
        ticker.cancel()
        with suppress(asyncio.CancelledError):
            await ticker


async def _tick(what: str) -> None:
    try:
        for seconds in count(1):
            await asyncio.sleep(1)
            sys.stderr.write(f"\r{what} … {seconds} s")
            sys.stderr.flush()
    finally:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()

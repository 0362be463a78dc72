"""One line on standard error while something takes longer than a second, on a terminal only."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from itertools import count
from typing import TypeVar

T = TypeVar("T")


async def with_progress(work: Awaitable[T], what: str | Callable[[], str]) -> T:
    """What `work` returns; `what`, or what it says by now, and the seconds so far are shown meanwhile."""
    if not sys.stderr.isatty():
        return await work
    ticker = asyncio.create_task(_tick(what))
    try:
        return await work
    finally:
        ticker.cancel()
        with suppress(asyncio.CancelledError):
            await ticker


async def _tick(what: str | Callable[[], str]) -> None:
    try:
        for seconds in count(1):
            await asyncio.sleep(1)
            sys.stderr.write(f"\r{what if isinstance(what, str) else what()} … {seconds} s\x1b[K")
            sys.stderr.flush()
    finally:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()

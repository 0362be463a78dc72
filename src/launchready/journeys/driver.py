"""What drives the engine: something that answers its requests, for as long as it is open."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from launchready.journeys.engine import Consent, Walk
from launchready.journeys.exchange import Answer, Failure, Mail, ReadMail, Request
from launchready.model.launch import Network

Answering = Callable[[Request], Awaitable[Answer | Failure]]
Waiting = Callable[[ReadMail], Awaitable[Mail | Failure]]


class Driver(Protocol):
    """A way to answer requests."""

    def opened(
        self, network: Network, consent: Consent, at_most_s: float | None = None
    ) -> AbstractAsyncContextManager[Answering]:
        """What answers until the end of the block, in so many seconds together (else the network's deadline)."""


async def drive_by(walk: Walk, answering: Answering, waiting: Waiting) -> bool:
    """Whether every step of the walk went well; `waiting` is asked for mails."""
    try:
        asked = next(walk)
        while True:
            asked = walk.send(await (answering(asked) if isinstance(asked, Request) else waiting(asked)))
    except StopIteration as end:
        return bool(end.value)

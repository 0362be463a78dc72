"""A mailbox that steps read: what counts is what comes to an address after the walk has begun."""

import asyncio
from typing import Protocol

from launchready.errors import WireError
from launchready.journeys.exchange import Failure, Mail, ReadMail

NO_MAILBOX = (
    "this step reads a mailbox and there is none: name one under [journeys] mailbox in launch.toml, or let the app "
    "send to --catch-mail HOST:PORT"
)


class Mailbox(Protocol):
    """Where mails arrive."""

    where: str

    async def mark(self) -> None:
        """From now on mails count; those that are there already never do. Raises WireError."""

    async def following(self, asked: ReadMail) -> Mail:
        """The next mail to that address, as long as it takes: the caller sets the limit. Raises WireError."""


async def read(mailbox: Mailbox | None, asked: ReadMail, left_s: float) -> Mail | Failure:
    """The mail, or why there is none; `left_s` is what the run's own deadline leaves of the step's time."""
    if mailbox is None:
        return Failure(NO_MAILBOX)
    try:
        async with asyncio.timeout(left_s):
            return await mailbox.following(asked)
    except TimeoutError:
        others = f"; {len(asked.seen)} others came" if asked.seen else ""
        missing = f"no mail to {asked.address} came to {mailbox.where} within {left_s:.3g} s{others}"
        if left_s < asked.timeout_s:
            return Failure(f"{missing}: the run's time was over (--deadline gives it more)")
        return Failure(missing, nothing_came=True)
    except WireError as error:
        return Failure(f"{mailbox.where} cannot be read: {error}")

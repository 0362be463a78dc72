"""Which mailbox a run reads: our own catcher, or the one that launch.toml names."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from launchready.errors import UsageError
from launchready.journeys.catcher import catching
from launchready.journeys.imap_mailbox import ImapMailbox
from launchready.journeys.mailbox import Mailbox
from launchready.journeys.mailpit import Mailpit
from launchready.model.launch import Launch
from launchready.wire.imap import imap_url


@asynccontextmanager
async def mailbox_of(
    launch: Launch, listen: tuple[str, int] | None = None, *, wanted: bool = True
) -> AsyncIterator[Mailbox | None]:
    """The mailbox until the end of the block: a catcher where `listen` says so, else that of launch.toml, else None.

    One of launch.toml is opened only when it is `wanted`. Raises UsageError when it cannot be used as it is declared.
    """
    declared = launch.journeys.mailbox
    if listen is not None:
        async with catching(*listen) as catcher:
            yield catcher
        return
    if declared is None or not wanted:
        yield None
        return
    url = declared.reveal(in_url=True)
    if url.lower().startswith("http"):
        async with Mailpit.at(url, launch.network) as mailpit:
            yield mailpit
        return
    try:
        mailbox = ImapMailbox(imap_url(url), launch.network)
    except ValueError as error:
        raise UsageError(f"[journeys] mailbox in launch.toml {error}") from None
    try:
        yield mailbox
    finally:
        mailbox.close()

"""Where the demo plays: a temporary folder, an authority, DNS, and a Parley for as long as it is needed."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from launchready.demo.certificates import Authority
from launchready.demo.declared import APP, DOMAIN, NAMESERVERS, SITE, WWW, ZONES, launch
from launchready.demo.nameserver import Nameserver, listening
from launchready.demo.process import running
from launchready.model.launch import Launch

FRESH_DAYS_LEFT = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Names that resolve, and an authority for certificates."""

    folder: Path
    authority: Authority
    resolver: int
    nameservers: dict[str, int]
    now: datetime

    @asynccontextmanager
    async def parley(self, *, faults: str, app_days_left: int = FRESH_DAYS_LEFT) -> AsyncIterator[Launch]:
        """The launch of a fresh Parley that runs until the end of the block. Raises ParleyFailed."""
        days_left = {SITE: FRESH_DAYS_LEFT, WWW: FRESH_DAYS_LEFT, APP: app_days_left}
        with TemporaryDirectory(dir=self.folder) as folder:
            here = Path(folder)
            certificates = {
                host: self.authority.issue(host, here, ends=self.now + timedelta(days=days))
                for host, days in days_left.items()
            }
            async with running(DOMAIN, certificates, faults, here) as ports:
                yield launch(self.resolver, self.nameservers, ports, str(self.authority.root_file))


@asynccontextmanager
async def opened(now: datetime) -> AsyncIterator[Stage]:
    """A stage of which nothing is left in the end: no file, no socket, no process."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="launchready-demo-")))
        yield Stage(
            folder=folder,
            authority=Authority.new(folder, now),
            resolver=await stack.enter_async_context(listening(Nameserver(zones=ZONES, recursive=True))),
            nameservers={
                name: await stack.enter_async_context(listening(Nameserver(zones=zones)))
                for name, zones in NAMESERVERS.items()
            },
            now=now,
        )

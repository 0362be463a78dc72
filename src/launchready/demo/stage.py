"""Where the demo plays: a temporary folder, an authority, a mailbox, and a Parley with its DNS while it is needed."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

from launchready.demo.certificates import Authority, Pair
from launchready.demo.declared import APP, DOMAIN, SITE, WWW, launch, nameservers
from launchready.demo.mail import MailFault
from launchready.demo.nameserver import LOOPBACK, Nameserver, listening
from launchready.demo.process import running
from launchready.journeys.catcher import Catcher, catching
from launchready.model.launch import Launch


class Flaw(Enum):
    """What can be wrong with a host's certificate."""

    EXPIRED = "it ended four days ago"
    ENDS_SOON = "it ends in five days"
    WRONG_NAME = "it was made for another name"


# An hour more than whole days: by the time it is looked at, the days are still whole.
_LEFT: dict[Flaw | None, timedelta] = {
    Flaw.EXPIRED: -timedelta(days=4, hours=1),
    Flaw.ENDS_SOON: timedelta(days=5, hours=1),
}
_FRESH = timedelta(days=80)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """An authority for certificates, a mailbox for what Parley sends, and a folder of which nothing is left."""

    folder: Path
    authority: Authority
    mailbox: Catcher
    now: datetime

    @asynccontextmanager
    async def parley(
        self,
        *,
        faults: str,
        flaws: Mapping[str, Flaw] = MappingProxyType({}),
        mail: frozenset[MailFault] = frozenset(),
    ) -> AsyncIterator[Launch]:
        """The launch of a fresh Parley that runs until the end of the block; `flaws` by host. Raises ParleyFailed."""
        async with AsyncExitStack() as stack:
            here = Path(stack.enter_context(TemporaryDirectory(dir=self.folder)))
            certificates = {host: self._certificate(host, flaws.get(host), here) for host in (SITE, WWW, APP)}
            ports = await stack.enter_async_context(running(DOMAIN, certificates, faults, here, self._smtp))
            resolver, servers = await _dns(stack, mail)
            yield launch(resolver, servers, ports, str(self.authority.root_file))

    @property
    def _smtp(self) -> str:
        return f"smtp://{LOOPBACK}:{self.mailbox.port}"

    def _certificate(self, host: str, flaw: Flaw | None, folder: Path) -> Pair:
        name = f"old.{DOMAIN}" if flaw is Flaw.WRONG_NAME else host
        return self.authority.issue(name, folder / host, ends=self.now + _LEFT.get(flaw, _FRESH))


async def _dns(stack: AsyncExitStack, faults: frozenset[MailFault]) -> tuple[int, dict[str, int]]:
    """The ports of the resolver and of each name server, open until the stack is closed."""
    served = nameservers(faults)
    everything = tuple({id(zone): zone for zones in served.values() for zone in zones}.values())
    resolver = await stack.enter_async_context(listening(Nameserver(zones=everything, recursive=True)))
    return resolver, {
        name: await stack.enter_async_context(listening(Nameserver(zones=zones))) for name, zones in served.items()
    }


@asynccontextmanager
async def opened(now: datetime) -> AsyncIterator[Stage]:
    """A stage of which nothing is left in the end: no file, no socket, no process."""
    with TemporaryDirectory(prefix="launchready-demo-") as name:
        folder = Path(name)
        async with catching(LOOPBACK, 0) as mailbox:
            yield Stage(folder=folder, authority=Authority.new(folder, now), mailbox=mailbox, now=now)

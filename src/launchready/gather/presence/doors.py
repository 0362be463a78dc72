"""Every host that a domain may have, opened once: what DNS says of it, and where its front door leads."""

from asyncio import gather as together
from collections.abc import Iterable
from dataclasses import dataclass

from launchready.errors import WireError
from launchready.formats.parked import parked
from launchready.formats.urls import host_of
from launchready.gather.claims import unclaimed
from launchready.gather.discovery import USUAL, beside
from launchready.gather.looking import or_gap
from launchready.gather.pages import read_page
from launchready.gather.walks import walk
from launchready.model.gap import Gap
from launchready.model.launch import Role
from launchready.wire.dns import Answer, Dns
from launchready.wire.http import Http, Response

LABELS = {**USUAL, "chat": Role.APP, "admin": Role.ADMIN, "status": Role.STATUS}
MOST_NAMED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One host. `silence` is why DNS said nothing; `exists` what it said; `named` whether somebody names the host.

    `landed` is the answer at which its front address ends, or why there is none; `front` the same when it is the
    host's own. `nobodys` says why nothing of the launch is there.
    """

    name: str
    named: bool
    silence: Gap | None = None
    exists: bool = False
    landed: Response | Gap
    nobodys: str | None = None

    @property
    def front(self) -> Response | None:
        landed = self.landed
        return landed if isinstance(landed, Response) and host_of(landed.url) == self.name else None

    @property
    def end(self) -> str | None:
        """The host on which a visitor of this one ends."""
        return host_of(self.landed.url) if isinstance(self.landed, Response) else None


async def doors(domain: str, named: Iterable[str], dns: Dns, http: Http) -> tuple[Door, ...]:
    """The domain itself, what stands beside it in DNS, and the hosts of the domain that are named."""
    wanted = [name for name in dict.fromkeys(named) if name.endswith(f".{domain}")][:MOST_NAMED]
    found = [host.name for host in await beside(domain, LABELS, dns)]
    names = dict.fromkeys((domain, *found, *wanted))
    return tuple(await together(*(_door(name, name == domain or name in wanted, dns, http) for name in names)))


async def _door(name: str, named: bool, dns: Dns, http: Http) -> Door:
    ipv4, ipv6 = await together(*(or_gap(dns.look_up(name, kind, unchecked=True)) for kind in ("A", "AAAA")))
    answers = [answer for answer in (ipv4, ipv6) if isinstance(answer, Answer)]
    if not any(answer.records for answer in answers):
        gap = next((answer for answer in (ipv4, ipv6) if isinstance(answer, Gap)), None)
        return Door(name=name, named=named, silence=gap, landed=gap or Gap("has no address in DNS"))
    landed = await _landed(name, dns, http)
    chain = max((answer.chain for answer in answers), key=len)
    return Door(name=name, named=named, exists=True, landed=landed, nobodys=await _nobodys(name, landed, chain, http))


async def _landed(name: str, dns: Dns, http: Http) -> Response | Gap:
    """The end of the walk from the host's front address, by HTTPS or else by HTTP."""
    secure = await walk(f"https://{name}/", dns, http)
    if isinstance(secure.landed, Response):
        return secure.landed
    plain = await walk(f"http://{name}/", dns, http)
    return plain.landed if isinstance(plain.landed, Response) else secure.landed


async def _nobodys(name: str, landed: Response | Gap, chain: tuple[str, ...], http: Http) -> str | None:
    if isinstance(landed, Gap):
        return None
    try:
        if target := await unclaimed(name, chain, http):
            return f"leads to {target}, which nobody has claimed at its platform"
    except WireError:
        pass
    return parked(read_page(landed).title, landed.body)

"""What `audit DOMAIN` takes for granted: the apex, and the usual names beside it that exist in DNS."""

from asyncio import gather as together
from dataclasses import replace
from secrets import token_hex

from launchready.errors import WireError
from launchready.model.launch import Host, Launch, Role
from launchready.wire.dns import Answer, Dns

USUAL = {"www": Role.REDIRECT, "app": Role.APP, "api": Role.API}


async def discover(launch: Launch, dns: Dns) -> Launch:
    """The launch with the hosts that were found; as it stands when its hosts are declared."""
    if launch.hosts:
        return launch
    # A name nobody gave an address: whatever answers for it answers for every name.
    anything, *found = await together(*(_seen(f"{label}.{launch.domain}", dns) for label in (token_hex(8), *USUAL)))
    beside = tuple(
        Host(name=f"{label}.{launch.domain}", role=role, declared=False)
        for (label, role), seen in zip(USUAL.items(), found, strict=True)
        if seen and seen.isdisjoint(anything)
    )
    return replace(launch, hosts=(Host(name=launch.domain, role=Role.SITE), *beside))


async def _seen(name: str, dns: Dns) -> frozenset[str]:
    """The addresses of a name and the names it points through; a CNAME that leads nowhere counts, silence does not."""
    answers = await together(*(_answer(name, rdtype, dns) for rdtype in ("A", "AAAA")))
    return frozenset(text for answer in answers if answer for text in (*answer.records, *answer.chain))


async def _answer(name: str, rdtype: str, dns: Dns) -> Answer | None:
    try:
        return await dns.ask(name, rdtype, unchecked=True)
    except WireError:
        return None

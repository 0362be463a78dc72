"""What `audit DOMAIN` takes for granted: the apex, and the usual names beside it that exist in DNS."""

from asyncio import gather as together
from collections.abc import Mapping
from dataclasses import replace
from secrets import token_hex

from launchready.errors import WireError
from launchready.model.launch import Host, Launch, Role
from launchready.wire.dns import Answer, Dns

USUAL = {"www": Role.REDIRECT, "app": Role.APP, "api": Role.API}


async def discover(launch: Launch, dns: Dns) -> Launch:
    """The launch with the hosts that were found: the usual ones, or the domain and its www beside those declared.

    A name that DNS did not answer for stays in: that nobody could look is no sign that it is not there.
    """
    if launch.hosts:
        return replace(launch, hosts=(*launch.hosts, *await _front_doors(launch, dns)))
    found = await beside(launch.domain, USUAL, dns)
    return replace(launch, hosts=(Host(name=launch.domain, role=Role.SITE), *found))


async def beside(domain: str, labels: Mapping[str, Role], dns: Dns) -> tuple[Host, ...]:
    """The hosts below a domain that DNS knows, or does not answer for; a wildcard in DNS makes none."""
    # A name nobody gave an address: whatever answers for it answers for every name.
    anything, *found = await together(*(_seen(f"{label}.{domain}", dns) for label in (token_hex(8), *labels)))
    return tuple(
        Host(name=f"{label}.{domain}", role=role, declared=False)
        for (label, role), seen in zip(labels.items(), found, strict=True)
        if seen is None or (seen and seen.isdisjoint(anything or ()))
    )


async def _front_doors(launch: Launch, dns: Dns) -> tuple[Host, ...]:
    """The domain itself and its www where they lead somewhere and nobody declared them."""
    named = {host.name for host in launch.hosts}
    names = [name for name in (launch.domain, f"www.{launch.domain}") if name not in named]
    if not names:
        return ()
    anything, *found = await together(*(_seen(name, dns) for name in (f"{token_hex(8)}.{launch.domain}", *names)))
    site = launch.canonical or next((host.name for host in launch.hosts if host.role is Role.SITE), launch.domain)
    return tuple(
        Host(name=name, role=Role.SITE if name == site else Role.REDIRECT, declared=False)
        for name, seen in zip(names, found, strict=True)
        if seen is None or (seen and (name == launch.domain or seen.isdisjoint(anything or ())))
    )


async def _seen(name: str, dns: Dns) -> frozenset[str] | None:
    """The addresses of a name and the names it points through; None when DNS gives no answer that can be used."""
    answers = await together(*(_answer(name, rdtype, dns) for rdtype in ("A", "AAAA")))
    found = frozenset(text for answer in answers if answer for text in (*answer.records, *answer.chain))
    return found or (None if None in answers else frozenset())


async def _answer(name: str, rdtype: str, dns: Dns) -> Answer | None:
    try:
        return await dns.look_up(name, rdtype, unchecked=True)
    except WireError:
        return None

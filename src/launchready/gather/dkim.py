"""The DKIM keys of the declared selectors."""

from asyncio import gather as together
from collections.abc import Iterable
from datetime import datetime

from launchready.formats import dkim
from launchready.formats.mailboxes import domain_of, mail_domains, senders_domains
from launchready.gather.looking import or_gap
from launchready.gather.texts import texts
from launchready.model.facts import DkimFacts
from launchready.model.gap import Gap, with_gaps
from launchready.model.launch import Launch
from launchready.wire.dns import Dns

NO_SELECTOR = Gap("no DKIM selector is declared")

_LABEL = "._domainkey."


async def keys(launch: Launch, dns: Dns, now: datetime) -> tuple[DkimFacts, ...]:
    """One fact a key; without selectors, one a mail domain that says so."""
    selectors = launch.mail.selectors if launch.mail else ()
    if not selectors:
        return tuple(
            with_gaps(DkimFacts, NO_SELECTOR, subject=domain, source="probe", at=now) for domain in mail_domains(launch)
        )
    found: dict[str, DkimFacts] = {}
    for facts in await together(*(_selector(selector, launch, dns, now) for selector in selectors)):
        for fact in facts:
            found.setdefault(fact.subject, fact)
    return tuple(found.values())


def places(selector: str, launch: Launch) -> tuple[str, ...]:
    """Where the key of a selector may stand: at the one place it names, else at every mail domain.

    The likeliest comes first: the domains that mail is declared to come from.
    """
    plain = selector.strip().lower().rstrip(".")
    if _LABEL in plain:
        return (plain,)
    name, _, domain = plain.partition("@")
    if domain:
        return (f"{name}{_LABEL}{domain_of(domain) or domain}",)
    domains = dict.fromkeys((*senders_domains(launch), *mail_domains(launch)))
    return tuple(f"{name.removesuffix('._domainkey')}{_LABEL}{domain}" for domain in domains)


async def _selector(selector: str, launch: Launch, dns: Dns, now: datetime) -> tuple[DkimFacts, ...]:
    """The keys of one selector where there are any; else one fact, at the likeliest place, that there is none."""
    where = places(selector, launch)
    looked = dict(zip(where, await together(*(or_gap(texts(place, dns)) for place in where)), strict=True))
    seen = {place: found for place, found in looked.items() if not isinstance(found, Gap)}
    holding = [place for place, found in seen.items() if dkim.keys(found)]
    usable = [place for place in holding if not _all_revoked(seen[place])]
    if holding:
        return tuple(_fact(place, selector, seen[place], now) for place in usable or holding)
    missing = next((found for found in looked.values() if isinstance(found, Gap)), None)
    if missing:
        known = {"subject": where[0], "source": "probe", "at": now, "declared": selector}
        return (with_gaps(DkimFacts, missing, **known),)
    return (_fact(where[0], selector, seen[where[0]], now),)


def _all_revoked(found: Iterable[str]) -> bool:
    return all(key.revoked for key in dkim.keys(tuple(found)))


def _fact(place: str, selector: str, found: tuple[str, ...], now: datetime) -> DkimFacts:
    return DkimFacts(subject=place, source="probe", at=now, declared=selector, texts=found)

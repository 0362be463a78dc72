"""The DKIM keys of the declared selectors."""

from asyncio import gather as together
from collections.abc import Iterable
from datetime import datetime

from launchready.formats import dkim
from launchready.formats.mailboxes import domain_of, mail_domains, senders_domains
from launchready.gather.looking import or_gap
from launchready.gather.texts import texts
from launchready.known.mail_senders import mail_sender
from launchready.model.facts import DkimFacts
from launchready.model.gap import Gap, peek, with_gaps
from launchready.model.launch import Launch
from launchready.wire.dns import Dns

NO_SELECTOR = Gap("no DKIM selector is declared")

_LABEL = "._domainkey."


async def keys(launch: Launch, dns: Dns, now: datetime) -> tuple[DkimFacts, ...]:
    """One fact a key; without selectors, the keys that the declared services are known to use.

    Where nobody can say which keys there should be, one fact a mail domain says so.
    """
    selectors = launch.mail.selectors if launch.mail else ()
    if selectors:
        return await _declared(selectors, launch, dns, now)
    facts, all_known = await _of_services(launch, dns, now)
    if all_known:
        return facts
    unknown = (with_gaps(DkimFacts, NO_SELECTOR, subject=one, source="probe", at=now) for one in mail_domains(launch))
    return (*facts, *unknown)


async def _of_services(launch: Launch, dns: Dns, now: datetime) -> tuple[tuple[DkimFacts, ...], bool]:
    """The keys that stand where the declared services have them for every customer; False when one has none there.

    A key that is not there says nothing: the service may have been told to use another selector.
    """
    services = launch.mail.senders if launch.mail else ()
    known = [sender.selectors if (sender := mail_sender(name)) else () for name in services]
    found: dict[str, DkimFacts] = {}
    complete = bool(services)
    for selectors in known:
        facts = await _declared(selectors, launch, dns, now) if selectors else ()
        standing = [fact for fact in facts if not isinstance(peek(fact, "texts"), Gap) and dkim.keys(fact.texts)]
        found |= {fact.subject: fact for fact in standing}
        complete = complete and bool(standing)
    return tuple(found.values()), complete


async def _declared(selectors: Iterable[str], launch: Launch, dns: Dns, now: datetime) -> tuple[DkimFacts, ...]:
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

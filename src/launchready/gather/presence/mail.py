"""Which services send a domain's mail, as far as its SPF record and the usual DKIM selectors tell."""

from asyncio import gather as together
from dataclasses import dataclass
from secrets import token_hex

from launchready.errors import WireError
from launchready.formats import dkim
from launchready.formats.spf import Mechanism, Record, is_spf, parse
from launchready.gather.looking import or_gap
from launchready.gather.texts import texts
from launchready.known.mail_senders import including, known, signing
from launchready.model.gap import Gap
from launchready.model.repository import Sighting
from launchready.wire.dns import Dns

MOST_RECORDS = 10  # of the domain's own that its record leads to; SPF allows no more lookups (RFC 7208, 4.6.4)
MOST_STRANGERS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSeen:
    """Services and selectors that were seen; `answered` when DNS said anything at all about the domain's mail."""

    senders: tuple[Sighting, ...] = ()
    strangers: tuple[Sighting, ...] = ()
    selectors: tuple[Sighting, ...] = ()
    unseen: tuple[str, ...] = ()
    answered: bool = False


async def mail(domain: str, dns: Dns) -> MailSeen:
    """What SPF includes and which of the known services' selectors hold a key; nothing raises."""
    (includes, silence), (selectors, unasked) = await together(_included(domain, dns), _selectors(domain, dns))
    senders: dict[str, Sighting] = {}
    strangers: list[Sighting] = []
    for include in includes:
        if service := including(include.value):
            senders.setdefault(service.name, Sighting(service.name, f"include:{include.value} in {include.where}"))
        else:
            strangers.append(include)
    for selector in selectors:
        if service := signing(selector.value):
            senders.setdefault(service.name, Sighting(service.name, f"its DKIM key at {selector.where}"))
    return MailSeen(
        senders=tuple(senders.values()),
        strangers=tuple(strangers[:MOST_STRANGERS]),
        selectors=selectors,
        unseen=tuple(reason for reason in (silence, unasked) if reason),
        answered=not (silence and unasked),
    )


async def _included(domain: str, dns: Dns) -> tuple[list[Sighting], str | None]:
    """What the domain's record includes of others, through records of its own; and why it could not be read."""
    found: dict[str, Sighting] = {}
    waiting, read = [domain], set[str]()
    while waiting and len(read) < MOST_RECORDS:
        name = waiting.pop(0)
        read.add(name)
        record = await _record(name, dns)
        if isinstance(record, Gap):
            return list(found.values()), f"the SPF record of {name}: {record.reason}"
        for target in _targets(record) if record else ():
            own = target == domain or target.endswith(f".{domain}")
            if own and target not in read:
                waiting.append(target)
            elif not own:
                found.setdefault(target, Sighting(target, f"the SPF record of {name}"))
    return list(found.values()), None


async def _record(name: str, dns: Dns) -> Record | Gap | None:
    found = await or_gap(texts(name, dns))
    if isinstance(found, Gap):
        return found
    records = [text for text in found if is_spf(text)]
    return parse(records[0]) if len(records) == 1 else None


def _targets(record: Record) -> tuple[str, ...]:
    """The domains that a record goes to whoever the sender is; one with a macro in it is another for each."""
    terms = [one for one in record.mechanisms if isinstance(one, Mechanism) and one.name == "include"]
    texts_ = [one.text.partition(":")[2] for one in terms]
    if record.redirect:
        texts_.append(record.redirect.text.partition("=")[2])
    return tuple(text.lower().rstrip(".") for text in texts_ if "%" not in text)


async def _selectors(domain: str, dns: Dns) -> tuple[tuple[Sighting, ...], str | None]:
    """The known services' selectors that hold a key here; none when a wildcard answers for every selector."""
    names = tuple(dict.fromkeys(selector for one in known().values() for selector in one.selectors))
    try:
        if _usable(await texts(f"{token_hex(8)}._domainkey.{domain}", dns)):
            return (), f"every DKIM selector of {domain} holds a key (a wildcard in DNS), so none can be told apart"
    except WireError as error:
        return (), f"the DKIM selectors of {domain}: {error}"
    places = {name: f"{name}._domainkey.{domain}" for name in names}
    looked = await together(*(or_gap(texts(place, dns)) for place in places.values()))
    held = zip(places.items(), looked, strict=True)
    return tuple(
        Sighting(name, place) for (name, place), found in held if not isinstance(found, Gap) and _usable(found)
    ), None


def _usable(found: tuple[str, ...]) -> bool:
    return any(not key.revoked for key in dkim.keys(found))

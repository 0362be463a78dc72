"""The SPF of every domain that the launch has mail from, with all that it includes."""

import re
from asyncio import gather as together
from collections.abc import Generator
from datetime import datetime
from typing import TypeVar

from launchready.errors import WireError
from launchready.formats import spf
from launchready.formats.mailboxes import mail_domains, senders_domains
from launchready.formats.records import normalised
from launchready.formats.spf import Lint, Question, Reply, Status
from launchready.gather.looking import or_gap
from launchready.gather.registration import lent
from launchready.known.mail_senders import MailSender, mail_sender
from launchready.model.facts import Fact, SpfFacts, SpfFlaw, SpfSender
from launchready.model.gap import Gap, gap
from launchready.model.launch import Launch
from launchready.wire.dns import Dns, Outcome

T = TypeVar("T")

_STATUS = {Outcome.ANSWER: Status.FOUND, Outcome.NODATA: Status.NODATA, Outcome.NXDOMAIN: Status.NXDOMAIN}
_DOMAIN = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?\.)+[a-z0-9-]+")


async def look(launch: Launch, dns: Dns, now: datetime) -> tuple[Fact, ...]:
    """SpfFacts for the launch's domain and for each domain that it sends mail from."""
    if lent(launch):
        return ()
    domains = mail_domains(launch)
    lints = dict(zip(domains, await together(*(answered(spf.lint(domain), dns) for domain in domains)), strict=True))
    senders = await _senders(launch, lints, dns)
    hosts = await together(*(or_gap(_mx(domain, dns)) for domain in domains))
    sending = _sending(launch)
    return tuple(
        _facts(domain, lints[domain], mx, senders if domain in sending else (), sends=domain in sending, now=now)
        for domain, mx in zip(domains, hosts, strict=True)
    )


def _sending(launch: Launch) -> tuple[str, ...]:
    """The domains that mail is declared to come from; the launch's own when [mail] names none."""
    return senders_domains(launch) or ((launch.domain,) if launch.mail else ())


async def answered(asking: Generator[Question, Reply, T], dns: Dns) -> T:
    """What a generator of `formats.spf` returns once the wire has answered all its questions."""
    try:
        question = next(asking)
        while True:
            question = asking.send(await reply(question, dns))
    except StopIteration as end:
        value: T = end.value
        return value


async def reply(question: Question, dns: Dns) -> Reply:
    """One answer from the wire; whatever is no answer is an error with its reason."""
    try:
        answer = await dns.look_up(question.name.replace("\\", "\\\\"), question.type)
    except WireError as error:
        return Reply(Status.ERROR, reason=str(error))
    return Reply(_STATUS[answer.outcome], tuple(normalised(question.type, text) for text in answer.records))


async def _mx(domain: str, dns: Dns) -> tuple[str, ...]:
    answer = await dns.look_up(domain, "MX")
    return tuple(text.split()[-1].lower().rstrip(".") or "." for text in answer.records)


def _facts(
    domain: str, lint: Lint, mx: tuple[str, ...] | Gap, senders: tuple[SpfSender, ...], *, sends: bool, now: datetime
) -> SpfFacts:
    """What a part that was not answered could change is a Gap, unless what was seen decides already."""
    unread = Gap(reason) if (reason := _unread(lint)) else None
    alone = Gap(lint.unread[0]) if lint.unread and not lint.records else None
    flaws = tuple(SpfFlaw(domain=one.domain, term=one.term, text=one.text, via=one.via) for one in lint.flaws)
    return SpfFacts(
        subject=domain,
        source="probe",
        at=now,
        sends=sends,
        mx=mx,  # type: ignore[arg-type]
        records=alone or lint.records,  # type: ignore[arg-type]
        flaws=flaws or unread or (),  # type: ignore[arg-type]
        lookups=lint.lookups if lint.lookups > spf.LOOKUP_LIMIT or not unread else unread,  # type: ignore[arg-type]
        voids=lint.voids if len(lint.voids) > spf.VOID_LOOKUP_LIMIT or not unread else unread,  # type: ignore[arg-type]
        everyone=lint.everyone or unread or (),  # type: ignore[arg-type]
        default=lint.default if lint.default or not unread else unread,  # type: ignore[arg-type]
        costs=lint.costs,
        senders=senders,
    )


def _unread(lint: Lint) -> str | None:
    """Why a part of the record could not be followed."""
    if lint.unread:
        return lint.unread[0]
    elsewhere = next((term for term in lint.dynamic if "include" in term.lower() or "redirect" in term.lower()), None)
    return elsewhere and f"{elsewhere} leads to another record for each message, so what it costs cannot be read"


async def _senders(launch: Launch, lints: dict[str, Lint], dns: Dns) -> tuple[SpfSender, ...]:
    """Each declared service that must stand in the record of the domain that mail comes from."""
    declared = launch.mail.senders if launch.mail else ()
    own = {domain: lints[domain] for domain in _sending(launch)}
    found = await together(*(_sender(name, own, dns) for name in dict.fromkeys(declared)))
    return tuple(one for one in found if one)


async def _sender(name: str, own: dict[str, Lint], dns: Dns) -> SpfSender | None:
    """The service beside the records of the launch's domains; None when SPF on those plays no part for it."""
    known = mail_sender(name) or _by_domain(name)
    if known is None:
        unknown = f"{name} is a mail service that Launch Ready does not know"
        return SpfSender(name=name, include=gap(unknown), lookups=gap(unknown), listed_by=gap(unknown))
    if known.include is None:
        return None
    below = await together(*(answered(spf.lint(f"{known.subdomain}.{one}"), dns) for one in own if known.subdomain))
    named = {f"{known.subdomain}.{one}": lint for one, lint in zip(own, below, strict=False)} | own
    theirs = await answered(spf.lint(known.include), dns)
    listed = tuple(domain for domain, lint in named.items() if _lists(lint, known, theirs))
    reason = _cannot_tell(named)
    return SpfSender(
        name=known.name,
        include=_wanted(known, own),
        lookups=1 + theirs.lookups,
        listed_by=gap(reason) if reason and not listed else listed,
    )


def _wanted(known: MailSender, own: dict[str, Lint]) -> str:
    """The include that stands for the service in a record already, else the one to add."""
    return next((name for lint in own.values() for name in known.includes if name in lint.reached), known.includes[0])


def _by_domain(name: str) -> MailSender | None:
    """A service that is declared by the domain it wants included."""
    name = name.strip().lower()
    return MailSender(name=name, include=name, source="launch.toml") if _DOMAIN.fullmatch(name) else None


def _lists(lint: Lint, sender: MailSender, theirs: Lint) -> bool:
    """Whether a record includes the service, or holds its addresses without naming it (a flattened record)."""
    if set(lint.reached) & set(sender.includes):
        return True
    return bool(theirs.networks) and not theirs.unread and all(_within(one, lint.networks) for one in theirs.networks)


def _within(network: spf.Network, networks: tuple[spf.Network, ...]) -> bool:
    return any(one.version == network.version and network.subnet_of(one) for one in networks)  # type: ignore[arg-type]


def _cannot_tell(lints: dict[str, Lint]) -> str | None:
    """Why a service that was not found may be listed all the same."""
    for lint in lints.values():
        if lint.unread:
            return lint.unread[0]
        if lint.dynamic:
            return f"{lint.dynamic[0]} leads to another record for each message, so what it lists cannot be read"
    return None

"""The SPF record to paste: one record, with all that is wrong put right at once."""

from typing import Any

from launchready.formats.records import line
from launchready.formats.spf import LOOKUP_LIMIT, VOID_LOOKUP_LIMIT, Merged, merged
from launchready.known.mail_senders import receiving
from launchready.model.facts import SpfFacts, SpfSender
from launchready.model.finding import Remedy, RemedyKind
from launchready.model.gap import Gap, peek

NO_MAIL = "v=spf1 -all"
WHO = "whoever runs the domain's DNS"


def first_record(spf: SpfFacts) -> Remedy:
    """The record of a domain that has none: for its services, for whoever takes its mail, or for no mail at all."""
    hosts = [host for host in _seen(spf, "mx") if host != "."]
    if not spf.sends and not hosts:
        return _paste(spf, NO_MAIL)
    receivers = [known.include for host in hosts if (known := receiving(host)) and known.include]
    own = merged(["v=spf1 mx"] if hosts and not receivers else [], includes=(*receivers, *_includes(_senders(spf))))
    return _paste(spf, own.text)


def mended(spf: SpfFacts, default: str | None = None) -> tuple[Remedy, str]:
    """The one record instead of what stands there, and words for what had to go to keep it within ten lookups."""
    record = _merged(spf, default)
    if record.fits:
        return _paste(spf, record.text), _left_out(record, _costs(spf))
    costs = sorted(_costs(spf).items(), key=lambda cost: -cost[1])
    named = "\n".join(f"{term}  # {lookups} lookups" for term, lookups in costs if term.startswith("include:"))
    text = f"# Move one of these to a subdomain with a record of its own, or drop it:\n{named}"
    return Remedy(kind=RemedyKind.SETTING, text=text, who=WHO, minutes=30), "; no record can hold all of your services"


def _merged(spf: SpfFacts, default: str | None) -> Merged:
    senders = _senders(spf)
    return merged(
        spf.records,
        includes=_includes([one for one in senders if peek(one, "listed_by") == ()]),
        needed=_includes(senders),
        without=_at_fault(spf),
        costs=_costs(spf),
        default=default,
    )


def _at_fault(spf: SpfFacts) -> set[str]:
    """The terms of the record that break it or open it; a few dead names are left alone unless they stand in it."""
    voids = _seen(spf, "voids")
    many = len(voids) > VOID_LOOKUP_LIMIT
    at_fault = {flaw.via for flaw in _seen(spf, "flaws")} | {via for _, via in _seen(spf, "everyone")}
    return at_fault | {via for _, via in voids if many or not via.lower().lstrip("+-~?").startswith("include")}


def _senders(spf: SpfFacts) -> list[SpfSender]:
    return [one for one in _seen(spf, "senders") if not isinstance(peek(one, "include"), Gap)]


def _includes(senders: list[SpfSender]) -> list[str]:
    return [one.include for one in senders]


def _costs(spf: SpfFacts) -> dict[str, int]:
    """Lookups by term, of what stands in the record and of what is to be added."""
    wanted = {f"include:{one.include}": peek(one, "lookups") for one in _senders(spf)}
    known = {term: lookups for term, lookups in wanted.items() if not isinstance(lookups, Gap)}
    return known | dict(_seen(spf, "costs"))


def _left_out(record: Merged, costs: dict[str, int]) -> str:
    if not record.dropped:
        return ""
    named = ", ".join(f"{term} ({costs.get(term, 1)})" for term in record.dropped)
    return f"; to stay within {LOOKUP_LIMIT} lookups, the record to paste leaves out {named}"


def _seen(spf: SpfFacts, name: str) -> Any:
    """What a field holds; nothing where it could not be looked up: a remedy makes do with what is known."""
    value = peek(spf, name)
    return () if isinstance(value, Gap) else value


def _paste(spf: SpfFacts, text: str) -> Remedy:
    return Remedy(kind=RemedyKind.DNS_RECORD, text=line(spf.subject, "TXT", text), who=WHO, minutes=10)

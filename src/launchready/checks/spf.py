"""Who may send mail in the domain's name, and can a receiver tell?"""

from collections.abc import Iterator

from launchready.checks.registry import DoesNotApply, check
from launchready.checks.spf_remedies import first_record, mended
from launchready.formats.spf import LOOKUP_LIMIT, MOST_LOOKUPS, VOID_LOOKUP_LIMIT
from launchready.model.facts import SpfFacts
from launchready.model.finding import Evidence, Impact, Severity, Stage
from launchready.model.gap import peek

SHOWN = 3


@check(
    stage=Stage.EMAIL_AND_SECRETS,
    impact=Impact.EMAIL_UNDELIVERED,
    severity=Severity.MAJOR,
    title="No SPF record says who may send the domain's mail",
    why="SPF is the list of servers that may send mail in your name; without it Gmail and others send password resets "
    "to spam or refuse them, and anyone can pose as you.",
    fix="Publish one TXT record that lists your mail services; a domain that sends no mail says so with v=spf1 -all.",
    source="RFC 7208, section 4.5; RFC 9989, section 4.1",
)
def spf_missing(spf: SpfFacts) -> Iterator[Evidence]:
    """The TXT records of the domain itself are read, upper and lower case alike; for a domain that no declared mail
    comes from and that takes none, this is minor."""
    if not spf.records:
        no_mail = not spf.sends and peek(spf, "mx") in ((), (".",))
        severity = Severity.MINOR if no_mail else None
        yield Evidence("no TXT record begins with v=spf1", first_record(spf), severity)


@check(
    stage=Stage.EMAIL_AND_SECRETS,
    impact=Impact.EMAIL_UNDELIVERED,
    severity=Severity.MAJOR,
    title="The domain has more than one SPF record",
    why="SPF is the list of servers that may send mail in your name. With two of them receivers must follow neither, "
    "so mail from every one of your services can end in spam.",
    fix="Delete them all and publish the one record that holds what stood in each.",
    source="RFC 7208, section 4.5",
)
def spf_multiple(spf: SpfFacts) -> Iterator[Evidence]:
    """The TXT records of the domain that begin with v=spf1 are counted; one record split into several strings is
    one."""
    if len(spf.records) > 1:
        remedy, left_out = mended(spf)
        yield Evidence(f"{len(spf.records)} records: {' and '.join(spf.records[:SHOWN])}{left_out}", remedy)


@check(
    stage=Stage.EMAIL_AND_SECRETS,
    impact=Impact.EMAIL_UNDELIVERED,
    severity=Severity.MAJOR,
    title="The SPF record has a mistake",
    why="SPF is the list of servers that may send mail in your name. A receiver that finds one mistake must not use "
    "any of it, so mail of yours can end in spam.",
    fix="Publish the record without what cannot be read.",
    source="RFC 7208, sections 4.6, 5.2 and 12",
)
def spf_syntax(spf: SpfFacts) -> Iterator[Evidence]:
    """Every term of the record, and of every record that it includes, is read by the grammar, also those behind a
    term that matches first; an included domain must have a record of its own."""
    if not spf.records:
        raise DoesNotApply
    for flaw in spf.flaws[:SHOWN]:
        where = "" if flaw.domain == spf.subject else f" in the record of {flaw.domain}"
        yield Evidence(f"`{flaw.term}`{where}: {flaw.text}", mended(spf)[0])


@check(
    stage=Stage.EMAIL_AND_SECRETS,
    impact=Impact.EMAIL_UNDELIVERED,
    severity=Severity.MAJOR,
    title="SPF needs more DNS lookups than receivers allow",
    why="Past ten lookups a receiver must treat the whole record as broken, so mail of yours can end in spam.",
    fix="Drop the include: of every service that no longer sends mail for you, and ptr, a and mx if you can.",
    source="RFC 7208, section 4.6.4",
)
def spf_too_many_lookups(spf: SpfFacts) -> Iterator[Evidence]:
    """Every include, a, mx, ptr, exists and redirect is counted, in the record and in all that it includes: what a
    sender costs who is found last, or not at all."""
    _one(spf)
    if spf.lookups > LOOKUP_LIMIT:
        count = (
            f"{spf.lookups} lookups" if spf.lookups <= MOST_LOOKUPS else "lookups without end, for it includes itself"
        )
        most = sorted(spf.costs, key=lambda cost: -cost[1])[:3]
        named = ", ".join(f"{term} ({lookups})" for term, lookups in most)
        remedy, left_out = mended(spf)
        yield Evidence(f"{count}, where {LOOKUP_LIMIT} are allowed; most for {named}{left_out}", remedy)


@check(
    stage=Stage.EMAIL_AND_SECRETS,
    impact=Impact.EMAIL_UNDELIVERED,
    severity=Severity.MAJOR,
    title="SPF asks for names that do not exist",
    why="After two such names a receiver must treat the whole record as broken, so mail of yours can end in spam.",
    fix="Take the names that are gone out of the record.",
    source="RFC 7208, section 4.6.4",
)
def spf_too_many_void_lookups(spf: SpfFacts) -> Iterator[Evidence]:
    """Every name that an a, mx or exists asks for is looked up, in the record and in all that it includes; a name
    with an IPv4 or an IPv6 address is there."""
    _one(spf)
    if len(spf.voids) > VOID_LOOKUP_LIMIT:
        gone = ", ".join(dict.fromkeys(name for name, _ in spf.voids[:SHOWN]))
        text = f"{len(spf.voids)} lookups find nothing, where {VOID_LOOKUP_LIMIT} are allowed: {gone}"
        yield Evidence(text, mended(spf)[0])


@check(
    stage=Stage.EMAIL_AND_SECRETS,
    impact=Impact.EMAIL_UNDELIVERED,
    severity=Severity.MAJOR,
    title="SPF lets everyone send mail in your name",
    why="A mail that poses as your password reset or your invoice counts as genuine, whoever sends it.",
    fix="End the record in ~all or -all, and list servers by name or small network.",
    source="RFC 7208, sections 5.1 and 8.1",
)
def spf_allows_everyone(spf: SpfFacts) -> Iterator[Evidence]:
    """The record and all that it includes are searched for what lets strangers pass: +all, networks as wide as a
    sixteenth of the internet, a name that always exists; ?all, or no all, takes no side and is minor."""
    _one(spf)
    for how, _ in spf.everyone[:SHOWN]:
        yield Evidence(how, mended(spf)[0])
    if not spf.everyone and spf.default in (None, "?"):
        ending = "it ends in ?all" if spf.default else "it ends without all"
        yield Evidence(f"{ending}, which takes no side on mail from strangers", mended(spf, "~")[0], Severity.MINOR)


@check(
    stage=Stage.EMAIL_AND_SECRETS,
    impact=Impact.EMAIL_UNDELIVERED,
    severity=Severity.MAJOR,
    title="The SPF record leaves out a mail service that you use",
    why="SPF is the list of servers that may send mail in your name; what a service sends that is not on it can end in "
    "spam.",
    fix="Add the service's include: to the one record that you have.",
    source="RFC 7208, section 5.2; each service's own documentation",
)
def spf_omits_sender(spf: SpfFacts) -> Iterator[Evidence]:
    """Each service in [mail] senders is looked for in the record and in all that it includes, by name or by its
    addresses; a service whose bounce address is on a name of its own needs no mention."""
    if not spf.senders or not spf.records:
        raise DoesNotApply
    missing = [sender for sender in spf.senders if not sender.listed_by]
    for sender in missing:
        text = f"{sender.name} is declared as a sender, but include:{sender.include} is not in the record"
        remedy, left_out = mended(spf)
        yield Evidence(f"{text}{left_out}", remedy)


def _one(spf: SpfFacts) -> None:
    """What a record says can be judged where there is just one."""
    if len(spf.records) != 1:
        raise DoesNotApply

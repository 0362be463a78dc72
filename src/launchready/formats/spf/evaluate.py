"""check_host() of RFC 7208, section 4: may this address send mail for that domain, and why."""

from collections.abc import Generator
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_network

from launchready.formats.spf import macros
from launchready.formats.spf.macros import MacroError, MacroString
from launchready.formats.spf.parse import is_spf, parse
from launchready.formats.spf.questions import (
    Address,
    Question,
    Reply,
    Status,
    addresses,
    can_be_asked,
    dotted,
    exchanges,
    is_domain,
    reverse_name,
)
from launchready.formats.spf.results import BY_QUALIFIER, Evaluation, Result, Step
from launchready.formats.spf.terms import Mechanism, Modifier, Record

LOOKUP_LIMIT = 10  # terms that ask DNS; section 4.6.4
VOID_LOOKUP_LIMIT = 2
MX_LIMIT = 10
PTR_LIMIT = 10
LONGEST_SENDER = 512  # RFC 5321, section 4.5.3.1, allows 320; more only makes work
LONGEST_EXPLANATION = 2000

Decision = tuple[Result, str]


class _Stop(Exception):
    """The evaluation ends with an error."""

    def __init__(self, result: Result, reason: str) -> None:
        super().__init__(reason)
        self.result = result
        self.reason = reason


@dataclass(slots=True, kw_only=True)
class _Run:
    """One evaluation under way."""

    ip: Address
    local: str
    origin: str
    helo: str
    receiver: str
    now_s: int
    lookups: int = 0
    voids: int = 0
    explanation: str | None = None
    path: list[Step] = field(default_factory=list)

    @property
    def address_type(self) -> str:
        return "A" if isinstance(self.ip, IPv4Address) else "AAAA"

    def count_lookup(self) -> None:
        self.lookups += 1
        if self.lookups > LOOKUP_LIMIT:
            raise _Stop(Result.PERMERROR, f"more than {LOOKUP_LIMIT} terms ask DNS")

    def count_void(self) -> None:
        self.voids += 1
        if self.voids > VOID_LOOKUP_LIMIT:
            raise _Stop(Result.PERMERROR, f"more than {VOID_LOOKUP_LIMIT} lookups found nothing")


def check_host(
    ip: Address, domain: str, sender: str, helo: str, *, receiver: str = "unknown", now_s: int = 0
) -> Generator[Question, Reply, Evaluation]:
    """Whether mail from `ip` for `domain` may come from there; yields questions, is sent replies, never raises.

    `sender` is the MAIL FROM address (empty: postmaster at `helo`), `receiver` and `now_s` serve explanations.
    """
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped  # section 5
    local, _, origin = (sender or f"@{helo}")[-LONGEST_SENDER:].rpartition("@")
    run = _Run(
        ip=ip, local=local or "postmaster", origin=origin, helo=helo[:LONGEST_SENDER], receiver=receiver, now_s=now_s
    )
    try:
        result, reason = yield from _policy(run, domain.removesuffix("."), 0)
    except _Stop as stop:
        result, reason = stop.result, stop.reason
    return Evaluation(
        result=result,
        reason=reason,
        explanation=run.explanation,
        path=tuple(run.path),
        lookups=run.lookups,
        void_lookups=run.voids,
    )


def _policy(run: _Run, domain: str, depth: int) -> Generator[Question, Reply, Decision]:
    """What the domain's own record says; sections 4.3 to 4.7."""
    record = yield from _record(domain)
    if isinstance(record, str):
        return Result.NONE, record
    if record.problems:
        first = record.problems[0]
        raise _Stop(Result.PERMERROR, f"{domain}: {first.term}: {first.text}")
    for term in record.mechanisms:
        if (yield from _tried(run, term, domain, depth)):
            result = BY_QUALIFIER[term.qualifier]
            if result is Result.FAIL and depth == 0:
                run.explanation = yield from _explanation(run, record, domain)
            return result, f"{term.text} of {domain} matches"
    if record.redirect:
        return (yield from _redirected(run, record.redirect, domain, depth))
    return Result.NEUTRAL, f"nothing in the record of {domain} matches"


def _record(domain: str) -> Generator[Question, Reply, Record | str]:
    """The one record of a domain, or why there is none (section 4.5)."""
    if not is_domain(domain):
        return f"{domain or 'an empty name'} is no domain"
    reply = yield Question(domain, "TXT")
    if reply.status is Status.ERROR:
        raise _Stop(Result.TEMPERROR, reply.reason or f"no answer for {domain}")
    found = [text for text in reply.records if is_spf(text)]
    if len(found) > 1:
        raise _Stop(Result.PERMERROR, f"{domain} has {len(found)} SPF records")
    return parse(found[0]) if found else f"{domain} has no SPF record"


def _tried(run: _Run, term: Mechanism, domain: str, depth: int) -> Generator[Question, Reply, bool]:
    """Whether the term matches; the step is written down above those of what it includes."""
    at = len(run.path)
    try:
        if term.needs_lookup:
            run.count_lookup()
        outcome = yield from _outcome(run, term, domain, depth)
    except _Stop as stop:
        run.path.insert(at, Step(domain=domain, term=term.text, depth=depth, outcome=stop.result.value))
        raise
    run.path.insert(at, Step(domain=domain, term=term.text, depth=depth, outcome=outcome))
    return outcome.startswith("match")


def _outcome(run: _Run, term: Mechanism, domain: str, depth: int) -> Generator[Question, Reply, str]:
    """ "match", or "no match" with what is to be known beside it."""
    if term.name == "all":
        return "match"
    if term.network:
        return _said(run.ip in term.network)
    name = yield from _target(run, term.target, domain)
    if term.name == "include":
        return (yield from _included(run, name, depth))
    if not can_be_asked(name):
        return f"no match: {name or 'an empty name'} is no name in DNS"
    if term.name == "exists":
        reply = yield from _asked(run, name, "A")
        return _said(bool(reply.records))
    if term.name == "a":
        return _said((yield from _has_address(run, name, term)))
    if term.name == "mx":
        return _said((yield from _has_exchange(run, name, term)))
    names = yield from _validated(run)
    return _said(any(_is_within(one, name) for one in names))


def _said(matches: bool) -> str:
    return "match" if matches else "no match"


def _included(run: _Run, name: str, depth: int) -> Generator[Question, Reply, str]:
    """A pass there is a match here; no record there is an error here (section 5.2)."""
    result, reason = yield from _policy(run, name, depth + 1)
    if result is Result.NONE:
        raise _Stop(Result.PERMERROR, f"include: {reason}")
    return "match" if result is Result.PASS else f"no match: {name} gives {result.value}"


def _redirected(run: _Run, redirect: Modifier, domain: str, depth: int) -> Generator[Question, Reply, Decision]:
    """The other domain's record instead of this one (section 6.1)."""
    step = Step(domain=domain, term=redirect.text, depth=depth, outcome="goes on there")
    run.path.append(step)
    run.count_lookup()
    name = yield from _target(run, redirect.value, domain)
    result, reason = yield from _policy(run, name, depth)
    if result is Result.NONE:
        raise _Stop(Result.PERMERROR, f"redirect: {reason}")
    return result, reason


def _has_address(run: _Run, name: str, term: Mechanism) -> Generator[Question, Reply, bool]:
    """Whether an address of the name, with as many bits as the term wants, is the sender's."""
    reply = yield from _asked(run, name, run.address_type)
    length = term.ipv4_length if run.address_type == "A" else term.ipv6_length
    same = [one for one in addresses(reply.records) if one.version == run.ip.version]
    return any(run.ip in ip_network((one, length), strict=False) for one in same)


def _has_exchange(run: _Run, name: str, term: Mechanism) -> Generator[Question, Reply, bool]:
    reply = yield from _asked(run, name, "MX")
    hosts = exchanges(reply.records)
    if len(hosts) > MX_LIMIT:
        raise _Stop(Result.PERMERROR, f"{name} has more than {MX_LIMIT} MX hosts")
    for host in hosts:
        if can_be_asked(host) and (yield from _has_address(run, host, term)):
            return True
    return False


def _asked(run: _Run, name: str, kind: str) -> Generator[Question, Reply, Reply]:
    reply = yield Question(name, kind)
    if reply.status is Status.ERROR:
        raise _Stop(Result.TEMPERROR, reply.reason or f"no answer for {name}")
    if reply.void:
        run.count_void()
    return reply


def _validated(run: _Run) -> Generator[Question, Reply, tuple[str, ...]]:
    """The names of the sender's address that lead back to it; what is not answered does not count (section 5.5)."""
    reply = yield Question(reverse_name(run.ip), "PTR")
    names: list[str] = []
    for name in [text.removesuffix(".") for text in reply.records][:PTR_LIMIT]:
        if can_be_asked(name):
            back = yield Question(name, run.address_type)
            if run.ip in addresses(back.records):
                names.append(name)
    if reply.void:
        run.count_void()
    return tuple(names)


def _is_within(name: str, domain: str) -> bool:
    return f".{name.lower()}".endswith(f".{domain.lower()}")


def _target(run: _Run, spec: MacroString | None, domain: str) -> Generator[Question, Reply, str]:
    """The domain that a term is about: the record's own where it names none."""
    if spec is None:
        return domain
    values = yield from _values(run, spec, domain)
    return macros.shortened(macros.expand(spec, values))


def _values(run: _Run, spec: MacroString, domain: str) -> Generator[Question, Reply, dict[str, str]]:
    """Every macro's value (section 7.3); p is asked for only where it is used."""
    validated = (yield from _best_name(run, domain)) if "p" in spec.letters else ""
    return {
        "s": f"{run.local}@{run.origin}",
        "l": run.local,
        "o": run.origin,
        "d": domain,
        "i": dotted(run.ip),
        "p": validated,
        "v": "in-addr" if run.address_type == "A" else "ip6",
        "h": run.helo,
        "c": str(run.ip),
        "r": run.receiver,
        "t": str(run.now_s),
    }


def _best_name(run: _Run, domain: str) -> Generator[Question, Reply, str]:
    """The domain itself if it is a validated name, else one below it, else any, else "unknown"."""
    names = yield from _validated(run)
    same = [name for name in names if name.lower() == domain.lower()]
    return next(iter([*same, *(name for name in names if _is_within(name, domain)), *names]), "unknown")


def _explanation(run: _Run, record: Record, domain: str) -> Generator[Question, Reply, str | None]:
    """The text that the domain wants senders to read; whatever is wrong with it, there is none (section 6.2)."""
    modifier = record.modifier("exp")
    if modifier is None:
        return None
    lookups, voids = run.lookups, run.voids
    try:
        name = yield from _target(run, modifier.value, domain)
        reply = (yield Question(name, "TXT")) if can_be_asked(name) else Reply(Status.NXDOMAIN)
        if reply.status is not Status.FOUND or len(reply.records) != 1 or not reply.records[0].isascii():
            return None
        text = macros.macro_string(reply.records[0], spaces=True)
        values = yield from _values(run, text, domain)
    except (MacroError, _Stop):
        return None
    finally:
        run.lookups, run.voids = lookups, voids  # the result stands already
    return macros.expand(text, values)[:LONGEST_EXPLANATION]

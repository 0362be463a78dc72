"""A static walk over a domain's record and everything that it leads to: what any sender may meet (RFC 7208)."""

from collections.abc import Generator
from dataclasses import dataclass, field

from launchready.formats.spf import everyone
from launchready.formats.spf.evaluate import LOOKUP_LIMIT, MX_LIMIT, VOID_LOOKUP_LIMIT
from launchready.formats.spf.macros import MacroString, expand, shortened
from launchready.formats.spf.parse import is_spf, parse
from launchready.formats.spf.questions import Question, Reply, Status, can_be_asked, exchanges, is_domain
from launchready.formats.spf.terms import Mechanism, Modifier, Network, Record

MOST_LOOKUPS = 40  # a record that leads back to itself has no end; nobody needs the number past this
MOST_NOTES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """What makes receivers answer permerror: in whose record, which term, and why; `via` as in `Lint`."""

    domain: str
    term: str
    text: str
    via: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lint:
    """What the walk came to.

    `records` are the domain's own. `lookups` is the worst case; more than `MOST_LOOKUPS` stands for no end. `voids`
    are the names that are not there, each as often as it is asked for, and `everyone` says how strangers pass; both
    with `via`, the term of the domain's own record that leads there. `default` is the qualifier of the `all` that is
    reached in the end. `reached` are the domains whose records are gone to, `networks` what ip4 and ip6 allow,
    `costs` how many lookups each term of the domain's own record needs. `unread` says what DNS did not answer;
    `dynamic` are the terms that lead elsewhere for each sender, so that nobody can follow them beforehand.
    """

    records: tuple[str, ...]
    flaws: tuple[Flaw, ...]
    lookups: int
    voids: tuple[tuple[str, str], ...]
    everyone: tuple[tuple[str, str], ...]
    default: str | None
    reached: tuple[str, ...]
    networks: tuple[Network, ...]
    costs: tuple[tuple[str, int], ...]
    ptr: bool
    dynamic: tuple[str, ...]
    unread: tuple[str, ...]

    @property
    def broken(self) -> bool:
        """Whether some receiver must answer permerror."""
        over = self.lookups > LOOKUP_LIMIT or len(self.voids) > VOID_LOOKUP_LIMIT
        return len(self.records) > 1 or bool(self.flaws) or over


@dataclass(slots=True, kw_only=True)
class _Walk:
    origin: str
    via: str = ""
    lookups: int = 0
    ptr: bool = False
    voids: list[tuple[str, str]] = field(default_factory=list)
    costs: list[tuple[str, int]] = field(default_factory=list)
    # Kept in the order they were met, each once.
    flaws: dict[Flaw, None] = field(default_factory=dict)
    reached: dict[str, None] = field(default_factory=dict)
    networks: dict[Network, None] = field(default_factory=dict)
    everyone: dict[tuple[str, str], None] = field(default_factory=dict)
    dynamic: dict[str, None] = field(default_factory=dict)
    unread: dict[str, None] = field(default_factory=dict)
    replies: dict[Question, Reply] = field(default_factory=dict)
    parsed: dict[str, Record] = field(default_factory=dict)

    @property
    def over(self) -> bool:
        return self.lookups > MOST_LOOKUPS

    def flaw(self, domain: str, term: str, text: str) -> None:
        if len(self.flaws) < MOST_NOTES:
            self.flaws[Flaw(domain=domain, term=term, text=text, via=self.via or term)] = None

    def void(self, name: str) -> None:
        self.voids.append((name, self.via))

    def stranger(self, how: str) -> None:
        self.everyone[how, self.via] = None

    def read(self, text: str, domain: str) -> Record:
        """The record, its problems noted."""
        if text not in self.parsed:
            self.parsed[text] = parse(text)
        for problem in self.parsed[text].problems:
            self.flaw(domain, problem.term, problem.text)
        return self.parsed[text]

    def target(self, spec: MacroString | None, domain: str) -> str | None:
        """The name that a term is about; None where it is another for each sender."""
        if spec is None:
            return domain
        if spec.letters - {"d", "o"}:
            return None
        return shortened(expand(spec, {"d": domain, "o": self.origin})).lower()


def lint(domain: str) -> Generator[Question, Reply, Lint]:
    """Everything that is wrong with the SPF of `domain`; yields questions, is sent replies, never raises."""
    domain = domain.removesuffix(".").lower()
    walk = _Walk(origin=domain)
    default = None
    records = (yield from _records(walk, domain)) if is_domain(domain) else ()
    for text in records:
        walk.read(text, domain)
    if len(records) == 1:
        default = yield from _followed(walk, walk.read(records[0], domain), domain, passing=True)
    strangers = tuple(walk.everyone) or tuple((how, "") for how in everyone.together(walk.networks))
    return Lint(
        records=records,
        flaws=tuple(walk.flaws),
        lookups=walk.lookups,
        voids=tuple(walk.voids),
        everyone=strangers,
        default=default,
        reached=tuple(walk.reached),
        networks=tuple(walk.networks),
        costs=tuple(walk.costs),
        ptr=walk.ptr,
        dynamic=tuple(walk.dynamic),
        unread=tuple(walk.unread),
    )


def _asked(walk: _Walk, name: str, kind: str) -> Generator[Question, Reply, Reply]:
    """The reply to a question that is asked once; what is not answered is noted."""
    question = Question(name, kind)
    if question not in walk.replies:
        walk.replies[question] = yield question
    reply = walk.replies[question]
    if reply.status is Status.ERROR:
        walk.unread[reply.reason or f"no answer for {name}"] = None
    return reply


def _records(walk: _Walk, domain: str) -> Generator[Question, Reply, tuple[str, ...]]:
    reply = yield from _asked(walk, domain, "TXT")
    return tuple(text for text in reply.records if is_spf(text))


def _followed(walk: _Walk, record: Record, domain: str, *, passing: bool) -> Generator[Question, Reply, str | None]:
    """Every term of one record; `passing` when its pass is one for the domain that is linted. The final `all`."""
    outermost = domain == walk.origin and not walk.reached
    for term in record.mechanisms:
        before = walk.lookups
        walk.via = term.text if outermost else walk.via
        yield from _walked(walk, term, domain, passing=passing and term.qualifier == "+")
        if outermost and walk.lookups > before:
            walk.costs.append((term.text, walk.lookups - before))
        if walk.over:
            return record.default
    if record.redirect is None:
        return record.default
    before = walk.lookups
    walk.via = record.redirect.text if outermost else walk.via
    default = yield from _gone_to(walk, record.redirect, record.redirect.value, domain, passing=passing)
    if outermost:
        walk.costs.append((record.redirect.text, walk.lookups - before))
    return default


def _walked(walk: _Walk, term: Mechanism, domain: str, *, passing: bool) -> Generator[Question, Reply, None]:
    """One mechanism; `passing` when whoever it matches passes."""
    if passing and (how := everyone.alone(term)) is not None:
        walk.stranger(f"{term.text} in the record of {domain}{how}")
    if term.network and passing:
        walk.networks[term.network] = None
    if term.name == "include":
        yield from _gone_to(walk, term, term.target, domain, passing=passing)
    elif term.needs_lookup:
        walk.lookups += 1
        walk.ptr = walk.ptr or term.name == "ptr"
        name = walk.target(term.target, domain)
        if name is None:
            walk.dynamic[term.text] = None
        elif can_be_asked(name):
            yield from _looked_up(walk, term, name, domain, passing=passing)
        else:
            walk.flaw(domain, term.text, f"{name or 'an empty name'} cannot be a name in DNS")


def _looked_up(
    walk: _Walk, term: Mechanism, name: str, domain: str, *, passing: bool
) -> Generator[Question, Reply, None]:
    """What a, mx and exists find; ptr depends on the sender alone."""
    if term.name == "a":
        yield from _addressed(walk, name)
    elif term.name == "mx":
        yield from _exchanged(walk, term, name, domain)
    elif term.name == "exists":
        reply = yield from _asked(walk, name, "A")
        if reply.void:
            walk.void(name)
        elif passing and reply.records:
            walk.stranger(f"{term.text} in the record of {domain}, a name that is always there")


def _addressed(walk: _Walk, name: str) -> Generator[Question, Reply, None]:
    """A sender asks for one kind of address only; a name that has the other kind is no void lookup to accuse."""
    if (yield from _asked(walk, name, "A")).void and (yield from _asked(walk, name, "AAAA")).void:
        walk.void(name)


def _exchanged(walk: _Walk, term: Mechanism, name: str, domain: str) -> Generator[Question, Reply, None]:
    reply = yield from _asked(walk, name, "MX")
    hosts = exchanges(reply.records)
    if reply.void:
        walk.void(name)
    if len(hosts) > MX_LIMIT:
        walk.flaw(domain, term.text, f"{name} has {len(hosts)} MX hosts; {MX_LIMIT} are allowed")
        return
    for host in filter(can_be_asked, hosts):
        yield from _addressed(walk, host)


def _gone_to(
    walk: _Walk, term: Mechanism | Modifier, spec: MacroString | None, domain: str, *, passing: bool
) -> Generator[Question, Reply, str | None]:
    """The record that an include or a redirect leads to, which must be there (sections 5.2 and 6.1)."""
    walk.lookups += 1
    name = walk.target(spec, domain)
    if name is None:
        walk.dynamic[term.text] = None
        return None
    walk.reached[name] = None
    if not is_domain(name):
        walk.flaw(domain, term.text, f"{name or 'an empty name'} is no domain")
        return None
    records = yield from _records(walk, name)
    unread = walk.replies[Question(name, "TXT")].status is Status.ERROR
    if len(records) != 1 and not unread:
        walk.flaw(domain, term.text, f"{name} has {len(records) or 'no'} SPF record{'s' if records else ''}")
    if len(records) != 1 or walk.over:
        return None
    return (yield from _followed(walk, walk.read(records[0], name), name, passing=passing))

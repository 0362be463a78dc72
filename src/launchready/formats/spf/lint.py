"""A static walk over a domain's record and everything that it leads to: what any sender may meet (RFC 7208)."""

from collections.abc import Generator
from dataclasses import dataclass, field
from ipaddress import IPv4Network, collapse_addresses

from launchready.formats.spf.evaluate import LOOKUP_LIMIT, MX_LIMIT, VOID_LOOKUP_LIMIT
from launchready.formats.spf.macros import MacroString, shortened
from launchready.formats.spf.parse import is_spf, parse
from launchready.formats.spf.questions import Question, Reply, Status, can_be_asked, exchanges, is_domain
from launchready.formats.spf.terms import Mechanism, Record

MOST_LOOKUPS = 40  # a record that leads back to itself has no end; past this nobody counts on
MOST_NOTES = 50
WIDE = 2**24  # addresses: a /8, as much as nobody who sends mail has

Asking = Generator[Question, Reply, None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """What makes receivers answer permerror: in whose record, which term, and why."""

    domain: str
    term: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lint:
    """What the walk came to.

    `records` are the domain's own. `lookups` is the worst case, `MOST_LOOKUPS` + 1 for no end. `voids` are the names
    that were not there, each as often as it is asked for. `everyone` says how strangers pass, `default` is the
    qualifier of the `all` that is reached in the end. `reached` are the domains whose records were gone to, through
    include or redirect, `costs` how many lookups each term of the domain's own record needs. `unread` says why
    something could not be read.
    """

    records: tuple[str, ...]
    flaws: tuple[Flaw, ...]
    lookups: int
    voids: tuple[str, ...]
    everyone: tuple[str, ...]
    default: str | None
    reached: tuple[str, ...]
    costs: tuple[tuple[str, int], ...]
    ptr: bool
    unread: tuple[str, ...]

    @property
    def valid(self) -> bool:
        """Whether one record stands there that no receiver can call broken."""
        within = self.lookups <= LOOKUP_LIMIT and len(self.voids) <= VOID_LOOKUP_LIMIT
        return len(self.records) == 1 and not self.flaws and within


@dataclass(slots=True)
class _Walk:
    lookups: int = 0
    flaws: dict[Flaw, None] = field(default_factory=dict)
    voids: list[str] = field(default_factory=list)
    reached: dict[str, None] = field(default_factory=dict)
    unread: dict[str, None] = field(default_factory=dict)
    everyone: dict[str, None] = field(default_factory=dict)
    replies: dict[Question, Reply] = field(default_factory=dict)
    ptr: bool = False

    @property
    def over(self) -> bool:
        return self.lookups > MOST_LOOKUPS

    def flaw(self, domain: str, term: str, text: str) -> None:
        if len(self.flaws) < MOST_NOTES:
            self.flaws[Flaw(domain=domain, term=term, text=text)] = None


def lint(domain: str) -> Generator[Question, Reply, Lint]:
    """Everything that is wrong with the SPF of `domain`; yields questions, is sent replies, never raises."""
    walk = _Walk()
    domain = domain.removesuffix(".").lower()
    records = yield from _records(walk, domain)
    costs: list[tuple[str, int]] = []
    default = None
    if len(records) == 1:
        default = yield from _record(walk, parse(records[0]), domain, True, costs)
    elif records:
        for text in records:
            _problems(walk, parse(text), domain)
    return Lint(
        records=records,
        flaws=tuple(walk.flaws),
        lookups=walk.lookups,
        voids=tuple(walk.voids),
        everyone=tuple(walk.everyone),
        default=default,
        reached=tuple(walk.reached),
        costs=tuple(costs),
        ptr=walk.ptr,
        unread=tuple(walk.unread),
    )

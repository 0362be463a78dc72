"""What is seen of who may send a domain's mail: its SPF record and all that it leads to."""

from dataclasses import dataclass
from datetime import datetime

from launchready.model.gap import seen


@dataclass(frozen=True, slots=True, kw_only=True)
class SpfFlaw:
    """What makes receivers call the record broken: in whose record, which term, and why.

    `via` is the term of the domain's own record that leads there.
    """

    domain: str
    term: str
    text: str
    via: str


@seen
class SpfSender:
    """A declared mail service that must stand in the record.

    `include` is the domain it wants included, `lookups` what that costs; `listed_by` are the domains of the launch
    whose record lists it, by name or by its addresses.
    """

    name: str
    include: str
    lookups: int
    listed_by: tuple[str, ...]


@seen
class SpfFacts:
    """The SPF of one mail domain (subject).

    `sends` says whether mail is declared to come from it, `mx` are the hosts that take its mail ("." is a null MX).
    `records` are all the SPF records it has; what follows is about the one record, and empty or 0 where there is
    none or more than one. `lookups` is the worst case (41 stands for no end), `voids` are the names that are asked
    for and not there, `everyone` says how strangers pass; both with the term of the record that leads there.
    `default` is the qualifier of the final `all`, None without one. `costs` are the lookups of each term.
    """

    subject: str
    source: str
    at: datetime
    sends: bool
    mx: tuple[str, ...]
    records: tuple[str, ...]
    flaws: tuple[SpfFlaw, ...]
    lookups: int
    voids: tuple[tuple[str, str], ...]
    everyone: tuple[tuple[str, str], ...]
    default: str | None
    costs: tuple[tuple[str, int], ...]
    senders: tuple[SpfSender, ...]

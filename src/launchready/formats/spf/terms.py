"""The parts of an SPF record (RFC 7208, section 4.6.1)."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

from launchready.formats.spf.macros import MacroString

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a term; `term` is as written, or the whole record."""

    term: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mechanism:
    """A term that can match: `qualifier` is + - ~ or ?; `target` is None where the record's own domain is meant."""

    text: str
    qualifier: str
    name: str
    target: MacroString | None = None
    ipv4_length: int = 32
    ipv6_length: int = 128
    network: Network | None = None

    @property
    def needs_lookup(self) -> bool:
        """Whether it counts towards the limit of ten (section 4.6.4)."""
        return self.name in ("include", "a", "mx", "ptr", "exists")


@dataclass(frozen=True, slots=True, kw_only=True)
class Modifier:
    """A term `name=value`; `value` is a domain for redirect and exp."""

    text: str
    name: str
    value: MacroString


Term = Mechanism | Modifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record as read: all its terms that could be read, and everything that is wrong with the others."""

    text: str
    terms: tuple[Term, ...]
    problems: tuple[Problem, ...]

    @property
    def mechanisms(self) -> tuple[Mechanism, ...]:
        """What is tried, in order: what stands after `all` never is (section 5.1)."""
        written = [term for term in self.terms if isinstance(term, Mechanism)]
        ends = next((at for at, term in enumerate(written) if term.name == "all"), len(written))
        return tuple(written[: ends + 1])

    @property
    def redirect(self) -> Modifier | None:
        """Where to go on when nothing matches; an `all` makes it void (section 6.1)."""
        found = self.modifier("redirect")
        return None if any(term.name == "all" for term in self.mechanisms) else found

    @property
    def default(self) -> str | None:
        """The qualifier of `all`; None where there is none."""
        return next((term.qualifier for term in self.mechanisms if term.name == "all"), None)

    def modifier(self, name: str) -> Modifier | None:
        return next((term for term in self.terms if isinstance(term, Modifier) and term.name == name), None)

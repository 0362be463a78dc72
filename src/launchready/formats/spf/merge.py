"""One record out of what stands there and what is to be there: the remedy of every SPF finding."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from launchready.formats.spf import everyone
from launchready.formats.spf.evaluate import LOOKUP_LIMIT
from launchready.formats.spf.parse import VERSION, parse
from launchready.formats.spf.terms import Mechanism, Modifier, Record

USUAL_DEFAULT = "~"  # strangers' mail is marked, not lost: what every mail service asks its customers to write
_STRICTEST_FIRST = "-~?+"


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """One record, how many lookups it needs, and what had to go to keep within ten."""

    text: str
    lookups: int
    dropped: tuple[str, ...]

    @property
    def fits(self) -> bool:
        return self.lookups <= LOOKUP_LIMIT


def merged(
    texts: Iterable[str],
    *,
    includes: Iterable[str] = (),
    without: Iterable[str] = (),
    costs: Mapping[str, int] | None = None,
    needed: Iterable[str] = (),
    default: str | None = None,
) -> Merged:
    """The records in `texts` as one, with `includes` added and the terms in `without` left out.

    Whoever passes by `+all` or a network as wide as that no longer does; the final `all` is `default`, else the
    customer's own, else ~all. No include of a domain in `needed` or `includes` is left out. `costs` says how many
    lookups a term needs (1 where it does not say). Over ten, ptr goes first and then the costliest term.
    """
    records = [parse(text) for text in texts]
    wanted = tuple(dict.fromkeys(name.lower() for name in includes))
    kept = {name.lower() for name in (*wanted, *needed)}
    left_out = {_included(text.lower()) for text in without}
    costs = {_included(text): lookups for text, lookups in (costs or {}).items()}
    ending = default or _default(records)
    terms = [
        term
        for term in _terms(records, keeps_redirect=ending is None and len(records) == 1)
        if _included(term.text.lower()) not in left_out or (_is_include(term) and _target(term) in kept)
    ]
    known = {_target(term) for term in terms if _is_include(term)}
    added = [f"include:{name}" for name in wanted if name not in known]
    lookups = _lookups([*(term.text for term in terms if _asks(term)), *added], costs)
    dropped: list[str] = []
    while lookups > LOOKUP_LIMIT and (least := _least_needed(terms, kept, costs)):
        terms.remove(least)
        dropped.append(least.text)
        lookups -= costs.get(_included(least.text), 1)
    return Merged(text=_written(terms, added, ending), lookups=lookups, dropped=tuple(dropped))


def _terms(records: Sequence[Record], *, keeps_redirect: bool) -> list[Mechanism | Modifier]:
    """What is in force, each once: not `all`, nor what stands after it, nor what lets everybody pass."""
    found: dict[str, Mechanism | Modifier] = {}
    for record in records:
        mechanisms = (term for term in record.mechanisms if everyone.alone(term) is None)
        modifiers = (term for term in record.terms if isinstance(term, Modifier) and term.name != "redirect")
        ending = (
            () if record.redirect is None else (record.redirect if keeps_redirect else _as_include(record.redirect),)
        )
        for term in (*mechanisms, *ending, *modifiers):
            found.setdefault(term.text.lower().removeprefix("+"), term)
    return list(found.values())


def _included(text: str) -> str:
    """A term by the name that it has once it is merged: `redirect=` and `include:` of a domain cost the same."""
    return f"include:{text[9:]}" if text[:9].lower() == "redirect=" else text


def _as_include(redirect: Modifier) -> Mechanism:
    """What lists the same servers where an `all` of its own would make the redirect void (section 6.1)."""
    return Mechanism(text=f"include:{redirect.value.text}", qualifier="+", name="include", target=redirect.value)


def _default(records: Iterable[Record]) -> str | None:
    """The strictest final `all` of the records; +all is not kept."""
    written = {record.default for record in records}
    found = next((char for char in _STRICTEST_FIRST if char in written), None)
    return USUAL_DEFAULT if found == "+" else found


def _written(terms: Iterable[Mechanism | Modifier], added: Iterable[str], default: str | None) -> str:
    """Mechanisms, then `all` or the redirect that stands for it, then what else there is."""
    mechanisms = [term.text for term in terms if isinstance(term, Mechanism)]
    modifiers = {term.name: term.text for term in terms if isinstance(term, Modifier)}
    redirect = modifiers.pop("redirect", None)
    ending = redirect if redirect and default is None else f"{default or USUAL_DEFAULT}all"
    return " ".join([VERSION, *mechanisms, *added, ending, *modifiers.values()])


def _is_include(term: Mechanism | Modifier) -> bool:
    return isinstance(term, Mechanism) and term.name == "include"


def _asks(term: Mechanism | Modifier) -> bool:
    return term.needs_lookup if isinstance(term, Mechanism) else term.name == "redirect"


def _lookups(texts: Iterable[str], costs: Mapping[str, int]) -> int:
    return sum(costs.get(_included(text), 1) for text in texts)


def _least_needed(terms: Iterable[Mechanism | Modifier], kept: set[str], costs: Mapping[str, int]) -> Mechanism | None:
    """ptr, which receivers are told not to use, before the term that frees most; None when all are needed."""
    spare = [
        term
        for term in terms
        if isinstance(term, Mechanism) and term.needs_lookup and not (_is_include(term) and _target(term) in kept)
    ]
    return max(spare, key=lambda term: (term.name == "ptr", costs.get(term.text, 1)), default=None)


def _target(term: Mechanism | Modifier) -> str:
    spec = term.target if isinstance(term, Mechanism) else term.value
    return spec.text.lower().removesuffix(".") if spec else ""

"""Where each secret that the code reads lives, what is known of its past, and what moved since the last look."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from launchready.formats import environment_reads
from launchready.formats.environment_names import Fingerprint, Unreadable, Variable, variables
from launchready.gather.repository.tree import Tree, line_at
from launchready.known.secret_names import is_secret
from launchready.model.facts import SECRET_PLACES, CodeSecret, Fact, Home, Moved, SecretInventoryFacts
from launchready.model.gap import Gap, gap, peek
from launchready.model.launch import Launch

MOST_SECRETS = 300
PLACES_KEPT = 5
MOVES_KEPT = 20
LARGEST_SOURCE_BYTES = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What one environment's source says: its name, and its text, or why there is none."""

    environment: str
    name: str
    text: str | Gap


def read_by(root: Path) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """The secrets that the code below `root` reads, each with its first places; and what could not be read."""
    tree, found = Tree(root), dict[str, list[str]]()
    for path in tree.ending(*environment_reads.ENDINGS):
        if tree.is_aside(path):
            continue
        text = tree.text(path)
        for name, offset in environment_reads.reads(text):
            if is_secret(name) and (name in found or len(found) < MOST_SECRETS):
                place = f"{path}:{line_at(text, offset)}"
                places = found.setdefault(name, [])
                if len(places) < PLACES_KEPT and place not in places:
                    places.append(place)
    unread = tuple(f"{one.where}: {one.value}" for one in tree.unread)
    return {name: tuple(found[name]) for name in sorted(found)}, unread


def source_of(environment: str, name: str, folder: Path) -> Source:
    """The text of a file beside launch.toml."""
    try:
        with (folder / name).open("rb") as file:
            content = file.read(LARGEST_SOURCE_BYTES + 1)
    except (OSError, ValueError) as error:
        return Source(environment=environment, name=name, text=Gap(f"{name} cannot be read: {_why(error)}"))
    return source_from(environment, name, content)


def source_from(environment: str, name: str, content: bytes) -> Source:
    """A source whose bytes were read already."""
    if len(content) > LARGEST_SOURCE_BYTES:
        return Source(environment=environment, name=name, text=Gap(f"{name} is larger than 2 MiB"))
    return Source(environment=environment, name=name, text=content.decode("utf-8-sig", "replace"))


def inventory(
    launch: Launch,
    root: Path,
    sources: Iterable[Source],
    fingerprint: Fingerprint | None,
    known: Iterable[Fact],
    now: datetime,
) -> SecretInventoryFacts:
    """What the code reads, joined with where it lives and with what earlier looks (`known`, oldest first) saw."""
    read, unread = read_by(root)
    homes, more = _homes(sources, fingerprint)
    facts = tuple(known)
    earlier = tuple(one for one in facts if isinstance(one, SecretInventoryFacts))
    found = _found(facts)
    secrets = tuple(
        _joined(name, read.get(name, ()), homes.get(name, ()), found, earlier, now)
        for name in sorted({*read, *filter(is_secret, homes), *_there_before(earlier)})
    )
    told = [*unread, *more]
    whole: bool = gap("; ".join(told[:3]) + (f" and {len(told) - 3} more" if len(told) > 3 else "")) if told else True
    return SecretInventoryFacts(subject=launch.domain, source="inventory", at=now, secrets=secrets, whole=whole)


def _there_before(earlier: tuple[SecretInventoryFacts, ...]) -> Iterable[str]:
    """The names of the last look, so that what is gone since is told once."""
    secrets = peek(earlier[-1], "secrets") if earlier else ()
    return () if isinstance(secrets, Gap) else [one.name for one in secrets if one.read_at or one.homes]


def _homes(
    sources: Iterable[Source], fingerprint: Fingerprint | None
) -> tuple[dict[str, tuple[Home, ...]], tuple[str, ...]]:
    """Where each variable is set, and which sources could not be read."""
    homes: dict[str, tuple[Home, ...]] = {}
    unread: list[str] = []
    for source in sources:
        try:
            set_here = variables(_text(source), source.name, fingerprint)
        except Unreadable as error:
            unread.append(f"{source.name} {error}" if not isinstance(source.text, Gap) else str(error))
            continue
        for one in set_here:
            homes[one.name] = (*homes.get(one.name, ()), _home(source, one))
    return homes, tuple(unread)


def _text(source: Source) -> str:
    if isinstance(source.text, Gap):
        raise Unreadable(source.text.reason)
    return source.text


def _home(source: Source, one: Variable) -> Home:
    return Home(environment=source.environment, source=source.name, fingerprint=one.fingerprint, since=one.since)


def _found(facts: Iterable[Fact]) -> Mapping[str, tuple[str, ...]]:
    """By fingerprint, where values were found."""
    found: dict[str, list[str]] = {}
    for fact in facts:
        if isinstance(fact, SECRET_PLACES) and not isinstance(peek(fact, "found"), Gap):
            for one in fact.found:
                if one.fingerprint and one.subject not in found.setdefault(one.fingerprint, []):
                    found[one.fingerprint].append(one.subject)
    return {fingerprint: tuple(places[:PLACES_KEPT]) for fingerprint, places in found.items()}


def _joined(
    name: str,
    read_at: tuple[str, ...],
    homes: tuple[Home, ...],
    found: Mapping[str, tuple[str, ...]],
    earlier: tuple[SecretInventoryFacts, ...],
    now: datetime,
) -> CodeSecret:
    past = [(fact.at, one) for fact in earlier for one in _named(fact, name)]
    moved, changed = _moves([*past, (now, CodeSecret(name=name, read_at=read_at, homes=homes))])
    used = {home.fingerprint for home in homes if home.fingerprint}
    ever = used | {home.fingerprint for _, one in past for home in one.homes if home.fingerprint}
    places = dict.fromkeys(place for one in sorted(ever) for place in found.get(one, ()))
    return CodeSecret(
        name=name,
        read_at=read_at,
        homes=tuple(replace(home, since=_later(home.since, changed.get(_key(home)))) for home in homes),
        found_at=tuple(places)[:PLACES_KEPT],
        leaked=any(one in found for one in used),
        moved=moved,
    )


def _named(fact: SecretInventoryFacts, name: str) -> Iterable[CodeSecret]:
    secrets = peek(fact, "secrets")
    return () if isinstance(secrets, Gap) else [one for one in secrets if one.name == name]


def _moves(past: list[tuple[datetime, CodeSecret]]) -> tuple[tuple[Moved, ...], dict[tuple[str, str], str]]:
    """What changed from each look to the next, and the day on which each home was last seen with a new value."""
    moved: list[Moved] = []
    changed: dict[tuple[str, str], str] = {}
    for (_, before), (at, after) in pairwise(past):
        day, then, now = f"{at:%Y-%m-%d}", _by_place(before), _by_place(after)
        for key in sorted(then.keys() | now.keys()):
            if key not in then or key not in now:
                word = "set in" if key in now else "gone from"
                moved.append(Moved(day=day, what=f"{word} {key[0]} ({key[1]})"))
            elif then[key].fingerprint and now[key].fingerprint and then[key].fingerprint != now[key].fingerprint:
                moved.append(Moved(day=day, what=f"replaced in {key[0]} ({key[1]})"))
                changed[key] = day
    return tuple(moved[-MOVES_KEPT:]), changed


def _by_place(one: CodeSecret) -> dict[tuple[str, str], Home]:
    return {_key(home): home for home in one.homes}


def _key(home: Home) -> tuple[str, str]:
    return home.environment, home.source


def _later(one: str | None, other: str | None) -> str | None:
    return max(filter(None, (one, other)), default=None)


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or "it is no file name"

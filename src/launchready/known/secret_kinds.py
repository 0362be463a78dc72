"""Kinds of keys, tokens and passwords, and how each is recognised. The table is secret_kinds.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files

from launchready.model.secret import SecretKind, SecretVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownKind:
    """A kind and its looks; the words are explained at the head of the table.

    `value` is None where a value found by its name can be anything of `least` characters, and anything
    `random` where it has to look like nobody's thought. `shown` is of a shape that manuals show, and anyone can write.
    """

    kind: SecretKind
    shape: str | None = None
    checksum: str | None = None
    names: tuple[str, ...] = ()
    value: str | None = None
    least: int = 0
    random: bool = False
    shown: bool = False


@cache
def known() -> Mapping[str, KnownKind]:
    """The table that comes with Launch Ready, by kind, the more specific of two first."""
    entries = tomllib.loads(_text("secret_kinds.toml"))["kind"]
    return {entry["id"]: _kind(entry) for entry in entries}


def documented(value: bytes) -> bool:
    """Whether the value is an example that its vendor printed for everybody; secret_examples.txt has their SHA-256."""
    return sha256(value).hexdigest() in _examples()


@cache
def _examples() -> frozenset[str]:
    return frozenset(line.split()[0] for line in _text("secret_examples.txt").splitlines() if line[:1] not in ("", "#"))


def _text(name: str) -> str:
    return files("launchready.known").joinpath(name).read_text("utf-8")


def _kind(entry: Mapping[str, str | int | bool | list[str]]) -> KnownKind:
    words = {key: value for key, value in entry.items() if isinstance(value, str)}
    names, least = entry.get("names", ()), entry.get("least", 0)
    return KnownKind(
        kind=SecretKind(
            id=words["id"],
            title=words["title"],
            verdict=SecretVerdict(words["verdict"]),
            opens=words["opens"],
            rotate=words["rotate"],
            source=words["source"],
            depends_on=words.get("depends_on"),
        ),
        shape=words.get("shape"),
        checksum=words.get("checksum"),
        names=tuple(names) if isinstance(names, list) else (),
        value=words.get("value"),
        least=least if isinstance(least, int) else 0,
        random=entry.get("random") is True,
        shown=entry.get("shown") is True,
    )

"""Kinds of keys, tokens and passwords, and how each is recognised. The table is secret_kinds.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from launchready.model.secret import SecretKind, SecretVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownKind:
    """A kind and its looks.

    `shape` is a regular expression of a whole value; its group, if it has one, is the part that is random. `names` are
    what stands beside a value that has no shape of its own, as words with spaces, and `value` is then a regular
    expression of that value. `checksum` names the rule that the value's last characters follow.
    """

    kind: SecretKind
    shape: str | None = None
    checksum: str | None = None
    names: tuple[str, ...] = ()
    value: str | None = None


@cache
def known() -> Mapping[str, KnownKind]:
    """The table that comes with Launch Ready, by kind, the more specific of two first."""
    entries = tomllib.loads(files("launchready.known").joinpath("secret_kinds.toml").read_text("utf-8"))["kind"]
    return {entry["id"]: _kind(entry) for entry in entries}


def _kind(entry: Mapping[str, str | list[str]]) -> KnownKind:
    words = {key: value for key, value in entry.items() if isinstance(value, str)}
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
        names=tuple(entry.get("names", ())),
        value=words.get("value"),
    )

"""The kinds of facts that a policy can require, and the command that makes each."""

from collections.abc import Iterable
from dataclasses import dataclass
from shlex import quote
from typing import Any

from launchready.formats.printable import printable


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """`names` are what `[gate] require` may call it; a fact is of this kind when its type's name begins so.

    `later` when no command of this version makes such facts: the word is kept, and nothing can meet it yet.
    """

    names: tuple[str, ...]
    command: str
    facts: tuple[str, ...]
    takes_names: bool = False
    later: bool = False

    def told(self, subjects: Iterable[str] = ()) -> str:
        """The command as it is typed, with the names of what it is to look at where it takes them."""
        if not self.takes_names:
            return self.command
        names = [quote(printable(subject)) for subject in subjects] or ["NAME"]
        return " ".join((self.command, *names))

    @property
    def name(self) -> str:
        return self.names[0]


AUDIT = Kind(names=("audit", "check"), command="launchready audit", facts=())
# What launch.toml says today; nobody has to look at it, so no policy can require it.
DECLARED = Kind(names=("launch.toml",), command="launchready audit", facts=("Deploy", "Path"))
KINDS = (
    AUDIT,
    Kind(names=("journeys", "journey"), command="launchready journey run", facts=("Journey",), takes_names=True),
    Kind(names=("webhooks", "webhook"), command="launchready webhook replay", facts=("Webhook",), takes_names=True),
    Kind(names=("inventory",), command="launchready secrets inventory", facts=("SecretInventory",)),
    Kind(names=("secrets",), command="launchready secrets scan --history", facts=("Secret",)),
    Kind(names=("env", "environments"), command="launchready env check", facts=("Environment", "Variable")),
    Kind(
        names=("migrations", "migration", "db"),
        command="launchready db rehearse",
        facts=("Migration", "Database"),
        later=True,
    ),
    Kind(names=("rehearsal", "rehearse"), command="launchready rehearse", facts=("Rehearsal", "Load"), later=True),
    Kind(names=("questions", "question"), command="launchready questions run", facts=("Question",), later=True),
)


def kind_of(fact_type: type[Any]) -> Kind:
    """The kind of a type of fact; the audit makes all that no other command does."""
    name = fact_type.__name__
    return next((kind for kind in (*KINDS, DECLARED) if kind.facts and name.startswith(kind.facts)), AUDIT)


def named(word: str) -> Kind | None:
    """The kind that `[gate] require` means by a word."""
    return next((kind for kind in KINDS if word in kind.names), None)

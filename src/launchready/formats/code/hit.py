"""What a rule says of a place, before the file's name is put to it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hit:
    """The line (from 1), what is written there in short, and what to write instead."""

    rule: str
    line: int
    what: str
    mend: str

"""One place in source code that a rule accuses."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CodePlace:
    """A file and a line (from 1): which rule, what is written there in short, and what to write instead."""

    rule: str
    path: str
    line: int
    what: str
    mend: str

"""What reading the code of one language came to."""

from dataclasses import dataclass, field

from launchready.model.code import CodePlace


@dataclass(slots=True)
class Read:
    """What was found, how many files there are, and which could not be read, with the reason.

    `missing` says what none of them could be read without.
    """

    language: str
    missing: str = ""
    files: int = 0
    parsed: int = 0
    found: list[CodePlace] = field(default_factory=list)
    unread: list[tuple[str, str]] = field(default_factory=list)

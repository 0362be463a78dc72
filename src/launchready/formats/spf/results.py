"""What an evaluation comes to: the result, and the path that led to it."""

from dataclasses import dataclass
from enum import Enum


class Result(Enum):
    """The results of RFC 7208, section 2.6."""

    NONE = "none"
    NEUTRAL = "neutral"
    PASS = "pass"  # noqa: S105
    FAIL = "fail"
    SOFTFAIL = "softfail"
    TEMPERROR = "temperror"
    PERMERROR = "permerror"


BY_QUALIFIER = {"+": Result.PASS, "-": Result.FAIL, "~": Result.SOFTFAIL, "?": Result.NEUTRAL}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One term that was tried: in whose record, how deep in includes, and what came of it."""

    domain: str
    term: str
    depth: int
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """The answer of check_host(): `reason` is one sentence; `explanation` is set for a fail that has one."""

    result: Result
    reason: str
    explanation: str | None
    path: tuple[Step, ...]
    lookups: int
    void_lookups: int

"""One deploy as it went: how far it got, how it ended, and what was live afterwards."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Step(Enum):
    """What a deploy is at; the value ends the sentence "it was cut short while …"."""

    COMMAND = "its command ran"
    SMOKE = "its smoke test ran"
    ROLLBACK = "its rollback ran"
    SMOKE_AFTER = "the smoke test after its rollback ran"


class Outcome(Enum):
    """How a deploy ended."""

    DEPLOYED = "deployed"
    ROLLED_BACK = "rolled-back"
    ROLLBACK_FAILED = "rollback-failed"
    NOT_ROLLED_BACK = "not-rolled-back"
    INTERRUPTED = "interrupted"
    RECORDED = "recorded"  # done otherwise, and told by `deploy record`
    RECORDED_ROLLBACK = "recorded-rollback"

    @property
    def is_good(self) -> bool:
        return self in (Outcome.DEPLOYED, Outcome.RECORDED, Outcome.RECORDED_ROLLBACK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """`outcome` is None while it runs. `problems` are what failed, `live` is what production said of its version,
    and `works` whether it passed the last smoke test."""

    domain: str
    started: datetime
    step: Step
    version: str | None = None
    previous: str | None = None
    finished: datetime | None = None
    outcome: Outcome | None = None
    problems: tuple[str, ...] = ()
    live: str | None = None
    works: bool | None = None
    note: str | None = None

    @property
    def left_live(self) -> str | None:
        """The version that should be live since, None when nobody can tell."""
        match self.outcome:
            case Outcome.DEPLOYED | Outcome.RECORDED | Outcome.RECORDED_ROLLBACK:
                return self.live or self.version
            case Outcome.ROLLED_BACK:
                return self.live or self.previous
        return self.live

"""Bad, good and near-miss facts of every check: a check without them fails the build."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from launchready.model.launch import Launch

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LAUNCH = Launch(domain="parley.example", name="Parley")


@dataclass(frozen=True, kw_only=True)
class Cases:
    """Each entry is the tuple of facts that the check is given; all of one entry share one subject.

    `near_misses` are what a careless check would accuse.
    """

    bad: tuple[tuple[Any, ...], ...]
    good: tuple[tuple[Any, ...], ...]
    near_misses: tuple[tuple[Any, ...], ...]
    launch: Launch = field(default=LAUNCH)

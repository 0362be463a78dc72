"""What a finder of secrets is: a pattern that rings an alarm, and a closer look at where it rang."""

from collections.abc import Iterable
from typing import Protocol

from launchready.model.secret import SecretHit

# No alarm looks back further than this from where it rings.
LOOK_BACK = 512


class Finder(Protocol):
    """Finds the values of one kind.

    `alarm` is a pattern for Hyperscan that seldom fits where no value is, and never after more than LOOK_BACK bytes.
    """

    @property
    def alarm(self) -> bytes: ...

    def values(self, data: bytes, end: int) -> Iterable[SecretHit]:
        """The values around an alarm that ended at `end`."""
        ...

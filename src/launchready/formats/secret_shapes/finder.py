"""What a finder of secrets is: a pattern that rings an alarm, and a closer look at where it rang."""

import re
from collections.abc import Iterable
from typing import Protocol

from launchready.model.secret import SecretHit

# No key starts further before the end of its alarm, or goes on further behind it.
LOOK_BACK = 512
LOOK_AHEAD = 1024
_PADDING_AT_THE_END = re.compile(r"=\{0,\d\}(\)*)\Z")
_REPETITION_AT_THE_END = re.compile(r"\{(\d+),\d+\}(\)*)\Z")
_LOOK_AROUND = re.compile(r"\(\?<?[=!][^()]*\)")


class Finder(Protocol):
    """Finds the values of one kind.

    `alarm` is a pattern for Hyperscan that seldom fits where no value is.
    """

    @property
    def alarm(self) -> bytes: ...

    def values(self, data: bytes, end: int) -> Iterable[SecretHit]:
        """The values around an alarm that ended at `end`."""
        ...


def least(pattern: str) -> bytes:
    """The alarm of a pattern: it rings as soon as the least that a value is has been read, and looks nowhere else."""
    unpadded = _PADDING_AT_THE_END.sub(r"\1", pattern)
    return _LOOK_AROUND.sub("", _REPETITION_AT_THE_END.sub(r"{\1}\2", unpadded)).encode()

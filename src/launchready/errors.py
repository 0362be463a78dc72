"""Everything that can go wrong, as a tree.

    LaunchReadyError              70  a defect of ours, unless a subclass says otherwise
    ├── UsageError                 2  the command or a file it was given cannot be used
    │   └── ConfigError            2  launch.toml has problems, all of them named at once
    ├── CouldNotLook               3  not enough could be seen to judge
    └── WireError                 --  a probe got no usable answer; becomes a Gap, never leaves `gather`
        ├── NoAnswer                  nothing came before the time was up
        ├── Refused                   the other side, or our own rules, said no
        │   └── Closed                the port is closed: nothing is served there
        └── Garbled                   something came that is not the protocol asked for

Not being ready is a finding (exit 1), never an exception.
"""

from collections.abc import Sequence


class LaunchReadyError(Exception):
    """The root of the tree; `exit_code` is what the command ends with."""

    exit_code = 70


class UsageError(LaunchReadyError):
    """The user can mend this: the message says what, where, and what to do."""

    exit_code = 2


class ConfigError(UsageError):
    """Every problem found in a configuration file, one sentence each (`file:line: …`)."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class CouldNotLook(LaunchReadyError):
    """So little could be seen that there is nothing to judge."""

    exit_code = 3


class WireError(LaunchReadyError):
    """A probe of somebody else's system did not get a usable answer; the message is the Gap's reason."""


class NoAnswer(WireError):
    """Nothing came before the time was up."""


class Refused(WireError):
    """The connection was refused, or going on is something we do not do."""


class Closed(Refused):
    """The other machine itself said that nothing listens on that port."""


class Garbled(WireError):
    """An answer came that the protocol does not allow, or that was larger than we read."""

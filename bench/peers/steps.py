"""What every peer walks: so many visitors at once, each with so many steps, over connections that stay open."""

from collections.abc import Callable

from bench.peers.timed import report

VISITORS = 10
STEPS = 100
WANTED = "hello"
WARM_UPS = 4


def report_warm(walk: Callable[[], object]) -> None:
    """Time a walk of a process that has walked before: what starting costs is not what a step costs."""
    for _ in range(WARM_UPS):
        walk()
    report(walk)

"""Wall and CPU time of a piece of work, done once before to warm up; standard library only, for any environment."""

import json
import resource
from collections.abc import Callable
from time import perf_counter


def report(work: Callable[[], object], before: Callable[[], object] = lambda: None) -> None:
    """Print the milliseconds of the second of two runs as JSON; `before` prepares each, untimed."""
    before()
    work()
    before()
    started, used = perf_counter(), _cpu_s()
    work()
    print(json.dumps({"wall_ms": (perf_counter() - started) * 1000, "cpu_ms": (_cpu_s() - used) * 1000}))


def _cpu_s() -> float:
    """User and system time of this process, all its threads, and children that have ended."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)

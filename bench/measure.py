"""CPU seconds of two ways to do the same thing, taken in turn so that a noisy machine is noisy for both."""

import resource
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import process_time


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Our figure beside the peer's; `limit` is the ratio that we hold ourselves to."""

    what: str
    ours_ms: float
    peer: str
    peer_ms: float
    limit: float

    @property
    def ratio(self) -> float:
        return self.ours_ms / self.peer_ms

    @property
    def held(self) -> bool:
        return self.ratio <= self.limit

    def __str__(self) -> str:
        mark = "ok  " if self.held else "OVER"
        return (
            f"{mark} {self.what:<44} {self.ours_ms:8.1f} ms   {self.peer:<28} {self.peer_ms:8.1f} ms"
            f"   ratio {self.ratio:5.2f}   limit {self.limit:g}"
        )


def in_turn(ours: Callable[[], object], peer: Callable[[], object], rounds: int) -> tuple[float, float]:
    """The median CPU milliseconds of each, one warm-up first, then A B A B."""
    ours()
    peer()
    pairs = [(_cpu_ms(ours), _cpu_ms(peer)) for _ in range(rounds)]
    return median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)


def processes(ours: list[str], peer: list[str], rounds: int) -> tuple[float, float]:
    """The same for whole processes: their user and system time."""
    _process_ms(ours)
    _process_ms(peer)
    pairs = [(_process_ms(ours), _process_ms(peer)) for _ in range(rounds)]
    return median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)


def _cpu_ms(work: Callable[[], object]) -> float:
    started = process_time()
    work()
    return (process_time() - started) * 1000


def _process_ms(command: list[str]) -> float:
    before = _children_s()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return (_children_s() - before) * 1000


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime

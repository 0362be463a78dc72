"""One deadline for a run: whatever is not answered by then is a Gap."""

from time import monotonic

from launchready.errors import NoAnswer


class Deadline:
    """The moment a run ends, and how long one question may still take."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._ends = monotonic() + seconds

    def left_s(self, at_most: float) -> float:
        """Seconds that one question may take; raises `NoAnswer` once the run's time is up."""
        left = self._ends - monotonic()
        if left <= 0:
            raise NoAnswer(f"the run's {self.seconds:g} seconds were over")
        return min(left, at_most)

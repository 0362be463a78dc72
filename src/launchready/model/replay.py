"""What one replay of a webhook saw, for whoever watches: the facts, and what is told and kept nowhere."""

from dataclasses import dataclass

from launchready.model.facts import Delivery, WebhookFacts
from launchready.model.gap import Gap
from launchready.model.webhook import Scheme


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A delivery, with the status of its answer (None without one) and its body, masked and cut."""

    delivery: Delivery
    status: int | None
    body: str

    @property
    def is_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    def is_right(self, scheme: Scheme) -> bool | None:
        """Whether it was answered as it should be; None when it was not answered."""
        probe, status = self.delivery.probe, self.status
        if status is None:
            return False if self.delivery.gave_up else None
        if probe.must_be_refused and (not probe.is_future or scheme.refuses_future):
            harmless = self.delivery.moved == 0 if self.delivery.moved is not None else self.delivery.says_no
            return status < 500 and (not self.is_taken or harmless)
        return status < 500 if probe.is_nonsense or probe.must_be_refused else self.is_taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What a replay saw; `out_of_order_moved` and `burst_moved` are told and not judged."""

    facts: WebhookFacts
    shown: tuple[Shown, ...]
    out_of_order_moved: float | Gap
    burst_moved: float | Gap

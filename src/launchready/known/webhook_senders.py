"""How long the senders of webhooks wait for an answer, before they call the delivery failed and send it again."""

from dataclasses import dataclass
from datetime import date

from launchready.model.webhook import Scheme


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """`seconds` that a sender waits; `source` says so, as seen on `seen`."""

    seconds: float
    source: str
    seen: date


_SEEN = date(2026, 11, 24)
_STANDARD = Patience(
    seconds=15, source="Standard Webhooks 1.0: senders should give up after 15 to 30 seconds", seen=_SEEN
)
_SENDERS = {
    Scheme.GITHUB: Patience(
        seconds=10, source="GitHub: within 10 seconds, by a third party's table; its own page was not read", seen=_SEEN
    ),
    Scheme.PADDLE: Patience(seconds=5, source="Paddle: within five seconds, read second-hand", seen=_SEEN),
    Scheme.POLAR: Patience(seconds=10, source="Polar, Webhook delivery: received within 10 seconds", seen=_SEEN),
}


def patience(scheme: Scheme) -> Patience:
    """How long the sender waits; the standard's lower bound where it does not say (Stripe, Lemon Squeezy)."""
    return _SENDERS.get(scheme, _STANDARD)

"""What a webhook's handler answered to deliveries of every kind, and what they did."""

from datetime import datetime

from launchready.model.gap import seen
from launchready.model.webhook import Probe, Scheme


@seen
class Delivery:
    """One delivery and its answer; `what` says how it was unlike an ordinary one.

    `says_no` when the body of the answer refuses in words, whatever the status. `gave_up` when no answer came within
    the time that the sender waits. `moved` is by how much the probe's number moved, None when it was not read.
    """

    probe: Probe
    what: str
    status: int
    answer_ms: float
    says_no: bool
    gave_up: bool
    moved: float | None


@seen
class WebhookFacts:
    """One replay of one webhook (subject: its name in launch.toml); `url` is without its query.

    `patience_s` is how long an answer was waited for, as the sender does.

    `step` is by how much one valid event moves the number that the probe reads; the other `…_moved` are by how much it
    moved with what was answered with a no (None when nobody reads a number), with an event sent again, and with one
    event sent several times at once.
    """

    subject: str
    source: str
    at: datetime
    scheme: Scheme
    url: str
    patience_s: float
    deliveries: tuple[Delivery, ...]
    step: float
    refused_moved: float | None
    duplicate_moved: float
    parallel_moved: float

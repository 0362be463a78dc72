"""A webhook that the product receives: how its sender signs, and the probes by which its handler is tried."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol, runtime_checkable


@runtime_checkable
class Secret(Protocol):
    """A secret that launch.toml names; its value is read when it is used, and stands in no repr and no file."""

    def reveal(self) -> str: ...


class Scheme(Enum):
    """How a sender signs what it sends."""

    STRIPE = "stripe"
    STANDARD = "standard"
    SVIX = "svix"
    POLAR = "polar"
    PADDLE = "paddle"
    GITHUB = "github"
    LEMONSQUEEZY = "lemonsqueezy"
    HMAC = "hmac"

    @property
    def has_time(self) -> bool:
        """Whether the time of sending is signed too, so that an old delivery can be told from a new one."""
        return self not in (Scheme.GITHUB, Scheme.LEMONSQUEEZY, Scheme.HMAC)

    @property
    def refuses_future(self) -> bool:
        """Whether the sender's own library refuses what comes from the future; Stripe's looks at the past alone."""
        return self.has_time and self is not Scheme.STRIPE


class Probe(Enum):
    """One way of trying a webhook's handler."""

    VALID = "valid"
    FORGED = "forged"
    MISSING_SIGNATURE = "missing-signature"
    NON_ASCII_SIGNATURE = "non-ascii-signature"
    GARBLED_SIGNATURE = "garbled-signature"
    TAMPERED = "tampered"
    MALFORMED = "malformed"
    NOT_UTF8 = "not-utf8"
    STALE = "stale"
    FUTURE = "future"
    SIGNED_MALFORMED = "signed-malformed"
    SIGNED_NOT_UTF8 = "signed-not-utf8"
    SIGNED_NON_OBJECT = "signed-non-object"
    UNKNOWN_EVENT = "unknown-event"
    DUPLICATE = "duplicate"
    PARALLEL = "parallel"
    OUT_OF_ORDER = "out-of-order"
    BURST = "burst"
    SLOW = "slow"

    @property
    def right(self) -> str:
        """What answers are right."""
        return _RIGHT.get(self, "a 2xx, soon")

    @property
    def must_be_refused(self) -> bool:
        return self in _BY_STRANGERS or self in (Probe.STALE, Probe.FUTURE)

    @property
    def is_future(self) -> bool:
        return self is Probe.FUTURE

    @property
    def by_strangers(self) -> bool:
        """Whether anybody on the internet can send this: it needs no secret."""
        return self in _BY_STRANGERS

    @property
    def is_nonsense(self) -> bool:
        """Whether it is signed well and says nothing that the sender would say."""
        return self in _NONSENSE


_BY_STRANGERS = frozenset(
    {
        Probe.FORGED,
        Probe.MISSING_SIGNATURE,
        Probe.NON_ASCII_SIGNATURE,
        Probe.GARBLED_SIGNATURE,
        Probe.TAMPERED,
        Probe.MALFORMED,
        Probe.NOT_UTF8,
    }
)
_NONSENSE = frozenset({Probe.SIGNED_MALFORMED, Probe.SIGNED_NOT_UTF8, Probe.SIGNED_NON_OBJECT, Probe.UNKNOWN_EVENT})
_RIGHT = {
    **dict.fromkeys((*_BY_STRANGERS, Probe.STALE, Probe.FUTURE), "a 4xx, and nothing done"),
    **dict.fromkeys(_NONSENSE, "a 2xx or a 4xx, no 5xx"),
    Probe.DUPLICATE: "a 2xx, and nothing done again",
    Probe.PARALLEL: "2xx, and done once",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """One `[webhooks.NAME]` of launch.toml; `probe` is the journey that reads a number which the webhook changes.

    `header` is where the scheme hmac puts its signature.
    """

    name: str
    scheme: Scheme | None = None
    url: str | None = None
    secret: Secret | None = field(default=None, repr=False, compare=False)
    events: tuple[str, ...] = ()
    probe: str | None = None
    header: str | None = None

"""What was seen: frozen, serialisable, each about one subject, from one source, with the time.

Reading a field that holds a Gap raises `Unseen` (see `model.gap`), which makes the check that read it unknown.
"""

from launchready.model.facts.domain import (
    Caa,
    Dnssec,
    DomainFacts,
    Existence,
    HostFacts,
    NameserverFacts,
    Reach,
    RecordFacts,
    Registration,
)
from launchready.model.facts.fact import Fact, Sight
from launchready.model.facts.mail import SpfFacts, SpfFlaw, SpfSender
from launchready.model.facts.tls import Certificate, TlsFacts, Trust
from launchready.model.facts.web import (
    Door,
    Hop,
    HstsFacts,
    InsecureResource,
    LatencyFacts,
    PageFacts,
    PlatformFacts,
    RouteFacts,
    SiteFacts,
    Walk,
)

__all__ = [
    "Caa",
    "Certificate",
    "Dnssec",
    "DomainFacts",
    "Door",
    "Existence",
    "Fact",
    "Hop",
    "HostFacts",
    "HstsFacts",
    "InsecureResource",
    "LatencyFacts",
    "NameserverFacts",
    "PageFacts",
    "PlatformFacts",
    "Reach",
    "RecordFacts",
    "Registration",
    "RouteFacts",
    "Sight",
    "SiteFacts",
    "SpfFacts",
    "SpfFlaw",
    "SpfSender",
    "TlsFacts",
    "Trust",
    "Walk",
]

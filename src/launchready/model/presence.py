"""What a domain shows of a launch that nobody has declared yet: each thing seen, and how it was seen."""

from dataclasses import dataclass

from launchready.model.launch import Role
from launchready.model.repository import Sighting


@dataclass(frozen=True, slots=True, kw_only=True)
class HostSeen:
    """A host that answers: what it seems to be for, what showed that, and the health address that answered.

    `absent` are the paths asked for that it does not have.
    """

    name: str
    role: Role
    because: str
    health: Sighting | None = None
    absent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """Everything that was seen from outside.

    `canonical` is the host on which the site's addresses end. `passed_over` are names that DNS has and that are no
    part of the launch as far as can be seen, with the reason. `senders` and `selectors` are mail services and DKIM
    selectors; `strangers` are what SPF includes of services that are not known. `unseen` says in whole sentences what
    could not be looked at; `silent` that nothing could.
    """

    domain: str
    canonical: Sighting | None = None
    hosts: tuple[HostSeen, ...] = ()
    passed_over: tuple[Sighting, ...] = ()
    senders: tuple[Sighting, ...] = ()
    strangers: tuple[Sighting, ...] = ()
    selectors: tuple[Sighting, ...] = ()
    edge: Sighting | None = None
    unseen: tuple[str, ...] = ()
    silent: bool = False

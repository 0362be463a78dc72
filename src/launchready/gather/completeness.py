"""What a saved look lacks of all that its launch declares: it was not looked at, and so is unknown."""

from dataclasses import replace
from typing import Any

from launchready.formats.records import normalised
from launchready.gather.deploy import declared
from launchready.gather.pages import subject
from launchready.gather.records import subjects
from launchready.model.facts import (
    DeployFacts,
    DomainFacts,
    HostFacts,
    HstsFacts,
    LatencyFacts,
    PageFacts,
    RecordFacts,
    RouteFacts,
    Sight,
    TlsFacts,
)
from launchready.model.gap import Gap, with_gaps
from launchready.model.launch import Role

NOT_LOOKED_AT = Gap("this was not looked at when the facts were saved")


def completed(sight: Sight) -> Sight:
    """The sight with a Gap for everything that its launch declares and that was not looked at.

    How it is deployed needs no looking: launch.toml says it today.
    """
    facts = tuple(fact for fact in sight.facts if not isinstance(fact, DeployFacts))
    sight = replace(sight, facts=(*facts, *declared(sight.launch, sight.at)))
    launch = sight.launch
    there = {(type(fact), fact.subject) for fact in sight.facts}
    wanted: list[tuple[type[Any], str, dict[str, Any]]] = [(DomainFacts, launch.domain, {})]
    for host in launch.hosts:
        wanted += [(kind, host.name, {}) for kind in (HostFacts, TlsFacts, RouteFacts, HstsFacts)]
        for route in host.routes if host.role is not Role.REDIRECT else ():
            wanted.append((PageFacts, subject(host.name, route), {"host": host.name}))
            wanted.append((LatencyFacts, subject(host.name, route), {"measured_by": "probe"}))
    wanted += [
        (RecordFacts, name, {"wanted": normalised(record.type, record.value)}) for name, record in subjects(launch)
    ]
    gaps = tuple(
        with_gaps(kind, NOT_LOOKED_AT, subject=name, source="saved", at=sight.at, **known)
        for kind, name, known in wanted
        if (kind, name) not in there
    )
    return replace(sight, facts=(*sight.facts, *gaps))

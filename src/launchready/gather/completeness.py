"""What a saved look lacks of all that its launch declares: it was not looked at, and so is unknown."""

from dataclasses import replace
from typing import Any

from launchready.formats.records import normalised
from launchready.gather.pages import subject
from launchready.gather.records import subjects
from launchready.model.facts import (
    DomainFacts,
    Fact,
    HostFacts,
    HstsFacts,
    LatencyFacts,
    PageFacts,
    RecordFacts,
    RouteFacts,
    Sight,
    TlsFacts,
    WebhookFacts,
    newest,
)
from launchready.model.gap import Gap, with_gaps
from launchready.model.launch import Role

NOT_LOOKED_AT = Gap("this was not looked at when the facts were saved")


def with_measured(sight: Sight, measured: tuple[Fact, ...]) -> Sight:
    """The sight with what other commands have measured of what its launch declares; what they have not is a Gap."""
    declared = {webhook.name for webhook in sight.launch.webhooks}
    facts = newest((*sight.facts, *measured))
    kept = [fact for fact in facts if not isinstance(fact, WebhookFacts) or fact.subject in declared]
    there = {fact.subject for fact in kept if isinstance(fact, WebhookFacts)}
    gaps = [_not_replayed(name, sight) for name in sorted(declared - there)]
    return replace(sight, facts=(*kept, *gaps))


def _not_replayed(name: str, sight: Sight) -> WebhookFacts:
    missing = Gap(f"nobody has replayed it: `launchready webhook replay {name}` does")
    return with_gaps(WebhookFacts, missing, subject=name, source="audit", at=sight.at)


def completed(sight: Sight) -> Sight:
    """The sight with a Gap for everything that its launch declares and that was not looked at."""
    sight = with_measured(sight, ())
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

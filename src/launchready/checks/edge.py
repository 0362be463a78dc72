"""Does an edge (CDN) take the first blow, and does everybody come through it?"""

from collections.abc import Iterator

from launchready.checks.registry import DoesNotApply, check
from launchready.model.facts import EdgeFacts
from launchready.model.finding import Evidence, Impact, Remedy, RemedyKind, Severity, Stage
from launchready.model.launch import Launch, Role

_WHO = "whoever manages DNS and the account at the edge"


@check(
    stage=Stage.STABLE_INFRASTRUCTURE,
    impact=Impact.DOWNTIME,
    severity=Severity.MINOR,
    title="Nothing stands between the internet and your server",
    why="A flood of requests (DDoS) reaches the server itself, and rate limits, caching and blocking at the edge do "
    "not reach the visitor, because there is no edge.",
    fix="Put the site behind an edge such as Cloudflare, Fastly or CloudFront; the smallest plan is enough.",
    source="OWASP Denial of Service Cheat Sheet, section Network",
)
def edge_not_in_front(edge: EdgeFacts, launch: Launch) -> Iterator[Evidence]:
    """The main host's answer must carry an edge's headers and come from its addresses or through its CNAME: a header
    alone can be forged, and an address alone may only be rented. With [edge] provider declared, it must be that one."""
    if edge.subject != _main_host(launch):
        raise DoesNotApply
    if edge.edge is not None and not _is(edge.edge, launch.edge):
        text = f"{edge.subject} is behind {edge.edge}, not behind {launch.edge}, which launch.toml declares"
        yield Evidence(text, remedy=_proxied(edge.subject, launch), severity=Severity.MAJOR)
    elif edge.edge is None and not edge.elsewhere:
        severity = Severity.MAJOR if launch.edge else None
        yield Evidence(_without(edge), remedy=_proxied(edge.subject, launch), severity=severity)


@check(
    stage=Stage.STABLE_INFRASTRUCTURE,
    impact=Impact.DOWNTIME,
    severity=Severity.MAJOR,
    title="One host goes around the edge",
    why="An attacker takes the unprotected door: that host can be flooded, and it tells where the server is that the "
    "edge is to hide.",
    fix="Send this host through the edge too.",
    source="OWASP Denial of Service Cheat Sheet, section Network",
)
def edge_bypassed(edge: EdgeFacts, launch: Launch) -> Iterator[Evidence]:
    """Where some of the launch's hosts are behind an edge, every declared host must be."""
    host = launch.host(edge.subject)
    if not edge.elsewhere or (host is not None and not host.declared and edge.subject != _main_host(launch)):
        raise DoesNotApply
    if edge.edge is None:
        text = f"{_without(edge)}, while {' and '.join(edge.elsewhere[:3])} is behind an edge"
        yield Evidence(text, remedy=_proxied(edge.subject, launch))


@check(
    stage=Stage.STABLE_INFRASTRUCTURE,
    impact=Impact.DOWNTIME,
    severity=Severity.MAJOR,
    title="The server behind the edge can be reached past it",
    why="DNS gives its address away, so whoever wants to flood it, or to get past the edge's rules, connects to it "
    "straight.",
    fix="Let the server accept connections from the edge only (its published addresses, or a client certificate), and "
    "take the record that gives it away out of DNS.",
    source="developers.cloudflare.com/fundamentals/security/protect-your-origin-server",
)
def origin_exposed(edge: EdgeFacts) -> Iterator[Evidence]:
    """Addresses that DNS gives away under other names (origin., mail., the SPF record, an AAAA record past the edge)
    are asked for the host; only one that serves the very page counts."""
    if edge.edge is None:
        raise DoesNotApply
    for origin in edge.origins:
        yield Evidence(
            f"{origin.address} ({origin.found_by}) serves {edge.subject} past {edge.edge}",
            remedy=Remedy(
                kind=RemedyKind.SETTING,
                text=f"firewall of {origin.address}: allow ports 80 and 443 from the addresses of {edge.edge} only",
                who="whoever runs the server",
                minutes=20,
            ),
        )


def _main_host(launch: Launch) -> str:
    """The host where visitors end up."""
    site = next((host.name for host in launch.hosts if host.role is Role.SITE), None)
    return launch.canonical or site or launch.domain


def _is(edge: str, declared: str | None) -> bool:
    return declared is None or declared.lower() in edge.lower() or edge.lower() in declared.lower()


def _without(edge: EdgeFacts) -> str:
    """How far a host is from being behind an edge."""
    where = ", ".join(edge.addresses[:3])
    if edge.by_header:
        return f"{edge.subject} sends the headers of {edge.by_header}, but {where} is not one of its addresses"
    if edge.by_place:
        return f"{edge.subject} leads to {edge.by_place}, but the answer does not come from its edge"
    return f"{edge.subject} leads to {where}, which no edge answers for"


def _proxied(host: str, launch: Launch) -> Remedy:
    provider = launch.edge or "cloudflare"
    if "cloudflare" in provider.lower():
        text = f"{host}: proxied: on (the orange cloud)"
    else:
        text = f"{host}: CNAME to the name that {provider} gives you for it"
    return Remedy(kind=RemedyKind.SETTING, text=text, who=_WHO, minutes=30)

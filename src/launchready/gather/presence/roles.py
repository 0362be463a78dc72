"""What each host that answers seems to be for, and which hosts are no part of the launch."""

from launchready.gather.presence.doors import Door
from launchready.model.gap import Gap
from launchready.model.launch import Role, guessed_role
from launchready.model.presence import HostSeen
from launchready.model.repository import Sighting

_NOT_THERE = frozenset({404, 410, 421})  # what servers answer for a name that they were not told of


def canonical(domain: str, found: tuple[Door, ...]) -> Sighting | None:
    """The host on which the domain and its www both end; one that is alone is it when it answers itself."""
    fronts = [door for door in found if door.name in (domain, f"www.{domain}") and door.end and not door.nobodys]
    ends = {door.end for door in fronts}
    if len(ends) != 1 or not (end := fronts[0].end) or not _within(end, domain):
        return None
    leading = [door.name for door in fronts if door.name != end]
    if not leading:
        return None
    return Sighting(end, f"{' and '.join(leading)} {'leads' if len(leading) == 1 else 'lead'} there")


def sorted_out(
    domain: str, main: Sighting | None, found: tuple[Door, ...]
) -> tuple[tuple[HostSeen, ...], tuple[Sighting, ...]]:
    """The hosts of the launch, and the names that are none of it with the reason."""
    site = _site(domain, main, found)
    hosts: list[HostSeen] = []
    passed_over: list[Sighting] = []
    for door in found:
        if door.silence:
            continue
        if reason := _reason_against(door, domain, site):
            passed_over.append(Sighting(door.name, reason))
        else:
            hosts.append(_seen(door, domain, site.name if site else main.value if main else None))
    return tuple(sorted(hosts, key=lambda host: host.role.rank)), tuple(passed_over)


def _site(domain: str, main: Sighting | None, found: tuple[Door, ...]) -> Door | None:
    """The host whose pages the visitors of the domain see."""
    names = (main.value,) if main else (domain, f"www.{domain}")
    by_name = {door.name: door for door in found if door.front and not door.nobodys}
    return next((by_name[name] for name in names if name in by_name), None)


def _reason_against(door: Door, domain: str, site: Door | None) -> str | None:
    """Why a host is not written down as one of the launch."""
    if not door.exists:
        return "has no address in DNS"
    if isinstance(door.landed, Gap):
        return f"is in DNS and does not answer ({door.landed.reason})"
    if door.nobodys:
        return door.nobodys
    if door is site:
        return None
    role = guessed_role(door.name, domain, site.name if site else None)
    if door.front is None:
        away = not _within(door.end or "", domain) and role in (Role.SITE, Role.REDIRECT)
        return f"leads to {door.end}, which is another domain" if away else None
    if role is Role.APP and door.landed.status in _NOT_THERE:
        return f"answers {door.landed.status} at its front address"
    if role is not Role.REDIRECT and site and site.front and door.front.body and door.front.body == site.front.body:
        return f"shows the same page as {site.name}"
    return None


def _seen(door: Door, domain: str, site: str | None) -> HostSeen:
    role = guessed_role(door.name, domain, site if site in (domain, f"www.{domain}") else None)
    if door.name == site:
        role = Role.SITE if door.name in (domain, f"www.{domain}") else role
        return HostSeen(name=door.name, role=role, because=_answers(door))
    if door.end == site and site is not None:
        return HostSeen(name=door.name, role=Role.REDIRECT, because=f"leads to {site}")
    if role is Role.REDIRECT and door.front:
        return HostSeen(name=door.name, role=role, because="shows pages of its own; it should lead to the site")
    return HostSeen(name=door.name, role=role, because=_answers(door))


def _answers(door: Door) -> str:
    if door.front is None:
        return f"leads to {door.end}"
    plain = "" if door.front.url.startswith("https:") else " over plain HTTP only"
    return f"answers {door.front.status}{plain}"


def _within(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")

"""Which hosts are written down, and which of the repository's applications answers on which of them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from launchready.draft import values
from launchready.model.launch import Role, guessed_role
from launchready.model.presence import Presence
from launchready.model.repository import Application, Repository, Sighting

MOST_HOSTS = 12
MOST_ROUTES = 12

_PAGES = (Role.APP, Role.SITE, Role.API)
_BACKEND = (Role.API, Role.APP, Role.SITE)
_MARKETING = (Role.SITE, Role.APP, Role.API)
# What folders of a monorepo are called whose application is not the one that visitors log in to.
_BACKEND_FOLDERS = frozenset({"api", "backend", "server"})
_MARKETING_FOLDERS = frozenset({"marketing", "landing", "website", "www", "site"})
_MEMBERS_FOLDERS = frozenset({"app", "dashboard", "portal", "console"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One host as it will stand in launch.toml; `looked_at` when it answered from outside."""

    name: str
    role: Role
    because: str
    looked_at: bool = False
    absent: tuple[str, ...] = ()
    routes: tuple[Sighting, ...] = ()
    health: Sighting | None = None
    webhooks: tuple[Sighting, ...] = ()

    @property
    def url(self) -> str:
        return f"https://{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The hosts, and the applications for which there is none: nobody knows yet where they will answer."""

    hosts: tuple[Planned, ...]
    homeless: tuple[Application, ...]

    @property
    def main(self) -> Planned | None:
        """The host that visitors log in to."""
        pages = (host for host in self.hosts if host.role in _PAGES)
        return min(pages, key=lambda host: _PAGES.index(host.role), default=None)


def plan(repository: Repository, presence: Presence) -> Plan:
    """Every host that answered or that the repository names, with what its application shows there."""
    hosts = {host.name: host for host in (*_seen(presence), *_named(repository, presence))}
    hosts = dict(list(hosts.items())[:MOST_HOSTS]) or _taken_for_granted(repository, presence)
    homeless: list[Application] = []
    for application in sorted(repository.applications, key=lambda one: _folder(one) not in _MEMBERS_FOLDERS):
        place = _place(application, hosts.values())
        if place is None:
            homeless.append(application)
        else:
            hosts[place.name] = _with(place, application)
    return Plan(hosts=tuple(hosts.values()), homeless=tuple(homeless))


def _seen(presence: Presence) -> Iterable[Planned]:
    for host in presence.hosts:
        if name := values.host(host.name):
            yield Planned(
                name=name,
                role=host.role,
                because=host.because,
                looked_at=True,
                absent=host.absent,
                health=_fit(host.health),
            )


def _named(repository: Repository, presence: Presence) -> Iterable[Planned]:
    """Hosts that only files name: nobody could see whether they are there."""
    domain, seen = presence.domain, {one.value for one in presence.passed_over} | {one.name for one in presence.hosts}
    for sighting in repository.domains:
        name = values.host(sighting.value)
        if name and name not in seen and (name == domain or name.endswith(f".{domain}")):
            main = presence.canonical.value if presence.canonical else None
            yield Planned(name=name, role=guessed_role(name, domain, main), because=f"from {sighting.where}")


def _taken_for_granted(repository: Repository, presence: Presence) -> dict[str, Planned]:
    """Where nobody knows of any host, a repository that has pages is for the domain itself, until somebody looks."""
    if not any(application.routes or application.health for application in repository.applications):
        return {}
    because = "not seen: taken for granted, mend the name if your app will answer elsewhere"
    return {presence.domain: Planned(name=presence.domain, role=Role.SITE, because=because)}


def _place(application: Application, hosts: Iterable[Planned]) -> Planned | None:
    """The host that has most of the application's pages; among those the one whose role fits best.

    Where nobody could look, one host is not given the pages of two applications.
    """
    folder = _folder(application)
    order = _BACKEND if folder in _BACKEND_FOLDERS or not application.routes else _PAGES
    order = _MARKETING if folder in _MARKETING_FOLDERS else order
    routes = {one.value for one in application.routes}
    free = [host for host in hosts if host.looked_at or not (routes and host.routes)]
    serving = [host for host in free if host.role in order and (not routes or not routes <= set(host.absent))]
    return min(serving, key=lambda host: (len(routes & set(host.absent)), order.index(host.role)), default=None)


def _folder(application: Application) -> str:
    return application.folder.rstrip("/").rpartition("/")[2].lower()


def _with(host: Planned, application: Application) -> Planned:
    """The host with what the application answers there; a health address that answered stands above one in a file."""
    own, health = host.health, _fit(application.health)
    if own and health and own.value == health.value:
        own = replace(own, where=f"from {health.where}; {own.where}") if "from " not in own.where else own
    elif health and not own:
        said = "; it did not answer well" if host.looked_at else ""
        own = Sighting(health.value, f"from {health.where}{said}")
    return replace(
        host,
        routes=_routes((*host.routes, *application.routes), host.absent),
        health=own,
        webhooks=(*host.webhooks, *(hook for hook in application.webhooks if values.route(hook.value))),
    )


def _routes(routes: Iterable[Sighting], absent: tuple[str, ...]) -> tuple[Sighting, ...]:
    fit: dict[str, Sighting] = {}
    for one in routes:
        if values.route(one.value) and one.value not in absent:
            fit.setdefault(one.value, one)
    return tuple(fit.values())[:MOST_ROUTES]


def _fit(sighting: Sighting | None) -> Sighting | None:
    return sighting if sighting and values.route(sighting.value) else None

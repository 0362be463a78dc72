"""A commented launch.toml from what a repository says and a domain shows: each value with the place it was seen."""

from collections.abc import Iterable
from datetime import date

from launchready.draft import values
from launchready.draft.hosts import Plan, Planned, plan
from launchready.draft.services import mail, webhooks
from launchready.draft.values import commented, entry, listed, quoted, remark
from launchready.known.secret_names import is_secret
from launchready.model.environment import Reading
from launchready.model.launch import Role
from launchready.model.presence import Presence
from launchready.model.repository import Application, Repository, Sighting

MOST_VARIABLES = 60
MOST_NOTES = 12
_WITHOUT_VARIABLES = ("Dockerfile", "Procfile")  # they say how it is built and started
_MIGRATION_FOLDERS = frozenset({"migrations", "versions"})
_WHAT_FOR = "Roles: site, redirect, app, api, admin, status. Routes are the pages that must work on launch day."


def render(repository: Repository, presence: Presence, day: date) -> str:
    """The text of launch.toml; it is valid whatever stands in `repository` and `presence.domain` is a domain."""
    hosts = plan(repository, presence)
    sections = (
        _header(repository, presence, day),
        _launch(repository, presence, hosts),
        *_hosts(hosts, presence),
        _edge(presence),
        mail(repository, presence),
        _environment(repository, hosts),
        *webhooks(repository, hosts),
        _deploy(repository),
        _notes(repository, presence, hosts),
    )
    return "\n\n".join("\n".join(lines) for lines in sections if lines) + "\n"


def _header(repository: Repository, presence: Presence, day: date) -> list[str]:
    lines = ["#:schema ./launch.schema.json"]
    lines += remark(
        f"What you launch, as `launchready init` saw it on {day}: each value with the place where it was seen. "
        "Mend what is wrong, keep the file in git, and run `launchready audit`."
    )
    lines += remark("Your editor completes keys after: python -m launchready.config.schema > launch.schema.json")
    seen = [f"{one.framework.value} ({one.framework.where})" for one in repository.applications]
    seen += [f"{one.value} ({one.where})" for one in repository.platforms]
    seen += [f"{one.name} ({one.seen[0].where})" for one in repository.providers if one.seen]
    if seen:
        lines += ["#", *remark(f"The repository shows {'; '.join(dict.fromkeys(seen[:MOST_NOTES]))}.")]
    if presence.silent:
        lines += ["#", *remark(f"Nothing could be seen of {presence.domain}: {_first(presence.unseen)}.")]
        lines += remark("So this file is from the repository alone.")
    return lines


def _first(reasons: tuple[str, ...]) -> str:
    return reasons[0] if reasons else "it was not looked at"


def _launch(repository: Repository, presence: Presence, hosts: Plan) -> list[str]:
    lines = ["[launch]", *entry("domain", quoted(presence.domain))]
    if name := values.text(repository.name or ""):
        lines += entry("name", quoted(name), "what people call it")
    main = values.host(presence.canonical.value) if presence.canonical else None
    leading = {host.name for host in hosts.hosts if host.role is Role.REDIRECT}
    if presence.canonical and main and main not in leading:
        lines += entry("canonical", quoted(main), presence.canonical.where)
    return lines


def _hosts(hosts: Plan, presence: Presence) -> Iterable[list[str]]:
    first = remark(_WHAT_FOR)
    for host in hosts.hosts:
        yield [*first, *_host(host)]
        first = []
    if hosts.homeless:
        yield [*first, *_homeless(hosts.homeless, presence)]


def _host(host: Planned) -> list[str]:
    lines = [f"[hosts.{quoted(host.name)}]", *entry("role", quoted(host.role.value), host.because)]
    if host.routes:
        lines += entry("routes", listed(one.value for one in host.routes), _places(host.routes))
    if host.health:
        lines += entry("health", quoted(host.health.value), host.health.where)
    if host.role is Role.APP:
        lines += commented(entry("private", listed(("/admin",)), "paths that strangers must not see"))
    return lines


def _homeless(applications: tuple[Application, ...], presence: Presence) -> list[str]:
    """What the repository shows of applications, as an example: it is not known at which address they answer."""
    lines = remark("The repository has pages, and no host was seen that shows them. Name it and take the # away:")
    routes = {one.value: one for app in applications for one in app.routes if values.route(one.value)}
    health = next((one.health for one in applications if one.health and values.route(one.health.value)), None)
    example = [f"[hosts.{quoted(f'app.{presence.domain}')}]", *entry("role", quoted(Role.APP.value))]
    if routes:
        seen = tuple(routes.values())[:MOST_NOTES]
        example += entry("routes", listed(one.value for one in seen), _places(seen))
    if health:
        example += entry("health", quoted(health.value), f"from {health.where}")
    return [*lines, *commented(example)] if routes or health else []


def _places(sightings: Iterable[Sighting]) -> str:
    """The files of several sightings, each once."""
    files = list(dict.fromkeys(one.where.partition(":")[0] for one in sightings))
    return f"from {', '.join(files[:3])}{' and others' if len(files) > 3 else ''}"


def _edge(presence: Presence) -> list[str]:
    if presence.edge and (name := values.text(presence.edge.value.lower())):
        return ["[edge]", *entry("provider", quoted(name), presence.edge.where)]
    return []


def _environment(repository: Repository, hosts: Plan) -> list[str]:
    """The variables that production needs, by name; their values are nowhere in this file."""
    names, critical = _contract(repository)
    source = _source(repository)
    if not (names or source or critical):
        return []
    lines = ["[environments.production]"]
    if hosts.main:
        lines += entry("url", quoted(hosts.main.url))
    if source:
        lines += entry("source", quoted(values.text(_file(source.where)) or ""), source.value)
    else:
        lines += commented(entry("source", quoted(".env.production"), "the file or platform that sets them"))
    if names:
        where = f"from {repository.example or 'the code'}"
        lines += entry("required", listed(names[:MOST_VARIABLES]), where)
    if critical:
        example = entry("critical", listed(one.name for one in critical), f"{critical[0].where} stops without it")
        lines += remark("What the product cannot start without; missing, it blocks a deploy. Name a source that tells")
        lines += [*remark("all that is set (`launchready env check` compares it), then take the # away:")]
        lines += commented(example)
    return lines


def _contract(repository: Repository) -> tuple[list[str], list[Reading]]:
    """The variables that must be set, and the secrets without which the code stops.

    What the example file lists must be set unless the code, where it was read, goes on without it.
    """
    listed_ = [one.name for one in repository.variables if one.required and values.variable(one.name)]
    reads = {one.name: one for one in repository.reads if values.variable(one.name)}
    critical = [one for one in reads.values() if one.must and is_secret(one.name)][:MOST_VARIABLES]
    if reads:
        listed_ = [name for name in listed_ if name in reads and not reads[name].has_default]
        listed_ += [one.name for one in reads.values() if one.must]
    return [name for name in dict.fromkeys(listed_) if name not in {one.name for one in critical}], critical


def _source(repository: Repository) -> Sighting | None:
    """The platform whose own file says with which variables it runs the product; Compose's only without another."""
    hosting = [one for one in repository.platforms if not one.value.startswith("Docker")] or repository.platforms
    path = values.text(_file(hosting[0].where)) if hosting else None
    holds = path is not None and not path.rpartition("/")[2].startswith(_WITHOUT_VARIABLES)
    return hosting[0] if holds else None


def _file(where: str) -> str:
    return where.partition(":")[0]


def _deploy(repository: Repository) -> list[str]:
    """Where the migrations are: the path that was seen, or the file that shows the tool which has them."""
    seen = repository.migrations
    if seen is None:
        return []
    file = _file(seen.where)
    place, said = (seen.value, f"from {seen.where}") if "/" in seen.value else (file, seen.value)
    folder, _, name = place.rpartition("/")
    if folder.rpartition("/")[2] in _MIGRATION_FOLDERS and "." in name:  # one of many: Django's 0001_initial.py
        place = folder
    path = values.text(place)
    return ["[deploy]", *entry("migrations", quoted(path), said if said != f"from {path}" else "")] if path else []


def _notes(repository: Repository, presence: Presence, hosts: Plan) -> list[str]:
    """What is not in the file, and why."""
    notes = [f"{one.value} {one.where}." for one in presence.passed_over]
    notes += [f"{host.name} has no {', '.join(gone)}." for host in hosts.hosts if (gone := _gone(host, repository))]
    if not presence.silent:
        notes += [f"{reason}." for reason in presence.unseen]
    notes += [f"{one.where} was not read: {one.value}." for one in repository.unread]
    if not notes:
        return []
    lines = ["# Not in this file, and why:"]
    for note in notes[:MOST_NOTES]:
        head, *rest = remark(f"- {note}")
        lines += [head, *(f"#  {line[1:]}" for line in rest)]
    return lines + (remark(f"- and {len(notes) - MOST_NOTES} more") if len(notes) > MOST_NOTES else [])


def _gone(host: Planned, repository: Repository) -> tuple[str, ...]:
    """Pages of the repository that a host which shows others of them answers "not found" to."""
    shown = {one.value for one in host.routes}
    own = [app for app in repository.applications if shown & {one.value for one in app.routes}]
    return tuple(dict.fromkeys(one.value for app in own for one in app.routes if one.value in host.absent))

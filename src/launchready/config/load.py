"""launch.toml becomes a Launch, or one error that names every problem with its line."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from launchready.config.document import Document, read
from launchready.config.domain_name import below
from launchready.config.lines import Place
from launchready.config.problems import sentences, shown
from launchready.config.shape import (
    AcceptedSection,
    DeploySection,
    EnvironmentSection,
    GateSection,
    HostSection,
    JourneysSection,
    LaunchFile,
    MailSection,
    NetworkSection,
    OwnerSection,
    SecretsSection,
    WebhookSection,
)
from launchready.config.values import Origin, host_key, is_local
from launchready.config.wrong import Wrong, quoted
from launchready.errors import ConfigError
from launchready.formats.printable import printable
from launchready.model.finding import Accepted
from launchready.model.launch import (
    Contract,
    Deploy,
    DnsRecord,
    Environment,
    Gate,
    Guardrails,
    Host,
    Journeys,
    Launch,
    Mail,
    Network,
    Owner,
    Role,
    Secrets,
    VariableSource,
    guessed_role,
)
from launchready.model.webhook import Scheme, Webhook

_MOST_PROBLEMS = 100
_NAME_CHARACTERS = 100


def load(path: Path, environ: Mapping[str, str], name: str | None = None) -> Launch:
    """What the file declares; `name` is what messages call it. Raises `ConfigError` with every problem at once."""
    return replace(launch_of(load_file(path, environ, name)), in_git=_in_git(path))


def _in_git(path: Path) -> bool:
    """Whether a folder above the file is a git work tree; in a worktree or submodule `.git` is a file."""
    try:
        return any((folder / ".git").exists() for folder in path.resolve().parents)
    except OSError:
        return False


def load_file(path: Path, environ: Mapping[str, str], name: str | None = None) -> LaunchFile:
    """Every section of the file, valid; its secrets are read from `environ` only when they are revealed."""
    document = read(path, name)
    problems = list(_before(document.tables))
    try:
        file = LaunchFile.model_validate(document.tables, context=Origin(environ, document.folder))
    except ValidationError as found:
        problems += sentences(found)
    else:
        problems += _across(file)
    if problems:
        raise ConfigError(_told(problems, document))
    return file


def launch_of(file: LaunchFile) -> Launch:
    """What today's commands read of a file."""
    domain, canonical = file.launch.domain, file.launch.canonical
    return Launch(
        domain=domain,
        name=file.launch.name or domain,
        canonical=canonical,
        hosts=tuple(_host(name, host, domain, canonical) for name, host in file.hosts.items() if not is_local(name)),
        records=tuple(DnsRecord(name=below(domain, one.name), type=one.type, value=one.value) for one in file.records),
        mail=_mail(file.mail) if file.mail else None,
        edge=file.edge.provider if file.edge else None,
        local_hosts=tuple(name for name in file.hosts if is_local(name)),
        environments=tuple(Environment(name=name, url=one.url) for name, one in file.environments.items() if one.url),
        journeys=_journeys(file.journeys) if file.journeys else Journeys(),
        webhooks=tuple(_webhook(name, one) for name, one in file.webhooks.items()),
        guardrails=Guardrails(**dict(file.guardrails)),
        gate=_gate(file.gate) if file.gate else Gate(),
        deploy=_deploy(file.deploy) if file.deploy else None,
        network=_network(file.network),
        accepted=tuple(map(_accepted, file.accepted)),
        secrets=_secrets(file.secrets) if file.secrets else Secrets(),
        owners=tuple(map(_owner, file.owners)),
        differs=tuple(dict.fromkeys(name for one in file.environments.values() for name in one.differs)),
        variable_sources=tuple(
            VariableSource(environment=name, names=one.source) for name, one in file.environments.items() if one.source
        ),
        contracts=tuple(_contract(name, one) for name, one in file.environments.items()),
    )


def _host(name: str, section: HostSection, domain: str, canonical: str | None) -> Host:
    return Host(
        name=name,
        role=Role(section.role) if section.role else guessed_role(name, domain, canonical),
        routes=section.routes,
        health=section.health,
        private=section.private,
        public=section.public,
    )


def _journeys(section: JourneysSection) -> Journeys:
    files = section.files or Journeys().files
    return Journeys(
        files=files,
        login=section.login,
        signup=section.signup,
        logout=section.logout,
        first_chat=section.first_chat,
        mailbox=section.mailbox,
        mailbox_address=section.mailbox_address,
    )


def _webhook(name: str, section: WebhookSection) -> Webhook:
    return Webhook(
        name=name,
        scheme=Scheme(section.scheme) if section.scheme else None,
        url=section.url,
        secret=section.secret,
        events=section.events,
        probe=section.probe,
        header=section.header,
    )


def _contract(name: str, section: EnvironmentSection) -> Contract:
    return Contract(environment=name, required=section.required, critical=section.critical, shared=section.shared)


def _mail(section: MailSection) -> Mail:
    return Mail(addresses=section.from_, senders=section.senders, selectors=section.dkim_selectors)


def _gate(section: GateSection) -> Gate:
    return Gate(block=section.block or Gate().block, require=section.require, max_age_s=section.max_age)


def _deploy(section: DeploySection) -> Deploy:
    return Deploy(command=section.command, rollback=section.rollback, version=section.version)


def _network(section: NetworkSection) -> Network:
    return Network(
        resolver=section.resolver, ca=section.ca, connect_to=section.connect_to, deadline_s=section.deadline_s
    )


def _accepted(section: AcceptedSection) -> Accepted:
    return Accepted(
        check=section.check,
        subject=section.subject or "*",
        reason=section.reason,
        expires=section.expires,
        fingerprint=section.fingerprint.lower() if section.fingerprint else None,
    )


def _secrets(section: SecretsSection) -> Secrets:
    return Secrets(fingerprint_key=section.fingerprint_key, paths_out=section.paths_out)


def _owner(section: OwnerSection) -> Owner:
    return Owner(what=section.what, owner=section.owner, access=section.access, rotated=section.rotated)


# What no single value shows -------------------------------------------------------------------------------------


def _before(tables: dict[str, Any]) -> Iterator[tuple[Place, str]]:
    """Slips with host names, which pydantic would report as something else; what was reported is taken out."""
    hosts = tables.get("hosts")
    if not isinstance(hosts, dict):
        return
    first: dict[str, str] = {}
    for key in list(hosts):
        if whole := _name_without_quotes(key, hosts[key]):
            del hosts[key]
            yield ("hosts", key), f'[hosts.{whole}] lacks quotes around the name; write [hosts."{whole}"]'
        elif (name := _host_name(key)) in first:
            yield ("hosts", key), f"{shown(('hosts', key))} is the same host as {quoted(first[name])}; keep one"
        elif name:
            first[name] = key


def _host_name(key: str) -> str:
    try:
        return host_key(key)
    except Wrong:
        return ""


def _name_without_quotes(key: str, value: object) -> str | None:
    """`app.parley.example` where the dots of a name without quotes have made tables in tables."""
    names = [key]
    while isinstance(value, dict) and len(value) == 1 and isinstance(inner := next(iter(value.values())), dict):
        names.append(next(iter(value)))
        value = inner
    return printable(".".join(names), _NAME_CHARACTERS) if len(names) > 1 and "." not in key else None


def _across(file: LaunchFile) -> Iterator[tuple[Place, str]]:
    """Contradictions between keys that are each valid."""
    canonical = file.launch.canonical
    if canonical in file.hosts and file.hosts[canonical].role == "redirect":
        yield (
            ("launch", "canonical"),
            f'[launch] canonical is {quoted(canonical)}, whose role under [hosts] is "redirect"; it cannot be both',
        )
    for index, one in enumerate(file.accepted):
        if not one.subject and not one.fingerprint:
            yield ("accepted", index), '[[accepted]] needs subject: what it is about, or "*" for all'


def _told(problems: list[tuple[Place, str]], document: Document) -> list[str]:
    """The sentences in the order of the file, each with its line."""
    told = sorted({(document.line(place), sentence) for place, sentence in problems})
    lines = [f"{document.name}:{line}: {sentence}" for line, sentence in told[:_MOST_PROBLEMS]]
    more = len(told) - len(lines)
    return [*lines, f"{document.name}: and {more} more problems"] if more > 0 else lines

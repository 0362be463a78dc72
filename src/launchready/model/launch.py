"""What the team declares: the launch, its hosts, its records, and the roads the probes take."""

from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Protocol

from launchready.model.finding import Accepted
from launchready.model.webhook import Secret, Webhook


class Role(Enum):
    """What a host is for, in the order a visitor meets them."""

    SITE = "site"
    REDIRECT = "redirect"
    APP = "app"
    API = "api"
    ADMIN = "admin"
    STATUS = "status"

    @property
    def rank(self) -> int:
        return list(Role).index(self)


def guessed_role(host: str, domain: str, canonical: str | None) -> Role:
    """What a host is for, by its name: the canonical one is the site, the domain and its www lead there."""
    if host == (canonical or domain):
        return Role.SITE
    if host in (domain, f"www.{domain}"):
        return Role.REDIRECT
    by_name = {"api": Role.API, "admin": Role.ADMIN, "status": Role.STATUS}
    return by_name.get(host.partition(".")[0], Role.APP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """One host name of the launch; `declared` is False for one that the audit found by itself."""

    name: str
    role: Role
    routes: tuple[str, ...] = ("/",)
    health: str | None = None
    private: tuple[str, ...] = ()
    public: tuple[str, ...] = ()
    declared: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsRecord:
    """A record that must be in DNS, exactly (launch.toml `[[records]]`)."""

    name: str
    type: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """Mail that the product sends: the addresses it comes from, the services that send it, their DKIM selectors."""

    addresses: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()
    selectors: tuple[str, ...] = ()


def is_production(environment: str) -> bool:
    """Whether an environment is the one that visitors get, by its name."""
    return environment.lower() in ("production", "prod", "live")


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """One place where the product runs; `url` is where it answers there."""

    name: str
    url: str

    @property
    def is_production(self) -> bool:
        return is_production(self.name)


class Hidden(Protocol):
    """A text that holds a secret: read when it is used, and shown by no repr."""

    def reveal(self, *, in_url: bool = False) -> str:
        """The text; `in_url` writes what the secret parts hold as a URL does (%40 for @)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Journeys:
    """Which journeys there are, as globs beside launch.toml, and the names of those that the roadmap is about.

    `mailbox` is the URL of one that journeys may read, `mailbox_address` an address whose mail ends there, so that
    what is sent to name+anything@ does too. `base` is where paths begin when that is not the launch's app host.
    """

    files: tuple[str, ...] = ("journeys/*.toml",)
    login: str | None = None
    signup: str | None = None
    logout: str | None = None
    first_chat: str | None = None
    mailbox: Hidden | None = None
    mailbox_address: str | None = None
    base: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Guardrails:
    """The numbers the launch is held to."""

    backend_p95_ms: float = 800.0
    first_token_p95_ms: float = 1000.0
    error_rate: float = 0.01
    uptime: float = 0.999


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What stops a deploy: severities (each with all that are worse) and checks that block, and what must be seen."""

    block: tuple[str, ...] = ("blocker",)
    require: tuple[str, ...] = ()
    max_age_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deploy:
    """How a version gets out and back: shell commands, each list run in order; `version` is a command or an address."""

    command: tuple[str, ...] = ()
    rollback: tuple[str, ...] = ()
    version: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """How secrets are looked for: the key of their fingerprints, and the paths (globs) that are not searched."""

    fingerprint_key: Secret | None = None
    paths_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Who has an account or a thing, who else can get in, and when its keys were last replaced."""

    what: str
    owner: str | None = None
    access: tuple[str, ...] = ()
    rotated: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableSource:
    """Where one environment keeps its variables: files, or what a platform's own command prints."""

    environment: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What one environment must have: `required` variables, `critical` ones without which the launch fails.

    `shared` may have the same value in another environment.
    """

    environment: str
    required: tuple[str, ...] = ()
    critical: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectTo:
    """Connections meant for `host:port` go to `to_host:to_port`; an empty host or a port of None matches any (curl)."""

    host: str
    port: int | None
    to_host: str
    to_port: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """The roads the probes take, the same for DNS, TLS, HTTP and SMTP."""

    resolver: tuple[str, int] | None = None
    ca: str | None = None
    connect_to: tuple[ConnectTo, ...] = ()
    deadline_s: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """The whole of what is declared: launch.toml, or what `audit DOMAIN` takes for granted."""

    domain: str
    name: str
    canonical: str | None = None
    hosts: tuple[Host, ...] = ()
    records: tuple[DnsRecord, ...] = ()
    mail: Mail | None = None
    edge: str | None = None  # the provider that is to stand in front, as declared
    local_hosts: tuple[str, ...] = ()  # declared too, but unknown to public DNS: localhost, IP addresses
    environments: tuple[Environment, ...] = ()
    journeys: Journeys = field(default_factory=Journeys)
    webhooks: tuple[Webhook, ...] = ()
    guardrails: Guardrails = field(default_factory=Guardrails)
    gate: Gate = field(default_factory=Gate)
    deploy: Deploy | None = None
    network: Network = field(default_factory=Network)
    accepted: tuple[Accepted, ...] = ()
    secrets: Secrets = field(default_factory=Secrets)
    owners: tuple[Owner, ...] = ()
    variable_sources: tuple[VariableSource, ...] = ()
    differs: tuple[str, ...] = ()  # in what environments differ on purpose
    contracts: tuple[Contract, ...] = ()
    in_git: bool = False  # launch.toml lies in a git work tree
    declared: bool = True

    def host(self, name: str) -> Host | None:
        return next((host for host in self.hosts if host.name == name), None)

    def webhook(self, name: str) -> Webhook | None:
        return next((webhook for webhook in self.webhooks if webhook.name == name), None)

    def contract(self, environment: str) -> Contract:
        """What an environment must have; nothing where launch.toml does not say."""
        there = (one for one in self.contracts if one.environment == environment)
        return next(there, Contract(environment=environment))

    def holds(self, host: str) -> bool:
        """Whether a host name is the domain or lies below it."""
        return host == self.domain or host.endswith(f".{self.domain}")

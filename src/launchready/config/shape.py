"""The shape of launch.toml: every section and key, with what it means. Docs and the editors' schema come from here.

Sections that no command reads yet are in the shape all the same, so that a launch.toml written today stays valid.
"""

from pydantic import BaseModel, ConfigDict, Field

from launchready.config.values import (
    CaFile,
    Connection,
    Day,
    DeadlineSeconds,
    DomainName,
    Duration,
    HeaderName,
    HostKey,
    HostName,
    Listen,
    ListOf,
    MailAddress,
    MailboxUrl,
    OneOrMany,
    OneOrManyTemplates,
    Positive,
    RecordName,
    RecordType,
    Resolver,
    RoleName,
    Route,
    Scheme,
    SecretName,
    Share,
    Spike,
    Template,
    Text,
    WebAddress,
)
from launchready.model.launch import Guardrails, Network

_NUMBERS = Guardrails()
_ROADS = Network()


class Section(BaseModel):
    """A table of launch.toml: no key beside those named, no value of another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class LaunchSection(Section):
    """What is launched. This is the only section that must be there, and domain its only key that must be."""

    domain: DomainName = Field(description="The domain that you own and launch: no https://, no path.")
    name: Text | None = Field(default=None, description="What people call the product. Without it: the domain.")
    canonical: HostName | None = Field(
        default=None, description="The one address visitors should end up on; the site's other addresses lead to it."
    )


class HostSection(Section):
    """One host of the launch, by its full name in quotes: `[hosts."app.parley.example"]`.

    Without any, the audit looks for the usual ones itself. `localhost` and IP addresses may stand here for local runs;
    the audit, which looks from outside, leaves them alone.
    """

    role: RoleName | None = Field(
        default=None,
        description="What it is for. Without it: the canonical address (or the domain) is the site, the domain and its "
        "www lead there, api, admin and status are what they are called, and everything else is the app.",
    )
    routes: ListOf[Route] = Field(default=("/",), description="The core routes: pages that must work on launch day.")
    health: Route | None = Field(default=None, description="The path that says whether the backend is well.")
    private: ListOf[Route] = Field(default=(), description="Paths that strangers must not see.")
    public: ListOf[Route] = Field(default=(), description="Paths that look private and are meant to be seen.")


class RecordSection(Section):
    """A record that must be in DNS, exactly; one `[[records]]` for each."""

    name: RecordName = Field(
        description='Whose record: a full name, "@" for the domain, or a part below it ("www", "_dmarc").'
    )
    type: RecordType = Field(description="The type of record, in capitals.")
    value: Text = Field(description="What it must hold, as your DNS provider shows it.")


class EdgeSection(Section):
    """Who answers for the domain at the edge: DNS, HTTPS, caching, rate limits."""

    provider: Text | None = Field(default=None, description="The provider's name, such as cloudflare.")
    zone: Text | None = Field(default=None, description="The zone at the provider. Without it: the domain.")
    token: SecretName | None = Field(default=None, description="The provider's API token.")


class MailSection(Section):
    """Mail that the product sends: password resets, receipts."""

    from_: OneOrMany = Field(default=(), alias="from", description="The address that mail comes from.")
    senders: ListOf[Text] = Field(default=(), description="The services that send it, such as postmark.")
    dkim_selectors: ListOf[Text] = Field(
        default=(), description="The DKIM selectors those services use; name@domain for one domain."
    )
    smtp: Template | None = Field(default=None, description="The server to send a test message through.")


class EnvironmentSection(Section):
    """One place where the product runs (production, staging, local) and the variables it needs there."""

    url: WebAddress | None = Field(default=None, description="Where it answers.")
    source: OneOrMany = Field(
        default=(), description="The file with its variables: a dotenv file, or the platform's own."
    )
    required: ListOf[Text] = Field(default=(), description="Variables that must be set.")
    critical: ListOf[Text] = Field(default=(), description="Variables without which the launch fails.")
    shared: ListOf[Text] = Field(default=(), description="Variables that may have the same value elsewhere.")
    differs: ListOf[Text] = Field(
        default=(),
        description="What differs here from the other environments on purpose: region, size, machines, Python, "
        "a feature or a variable by its name.",
    )


class SecretsSection(Section):
    """The hunt for keys in the repository and in pages."""

    fingerprint_key: SecretName | None = Field(
        default=None, description="The key of the fingerprints by which known secrets are accepted."
    )
    paths_out: OneOrMany = Field(default=(), description="Paths in the repository that are not searched.")


class DeploySection(Section):
    """How a version gets out, and back."""

    command: OneOrMany = Field(
        default=(), description="The command that deploys, run by the shell; of several, one after the other."
    )
    rollback: OneOrMany = Field(
        default=(),
        description="The command that takes the last deploy back; it is run when a deploy fails.",
    )
    migrations: OneOrMany = Field(default=(), description="Where the database migrations are.")
    version: Text | None = Field(
        default=None, description="The command, or web address, that tells the version in production."
    )


class DatabaseSection(Section):
    """The database, for advice on it."""

    url: Template | None = Field(default=None, description="Its address, with a role that may only read.")
    scratch: Template | None = Field(default=None, description="An empty database in which migrations may be tried.")


class JourneysSection(Section):
    """The paths of a visitor, written as journeys."""

    files: OneOrMany = Field(default=(), description="Where journeys are. Without it: journeys/*.toml.")
    login: Text | None = Field(default=None, description="The journey that logs in.")
    signup: Text | None = Field(default=None, description="The journey that signs up.")
    logout: Text | None = Field(default=None, description="The journey that logs out.")
    first_chat: Text | None = Field(default=None, description="The journey to the first chat message.")
    mailbox: MailboxUrl | None = Field(
        default=None,
        description="What journeys read mails from: imaps://USER:${env:…}@HOST/INBOX, or Mailpit.",
    )
    mailbox_address: MailAddress | None = Field(
        default=None, description="The address of that mailbox; new users are called name+something@."
    )


class WebhookSection(Section):
    """One webhook that the product receives."""

    scheme: Scheme | None = Field(default=None, description="How its sender signs.")
    url: WebAddress | None = Field(default=None, description="Where it is received.")
    secret: SecretName | None = Field(default=None, description="The signing secret.")
    events: ListOf[Text] = Field(default=(), description="The events that matter.")
    probe: Text | None = Field(default=None, description="A journey that reads a number which the webhook changes.")
    header: HeaderName | None = Field(
        default=None, description="The header that holds the signature of scheme hmac. Without it: X-Signature."
    )


class QuestionsSection(Section):
    """Questions that the chatbot must answer well."""

    files: OneOrMany = Field(default=(), description="Where the questions are.")
    journey: Text | None = Field(default=None, description="The journey that asks one.")
    judge: Text | None = Field(default=None, description="The model that grades answers.")


class GateSection(Section):
    """What stops a deploy."""

    block: OneOrMany = Field(
        default=(),
        description="Severities (blocker, major, minor; each with all that are worse) or checks that block. "
        "Without it: blocker.",
    )
    max_age: Duration | None = Field(
        default=None, description="How old a result may be; what is older counts as not looked at."
    )
    require: OneOrMany = Field(
        default=(), description="What must have been looked at: checks, or audit, journeys, webhooks and the like."
    )


class GuardrailsSection(Section):
    """The numbers the launch is held to."""

    backend_p95_ms: Positive = Field(
        default=_NUMBERS.backend_p95_ms,
        description="95 of 100 answers of the backend come within this many milliseconds.",
    )
    first_token_p95_ms: Positive = Field(
        default=_NUMBERS.first_token_p95_ms, description="95 of 100 chat answers begin within this many milliseconds."
    )
    error_rate: Share = Field(
        default=_NUMBERS.error_rate, description="The share of requests that may fail: 0.01 is 1 %."
    )
    uptime: Share = Field(default=_NUMBERS.uptime, description="The share of time that it must be up: 0.999 is 99.9 %.")


class HostedSection(Section):
    """Hosted monitoring that is used instead."""

    name: Text = Field(description="Its name.")
    link: WebAddress = Field(description="Its page.")


class MonitorSection(Section):
    """The monitor, or the one that runs elsewhere."""

    listen: Listen | None = Field(default=None, description="The address the monitor listens on.")
    store: Template | None = Field(default=None, description="Where it keeps results: a file, or a PostgreSQL address.")
    interval_s: Positive | None = Field(default=None, description="Seconds between two looks.")
    url: WebAddress | None = Field(default=None, description="A monitor that is running already.")
    token: SecretName | None = Field(default=None, description="The token for it.")
    hosted: HostedSection | None = Field(default=None, description="Hosted monitoring that is used instead.")


class HeartbeatSection(Section):
    """A job that must run now and then (a backup, an invoice run); one `[[heartbeats]]` for each."""

    name: Text = Field(description="The job's name.")
    every: Duration = Field(description="How often it runs.")
    grace: Duration | None = Field(default=None, description="How late it may be.")


class AlertsSection(Section):
    """Who is told, and when."""

    downtime_s: Positive = Field(default=120.0, description="Seconds of downtime before somebody is told.")
    error_spike: Spike | None = Field(default=None, description="The rise in errors that counts as a spike.")
    to: OneOrManyTemplates = Field(default=(), description="Where alerts go: mail, chat, telephone.")
    remind: Duration | None = Field(default=None, description="How often an alert that goes on is repeated.")
    maintenance: OneOrMany = Field(default=(), description="Times in which nobody is told.")


class NetworkSection(Section):
    """The roads the probes take. The options --resolver, --ca, --connect-to and --deadline stand above these."""

    resolver: Resolver | None = Field(default=None, description="The DNS server to ask. Without it: the system's.")
    ca: CaFile | None = Field(
        default=None,
        description="Certificate authorities to trust instead of the system's, in a file beside launch.toml.",
    )
    connect_to: ListOf[Connection] = Field(
        default=(), description="Where to connect instead, as in curl: HOST:PORT:HOST2:PORT2; empty parts match any."
    )
    deadline_s: DeadlineSeconds = Field(
        default=_ROADS.deadline_s, description="Seconds after which a run ends; what is not seen by then is unknown."
    )


class AcceptedSection(Section):
    """A risk you have decided to live with; one `[[accepted]]` for each. It stays in the report, marked."""

    check: Text = Field(description="The check, by its id in the report.")
    subject: Text | None = Field(default=None, description='What it is about: a host, a domain, or "*" for all.')
    fingerprint: Text | None = Field(default=None, description="The one secret that is meant, by its fingerprint.")
    reason: Text = Field(description="Why, for whoever reads this in a year.")
    expires: Day | None = Field(
        default=None, description="The last day on which it counts; after it, the risk blocks again."
    )


class OwnerSection(Section):
    """Who has what, for the handover; one `[[owners]]` for each thing."""

    what: Text = Field(description="The account or thing.")
    owner: Text | None = Field(default=None, description="Whose it is.")
    does: Text | None = Field(default=None, description="What they do about it.")
    told: Text | None = Field(default=None, description="How they are told.")
    access: OneOrMany = Field(default=(), description="Who else can get in.")
    rotated: Day | None = Field(default=None, description="The last day on which its keys and passwords were replaced.")


class LaunchFile(Section):
    """What is launched, for `launchready`."""

    launch: LaunchSection
    hosts: dict[HostKey, HostSection] = {}
    records: ListOf[RecordSection] = ()
    edge: EdgeSection | None = None
    mail: MailSection | None = None
    environments: dict[Text, EnvironmentSection] = {}
    secrets: SecretsSection | None = None
    deploy: DeploySection | None = None
    database: DatabaseSection | None = None
    journeys: JourneysSection | None = None
    webhooks: dict[Text, WebhookSection] = {}
    questions: QuestionsSection | None = None
    gate: GateSection | None = None
    guardrails: GuardrailsSection = GuardrailsSection()
    monitor: MonitorSection | None = None
    heartbeats: ListOf[HeartbeatSection] = ()
    alerts: AlertsSection | None = None
    network: NetworkSection = NetworkSection()
    accepted: ListOf[AcceptedSection] = ()
    owners: ListOf[OwnerSection] = ()

"""What a repository says about the launch: each thing seen, and the place in the files where it stands."""

from dataclasses import dataclass
from enum import Enum

from launchready.model.environment import Reading


@dataclass(frozen=True, slots=True)
class Sighting:
    """One thing that a file says; `where` is `path` or `path:line`, relative to the repository's root."""

    value: str
    where: str


class ProviderKind(Enum):
    """What an outside service does for the product."""

    MODEL = "model"
    MAIL = "mail"
    BILLING = "billing"
    LOGIN = "login"
    DATABASE = "database"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """An outside service, by the name its own customers call it (`OpenAI`, `Resend`), and every place that shows it."""

    kind: ProviderKind
    name: str
    seen: tuple[Sighting, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """One program of the repository that answers visitors.

    `folder` is relative to the root (`.` for the root itself). `routes` are addresses that answer GET and are meant for
    people, without parameters in the path, worst missed first (`/`, signup, login, chat, pricing, the rest); `webhooks`
    are the paths that outside services post to.
    """

    folder: str
    framework: Sighting
    language: str
    routes: tuple[Sighting, ...] = ()
    health: Sighting | None = None
    webhooks: tuple[Sighting, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One variable of an example environment file; values are never kept."""

    name: str
    where: str
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """Everything that was read.

    `platforms` are hosting platforms whose own files are there, `platform_settings` what those files say (`Fly.io app:
    parley`); `domains` are public host names of the product itself that files name. `example` is the example
    environment file, `reads` the variables that the code reads, each once, `secrets_source` the platform or file that
    holds the real ones. `unread` says which files could not be read, and why.
    """

    name: str | None = None
    applications: tuple[Application, ...] = ()
    platforms: tuple[Sighting, ...] = ()
    platform_settings: tuple[Sighting, ...] = ()
    providers: tuple[Provider, ...] = ()
    domains: tuple[Sighting, ...] = ()
    example: str | None = None
    variables: tuple[Variable, ...] = ()
    reads: tuple[Reading, ...] = ()
    migrations: Sighting | None = None
    ci: tuple[Sighting, ...] = ()
    unread: tuple[Sighting, ...] = ()

"""How a version is built, tested and started, as a repository's own files say it."""

from dataclasses import dataclass
from enum import Enum

from launchready.model.gap import seen
from launchready.model.repository import Sighting


class Use(Enum):
    """What a version of a runtime is named for."""

    DEPLOYED = "deployed"  # visitors are answered by it
    TESTED = "tested"  # CI runs the tests with it
    DEVELOPED = "developed"  # on the machines of those who write the code
    ALLOWED = "allowed"  # a range that the package file states


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeVersion:
    """A version, or range of versions, of Python, Node.js or PostgreSQL, and the file that names it for a use.

    `environment` is the one that a file is about by its name (`staging`), None for all.
    """

    runtime: str
    version: str
    where: str
    use: Use
    environment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """The packages of one application: who installs them, and what pins them.

    `file` is the lock file, None without one; `loose` are the requirements of a list for pip that name no one version.
    """

    ecosystem: str
    manifest: str
    file: str | None
    loose: tuple[Sighting, ...] = ()
    command: str = ""  # makes the lock file


@dataclass(frozen=True, slots=True, kw_only=True)
class DevelopmentServer:
    """A command of production that starts what is made for developing: `where` it stands, and what to write instead."""

    command: str
    server: str
    where: str
    instead: str
    debugger: bool = False  # its error pages run what a visitor types


@seen
class AutomaticDeploy:
    """A deploy that a push starts: `what` deploys; `waits` for tests, or a Gap where no file tells."""

    where: str
    what: str
    waits: bool
    instead: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """What a Dockerfile makes: the image it stands on in the end, and the user that it runs as (None: root)."""

    path: str
    base: Sighting
    pinned: bool
    user: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """One thing that production and another environment both use, and where each says so."""

    what: str
    environment: str
    where: str
    production: str

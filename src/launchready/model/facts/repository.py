"""Facts about the repository that the launch is deployed from."""

from datetime import datetime

from launchready.model.deploying import AutomaticDeploy, Container, DevelopmentServer, Lock, RuntimeVersion, Shared
from launchready.model.gap import seen
from launchready.model.repository import Sighting


@seen
class RepositoryFacts:
    """How the files beside launch.toml say that a version is tested, deployed, started and taken back.

    `applications` and `platforms` are what is deployed and to where; without either, nothing here is. `ci` are the
    services that look at a change; `rollback` the places that say how a deploy is taken back; `second` the signs of an
    environment beside production.
    """

    subject: str
    source: str
    at: datetime
    applications: tuple[Sighting, ...]
    platforms: tuple[Sighting, ...]
    ci: tuple[Sighting, ...]
    deploys: tuple[AutomaticDeploy, ...]
    locks: tuple[Lock, ...]
    rollback: tuple[Sighting, ...]
    second: tuple[Sighting, ...]
    shared: tuple[Shared, ...]
    starts: tuple[DevelopmentServer, ...]
    runtimes: tuple[RuntimeVersion, ...]
    containers: tuple[Container, ...]
    migrations: Sighting | None

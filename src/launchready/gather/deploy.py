"""How the launch says that it is deployed: known from launch.toml, without a look at anything."""

from datetime import datetime

from launchready.model.facts import DeployFacts, Fact
from launchready.model.launch import Launch


def declared(launch: Launch, now: datetime) -> tuple[Fact, ...]:
    """What `[deploy]` states; nothing when there is no such section."""
    if launch.deploy is None:
        return ()
    return (
        DeployFacts(
            subject=launch.domain,
            source="launch.toml",
            at=now,
            command=launch.deploy.command,
            rollback=launch.deploy.rollback,
        ),
    )

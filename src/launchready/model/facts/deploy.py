"""Facts about how a version gets out, and back."""

from datetime import datetime

from launchready.model.gap import seen


@seen
class DeployFacts:
    """What launch.toml states of deploys: the shell commands that put a version out and take the last one back."""

    subject: str
    source: str
    at: datetime
    command: tuple[str, ...]
    rollback: tuple[str, ...]

"""What a deploy is done with: the shell for its commands, a smoke test, and production's own word for its version."""

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from launchready.deploy import shell, version
from launchready.deploy.mask import Mask
from launchready.deploy.run import NEW, PREVIOUS, Means, Smoke
from launchready.deploy.shell import Failed
from launchready.model.deployment import Deployment
from launchready.model.launch import Launch


def means(
    launch: Launch,
    folder: Path,
    mask: Mask,
    *,
    smoke: Smoke,
    show: Callable[[bytes], None],
    tell: Callable[[str], None],
    clock: Callable[[], datetime],
    patience_s: float,
) -> Means:
    """Commands run in `folder`; `show` gets what they print, without secrets."""

    async def run(commands: tuple[str, ...], now: Deployment) -> Failed | None:
        versions = {name: value for name, value in ((NEW, now.version), (PREVIOUS, now.previous)) if value}
        return await shell.run(commands, folder=folder, environ={**os.environ, **versions}, mask=mask, show=show)

    async def in_production() -> str | None:
        return await version.in_production(launch, folder, os.environ, mask)

    return Means(run=run, smoke=smoke, version=in_production, tell=tell, clock=clock, patience_s=patience_s)

"""The facts about how a version is tested, deployed, started and taken back, out of the files beside launch.toml."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

from launchready.gather.repository import (
    applications,
    chores,
    images,
    locks,
    pipelines,
    platforms,
    runtimes,
    signs,
    starts,
)
from launchready.gather.repository.packages import Packages
from launchready.gather.repository.tree import Tree
from launchready.model.deploying import AutomaticDeploy
from launchready.model.facts import RepositoryFacts
from launchready.model.gap import Gap
from launchready.model.launch import Launch
from launchready.model.repository import Sighting

_MOST = 50


def look(folder: Path, launch: Launch, now: datetime) -> RepositoryFacts:
    """What the files of one folder say. Nothing is executed, and nothing that they hold raises."""
    tree = Tree(folder)
    packages = Packages(tree)
    made = images.read(tree)
    workflows = pipelines.read(tree)
    found = applications.read(tree, packages)
    on = platforms.read(tree)
    deploys = pipelines.deploys(tree, workflows)[:_MOST]
    told = bool(on or deploys)
    return RepositoryFacts(
        subject=launch.domain,
        source="repository",
        at=now,
        applications=tuple(Sighting(one.framework.value, one.framework.where) for one in found)[:_MOST],
        platforms=on,
        ci=_or_gap(tree, pipelines.services(tree, workflows)[:_MOST], told=True),
        deploys=_or_unread(tree, deploys),
        locks=locks.read(tree, packages, found)[:_MOST],
        rollback=_or_gap(tree, signs.rollback(tree), told=told),
        second=_or_gap(tree, signs.second(tree), told=told),
        shared=signs.shared(tree),
        starts=starts.read(tree, made),
        runtimes=runtimes.read(tree, made),
        containers=images.containers(made),
        migrations=chores.migrations(tree, packages),
    )


def _or_gap(tree: Tree, found: tuple[Sighting, ...], *, told: bool) -> Any:
    """What was found; where nothing was, that says something only when all was read and something is deployed."""
    if found:
        return found
    if not tree.whole:
        return Gap("the repository is larger than is read")
    return found if told else Gap("no file here says how a version is deployed; [deploy] in launch.toml can")


def _or_unread(tree: Tree, found: tuple[AutomaticDeploy, ...]) -> Any:
    """The deploys, unless a file of CI could not be read."""
    unread = next(
        (one for one in tree.unread if re.match(r"\.(?:github/workflows|gitlab-ci|circleci)", one.where)), None
    )
    return Gap(f"{unread.where} is not read: {unread.value}") if unread is not None and not found else found

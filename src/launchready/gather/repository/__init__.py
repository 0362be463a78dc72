"""What a repository says about the launch: its applications, where they run, and whom they depend on."""

from dataclasses import replace
from pathlib import Path

from launchready.gather.repository import applications, chores, domains, environment, platforms, providers
from launchready.gather.repository.packages import Packages
from launchready.gather.repository.tree import Tree
from launchready.model.repository import Application, Repository, Sighting


def read(root: Path) -> Repository:
    """Everything that the files below `root` say. Nothing is executed, no link is followed, and no content raises: what
    cannot be read is in `unread`."""
    tree = Tree(root)
    packages = Packages(tree)
    found = applications.read(tree, packages)
    examples = environment.examples(tree)
    example = examples[0] if examples else None
    return Repository(
        name=_name(packages),
        applications=_with_health(found, platforms.health(tree)),
        platforms=platforms.read(tree),
        platform_settings=platforms.settings(tree),
        providers=providers.read(tree, packages),
        domains=domains.read(tree, packages),
        example=example,
        variables=environment.variables(tree, example) if example is not None else (),
        migrations=chores.migrations(tree, packages),
        ci=chores.ci(tree),
        unread=tuple(tree.unread),
    )


def _name(packages: Packages) -> str | None:
    """The name in the root's own package file; a folder's own says where it lies, not what it is."""
    return next((one.says.name for one in packages.files if one.folder == "." and one.says.name), None)


def _with_health(found: tuple[Application, ...], told: Sighting | None) -> tuple[Application, ...]:
    """The applications; the only one without a health endpoint of its own gets the path that its platform asks."""
    if told is None or len(found) != 1 or found[0].health is not None:
        return found
    return (replace(found[0], health=told),)

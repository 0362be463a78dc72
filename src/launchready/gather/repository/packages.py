"""Every package file of a repository, and which folder a file of code belongs to."""

from collections.abc import Iterator
from dataclasses import dataclass

from launchready.formats import package_files
from launchready.formats.package_files import Dependency, PackageFile
from launchready.gather.repository.tree import Tree, parent

_MOST_PACKAGE_FILES = 400
_OWN_FOLDER = ("Dockerfile", "fly.toml", "Procfile", "manage.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A package file and where it lies."""

    path: str
    folder: str
    says: PackageFile


class Packages:
    """The package files of a repository, the shallowest first."""

    def __init__(self, tree: Tree) -> None:
        self.files = tuple(_read(tree))
        self._owners = {
            ecosystem: {one.folder for one in self.files if one.says.ecosystem == ecosystem}
            for ecosystem in {one.says.ecosystem for one in self.files}
        }
        self._marked = {parent(path) for path in tree.named(*_OWN_FOLDER)}
        self._packages = {parent(path) for path in tree.named("__init__.py")}

    def in_folder(self, folder: str, ecosystem: str) -> Iterator[Placed]:
        """The package files of one ecosystem that belong to a folder."""
        return (one for one in self.files if one.folder == folder and one.says.ecosystem == ecosystem)

    def find(self, folder: str, ecosystem: str, names: tuple[str, ...]) -> tuple[Placed, Dependency] | None:
        """The first dependency of these names that a folder's package files ask for."""
        wanted = frozenset(names)
        for one in self.in_folder(folder, ecosystem):
            for dependency in one.says.dependencies:
                if dependency.name in wanted:
                    return one, dependency
        return None

    def owner(self, path: str, ecosystem: str) -> str:
        """The folder of the application that a file of code belongs to: the nearest above it with a package file, else
        with a file of its own for deploying, else the one that holds its topmost package."""
        for owners in (self._owners.get(ecosystem, set()), self._marked):
            for folder in _upwards(parent(path)):
                if folder in owners:
                    return folder
        folder = parent(path)
        while folder != "." and folder in self._packages:
            folder = parent(folder)
        return folder


def _read(tree: Tree) -> Iterator[Placed]:
    count = 0
    for path in tree.files:
        name = path.rpartition("/")[2]
        if name not in package_files.NAMES and not package_files.is_requirements(path):
            continue
        if tree.is_aside(path) or count >= _MOST_PACKAGE_FILES:
            continue
        count += 1
        text = tree.text(path)
        try:
            says = package_files.parse(name if name in package_files.NAMES else path, text) if text.strip() else None
        except package_files.Unreadable as error:
            tree.leave(path, str(error))
            continue
        if says is not None:
            yield Placed(path=path, folder=_folder(path), says=says)


def _folder(path: str) -> str:
    """requirements/base.txt belongs to the folder above requirements."""
    folder = parent(path)
    name = folder.rpartition("/")[2]
    return parent(folder) if name in ("requirements", "requirement") else folder


def _upwards(folder: str) -> Iterator[str]:
    yield folder
    while folder != ".":
        folder = parent(folder)
        yield folder

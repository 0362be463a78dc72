"""What the files of a repository say about the launch."""

from pathlib import Path

from launchready.model.repository import Repository


def read(root: Path) -> Repository:
    """What stands in the files below `root`."""
    return Repository()

"""The files of a repository, searched within an audit where they are few enough; else that is a command of its own."""

import os
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from launchready.errors import CouldNotLook, UsageError
from launchready.gather.secrets.git import Git, GitFailed
from launchready.gather.secrets.places import SOURCE, folder_name, tree
from launchready.gather.secrets.reading import Reader
from launchready.model.facts import SecretTreeFacts
from launchready.model.gap import Gap, with_gaps

# About a second of reading: what an audit may take before it looks outside.
QUICK_FILES = 4_000
QUICK_BYTES = 40 * 1024 * 1024


def quick_tree(
    root: Path, reader: Callable[[], Reader], paths_out: Iterable[str], now: datetime
) -> tuple[SecretTreeFacts, ...]:
    """What the files of today hold, where they are few enough to be read within an audit; nothing where they are not.

    Where they cannot be read for secrets, a fact that says why.
    """
    if not is_quick(root):
        return ()
    try:
        return (tree(root, reader(), paths_out, now, None),)
    except CouldNotLook as error:
        return (with_gaps(SecretTreeFacts, Gap(str(error)), subject=folder_name(root), source=SOURCE, at=now),)


def is_quick(root: Path) -> bool:
    """Whether git lists few and small files; not where it cannot list them."""
    try:
        listed = Git.of(root).output("ls-files", "-z", "--cached", "--others", "--exclude-standard").split(b"\0")[:-1]
    except (UsageError, GitFailed):
        return False
    return len(listed) <= QUICK_FILES and sum(_size(root, path) for path in listed) <= QUICK_BYTES


def _size(root: Path, path: bytes) -> int:
    try:
        return os.lstat(os.path.join(os.fsencode(root), path)).st_size
    except OSError:
        return 0

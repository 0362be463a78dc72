"""The commits of a repository in the order that they were made, and the secrets in what their authors wrote of them."""

from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass

from launchready.gather.secrets.git import Git, GitFailed, words
from launchready.gather.secrets.objects import EVERYTHING, Ids, present
from launchready.gather.secrets.reading import Reader
from launchready.model.secret import FoundSecret

MESSAGE = "commit message"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A value in a commit's message; `order` is the commit's place in the list."""

    order: int
    commit: bytes
    found: FoundSecret


def reachable_commits(git: Git, reader: Reader, into: Ids) -> tuple[Said, ...]:
    """Lists all commits that something leads to, parents first, and returns what their messages hold.

    GitFailed when one is missing.
    """
    return tuple(
        Said(order=into.count - 1, commit=commit, found=found)
        for commit, message in _messages(git, into)
        for found in reader.found(MESSAGE, message)
    )


def stored_commits(git: Git, into: Ids) -> None:
    """Lists all commits that are stored, the oldest first; those that can be read, where the repository is broken."""
    with closing(Ids()) as blobs, closing(Ids()) as stored, suppress(GitFailed):
        with suppress(GitFailed):
            present(git, blobs, stored)
        with git.stream("rev-list", "--no-walk=sorted", "--stdin", stdin=stored.opened()) as lines:
            for line in reversed(lines.readlines()):
                into.add(line[:-1])


def _messages(git: Git, into: Ids) -> Iterator[tuple[bytes, bytes]]:
    order = ("--topo-order", "--reverse", "--encoding=UTF-8", "--format=%x00%B%x00")
    with git.stream("rev-list", *EVERYTHING, *order) as answer:
        told = words(answer)
        for head, message in zip(told, told, strict=False):
            commit = head.strip().removeprefix(b"commit ")
            into.add(commit)
            yield commit, message

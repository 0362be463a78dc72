"""Which commit brought a content in, and under what path: asked only for contents that matter."""

from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass

from launchready.formats.printable import printable
from launchready.gather.secrets.git import Git, GitFailed, words
from launchready.gather.secrets.looked import shown
from launchready.gather.secrets.objects import Ids
from launchready.model.secret import Commit

_MOST_BROKEN = 200
# `-c`: of a merge, what differs from all of its parents. `--always`: a line also for a commit that changed nothing.
_COMPARED = ("--stdin", "--root", "-c", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", "--always")
_DESCRIBED = ("rev-list", "--no-walk=unsorted", "--encoding=UTF-8", "--format=%H%x00%as%x00%an", "--stdin")


@dataclass(frozen=True, slots=True, kw_only=True)
class Introduction:
    """The first commit with a content, as a place in the list of commits, and the path that it stands at there."""

    order: int
    commit: bytes
    path: str


def introductions(git: Git, commits: Ids, wanted: Iterable[bytes]) -> dict[bytes, Introduction]:
    """Where each wanted content came in, by its id; `commits` are parents first.

    A merge counts for what it has and none of its parents had. What no commit brought in is absent.
    """
    left = set(wanted)
    found: dict[bytes, Introduction] = {}
    if not left:
        return found
    for order, commit, object_id, path in _Walk(git, commits).changes():
        if object_id in left:
            left.remove(object_id)
            found[object_id] = Introduction(order=order, commit=commit, path=shown(path))
            if not left:
                break
    return found


def described(git: Git, wanted: Iterable[bytes]) -> dict[bytes, Commit]:
    """Commits as people speak of them, by their ids."""
    told: dict[bytes, Commit] = {}
    with closing(Ids()) as ids:
        for one in wanted:
            ids.add(one)
        if ids.count:
            with suppress(GitFailed), git.stream(*_DESCRIBED, stdin=ids.opened()) as lines:
                for line in lines:
                    if line.count(b"\0") == 2:
                        commit, day, author = line[:-1].decode("utf-8", "replace").split("\0")
                        told[commit.encode()] = Commit(id=commit, day=day, author=printable(author, 100))
    return told


class _Walk:
    """Commits compared with their parents, one after the other; those that git cannot compare are passed over."""

    def __init__(self, git: Git, commits: Ids) -> None:
        self._git = git
        self._commits = commits
        self._order = -1  # the place of the commit that is being told of

    def changes(self) -> Iterator[tuple[int, bytes, bytes, bytes]]:
        """Each content that a commit brought in: the commit's place, its id, the content's id, its path."""
        first = 0
        for _ in range(_MOST_BROKEN):
            self._order = first - 1
            try:
                yield from self._from(first)
                return
            except GitFailed:
                first = max(first, self._order) + 1
                if first >= self._commits.count:
                    return

    def _from(self, first: int) -> Iterator[tuple[int, bytes, bytes, bytes]]:
        commit, change = b"", b""
        with self._git.stream("diff-tree", *_COMPARED, stdin=self._commits.opened(first)) as answer:
            for word in words(answer):
                if change:
                    yield self._order, commit, change.split(b" ")[-2], word
                    change = b""
                elif word.startswith(b":"):
                    change = word
                else:
                    self._order, commit = self._order + 1, word

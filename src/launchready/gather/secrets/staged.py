"""Secrets in what the next commit would bring in: the index's own contents, not the files that they came from."""

from contextlib import closing
from pathlib import Path

from launchready.gather.secrets.git import Git, GitFailed
from launchready.gather.secrets.looked import Looked, shown
from launchready.gather.secrets.objects import Ids, contents
from launchready.gather.secrets.reading import Reader
from launchready.gather.secrets.tally import Tally
from launchready.gather.secrets.unpack import texts

_GITLINK = b"160000"


def look(folder: Path, reader: Reader, *, index: Path | None = None) -> Looked:
    """Secrets in staged contents that differ from HEAD; all of them before the first commit.

    `index` is the file that git gives to its hooks as GIT_INDEX_FILE. UsageError where there is no repository.
    """
    git, tally = Git.of(folder, index=index), Tally()
    paths = _changed(git, tally)
    with closing(Ids()) as ids:
        for object_id in paths:
            ids.add(object_id)
        for blob in contents(git, ids):
            for path in paths[blob.id]:
                if blob.data is None:
                    tally.leave(shown(path), blob.reason)
                else:
                    tally.texts += 1
                    tally.size_bytes += len(blob.data)
                    tally.read(texts(shown(path), blob.data), reader)
    return Looked(
        found=tuple(tally.found),
        unread=tally.notes(),
        texts=tally.texts,
        size_bytes=tally.size_bytes,
        tracked=frozenset(shown(path) for several in paths.values() for path in several),
    )


def _changed(git: Git, tally: Tally) -> dict[bytes, list[bytes]]:
    """The paths of each new content, by its id."""
    changed: dict[bytes, list[bytes]] = {}
    words = git.output("diff-index", "--cached", "--raw", "-z", "--no-renames", "--no-abbrev", _base(git)).split(b"\0")
    for change, path in zip(words[0:-1:2], words[1:-1:2], strict=True):
        _, mode, _, object_id, status = change.split(b" ")
        if status == b"U":
            tally.leave(shown(path), "its merge conflict is not resolved: nothing is staged")
        elif status != b"D" and mode != _GITLINK:
            changed.setdefault(object_id, []).append(path)
    return changed


def _base(git: Git) -> str:
    """HEAD, or the empty tree before the first commit."""
    try:
        return git.output("rev-parse", "--verify", "--quiet", "HEAD^{commit}").decode().strip()
    except GitFailed:
        return git.output("hash-object", "-t", "tree", "--stdin").decode().strip()

"""Secrets in everything that a repository ever kept: each content is read once, and traced to its commit if need be."""

import hmac
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from launchready.gather.secrets.commits import Said, reachable_commits, stored_commits
from launchready.gather.secrets.git import Git, GitFailed
from launchready.gather.secrets.introductions import Introduction, described, introductions
from launchready.gather.secrets.looked import Looked, Progress, Unread
from launchready.gather.secrets.objects import Ids, contents, present, reachable
from launchready.gather.secrets.reading import Fingerprint, Reader
from launchready.gather.secrets.tally import Tally
from launchready.gather.secrets.unpack import texts
from launchready.model.secret import FoundSecret

_PROGRESS_EVERY = 500
# Values that are remembered until their commits are known: of one content, and of all their versions together.
_MOST_OF_ONE = 1_000
_MOST_OF_ALL = 200_000


def look(
    folder: Path,
    reader: Reader,
    *,
    unreachable: bool = False,
    progress: Progress | None = None,
    go_on: Callable[[], None] = lambda: None,
) -> Looked:
    """Secrets in the history that all refs, stashes and reflogs lead to; with `unreachable`, in all that is stored.

    A value is told once per path, at the commit that introduced it there; commit messages are read too. What
    `go_on` raises ends the look. UsageError where there is no repository.
    """
    git, tally = replace(Git.of(folder), go_on=go_on), Tally()
    telling = replace(reader, fingerprint=reader.fingerprint or _of_this_run())
    is_partial = git.has_setting(r"^(extensions\.partialclone|remote\..*\.promisor)$")
    with closing(Ids()) as blobs, closing(Ids()) as commits:
        missing = _listed(git, blobs, tally, unreachable=unreachable, is_partial=is_partial)
        kept = _read(git, blobs, telling, tally, progress)
        kept.unread.update({object_id: [Unread(path="", reason="it is missing")] for object_id in missing})
        try:
            said = reachable_commits(git, telling, commits)
        except GitFailed as failed:
            tally.leave(".git", f"commit messages were not read: {failed}")
            said, unreachable = (), True
            commits.clear()
        places = _places(git, commits, {*kept.found, *kept.unread}, unreachable=unreachable)
    tally.keep(*_introduced(git, kept, places, said))
    _leave(kept, places, tally)
    return Looked(
        found=tuple(_numbered(tally.found, keep=reader.fingerprint is not None)),
        unread=tally.notes(),
        texts=tally.texts,
        size_bytes=tally.size_bytes,
        is_shallow=git.says("--is-shallow-repository"),
        is_partial=is_partial,
    )


@dataclass(slots=True)
class _Kept:
    """What the contents held, by their ids; the paths in it are those within an archive."""

    found: dict[bytes, tuple[FoundSecret, ...]] = field(default_factory=dict)
    unread: dict[bytes, list[Unread]] = field(default_factory=dict)
    count: int = 0


def _of_this_run() -> Fingerprint:
    """Tells equal values from others for as long as the run lasts."""
    key = secrets.token_bytes(32)
    return lambda value: hmac.digest(key, value, "sha256").hex()


def _listed(git: Git, blobs: Ids, tally: Tally, *, unreachable: bool, is_partial: bool) -> tuple[bytes, ...]:
    """Fills the list of contents to read; returns the ids of objects that are missing."""
    missing: tuple[bytes, ...] = ()
    try:
        missing = reachable(git, blobs, is_partial=is_partial)
    except GitFailed as failed:
        tally.leave(".git", f"the history is broken: {failed}; whatever is stored was read")
        unreachable = True
    if unreachable or missing:  # what a missing folder leads to may be there
        blobs.clear()
        try:
            with closing(Ids()) as commits:
                present(git, blobs, commits)
        except GitFailed as failed:
            tally.leave(".git", f"not all that is stored can be listed: {failed}")
    return missing


def _read(git: Git, blobs: Ids, reader: Reader, tally: Tally, progress: Progress | None) -> _Kept:
    kept = _Kept()
    for blob in contents(git, blobs):
        tally.texts += 1
        if progress and tally.texts % _PROGRESS_EVERY == 0:
            progress(tally.texts, blobs.count)
        if blob.data is None:
            kept.unread[blob.id] = [Unread(path="", reason=blob.reason)]
        else:
            tally.size_bytes += len(blob.data)
            _keep(blob.id, blob.data, reader, kept)
        del blob  # the next may be as large
    if progress:
        progress(blobs.count, blobs.count)
    return kept


def _keep(object_id: bytes, data: bytes, reader: Reader, kept: _Kept) -> None:
    once: dict[tuple[object, ...], FoundSecret] = {}
    for text in texts("", data):
        if isinstance(text, Unread):
            kept.unread.setdefault(object_id, []).append(text)
        else:
            for found in reader.found(text.path, text.data):
                once.setdefault(_identity(found), found)
    values = tuple(once.values())[: max(0, min(_MOST_OF_ONE, _MOST_OF_ALL - kept.count))]
    kept.count += len(values)
    if values:
        kept.found[object_id] = values
    if len(values) < len(once):
        kept.unread.setdefault(object_id, []).append(Unread(path="", reason="it has more values than are listed"))


def _identity(found: FoundSecret) -> tuple[object, ...]:
    return found.kind.id, found.fingerprint, found.path, found.allowed is None


def _places(git: Git, commits: Ids, wanted: set[bytes], *, unreachable: bool) -> dict[bytes, Introduction]:
    """Where the wanted contents came in, in commits that something leads to; else, when asked, in any commit."""
    places = introductions(git, commits, wanted)
    if unreachable and len(places) < len(wanted):
        with closing(Ids()) as stored:
            stored_commits(git, stored)
            others = introductions(git, stored, wanted - places.keys())
        places |= {one: replace(place, order=commits.count + place.order) for one, place in others.items()}
    return places


def _introduced(
    git: Git, kept: _Kept, places: dict[bytes, Introduction], said: Sequence[Said]
) -> Collection[FoundSecret]:
    """What was found, the oldest first, each value once per path."""
    told = [(one.order, one.commit, one.found) for one in said]
    for object_id, several in kept.found.items():
        place = _place(object_id, places)
        told += [(place.order, place.commit, replace(found, path=place.path + found.path)) for found in several]
    told.sort(key=lambda one: (not one[1], one[0]))  # what no commit leads to comes last
    commits = described(git, {commit for _, commit, _ in told if commit})
    once: dict[tuple[object, ...], FoundSecret] = {}
    for _, commit, found in told:
        once.setdefault(_identity(found), replace(found, commit=commits.get(commit)))
    return once.values()


def _numbered(found: Iterable[FoundSecret], *, keep: bool) -> Iterator[FoundSecret]:
    """Equal values under one number; the fingerprints that told them apart are kept where the team has a key."""
    numbers: dict[str | None, int] = {}
    for one in found:
        number = numbers.setdefault(one.fingerprint, len(numbers) + 1)
        yield replace(one, number=number, fingerprint=one.fingerprint if keep else None)


def _leave(kept: _Kept, places: dict[bytes, Introduction], tally: Tally) -> None:
    for object_id, notes in kept.unread.items():
        place = _place(object_id, places)
        for note in notes:
            tally.leave(f"{place.commit[:12].decode()} {place.path}{note.path}".strip(), note.reason)


def _place(object_id: bytes, places: dict[bytes, Introduction]) -> Introduction:
    nowhere = Introduction(order=-1, commit=b"", path=f"git object {object_id[:12].decode()}")
    return places.get(object_id, nowhere)

"""Secrets in everything that a repository ever kept: each content is read once, and traced to its commit if need be."""

import hmac
import secrets
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from launchready.gather.secrets.git import Git, GitFailed
from launchready.gather.secrets.introductions import Introduction, described, introductions
from launchready.gather.secrets.looked import Looked, Progress, Tally, Unread
from launchready.gather.secrets.objects import EVERYTHING, Ids, contents, present, reachable
from launchready.gather.secrets.reading import Fingerprint, Reader
from launchready.gather.secrets.unpack import texts
from launchready.model.secret import FoundSecret

_PROGRESS_EVERY = 500


def look(folder: Path, reader: Reader, *, unreachable: bool = False, progress: Progress | None = None) -> Looked:
    """Secrets in the history that all refs, stashes and reflogs lead to; with `unreachable`, in all that is stored.

    A value is told once per path, at the commit that introduced it there. UsageError where there is no repository.
    """
    git, tally = Git.of(folder), Tally()
    with closing(Ids()) as blobs:
        missing = _listed(git, blobs, tally, unreachable=unreachable)
        kept = _read(git, blobs, replace(reader, fingerprint=reader.fingerprint or _of_this_run()), tally, progress)
    is_partial = git.setting("extensions.partialClone") is not None
    if not is_partial:
        kept.unread.update({object_id: [Unread(path="", reason="its content is missing")] for object_id in missing})
    places = _places(git, {*kept.found, *kept.unread}, unreachable=unreachable)
    _tell(git, kept, places, tally)
    found = tally.found if reader.fingerprint else [replace(one, fingerprint=None) for one in tally.found]
    return Looked(
        found=tuple(found),
        unread=tally.notes(),
        texts=tally.texts,
        size_bytes=tally.size_bytes,
        is_shallow=git.output("rev-parse", "--is-shallow-repository").strip() == b"true",
        is_partial=is_partial,
    )


@dataclass(frozen=True, slots=True)
class _Kept:
    """What the contents held, by their ids; the paths in it are those within an archive."""

    found: dict[bytes, tuple[FoundSecret, ...]] = field(default_factory=dict)
    unread: dict[bytes, list[Unread]] = field(default_factory=dict)


def _of_this_run() -> Fingerprint:
    """Tells equal values from others for as long as the run lasts."""
    key = secrets.token_bytes(32)
    return lambda value: hmac.digest(key, value, "sha256").hex()


def _listed(git: Git, blobs: Ids, tally: Tally, *, unreachable: bool) -> tuple[bytes, ...]:
    """Fills the list of contents to read; returns the ids of missing ones."""
    try:
        missing = reachable(git, blobs)
    except GitFailed as failed:
        missing = ()
        tally.leave(".git", f"the history is broken: {failed}; whatever contents are there were read")
        unreachable = True
    if unreachable:
        blobs.clear()
        with closing(Ids()) as commits:
            present(git, blobs, commits)
    return missing


def _read(git: Git, blobs: Ids, reader: Reader, tally: Tally, progress: Progress | None) -> _Kept:
    kept = _Kept()
    for blob in contents(git, blobs):
        tally.texts += 1
        if progress and tally.texts % _PROGRESS_EVERY == 0:
            progress(tally.texts, blobs.count)
        if blob.data is None:
            kept.unread[blob.id] = [Unread(path="", reason=blob.reason)]
            continue
        tally.size_bytes += len(blob.data)
        _keep(blob.id, blob.data, reader, kept)
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
    if once:
        kept.found[object_id] = tuple(once.values())


def _identity(found: FoundSecret) -> tuple[object, ...]:
    return found.kind.id, found.fingerprint, found.path, found.allowed is None


def _places(git: Git, wanted: set[bytes], *, unreachable: bool) -> dict[bytes, Introduction]:
    """Where the wanted contents came in, in commits that something leads to; else, when asked, in any commit."""
    if not wanted:
        return {}
    with closing(Ids()) as commits:
        try:
            with git.stream("rev-list", *EVERYTHING, "--topo-order", "--reverse") as lines:
                for line in lines:
                    commits.add(line[:-1])
        except GitFailed:
            commits.clear()
            unreachable = True
        places = introductions(git, commits, wanted)
        if unreachable and len(places) < len(wanted):
            places |= _anywhere(git, wanted - places.keys(), commits.count)
    return places


def _anywhere(git: Git, wanted: set[bytes], after: int) -> dict[bytes, Introduction]:
    with closing(Ids()) as blobs, closing(Ids()) as stored, closing(Ids()) as commits:
        present(git, blobs, stored)
        with git.stream("rev-list", "--no-walk=sorted", "--stdin", stdin=stored.opened()) as lines:
            for line in reversed(lines.readlines()):
                commits.add(line[:-1])
        places = introductions(git, commits, wanted)
    return {object_id: replace(place, order=after + place.order) for object_id, place in places.items()}


def _tell(git: Git, kept: _Kept, places: dict[bytes, Introduction], tally: Tally) -> None:
    """What was kept, with paths and commits, the oldest first."""
    commits = described(git, {places[object_id].commit for object_id in kept.found if object_id in places})
    once: dict[tuple[object, ...], FoundSecret] = {}
    for object_id in sorted(kept.found, key=lambda one: places[one].order if one in places else -1):
        path, commit = _place(object_id, places)
        for found in kept.found[object_id]:
            told = replace(found, path=path + found.path, commit=commits.get(commit))
            once.setdefault(_identity(told), told)
    tally.keep(*once.values())
    for object_id, notes in kept.unread.items():
        path, commit = _place(object_id, places)
        for note in notes:
            tally.leave(f"{commit[:12].decode()} {path}{note.path}".strip(), note.reason)


def _place(object_id: bytes, places: dict[bytes, Introduction]) -> tuple[str, bytes]:
    if object_id in places:
        return places[object_id].path, places[object_id].commit
    return f"git object {object_id[:12].decode()}", b""

"""Logs read for secrets and personal data, however large they are: what is kept are kinds, counts and places."""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

from publicsuffixlist import PublicSuffixList

from launchready.formats.personal_data import PersonalData, PersonalKind
from launchready.gather.secrets.log_files import Damaged, pieces
from launchready.gather.secrets.reading import Reader
from launchready.model.gap import Gap
from launchready.model.secret import FoundSecret

WINDOW_BYTES = 4 * 1024 * 1024
MARGIN_BYTES = 64 * 1024  # on either side of a window: longer than any key and what tells what it is
MOST_DISTINCT = 100_000
MOST_SECRETS = 1000
PLACES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedSecret:
    """A value that stands in a log: its first place, and on how many places in all."""

    first: FoundSecret
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedPersonalData:
    """One kind of personal data in a log: how many places, how many different values (at most 100,000 are told apart),
    and the first places (`path:line`)."""

    kind: PersonalKind
    times: int
    distinct: int
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLog:
    """What was read of one log; `size_bytes` and `lines` are of the text, decompressed. `unread` says what was not.

    `more_secrets` is how many different values there are beside those in `secrets`.
    """

    path: str
    size_bytes: int = 0
    lines: int = 0
    secrets: tuple[LoggedSecret, ...] = ()
    more_secrets: int = 0
    personal: tuple[LoggedPersonalData, ...] = ()
    unread: Gap | None = None


def read_log(path: str, reader: Reader, *, stdin: BinaryIO | None = None, ours: Iterable[str] = ()) -> ReadLog:
    """Read the log at `path` (plain, gzip, bzip2 or xz), or `stdin` for "-", in bounded memory.

    `ours` are mail addresses that the launch itself sends from. Raises nothing for what the file is or holds.
    """
    tally = _Tally(path="standard input" if path == "-" else path, reader=reader, ours=tuple(ours))
    unread = None
    try:
        if path == "-" and stdin is not None:
            tally.read(pieces(stdin, WINDOW_BYTES))
        else:
            with Path(path).open("rb") as file:
                tally.read(pieces(file, WINDOW_BYTES))
    except Damaged as error:
        unread = Gap(str(error))
    except OSError as error:
        unread = Gap(f"it cannot be read ({error.strerror or error})")
    except ValueError:
        unread = Gap("that is no path")
    return tally.told(unread)


@dataclass(slots=True)
class _Seen:
    """One kind so far; `values` are keyed hashes, whose key dies with the run."""

    times: int = 0
    places: list[str] = field(default_factory=list)
    values: set[bytes] = field(default_factory=set)

    def add(self, place: str, value: bytes) -> None:
        self.times += 1
        if len(self.places) < PLACES and place not in self.places:
            self.places.append(place)
        if len(self.values) < MOST_DISTINCT:
            self.values.add(value)


class _Tally:
    """What was seen of one log, window by window; nothing of its text is kept."""

    def __init__(self, path: str, reader: Reader, ours: tuple[str, ...]) -> None:
        self._path = path
        self._reader = reader
        self._personal_data = PersonalData(_is_domain, ours)
        self._key = secrets.token_bytes(32)
        self._size_bytes = 0
        self._lines = 0
        self._secrets: dict[bytes, tuple[FoundSecret, int]] = {}
        self._more: set[bytes] = set()
        self._seen = {kind: _Seen() for kind in PersonalKind}
        self._doubtful = _Seen()

    def read(self, texts: Iterator[bytes]) -> None:
        """Look through a text that comes in pieces. Each hit is taken where a margin of text stands around it."""
        window, fresh, line = b"", 0, 1
        try:
            for piece in texts:
                self._size_bytes += len(piece)
                window += piece
                if len(window) < WINDOW_BYTES:
                    continue
                until = len(window) - MARGIN_BYTES
                self._look(window, fresh, until, line)
                cut = until - MARGIN_BYTES
                line += window.count(b"\n", 0, cut)
                window, fresh = window[cut:], MARGIN_BYTES
        finally:
            self._look(window, fresh, len(window), line)
            self._lines = line - 1 + window.count(b"\n") + (not window.endswith(b"\n") and bool(window))

    def _look(self, window: bytes, fresh: int, until: int, line: int) -> None:
        at = 0
        for hit in sorted(self._reader.look(window), key=lambda hit: hit.start):
            if fresh <= hit.start < until:
                line, at = line + window.count(b"\n", at, hit.start), hit.start
                value = self._hashed(hit.kind.id.encode() + b"\0" + window[hit.start : hit.end])
                if value in self._secrets:
                    first, times = self._secrets[value]
                    self._secrets[value] = first, times + 1
                elif len(self._secrets) < MOST_SECRETS:
                    self._secrets[value] = self._reader.without_value(hit, self._path, window, line), 1
                elif len(self._more) < MOST_DISTINCT:
                    self._more.add(value)
        line -= window.count(b"\n", 0, at)
        at = 0
        for one in self._personal_data.hits(window):
            if fresh <= one.start < until:
                line, at = line + window.count(b"\n", at, one.start), one.start
                seen = self._seen[one.kind] if one.sure or one.kind is not PersonalKind.CARD else self._doubtful
                seen.add(f"{self._path}:{line}", self._hashed(one.key))

    def _hashed(self, value: bytes) -> bytes:
        return blake2b(value, key=self._key, digest_size=16).digest()

    def told(self, unread: Gap | None) -> ReadLog:
        """What came of it all; cards that nothing calls so count where more of them pass the checksum than do not."""
        cards, doubtful = self._seen[PersonalKind.CARD], self._doubtful
        if len(doubtful.values) > len(self._seen[PersonalKind.CARD_SHAPED].values):
            cards.times += doubtful.times
            cards.places = (cards.places + doubtful.places)[:PLACES]
            cards.values |= doubtful.values
        return ReadLog(
            path=self._path,
            size_bytes=self._size_bytes,
            lines=self._lines,
            secrets=tuple(LoggedSecret(first=first, times=times) for first, times in self._secrets.values()),
            more_secrets=len(self._more),
            personal=tuple(
                LoggedPersonalData(kind=kind, times=one.times, distinct=len(one.values), places=tuple(one.places))
                for kind, one in self._seen.items()
                if one.times and kind is not PersonalKind.CARD_SHAPED
            ),
            unread=unread,
        )


@lru_cache(maxsize=10_000)
def _is_domain(domain: str) -> bool:
    """Whether the public suffix list knows the domain's ending, and something stands before it."""
    return _suffixes().privatesuffix(domain) is not None


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False, only_icann=True)

"""Finds keys, tokens and passwords in a text, whatever the text is."""

from collections.abc import Iterable, Mapping
from functools import cached_property

import hyperscan

from launchready.formats.secret_shapes.encoded_keys import EncodedKeys
from launchready.formats.secret_shapes.finder import Finder
from launchready.formats.secret_shapes.json_web_tokens import JsonWebTokens
from launchready.formats.secret_shapes.named import Named
from launchready.formats.secret_shapes.private_keys import PrivateKeys
from launchready.formats.secret_shapes.shaped import Shaped
from launchready.formats.secret_shapes.url_passwords import UrlPasswords
from launchready.known import secret_kinds
from launchready.known.secret_kinds import KnownKind
from launchready.model.secret import SecretHit


class Shapes:
    """The known kinds, compiled once: one pass of Hyperscan over a text, and a closer look only where it rings.

    Compiling waits for the first text. One object serves one thread.
    """

    def __init__(self, kinds: Mapping[str, KnownKind] | None = None) -> None:
        self._kinds = secret_kinds.known() if kinds is None else kinds
        self._order = {identifier: place for place, identifier in enumerate(self._kinds)}

    def hits(self, data: bytes) -> tuple[SecretHit, ...]:
        """The values of the text, in the order of their places, each once and by its most specific kind."""
        alarms: list[tuple[int, int]] = []

        def ring(finder: int, _start: int, end: int, _flags: int, _context: object) -> None:
            alarms.append((finder, end))

        self._database.scan(data, match_event_handler=ring)
        if not alarms:
            return ()
        return self._apart(hit for finder, end in alarms for hit in self._finders[finder].values(data, end))

    def _apart(self, hits: Iterable[SecretHit]) -> tuple[SecretHit, ...]:
        """Of hits that share bytes, the one whose kind stands first in the table; of these, the longest."""
        best: list[SecretHit] = []
        by_place = sorted(hits, key=lambda hit: hit.start)
        for hit in by_place:
            if not best or hit.start >= best[-1].end:
                best.append(hit)
            elif self._rank(hit) < self._rank(best[-1]):
                best[-1] = hit
        return tuple(best)

    def _rank(self, hit: SecretHit) -> tuple[int, int]:
        return self._order[hit.kind.id], hit.start - hit.end

    @cached_property
    def _finders(self) -> tuple[Finder, ...]:
        private_keys = PrivateKeys(self._kinds)
        return (
            *(Shaped(known, known.shape) for known in self._kinds.values() if known.shape),
            *(Named(known) for known in self._kinds.values() if known.names),
            JsonWebTokens(self._kinds),
            private_keys,
            EncodedKeys(private_keys),
            UrlPasswords(self._kinds),
        )

    @cached_property
    def _database(self) -> hyperscan.Database:
        database = hyperscan.Database()
        alarms = [finder.alarm for finder in self._finders]
        database.compile(
            expressions=alarms, ids=list(range(len(alarms))), elements=len(alarms), flags=[0] * len(alarms)
        )
        return database

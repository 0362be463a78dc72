"""Personal data within a text: mail addresses, payment cards, phone and account numbers; no input raises."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

import hyperscan

from launchready.formats.account_numbers import iban, payment_card, phone
from launchready.formats.mail_addresses import address


class PersonalKind(Enum):
    """What was found. CARD_SHAPED is a number as long as a card's that is none: it tells how much chance is in CARD."""

    EMAIL = "e-mail address"
    PHONE = "phone number"
    CARD = "payment card"
    TEST_CARD = "test card"
    CARD_SHAPED = "number in the shape of a card"
    IBAN = "bank account"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalHit:
    """One place in a text: `data[start:end]`; `key` is the same for the same value however it is written.

    `sure` is False for a card that nothing beside it calls a card: one number in ten passes the checksum by chance.
    """

    kind: PersonalKind
    start: int
    end: int
    key: bytes
    sure: bool = True


# Where something may stand; each match ends within it, or right behind it.
_ANCHORS = {
    PersonalKind.EMAIL: rb"[0-9A-Za-z_+%-](@|%40)[0-9A-Za-z][0-9A-Za-z.-]*\.[A-Za-z]{2}",
    PersonalKind.PHONE: rb"(\+|%2[Bb])[1-9][0-9 ().-]{6}",
    PersonalKind.CARD: rb"(^|[^0-9A-Za-z_./#$+-])("
    rb"(4[0-9]{3}|5[1-5][0-9]{2}|2[2-7][0-9]{2}|6[0245][0-9]{2}|35[2-8][0-9])([ -]?[0-9]{4}){3}|"
    rb"3[0-9]{3}[ -]?[0-9]{6}[ -]?[0-9]{4,5})([^0-9A-Za-z_%*]|$)",
    PersonalKind.IBAN: rb"(^|[^0-9A-Za-z_./+-])[A-Z]{2}[0-9]{2} ?[0-9A-Z]{4} ?[0-9A-Z]{4} ?[0-9A-Z]{2}",
}
_KINDS = tuple(_ANCHORS)


class PersonalData:
    """Finds it. `is_domain` tells whether the world knows a domain's ending; `ours` are the launch's own senders."""

    def __init__(self, is_domain: Callable[[str], bool], ours: Iterable[str] = ()) -> None:
        self._is_domain = is_domain
        self._ours = frozenset(one.lower() for one in ours)
        self._anchors = hyperscan.Database()
        self._anchors.compile(
            expressions=list(_ANCHORS.values()), ids=list(range(len(_ANCHORS))), elements=len(_ANCHORS)
        )

    def hits(self, data: bytes) -> list[PersonalHit]:
        """All of it, in the order of the places."""
        ends: list[tuple[int, int]] = []

        def note(number: int, start: int, end: int, flags: int, context: object) -> None:
            ends.append((number, end))

        self._anchors.scan(data, match_event_handler=note)
        found = {one.start: one for number, end in ends for one in self._at(_KINDS[number], data, end)}
        return [found[start] for start in sorted(found)]

    def _at(self, kind: PersonalKind, data: bytes, end: int) -> Iterator[PersonalHit]:
        if kind is PersonalKind.EMAIL:
            if span := address(data, end, self._is_domain, self._ours):
                yield _hit(kind, data, span)
        elif kind is PersonalKind.PHONE:
            if span := phone(data, end):
                yield _hit(kind, data, span)
        elif kind is PersonalKind.IBAN:
            if span := iban(data, end):
                yield _hit(kind, data, span)
        elif card := payment_card(data, end):
            yield _hit(PersonalKind[card.sort], data, card.span, sure=card.sure)


_PUNCTUATION = re.compile(rb"[ ().-]")


def _hit(kind: PersonalKind, data: bytes, span: tuple[int, int], *, sure: bool = True) -> PersonalHit:
    value = data[span[0] : span[1]]
    key = value.lower().replace(b"%40", b"@") if kind is PersonalKind.EMAIL else _PUNCTUATION.sub(b"", value)
    return PersonalHit(kind=kind, start=span[0], end=span[1], key=key, sure=sure)

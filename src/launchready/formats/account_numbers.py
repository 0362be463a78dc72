"""Numbers that are somebody's: payment cards, phones and bank accounts, told from ids and times; no input raises."""

import re
from dataclasses import dataclass
from typing import Literal

from launchready.known import ibans, phones
from launchready.known.cards import ISSUERS, TEST_NUMBERS, TEST_PREFIX

_DIGITS = re.compile(r"[^0-9]")
_CARD = re.compile(
    rb"(?<![\w.%+/#$-])(?<![0-9][ -])"
    rb"(?:\d{14,16}|\d{4}([ -])\d{4}\1\d{4}\1\d{4}|\d{4}([ -])\d{6}\2\d{4,5})"
    rb"(?![\w%/*])(?![ -]\d)(?!\.\d)"
)
# The name that a value is given, right before it: "order_id": , card=
_NAME = re.compile(rb"([A-Za-z][\w.-]{0,60})[\\\"']{0,3}\s{0,2}[:=]\s{0,2}[\\\"']{0,3}\Z")
_CARD_WORDS = re.compile(rb"card|\bpan\b|_pan\b|\bcc_?-?(?:num|no)|credit|visa|mastercard|amex", re.I)
_CARD_BEFORE_BYTES = 40

_PHONE = re.compile(rb"(?:\+|%2[Bb])([1-9](?:[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d){6,14})(?![\w*%@]|\.\d|[ .-]?\d|[ .-]?\*)")
_PHONE_BEFORE = b" \t\r\n\"'`=:,;([<>|&?"
_SHORTEST_PHONE = 8  # with the country's code; nearly everything shorter is a count

_IBAN = re.compile(rb"(?<![\w./+-])[A-Z]{2}\d{2}(?: ?[0-9A-Z]{4}){2,7}(?: ?[0-9A-Z]{1,3})?(?![0-9A-Za-z_])")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A number in the shape of a card: what it proved to be, and whether anything beside it calls it a card."""

    sort: Literal["CARD", "TEST_CARD", "CARD_SHAPED"]
    span: Span
    sure: bool


def payment_card(data: bytes, end: int) -> Card | None:
    """The card number that stands around `end`; None for numbers that are named as something else."""
    found = _CARD.search(data, max(0, end - 21), end + 2)
    if not found or found.start() >= end:
        return None
    digits = _DIGITS.sub("", found[0].decode())
    if not any(len(digits) == length and first <= digits[: len(first)] <= last for first, last, length in ISSUERS):
        return None
    before = data[max(0, found.start() - _CARD_BEFORE_BYTES) : found.start()].rpartition(b"\n")[2]
    sure = bool(_CARD_WORDS.search(before))
    named = _NAME.search(before)
    if (named and not sure) or (len(digits) == 14 and not sure):
        return None
    if not _passes_luhn(digits):
        return Card(sort="CARD_SHAPED", span=found.span(), sure=sure)
    tested = digits in TEST_NUMBERS or digits.startswith(TEST_PREFIX) or len(set(digits)) < 3
    return Card(sort="TEST_CARD" if tested else "CARD", span=found.span(), sure=sure)


def _passes_luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B: every second digit from the right doubled, the sum a multiple of ten."""
    doubled = (sum(divmod(2 * int(one), 10)) for one in digits[-2::-2])
    return (sum(map(int, digits[::-2])) + sum(doubled)) % 10 == 0


def phone(data: bytes, end: int) -> Span | None:
    """The phone number in international form (ITU-T E.164) whose first digits end at `end`."""
    start = end - 8
    start -= 2 if data[start : start + 1] != b"+" else 0
    found = _PHONE.match(data, max(0, start))
    if not found or (start > 0 and data[start - 1] not in _PHONE_BEFORE):
        return None
    digits = _DIGITS.sub("", found[1].decode())
    if not _SHORTEST_PHONE <= len(digits) <= 15 or not _is_given_out(digits):
        return None
    return found.span()


def _is_given_out(digits: str) -> bool:
    for size in (1, 2, 3):
        if lengths := phones.LENGTHS.get(digits[:size]):
            national = digits[size:]
            if not lengths[0] <= len(national) <= lengths[1] or len(set(national)) < 3:
                return False
            if size == 1 and digits[0] == "1" and not re.match(r"[2-9]\d\d[2-9]", national):  # nationalnanpa.com
                return False
            return not any(re.fullmatch(one, digits) for one in phones.NOBODYS)
    return False


def iban(data: bytes, end: int) -> Span | None:
    """The bank account number (ISO 13616) that stands around `end`, without the documented examples."""
    found = _IBAN.search(data, max(0, end - 18), end + 40)
    if not found or found.start() >= end:
        return None
    compact = found[0].decode().replace(" ", "")
    length = ibans.LENGTHS.get(compact[:2])
    if length is None or len(compact) < length:
        return None
    if len(compact) > length and b" " not in found[0]:
        return None
    compact = compact[:length]
    number = "".join(str(int(one, 36)) for one in compact[4:] + compact[:4])
    if int(number) % 97 != 1 or compact in ibans.EXAMPLES or len(set(compact[4:])) < 3:
        return None
    return found.start(), found.end()

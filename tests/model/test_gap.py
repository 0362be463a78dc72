"""A Gap can never be mistaken for a value."""

from datetime import UTC, datetime

import pytest

from launchready.model.facts import Dnssec, TlsFacts
from launchready.model.gap import Gap, Unseen, gap, peek, with_gaps

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def test_reading_a_gap_raises_its_reason() -> None:
    dnssec = Dnssec(signed=True, problem=gap("no answer from 192.0.2.1"))
    assert dnssec.signed
    with pytest.raises(Unseen, match="no answer from 192.0.2.1"):
        assert dnssec.problem is None


def test_peek_reads_values_and_gaps_alike() -> None:
    dnssec = Dnssec(signed=True, problem=gap("silence"))
    assert peek(dnssec, "signed") is True
    assert peek(dnssec, "problem") == Gap("silence")


def test_records_with_gaps_compare_hash_and_print() -> None:
    one = Dnssec(signed=True, problem=gap("silence"))
    assert one == Dnssec(signed=True, problem=gap("silence"))
    assert one != Dnssec(signed=True, problem=None)
    assert hash(one) == hash(Dnssec(signed=True, problem=gap("silence")))
    assert repr(one) == "Dnssec(signed=True, problem=Gap(reason='silence'))"


def test_records_are_frozen() -> None:
    with pytest.raises(AttributeError):
        Dnssec(signed=True, problem=None).signed = False  # type: ignore[misc]


def test_what_was_not_seen_is_missing_everywhere() -> None:
    tls = with_gaps(TlsFacts, Gap("silence"), subject="parley.example", source="probe", at=AT)
    assert tls.subject == "parley.example"
    with pytest.raises(Unseen, match="silence"):
        assert tls.chain

"""RDAP answers, honest and hostile."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchready.formats.rdap import parse
from launchready.known.rdap import rdap_base

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=9)
    | st.sampled_from(["expiration", "registrar", "fn"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["eventAction", "eventDate", "roles", "vcardArray", "status", "events", "entities"]), inner
        )
    ),
    max_leaves=25,
)


def domain(**members: object) -> bytes:
    return json.dumps({"objectClassName": "domain", **members}).encode()


def test_a_registration_is_read() -> None:
    registration = parse(
        domain(
            status=["client transfer prohibited", "Active"],
            events=[
                {"eventAction": "registration", "eventDate": "2020-01-01T00:00:00Z"},
                {"eventAction": "expiration", "eventDate": "2027-03-04T05:06:07.0Z"},
            ],
            entities=[{"roles": ["registrar"], "vcardArray": ["vcard", [["fn", {}, "text", "Gandi SAS"]]]}],
        )
    )
    assert registration.expires == datetime(2027, 3, 4, 5, 6, 7, tzinfo=UTC)
    assert registration.statuses == ("client transfer prohibited", "active")
    assert registration.registrar == "Gandi SAS"


@pytest.mark.parametrize("date", ["tomorrow", "", 7, None, "2027-13-01T00:00:00Z"])
def test_a_date_that_is_none_is_no_date(date: object) -> None:
    assert parse(domain(events=[{"eventAction": "expiration", "eventDate": date}])).expires is None


@pytest.mark.parametrize("body", [b"", b"\xff", b"[]", b"{}", b'{"errorCode":404}', b"[" * 100_000, b"1" * 9000])
def test_what_is_no_domain_object_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError):
        parse(body)


@given(st.binary(max_size=200))
def test_bytes_from_anywhere_raise_only_value_errors(body: bytes) -> None:
    with pytest.raises(ValueError):
        parse(body)


@given(st.dictionaries(st.sampled_from(["status", "events", "entities", "more"]), VALUES))
def test_a_domain_object_of_any_shape_is_read(members: dict[str, object]) -> None:
    registration = parse(domain(**members))
    assert registration.expires is None or registration.expires.tzinfo


@pytest.mark.parametrize(
    ("tld", "base"),
    [("com", "https://rdap.verisign.com/com/v1/"), ("example", None), ("COM", "https://rdap.verisign.com/com/v1/")],
)
def test_the_server_of_a_top_level_domain(tld: str, base: str | None) -> None:
    assert rdap_base(tld) == base

"""Cookies, permissions and freshness in headers from strangers: read by their grammar, and no input raises."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchready.formats import cache_control, cors, set_cookie
from launchready.formats.set_cookie import SetCookie

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def cookie(header: str) -> SetCookie:
    read = set_cookie.read(header)
    assert read
    return read


def test_set_cookie_by_rfc_6265bis() -> None:
    one = cookie("sid = a b ; SECURE; httponly=x ; SameSite=sTrict; Path=/; Domain=.Parley.Example; Max-Age=60; x=y")
    assert (one.name, one.secure, one.http_only, one.same_site) == ("sid", True, True, "Strict")
    assert (one.domain, one.has_path_root, one.max_age_s, one.rejected()) == ("parley.example", True, 60, None)
    assert cookie("a=1; Path=/; Path=/b").has_path_root is False  # the last one counts
    assert cookie("a=1; SameSite=whatever").same_site is None
    assert cookie("just-a-value").name == ""
    for nothing in ("", " ; Secure", "=", "a\0=1", "a=1\n", "=__Host-x", f"a={'x' * 4096}"):
        assert set_cookie.read(nothing) is None, nothing


@pytest.mark.parametrize(
    ("header", "rejected"),
    [
        ("__Host-a=1; Secure; Path=/", False),
        ("__Host-a=1; Secure", True),
        ("__host-a=1; Path=/", True),
        ("__Host-a=1; Secure; Path=/; Domain=x.example", True),
        ("__Secure-a=1", True),
        ("__Secure-a=1; Secure; Domain=x.example", False),
        ("a=1; SameSite=None", True),
        ("a=1; SameSite=None; Secure", False),
        ("a=1", False),
    ],
)
def test_what_browsers_throw_away(header: str, rejected: bool) -> None:
    assert (cookie(header).rejected() is not None) is rejected


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("Thu, 01 Jan 1970 00:00:00 GMT", 1970),
        ("Thursday, 01-Jan-70 00:00:00 GMT", 1970),
        ("01 jan 69 0:0:0", 2069),
        ("Tue Nov 24 09:00:00 2026", 2026),
        ("24 Nov 2026", None),
        ("31 Feb 2026 09:00:00", None),
        ("24 Nov 1600 09:00:00", None),
        ("24 Nov 2026 25:00:00", None),
        ("", None),
    ],
)
def test_cookie_dates(text: str, year: int | None) -> None:
    found = set_cookie.date(text)
    assert (found.year if found else None) == year


def test_a_cookie_that_is_only_forgotten() -> None:
    assert cookie("a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT").gone(NOW)
    assert cookie("a=; Max-Age=0; Expires=Thu, 01 Jan 2099 00:00:00 GMT").gone(NOW)
    assert not cookie("a=1; Max-Age=5; Expires=Thu, 01 Jan 1970 00:00:00 GMT").gone(NOW)
    assert not cookie("a=1").gone(NOW)


def test_the_value_of_a_cookie_is_not_kept() -> None:
    assert set_cookie.without_value("sid=secret; Path=/; Secure") == "sid=; Path=/; Secure"
    assert set_cookie.without_value("secret") == ""
    assert "secret" not in repr(cookie("sid=secret; Path=/"))


@pytest.mark.parametrize(
    ("headers", "origin", "credentials"),
    [
        ([("access-control-allow-origin", "*")], "*", False),
        (
            [("access-control-allow-origin", "https://a"), ("access-control-allow-credentials", "true")],
            "https://a",
            True,
        ),
        ([("access-control-allow-origin", "null"), ("access-control-allow-credentials", "True")], "null", False),
        ([("access-control-allow-origin", "https://a, https://b")], None, False),
        ([("access-control-allow-origin", "a"), ("access-control-allow-origin", "b")], None, False),
        ([], None, False),
    ],
)
def test_cors(headers: list[tuple[str, str]], origin: str | None, credentials: bool) -> None:
    said = cors.read(headers)
    assert (said.allow_origin, said.allow_credentials) == (origin, credentials)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ([], None),
        ([("cache-control", "no-store")], None),
        ([("cache-control", "max-age=600, no-cache")], None),
        ([("cache-control", "max-age=0, must-revalidate")], None),
        ([("cache-control", "Public, Max-Age=600")], 600),
        ([("cache-control", "private, max-age=600, s-maxage=9")], 600),
        ([("cache-control", "max-age=5, s-maxage=600")], 600),
        ([("age", "90"), ("cache-control", "no-store")], 90),
        ([("cf-cache-status", "HIT")], 0),
        ([("cf-cache-status", "DYNAMIC"), ("x-cache", "Miss from cloudfront")], None),
    ],
)
def test_how_long_an_answer_is_kept(headers: list[tuple[str, str]], seconds: int | None) -> None:
    assert cache_control.cached_s(headers) == seconds


@given(st.text())
def test_no_header_raises(text: str) -> None:
    read = set_cookie.read(text)
    if read:
        read.rejected()
        read.gone(NOW)
    set_cookie.without_value(text)
    set_cookie.date(text)
    cors.read([("access-control-allow-origin", text), ("access-control-allow-credentials", text)])
    cache_control.cached_s([("cache-control", text), ("age", text), ("x-cache", text)])

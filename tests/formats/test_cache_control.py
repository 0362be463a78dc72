"""Cache rules as RFC 9111 has them, and what a hostile server can write instead."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchready.formats import cache_control
from launchready.formats.urls import is_fingerprinted
from launchready.known.edges import edge_of, edges, read

DATE = ("date", "Tue, 24 Nov 2026 09:00:00 GMT")


@pytest.mark.parametrize(
    ("headers", "lifetime_s", "shared_s"),
    [
        ([], None, None),
        ([("cache-control", "max-age=60")], 60, 60),
        ([("cache-control", 'Max-Age="60"')], 60, 60),
        ([("cache-control", "max-age=60, s-maxage=600")], 60, 600),
        ([("cache-control", "max-age=60"), ("cache-control", "s-maxage=5")], 60, 5),
        ([("cache-control", "max-age=60, max-age=1")], 60, 60),
        ([("cache-control", "max-age=soon")], 0, 0),
        ([("cache-control", "max-age=-5")], 0, 0),
        ([("cache-control", "max-age=99999999999999999999")], 2**31, 2**31),
        ([("cache-control", 'private="set-cookie", max-age=60')], 60, 60),
        ([("cache-control", 'x="a, max-age=9", max-age=60')], 60, 60),
        ([("expires", "Tue, 24 Nov 2026 10:00:00 GMT"), DATE], 3600, 3600),
        ([("expires", "0"), DATE], 0, 0),
        ([("expires", "Tue, 24 Nov 2026 08:00:00 GMT"), DATE], 0, 0),
        ([("expires", "Tue, 24 Nov 2026 10:00:00 GMT"), DATE, ("cache-control", "max-age=5")], 5, 5),
        ([("cache-control", "no-store"), ("cdn-cache-control", "max-age=60")], None, 60),
        ([("cache-control", "max-age=60"), ("cdn-cache-control", "no-store")], 60, 0),
    ],
)
def test_lifetimes(headers: list[tuple[str, str]], lifetime_s: int | None, shared_s: int | None) -> None:
    caching = cache_control.read(headers)
    assert (caching.lifetime_s, caching.shared_s) == (lifetime_s, shared_s)


@pytest.mark.parametrize(
    ("value", "shared"),
    [
        ("public, max-age=60", True),
        ("max-age=60", True),
        ("private, max-age=60", False),
        ("no-store, max-age=60", False),
        ("no-cache, s-maxage=60", False),
        ("public", False),
        ("max-age=0", False),
        ('private="x-user", max-age=60', True),  # about that field alone (section 5.2.2.7)
        ('private="x-user", private, max-age=60', False),
    ],
)
def test_what_a_cache_between_may_keep(value: str, shared: bool) -> None:
    assert cache_control.read([("cache-control", value)]).shared is shared


@pytest.mark.parametrize(
    ("name", "value", "hit"),
    [
        ("cf-cache-status", "HIT", True),
        ("cf-cache-status", "DYNAMIC", False),
        ("x-cache", "Hit from cloudfront", True),
        ("x-cache", "MISS, HIT", True),
        ("cache-status", 'ExampleCache; hit; ttl=30, "Other"; fwd=miss', True),
        ("x-cache", "white", False),
        ("x-cache", "RefreshHit from cloudfront", True),
        ("cf-cache-status", "REVALIDATED", True),
        ("cf-cache-status", "STALE", True),
        ("cf-cache-status", "EXPIRED", False),
        ("x-vercel-cache", "PRERENDER", True),
        ("cache-status", "Edge; hit=?1", True),
        ("cache-status", "Edge; hit=?0; fwd=stale", False),
        ("cache-status", '"our; hit; cache"; fwd=uri-miss', False),
        ("cache-status", "hit; fwd=miss", False),
    ],
)
def test_hits(name: str, value: str, hit: bool) -> None:
    assert cache_control.read([(name, value)]).hit is hit


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["cache-control", "expires", "date", "age", "vary", "x-cache", "cache-status"]), st.text()
        )
    )
)
def test_no_header_raises(headers: list[tuple[str, str]]) -> None:
    caching = cache_control.read(headers)
    assert caching.lifetime_s is None or caching.lifetime_s >= 0


def test_a_header_of_quotes_takes_no_time() -> None:
    assert cache_control.read([("cache-control", '="\\' * 20_000)]).directives == {}


@given(st.text())
def test_any_url_may_be_asked_about(text: str) -> None:
    assert is_fingerprinted(text) in (True, False)


@pytest.mark.parametrize("name", ["index-DkQ3x8aB.js", "app.3f2a91bc.css", "jquery-3.7.1.min.js", "style.css?v=3"])
def test_names_that_change_with_their_content(name: str) -> None:
    assert is_fingerprinted(f"https://parley.example/assets/{name}")


@pytest.mark.parametrize("name", ["main.js", "background.png", "javascript.js", "bootstrap.bundle.min.js", "a?id=3"])
def test_names_that_stay(name: str) -> None:
    assert not is_fingerprinted(f"https://parley.example/assets/{name}")


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("104.16.0.1", "Cloudflare"),
        ("2606:4700::6810:1", "Cloudflare"),
        ("151.101.1.1", "Fastly"),
        ("13.32.1.1", "CloudFront"),
        ("76.76.21.21", "Vercel"),
        ("75.2.60.5", "Netlify"),
        ("99.83.231.61", "Netlify"),
        ("99.83.190.102", None),  # Webflow's, at the same accelerator
        ("66.241.124.9", "Fly"),
        ("9.9.9.9", None),
        ("2001:db8::1", None),
    ],
)
def test_addresses_of_edges(address: str, name: str | None) -> None:
    found = edge_of(address)
    assert (found.name if found else None) == name


def test_every_edge_has_a_source_with_its_day_and_signs_to_know_it_by() -> None:
    assert {edge.name for edge in edges()} == {
        *("Cloudflare", "CloudFront", "Fastly", "Bunny", "Vercel", "Netlify", "Fly")
    }
    for edge in edges():
        assert edge.source.endswith("2026-11-24")
        assert edge.headers
        assert edge.cnames


def test_another_table_can_stand_in() -> None:
    (edge,) = read("edge Mine\nsource here, 2027-01-01\nheader server MINE\ncname mine.example\nranges 192.0.2.0/24\n")
    assert edge.signs([("server", "mine/1.0")]) and not edge.signs([("server", "nginx")])
    assert edge.holds("192.0.2.7") and edge.named(["a.mine.example"]) and not edge.named(["notmine.example"])
    with pytest.raises(ValueError, match="line 2"):
        read("edge Mine\ncolour red\n")
    with pytest.raises(ValueError):
        read("edge Mine\nranges 192.0.2.1/24\n")

"""Headers, cookies, pages and URLs from strangers: read by their grammar, and no input raises."""

from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchready.formats import cookies, headers, html, urls
from launchready.formats.event_stream import EventStream
from launchready.formats.headers import Hsts
from launchready.formats.printable import printable

HERE = "https://parley.example/chat"


@pytest.mark.parametrize(
    ("value", "policy"),
    [
        ("max-age=31536000", Hsts(max_age_s=31536000, include_subdomains=False)),
        ('MAX-AGE="31536000" ; IncludeSubDomains; preload', Hsts(max_age_s=31536000, include_subdomains=True)),
        (" ; max-age=1;; extension=x", Hsts(max_age_s=1, include_subdomains=False)),
        ("includeSubDomains", None),
        ("max-age", None),
        ("max-age=-1", None),
        ("max-age=1; max-age=2", None),
        ("max-age=1, includeSubDomains", None),
        ("", None),
    ],
)
def test_hsts_by_rfc_6797(value: str, policy: Hsts | None) -> None:
    assert headers.hsts([("strict-transport-security", value)]) == policy


def test_only_the_first_hsts_header_counts() -> None:
    assert headers.hsts([("strict-transport-security", "junk="), ("strict-transport-security", "max-age=1")]) is None


def test_canonical_link_headers() -> None:
    sent = [
        ("link", '</a>; rel="next", <https://x.example/>; rel="alternate canonical"'),
        ("link", "</b>; rel=canonical"),
    ]
    assert headers.canonical_links(sent) == ("https://x.example/", "/b")


LOADED = """<base href="//cdn.example/"><script src=http://a.example/a.js></script><img srcset="b.png 1x, http://c/ 2x">
<link rel="preload stylesheet" href="http://d/"><link rel=icon href=http://e/><video poster=http://f/></video>"""
LEFT_ALONE = """<a href=http://a/>http://a/</a><!-- <script src=http://b/></script> --><template><img src=http://c/></template>
<noscript><img src=http://d/></noscript><link rel=canonical href=http://e/><form action=https://f/></form>
<script src=//g/></script><img src="data:http://h/"><textarea><img src=http://i/></textarea>"""


def test_what_a_browser_loads_over_http_is_mixed_content() -> None:
    found = html.read(LOADED.encode(), HERE).insecure
    assert [(one.url, one.active) for one in found] == [
        ("http://a.example/a.js", True),
        ("http://c/", False),
        ("http://f/", False),
        ("http://d/", True),
        ("http://e/", False),
    ]


def test_a_form_that_sends_over_plain_http_can_be_read_on_the_way() -> None:
    page = html.read(b"<form action=http://a/><button formaction=http://b/></form><form action=/login></form>", HERE)
    assert [one.url for one in page.insecure] == ["http://a/", "http://b/"]


@pytest.mark.parametrize(
    "body",
    [
        b"<div>" * 100_000 + b"<img src=http://a/>" * 30_000,
        b"<div>" * 400_000,
        b"<img srcset='" + b"http://a/ 1x," * 140_000 + b"'>",
        b"<a><b><i>" * 200_000,
    ],
)
def test_a_page_made_to_be_slow_is_cut_and_says_so(body: bytes) -> None:
    page = html.read(body, HERE)
    assert not page.whole
    assert html.read(b"<p>" * 10_000 + b"<img src=http://a/>", HERE).whole


def test_what_a_browser_does_not_load_is_none() -> None:
    page = html.read(LEFT_ALONE.encode(), HERE)
    assert page.insecure == ()
    assert page.canonical == ("http://e/",)


def test_a_page_that_upgrades_itself_has_none() -> None:
    policy = '<meta http-equiv=Content-Security-Policy content="Upgrade-Insecure-Requests">'
    assert html.read(f"{policy}{LOADED}".encode(), HERE).insecure == ()
    assert headers.upgrades_insecure([("content-security-policy", "default-src 'self'; upgrade-insecure-requests")])
    assert not headers.upgrades_insecure([("content-security-policy", "default-src upgrade-insecure-requests")])


def test_cookies_stay_with_their_site() -> None:
    jar = cookies.kept({}, HERE, [("set-cookie", "a=1; Domain=.parley.example; Path=/"), ("set-cookie", "b=2")])
    jar = cookies.kept(jar, HERE, [("set-cookie", "c=3; Domain=elsewhere.example")])
    assert cookies.sent(jar, HERE) == "a=1; b=2"  # c is for a domain that is not theirs to set
    assert cookies.sent(jar, "https://app.parley.example/") == "a=1"
    assert cookies.sent(jar, "https://notparley.example/") == ""
    assert cookies.sent(cookies.kept(jar, HERE, [("set-cookie", "b=; Max-Age=0")]), HERE) == "a=1"


def test_a_cookie_goes_where_it_belongs_and_ends_when_it_is_told() -> None:
    site = "https://parley.example/login/form"
    set_ = [("set-cookie", text) for text in ("a=1; Path=/app", "b=2; Secure; Path=/", "c=3", "d=4; Path=/")]
    jar = cookies.kept({}, site, set_)
    assert cookies.sent(jar, "https://parley.example/app/x") == "a=1; b=2; d=4"
    assert cookies.sent(jar, "https://parley.example/application") == "b=2; d=4"
    assert cookies.sent(jar, "http://parley.example/") == "d=4"
    assert cookies.sent(jar, "https://parley.example/login/other") == "c=3; b=2; d=4"
    gone = [("set-cookie", "d=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT")]
    assert cookies.sent(cookies.kept(jar, site, gone), "https://parley.example/") == "b=2"
    later = [("set-cookie", "d=5; Path=/; Expires=Wed, 25 Nov 2026 00:00:00 GMT")]
    dated = [*later, ("date", "Tue, 24 Nov 2026 00:00:00 GMT")]
    over = [*later, ("date", "Thu, 26 Nov 2026 00:00:00 GMT")]
    assert cookies.sent(cookies.kept(jar, site, dated), "http://parley.example/") == "d=5"
    assert cookies.sent(cookies.kept(jar, site, over), "http://parley.example/") == ""
    assert cookies.kept({}, "http://parley.example/", [("set-cookie", "e=1; Secure")]) == {}


def test_a_secure_cookie_is_told_to_go_without_saying_secure_again() -> None:
    secure = cookies.kept({}, HERE, [("set-cookie", "s=1; Secure; HttpOnly; Path=/")])
    assert cookies.sent(cookies.kept(secure, HERE, [("set-cookie", "s=; Max-Age=0; Path=/")]), HERE) == ""
    again = cookies.kept(secure, HERE, [("set-cookie", "s=2; Path=/")])
    assert cookies.sent(again, HERE) == cookies.sent(again, "http://parley.example/") == "s=2"
    overwritten = cookies.kept(secure, "http://parley.example/", [("set-cookie", "s=3; Path=/")])
    assert cookies.sent(overwritten, HERE) == "s=1"  # a page without TLS leaves it alone (section 5.7)


@pytest.mark.parametrize(
    "site", ["http://localhost:8000/", "http://app.localhost/", "http://127.0.0.1/", "http://[::1]/"]
)
def test_browsers_take_secure_cookies_from_this_machine(site: str) -> None:
    assert cookies.sent(cookies.kept({}, site, [("set-cookie", "s=1; Secure; Path=/")]), site) == "s=1"


@pytest.mark.parametrize(
    "chunks",
    [
        ["data: a\r\ndata: b\r\n\r\n"],
        ["data: a\r", "\ndata: b\r", "\n\r", "\n"],
        ["data: a\rdata: b\r\r"],  # no more comes: the event is whole
        ["data: a\r", "data: b\r", "\r"],
        ["\ufeffdata: a\n", ": a comment\nid: 4\nretry: 10\ndata: b\n\n"],
        ["data: a\n", "", "data: b\n", "\n"],
    ],
)
def test_the_lines_of_an_event_stream_end_in_three_ways(chunks: list[str]) -> None:
    stream = EventStream()
    assert [data for chunk in chunks for data in stream.feed(chunk.encode())] == ["a\nb"]


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("HTTPS://Parley.Example:443", "https://parley.example/"),
        ("http://bücher.example./ä?q=ü#x", "http://xn--bcher-kva.example/%C3%A4?q=%C3%BC"),
        ("http://[2606:4700::1]:8080/", "http://[2606:4700::1]:8080/"),
    ],
)
def test_urls_are_asked_for_in_ascii(text: str, url: str) -> None:
    assert str(urls.parse(text)) == url


@pytest.mark.parametrize(
    "text",
    ["file:///etc/passwd", "//x", "http://", "http://a b/", "http://me@x/", "http://x:99999/", "http://[/", "x" * 9000],
)
def test_what_is_no_web_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        urls.parse(text)


@given(st.text())
def test_no_text_raises(text: str) -> None:
    sent = [(name, text) for name in ("strict-transport-security", "link", "content-security-policy", "content-type")]
    headers.hsts(sent)
    headers.canonical_links(sent)
    headers.upgrades_insecure(sent)
    headers.is_html(sent)
    cookies.sent(cookies.kept({}, HERE, [("set-cookie", text)]), HERE)
    urls.joined(HERE, text)
    urls.host_of(text)
    urls.scheme_of(text)
    assert not any(category(character).startswith("C") for character in printable(text))


@given(st.binary())
def test_no_page_raises(body: bytes) -> None:
    html.read(body, HERE)

"""Routing faults that the example chatbot does not have, on real servers: each fires exactly its own checks."""

import asyncio
from datetime import UTC, datetime

import pytest

from launchready.audit import audit
from launchready.model.launch import Host, Launch, Role
from tests.box.internet import Internet
from tests.box.raw_server import Peer, RawServer
from tests.box.zones import mail_records

DOMAIN, APP = "parley.dev", "app.parley.dev"
PLATFORM = "parley.fly.dev"
HSTS = 'add_header Strict-Transport-Security "max-age=31536000" always;'
PAGE = "return 200 '<title>Parley</title>hello';"
TO_HTTPS = "return 301 https://$host$request_uri;"
TO_APP = f"if ($host = {PLATFORM}) {{ return 301 https://{APP}$request_uri; }}"


def found(internet: Internet, *, plain: str = TO_HTTPS, secure: str = HSTS + PAGE, serve: bool = True) -> set[str]:
    """The checks that find something on the app host, which is a CNAME to its platform's name."""
    here, pair = internet.ipv4(), internet.ca.issue(DOMAIN, APP, PLATFORM)
    internet.zone("fly.dev", f"parley 5 A {here}\n")
    internet.zone(DOMAIN, f"@ 5 A {here}\napp 5 CNAME {PLATFORM}.\n{mail_records(DOMAIN)}")
    if serve:
        internet.nginx(
            f"server {{ listen {here}:80; {plain} }}"
            f"server {{ listen {here}:443 ssl; ssl_certificate {pair.certificate};"
            f" ssl_certificate_key {pair.key}; ssl_protocols TLSv1.2 TLSv1.3; {secure} }}"
        )
    network = internet.serve_dns()
    launch = Launch(domain=DOMAIN, name="Parley", hosts=(Host(name=APP, role=Role.APP),), network=network)
    if serve:
        return _checks(launch)
    with RawServer(here, 443, slow, pair):
        return _checks(launch)


def _checks(launch: Launch) -> set[str]:
    _, report = asyncio.run(audit(launch, datetime.now(UTC)))
    # These servers have no health address, no edge and no cache rules; test_health and test_edge judge those.
    others = {"health-endpoint-missing", "edge-not-in-front", "public-page-uncached"}
    return {finding.check for finding in report.findings} - others


def slow(peer: Peer) -> None:
    """A whole page, a second after it was asked for."""
    while peer.request():
        peer.rest(1)
        head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nStrict-Transport-Security: max-age=31536000\r\n"
        peer.send(f"{head}Content-Length: 5\r\n\r\nhello".encode())


@pytest.mark.parametrize(
    ("plain", "secure", "checks"),
    [
        (TO_HTTPS, HSTS + TO_APP + PAGE, set()),
        (TO_HTTPS, HSTS + PAGE, {"platform-hostname-public"}),
        (TO_HTTPS, HSTS + f"if ($host = {PLATFORM}) {{ return 404; }}" + PAGE, set()),
        (TO_HTTPS, HSTS + TO_APP + "return 302 http://$host$request_uri;", {"redirect-loop", "redirect-downgrades"}),
        (
            "location = /login { return 200 in; } location / { return 301 https://$host$request_uri; }",
            HSTS + TO_APP + f"location = / {{ return 302 http://{APP}/login; }} location / {{ return 404; }}",
            {"redirect-downgrades", "http-not-redirected"},
        ),
        (
            TO_HTTPS,
            HSTS + TO_APP + "set $been 0; if ($http_cookie ~ been=1) { set $been 1; }"
            " location = / { if ($been = 0) { add_header Set-Cookie been=1; return 302 /; } "
            + HSTS
            + PAGE
            + "} location / { return 404; }",
            {"hsts-missing"},
        ),
        (TO_HTTPS, HSTS + TO_APP + "return 503;", {"server-error"}),
        ("return 301 https://$host/;", HSTS + TO_APP + PAGE, {"redirect-loses-path"}),
    ],
)
def test_each_fault_fires_its_own_checks(internet: Internet, plain: str, secure: str, checks: set[str]) -> None:
    # The launch names no journeys, and is told so whatever its pages do.
    assert found(internet, plain=plain, secure=secure) == {*checks, "journey-undeclared"}


def test_a_page_that_takes_a_second_is_slow(internet: Internet) -> None:
    assert "endpoint-slow" in found(internet, serve=False)


def unclaimed(internet: Internet, platform: str, answer: str) -> set[str]:
    """The checks that find something in DNS on a host that leads to a platform, which answers so for unknown names."""
    here, pair = internet.ipv4(), internet.ca.issue(f"*.{platform.partition('.')[2]}")
    internet.zone(platform.partition(".")[2], f"{platform.partition('.')[0]} 5 A {here}\n")
    internet.zone(DOMAIN, f"@ 5 A {here}\napp 5 CNAME {platform}.\n")
    internet.nginx(
        f"server {{ listen {here}:80; {answer} }}"
        f"server {{ listen {here}:443 ssl; ssl_certificate {pair.certificate};"
        f" ssl_certificate_key {pair.key}; {answer} }}"
    )
    launch = Launch(domain=DOMAIN, name="Parley", hosts=(Host(name=APP, role=Role.APP),), network=internet.serve_dns())
    return _checks(launch) & {"dangling-cname", "host-missing"}


@pytest.mark.parametrize(
    ("platform", "answer", "checks"),
    [
        ("parley.github.io", 'return 404 "<p>There isn\'t a GitHub Pages site here.</p>";', {"dangling-cname"}),
        ("parley.github.io", 'return 404 "<p>File not found</p><p>The site has no such page.</p>";', set()),
        ("parley.github.io", 'return 200 "How to read: There isn\'t a GitHub Pages site here.";', set()),
        (
            "cname.vercel-dns.com",
            "add_header X-Vercel-Error DEPLOYMENT_NOT_FOUND always; return 404;",
            {"dangling-cname"},
        ),
        ("cname.vercel-dns.com", "add_header X-Vercel-Error NOT_FOUND always; return 404;", set()),
        ("parley.up.railway.app", 'return 404 "Application not found";', set()),
        ("parley.platform.dev", 'return 404 "There isn\'t a GitHub Pages site here.";', set()),
    ],
)
def test_a_name_that_nobody_has_claimed_at_its_platform(
    internet: Internet, platform: str, answer: str, checks: set[str]
) -> None:
    assert unclaimed(internet, platform, answer) == checks


def front(internet: Internet, www: str, apex: str = HSTS + PAGE, canonical: str | None = None) -> set[tuple[str, str]]:
    """The checks that find something on the domain and its www, without any launch.toml."""
    here, pair = internet.ipv4(), internet.ca.issue(DOMAIN, f"www.{DOMAIN}", "elsewhere.dev")
    internet.zone(DOMAIN, f"@ 5 A {here}\nwww 5 A {here}\n" + mail_records(DOMAIN))
    internet.zone("elsewhere.dev", f"@ 5 A {here}\n")
    tls = f"listen {here}:443 ssl; ssl_certificate {pair.certificate}; ssl_certificate_key {pair.key};"
    tls += f" ssl_protocols TLSv1.2 TLSv1.3; default_type text/html; {HSTS}"
    internet.nginx(
        f"server {{ listen {here}:80; {TO_HTTPS} }} server {{ {tls} server_name {DOMAIN}; {apex} }}"
        f"server {{ {tls} server_name www.{DOMAIN}; {www} }} server {{ {tls} server_name elsewhere.dev; {PAGE} }}"
    )
    launch = Launch(domain=DOMAIN, name="P", canonical=canonical, declared=False, network=internet.serve_dns())
    _, report = asyncio.run(audit(launch, datetime.now(UTC)))
    wanted = {"second-canonical-host", "server-error", "core-route-fails"}
    said = [(one.check, one.subject) for one in report.findings]
    said += [(one.check, one.subject) for one in report.unknown]
    return {(check, subject) for check, subject in said if check in wanted}


@pytest.mark.parametrize(
    ("www", "found_"),
    [
        (f"return 301 https://{DOMAIN}$request_uri;", set()),
        ("return 301 https://elsewhere.dev/;", {("second-canonical-host", DOMAIN)}),
        ("return 404;", {("core-route-fails", f"www.{DOMAIN}")}),
        ("return 503;", {("server-error", f"www.{DOMAIN}")}),
        ("return 403;", {("core-route-fails", f"www.{DOMAIN}"), ("second-canonical-host", DOMAIN)}),
    ],
)
def test_a_www_that_leads_nowhere_good_is_named(internet: Internet, www: str, found_: set[tuple[str, str]]) -> None:
    assert front(internet, www) == found_


def test_a_domain_that_has_moved_as_a_whole_is_no_fault(internet: Internet) -> None:
    away = "return 301 https://elsewhere.dev/;"
    assert front(internet, away, away) == set()


def test_a_login_over_plain_http_is_found_though_the_front_page_is_safe(internet: Internet) -> None:
    here, pair = internet.ipv4(), internet.ca.issue(DOMAIN)
    internet.zone(DOMAIN, f"@ 5 A {here}\n" + mail_records(DOMAIN))
    internet.nginx(
        f"server {{ listen {here}:80; location / {{ {TO_HTTPS} }} location = /login {{ return 200 login; }} }}"
        f"server {{ listen {here}:443 ssl; ssl_certificate {pair.certificate}; ssl_certificate_key {pair.key};"
        f" ssl_protocols TLSv1.2 TLSv1.3; {HSTS} {PAGE} }}"
    )
    site = Host(name=DOMAIN, role=Role.SITE, routes=("/", "/login", "/pricing"))
    launch = Launch(domain=DOMAIN, name="Parley", hosts=(site,), network=internet.serve_dns())
    _, report = asyncio.run(audit(launch, datetime.now(UTC)))
    assert [one.subject for one in report.findings if one.check == "core-page-insecure"] == [f"{DOMAIN}/login"]

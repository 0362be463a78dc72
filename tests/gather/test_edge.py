"""Edges and caching on real servers: an edge needs its headers and its place, and only what is so is accused."""

import asyncio
from datetime import UTC, datetime

import pytest

from launchready.audit import audit
from launchready.model.facts import EdgeFacts, Sight
from launchready.model.finding import Report, Severity
from launchready.model.launch import Host, Launch, Role
from tests.box.internet import Internet
from tests.box.zones import mail_records

DOMAIN = "parley.dev"
APP = f"app.{DOMAIN}"
CLOUDFLARE, FASTLY = "104.16.0.0", "151.101.0.0"
RAY = "add_header CF-Ray 8e5-AMS always; add_header CF-Cache-Status DYNAMIC always;"
PAGE = "default_type text/html; add_header ETag '\"1\"' always; return 200 '<title>Parley</title>hello';"
CHECKS = {"edge-not-in-front", "edge-bypassed", "origin-exposed"}
CACHING = {"static-assets-uncached", "public-page-uncached", "private-page-cached", "compression-missing"}


def server(internet: Internet, address: str, *names: str, body: str) -> str:
    """An nginx server block that answers HTTPS for these names at one address."""
    pair = internet.ca.issue(*names)
    where = f"[{address}]" if ":" in address else address
    return (
        f"server {{ listen {where}:443 ssl; server_name {' '.join(names)}; ssl_certificate {pair.certificate};"
        f" ssl_certificate_key {pair.key}; ssl_protocols TLSv1.2 TLSv1.3; {body} }}"
    )


def audited(internet: Internet, records: str, *hosts: Host, edge: str | None = None) -> tuple[Sight, Report]:
    internet.zone(DOMAIN, records + mail_records(DOMAIN))
    launch = Launch(domain=DOMAIN, name="Parley", hosts=hosts, edge=edge, network=internet.serve_dns())
    return asyncio.run(audit(launch, datetime.now(UTC)))


def found(report: Report, among: set[str]) -> dict[str, list[str]]:
    """The checks that found something, by subject."""
    said: dict[str, list[str]] = {}
    for finding in report.findings:
        if finding.check in among:
            said.setdefault(finding.subject, []).append(finding.check)
    return said


def edge_at(sight: Sight, name: str) -> EdgeFacts:
    return next(fact for fact in sight.facts if isinstance(fact, EdgeFacts) and fact.subject == name)


SITE = Host(name=DOMAIN, role=Role.SITE)


@pytest.mark.parametrize(
    ("above", "headers", "edge"),
    [
        (CLOUDFLARE, RAY, "Cloudflare"),
        ("9.0.0.0", RAY, None),  # a plain server that forges the header
        (CLOUDFLARE, "", None),  # an address of the edge that answers without its header
        (FASTLY, RAY, None),  # the header of one edge, the address of another
        (FASTLY, "add_header X-Served-By cache-ams12345-AMS always;", "Fastly"),
        ("9.0.0.0", "", None),
    ],
)
def test_an_edge_needs_its_header_and_its_place(internet: Internet, above: str, headers: str, edge: str | None) -> None:
    address = internet.ipv4(above)
    internet.nginx(server(internet, address, DOMAIN, body=headers + PAGE))
    sight, report = audited(internet, f"@ 5 A {address}\n", SITE)
    assert edge_at(sight, DOMAIN).edge == edge
    assert found(report, CHECKS) == ({} if edge else {DOMAIN: ["edge-not-in-front"]})


def test_an_edge_without_published_addresses_is_known_by_its_cname(internet: Internet) -> None:
    address = internet.ipv4()
    internet.zone("b-cdn.net", f"parley 5 A {address}\n")
    internet.nginx(
        server(internet, address, DOMAIN, APP, body="add_header Server-Id x; add_header CDN-RequestId a;" + PAGE)
    )
    records = f"@ 5 A {address}\napp 5 CNAME parley.b-cdn.net.\n"
    sight, report = audited(internet, records, SITE, Host(name=APP, role=Role.APP))
    assert (edge_at(sight, APP).edge, edge_at(sight, DOMAIN).edge) == ("Bunny", None)
    assert found(report, CHECKS) == {DOMAIN: ["edge-bypassed"]}


def test_a_declared_edge_that_is_not_there_is_worse(internet: Internet) -> None:
    address = internet.ipv4()
    internet.nginx(server(internet, address, DOMAIN, body=PAGE))
    _, report = audited(internet, f"@ 5 A {address}\n", SITE, edge="cloudflare")
    assert [one.severity for one in report.findings if one.check == "edge-not-in-front"] == [Severity.MAJOR]


def test_one_host_past_the_edge_and_a_server_that_a_name_gives_away(internet: Internet) -> None:
    edge, origin, elsewhere = internet.ipv4(CLOUDFLARE), internet.ipv4(), internet.ipv4()
    internet.nginx(
        server(internet, edge, DOMAIN, body=RAY + PAGE)
        + server(internet, origin, DOMAIN, APP, body=PAGE)
        + server(internet, elsewhere, DOMAIN, body="return 200 '<title>Mail</title>other';")
    )
    records = f"@ 5 A {edge}\napp 5 A {origin}\norigin 5 A {origin}\nold 5 A {elsewhere}\n"
    sight, report = audited(internet, records, SITE, Host(name=APP, role=Role.APP))
    assert found(report, CHECKS) == {APP: ["edge-bypassed"], DOMAIN: ["origin-exposed"]}
    assert [(one.address, one.found_by) for one in edge_at(sight, DOMAIN).origins] == [(origin, f"origin.{DOMAIN}")]


def test_an_ipv6_address_past_the_edge_is_an_exposed_origin(internet: Internet) -> None:
    edge, past = internet.ipv4(CLOUDFLARE), internet.ipv6()
    internet.nginx(server(internet, edge, DOMAIN, body=RAY + PAGE) + server(internet, past, DOMAIN, body=PAGE))
    _, report = audited(internet, f"@ 5 A {edge}\n@ 5 AAAA {past}\n", SITE)
    assert found(report, CHECKS) == {DOMAIN: ["origin-exposed"]}


def test_an_origin_that_lets_only_the_edge_in_is_not_exposed(internet: Internet) -> None:
    edge, origin = internet.ipv4(CLOUDFLARE), internet.ipv4()
    internet.nginx(
        server(internet, edge, DOMAIN, body=RAY + PAGE) + server(internet, origin, DOMAIN, body="return 403;")
    )
    _, report = audited(internet, f"@ 5 A {edge}\norigin 5 A {origin}\n", SITE)
    assert found(report, CHECKS) == {}


LONG = "x" * 4000
LINKS = "<title>Parley</title><script src=/app.3f2a91bc.js></script><link rel=stylesheet href=/style.css>"


def cached(internet: Internet, locations: str, *, private: tuple[str, ...] = ()) -> set[tuple[str, str]]:
    address = internet.ipv4(CLOUDFLARE)
    internet.nginx(server(internet, address, DOMAIN, body=f"default_type text/html; {RAY} {locations}"))
    _, report = audited(internet, f"@ 5 A {address}\n", Host(name=DOMAIN, role=Role.SITE, private=private))
    return {(one.check, one.subject) for one in report.findings if one.check in CACHING}


GOOD_PAGE = f"location = / {{ add_header Cache-Control 'public, max-age=60'; return 200 '{LINKS}'; }}"
GOOD_SCRIPT = "location = /app.3f2a91bc.js { add_header Cache-Control 'max-age=31536000'; return 200 'let a=1'; }"
GOOD_STYLE = "location = /style.css { add_header ETag '\"1\"'; return 200 'a{}'; }"


def test_pages_and_files_that_are_cached_well_are_left_alone(internet: Internet) -> None:
    assert cached(internet, GOOD_PAGE + GOOD_SCRIPT + GOOD_STYLE) == set()


@pytest.mark.parametrize(
    ("locations", "checks"),
    [
        (GOOD_PAGE + GOOD_STYLE + "location = /app.3f2a91bc.js { return 200 'let a=1'; }", {"static-assets-uncached"}),
        (
            f"location = / {{ add_header Cache-Control no-store; return 200 '{LINKS}'; }}" + GOOD_SCRIPT + GOOD_STYLE,
            {"public-page-uncached"},
        ),
        (
            "location = / { add_header Cache-Control 'public, max-age=60';"
            " add_header Set-Cookie 'session=a; Secure; HttpOnly; SameSite=Lax'; return 200 'hello'; }",
            {"private-page-cached"},
        ),
        (
            f"location = / {{ add_header Cache-Control 'public, max-age=60'; return 200 '{LONG}'; }}",
            {"compression-missing"},
        ),
        (
            f"gzip on; location = / {{ add_header Cache-Control 'public, max-age=60'; return 200 '{LONG}'; }}",
            set(),
        ),
    ],
)
def test_each_fault_of_caching_is_found_as_itself(internet: Internet, locations: str, checks: set[str]) -> None:
    assert cached(internet, locations) == {(check, DOMAIN) for check in checks}


def test_a_private_path_that_caches_may_keep(internet: Internet) -> None:
    page = GOOD_PAGE.replace(LINKS, "hello")
    account = "location = /account { add_header Cache-Control 'public, max-age=600'; return 200 'your chats'; }"
    admin = "location = /admin { add_header Cache-Control 'private, no-store'; return 302 /login; }"
    assert cached(internet, page + account + admin, private=("/account", "/admin")) == {
        ("private-page-cached", f"{DOMAIN}/account")
    }


@pytest.mark.parametrize(
    ("front", "other"),
    [
        ("return 404;", "return 404;"),  # nginx's own page is nobody's in particular
        ("return 403;", "return 403;"),
        ("return 302 /login;", "return 302 https://mail.parley.dev/webmail;"),
    ],
)
def test_another_server_with_the_same_stock_page_is_no_origin(internet: Internet, front: str, other: str) -> None:
    edge, mail = internet.ipv4(CLOUDFLARE), internet.ipv4()
    internet.nginx(server(internet, edge, APP, body=RAY + front) + server(internet, mail, APP, body=other))
    _, report = audited(internet, f"app 5 A {edge}\norigin 5 A {mail}\n", Host(name=APP, role=Role.API))
    assert found(report, {"origin-exposed"}) == {}


def test_an_origin_is_known_by_the_same_redirect(internet: Internet) -> None:
    edge, origin = internet.ipv4(CLOUDFLARE), internet.ipv4()
    login = "return 302 /login;"
    internet.nginx(server(internet, edge, APP, body=RAY + login) + server(internet, origin, APP, body=login))
    _, report = audited(internet, f"app 5 A {edge}\norigin 5 A {origin}\n", Host(name=APP, role=Role.APP))
    assert found(report, {"origin-exposed"}) == {APP: ["origin-exposed"]}


def test_an_origin_that_speaks_only_plain_http_is_exposed_too(internet: Internet) -> None:
    edge, origin = internet.ipv4(CLOUDFLARE), internet.ipv4()
    plain = f"server {{ listen {origin}:80; server_name {DOMAIN}; {PAGE} }}"
    internet.nginx(server(internet, edge, DOMAIN, body=RAY + PAGE) + plain)
    _, report = audited(internet, f"@ 5 A {edge}\norigin 5 A {origin}\n", SITE)
    assert found(report, CHECKS) == {DOMAIN: ["origin-exposed"]}


@pytest.mark.parametrize("term", ["ip4:{v4}", "ip4:{v4}/32", "ip6:{v6}", "?ip6:{v6}/128"])
def test_an_address_in_the_spf_record_gives_the_server_away(internet: Internet, term: str) -> None:
    edge, v4, v6 = internet.ipv4(CLOUDFLARE), internet.ipv4(), internet.ipv6()
    names = "".join(server(internet, one, DOMAIN, body=PAGE) for one in (v4, v6))
    internet.nginx(server(internet, edge, DOMAIN, body=RAY + PAGE) + names)
    internet.zone(DOMAIN, f'@ 5 A {edge}\n@ 5 TXT "v=spf1 {term.format(v4=v4, v6=v6)} -all"\n')
    launch = Launch(domain=DOMAIN, name="Parley", hosts=(SITE,), network=internet.serve_dns())
    _, report = asyncio.run(audit(launch, datetime.now(UTC)))
    assert found(report, CHECKS) == {DOMAIN: ["origin-exposed"]}


def test_an_ipv6_address_past_the_edge_that_cannot_be_asked_leaves_it_open(internet: Internet) -> None:
    edge = internet.ipv4(CLOUDFLARE)
    internet.nginx(server(internet, edge, DOMAIN, body=RAY + PAGE))
    _, report = audited(internet, f"@ 5 A {edge}\n@ 5 AAAA 2001:db8::1\n", SITE)  # the box has no way there
    assert "origin-exposed" not in report.passed
    assert "this machine has no IPv6" in {one.reason for one in report.unknown if one.check == "origin-exposed"}


def test_a_file_that_cannot_be_fetched_is_unknown_not_fine(internet: Internet) -> None:
    broken = GOOD_PAGE + GOOD_STYLE + "location = /app.3f2a91bc.js { return 444; }"
    address = internet.ipv4(CLOUDFLARE)
    internet.nginx(server(internet, address, DOMAIN, body=f"default_type text/html; {RAY} {broken}"))
    _, report = audited(internet, f"@ 5 A {address}\n", SITE)
    unknown = {one.check for one in report.unknown if one.subject == DOMAIN}
    assert {"static-assets-uncached", "compression-missing"} <= unknown
    assert found(report, CACHING) == {}

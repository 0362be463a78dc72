"""What a domain shows, for the parts that a repository tells where to look."""

import asyncio
from datetime import UTC, datetime

import pytest

from launchready.gather import presence
from launchready.model.presence import HostSeen, Presence
from launchready.model.repository import Sighting
from tests.box.internet import Internet

DOMAIN = "parley.dev"
APP, CHAT = f"app.{DOMAIN}", f"talk.{DOMAIN}"


def server(internet: Internet, address: str, name: str, body: str) -> str:
    pair = internet.ca.issue(name)
    return (
        f"server {{ listen {address}:443 ssl; server_name {name}; ssl_certificate {pair.certificate};"
        f" ssl_certificate_key {pair.key}; default_type text/html; {body} location / {{ return 404; }} }}"
    )


def looked(
    internet: Internet, *, named: tuple[str, ...] = (), health: tuple[str, ...] = (), routes: tuple[str, ...] = ()
) -> Presence:
    network, now = internet.serve_dns(), datetime.now(UTC)
    return asyncio.run(presence.look(DOMAIN, network, now, named=named, health=health, routes=routes))


def host(seen: Presence, name: str) -> HostSeen:
    return next(one for one in seen.hosts if one.name == name)


SITE = "location = / { return 200 site; }"
LOGIN = "location = / { return 302 /login; } location = /login { return 200 login; } location = /beta { return 500; }"


def test_pages_of_the_repository_are_asked_for_at_every_host(internet: Internet) -> None:
    here = internet.ipv4()
    internet.zone(DOMAIN, f"@ 5 A {here}\napp 5 A {here}\n")
    internet.nginx(server(internet, here, DOMAIN, SITE) + server(internet, here, APP, LOGIN))
    seen = looked(internet, routes=("/", "/login", "/beta", "/gone"))
    assert host(seen, DOMAIN).absent == ("/login", "/beta", "/gone")
    assert host(seen, APP).absent == ("/gone",)


@pytest.mark.parametrize(
    ("locations", "expected"),
    [
        ("location = /deep/check { return 200 ok; } location = /health { return 200 ok; }", "/deep/check"),
        ("location = /health { return 200 ok; }", "/health"),  # the usual one answers, the expected one does not
        ("location = /deep/check { return 503 down; }", "/deep/check"),  # unwell, and a health address all the same
        ("", None),
    ],
)
def test_the_health_address_of_the_repository_is_asked_first(
    internet: Internet, locations: str, expected: str | None
) -> None:
    here = internet.ipv4()
    internet.zone(DOMAIN, f"@ 5 A {here}\n")
    internet.nginx(server(internet, here, DOMAIN, SITE + locations))
    seen = host(looked(internet, health=("/deep/check",)), DOMAIN)
    assert (seen.health.value if seen.health else None) == expected


def test_hosts_that_the_repository_names_are_looked_at_too(internet: Internet) -> None:
    here = internet.ipv4()
    internet.zone(DOMAIN, f"@ 5 A {here}\ntalk 5 A {here}\n")
    internet.nginx(server(internet, here, DOMAIN, SITE) + server(internet, here, CHAT, LOGIN))
    seen = looked(internet, named=(CHAT, f"gone.{DOMAIN}", "elsewhere.example"))
    assert {one.name: one.role.value for one in seen.hosts} == {DOMAIN: "site", CHAT: "app"}
    assert seen.passed_over == (Sighting(f"gone.{DOMAIN}", "has no address in DNS"),)


@pytest.mark.parametrize(
    ("records", "senders", "strangers"),
    [
        ('@ 5 TXT "v=spf1 redirect=_spf.parley.dev"\n_spf 5 TXT "v=spf1 include:mailgun.org -all"\n', ["Mailgun"], []),
        ('@ 5 TXT "v=spf1 include:%{i}.x.example include:parley.dev -all"\n', [], []),  # a macro, a circle
        ('@ 5 TXT "v=spf1 include:a.example -all"\n@ 5 TXT "v=spf1 include:mailgun.org -all"\n', [], []),  # two records
        ('@ 5 TXT "v=spf1 include:INCLUDE.example. ?all"\n', [], ["include.example"]),
        ('@ 5 TXT "include:_spf.google.com"\n', [], []),  # no SPF record
        ('@ 5 TXT "v=spf1 -all include:_spf.google.com"\n', [], []),  # never reached
    ],
)
def test_mail_services_in_spf(internet: Internet, records: str, senders: list[str], strangers: list[str]) -> None:
    internet.zone(DOMAIN, records)
    seen = looked(internet)
    assert ([one.value for one in seen.senders], [one.value for one in seen.strangers]) == (senders, strangers)


@pytest.mark.parametrize(
    ("above", "header", "edge", "doubt"),
    [
        ("104.16.0.0", "add_header CF-Ray 8e5-AMS always;", "Cloudflare", False),
        ("104.16.0.0", "", None, True),  # a rented address
        ("9.0.0.0", "add_header CF-Ray 8e5-AMS always;", None, True),  # a forged header
        ("9.0.0.0", "", None, False),
    ],
)
def test_an_edge_needs_both_signs(internet: Internet, above: str, header: str, edge: str | None, doubt: bool) -> None:
    here = internet.ipv4(above)
    internet.zone(DOMAIN, f"@ 5 A {here}\n")
    internet.nginx(server(internet, here, DOMAIN, header + SITE))
    seen = looked(internet)
    assert (seen.edge.value if seen.edge else None, any("may be behind" in one for one in seen.unseen)) == (edge, doubt)

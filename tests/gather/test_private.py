"""Private addresses on real servers, asked for without a session: judged by what comes, not by its status."""

import asyncio
from datetime import UTC, datetime

import pytest

from launchready.audit import audit
from launchready.model.finding import Report, Severity
from launchready.model.launch import Host, Launch, Role
from tests.box.internet import Internet

DOMAIN = "parley.dev"
HOME = "location = / { return 200 '<title>Parley</title><h1>Chat with your invoices</h1>'; }"
LOST = "location / { return 404 '<title>Nothing here</title>'; }"
LOGIN = "location = /login { return 200 '<h1>Log in</h1><form><input type=password name=p></form>'; }"
MEMBERS = "<title>Parley</title><h1>Your chats</h1><p>Signed in as Ada.</p>"
SHELL = "<!doctype html><title>Parley</title><div id=root></div><script src=/app.js></script>"
NEXT = "<title>Parley</title><div id=__next><p>Loading your chats</p></div><script src=/_next/a.js></script>"


def audited(internet: Internet, server: str, path: str = "/chat") -> Report:
    here, pair = internet.ipv4(), internet.ca.issue(DOMAIN)
    internet.zone(DOMAIN, f"@ 5 A {here}\n")
    internet.nginx(
        f"server {{ listen {here}:443 ssl; ssl_certificate {pair.certificate}; ssl_certificate_key {pair.key};"
        f" {server} }}"
    )
    host = Host(name=DOMAIN, role=Role.APP, private=(path,))
    launch = Launch(domain=DOMAIN, name="Parley", hosts=(host,), network=internet.serve_dns())
    return asyncio.run(audit(launch, datetime.now(UTC)))[1]


def at(path: str, answer: str) -> str:
    return f"location = {path} {{ {answer} }}"


def beside(*locations: str) -> str:
    """An app with a front page and a page for what does not exist."""
    return " ".join((HOME, LOST, *locations))


SHOWS = f"return 200 '{MEMBERS}';"
ADA = """default_type application/json; return 200 '{"name": "Ada"}';"""
ASKS = "return 200 '<h1>Log in</h1><form><input type=password></form>';"
OPEN = {
    "a page": beside(at("/chat", SHOWS)),
    "behind a slash": beside(at("/chat", "return 301 /chat/;"), at("/chat/", SHOWS)),
    "in a language": beside(at("/chat", "return 302 /en/chat;"), at("/en/chat", SHOWS)),
    "the front page leads there": f"{LOST} {at('/', 'return 302 /chat;')} {at('/chat', SHOWS)}",
    "JSON": beside(at("/chat", ADA)),
}
CLOSED = {
    "a redirect to the login": beside(LOGIN, at("/chat", "return 303 /login?next=/chat;")),
    "401": beside(at("/chat", "return 401;")),
    "403": beside(at("/chat", f"return 403 '{MEMBERS}';")),
    "404": beside(),
    "a login of its own": beside(at("/chat", ASKS)),
    "basic auth before everything": "location / { return 401 'no'; add_header WWW-Authenticate Basic always; }",
    "an error text": beside(at("/chat", "return 200 '<p>You need to log in first.</p>';")),
}
UNKNOWN = {
    "a single-page app": f"location / {{ return 200 '{SHELL}'; }}",
    "an app that loads": beside(at("/chat", f"return 200 '{NEXT}';")),
    "a bot filter": "location / { return 403 'no robots'; }",
    "a limit": beside(at("/chat", "return 429;")),
    "an error": beside(at("/chat", "return 500;")),
}


@pytest.mark.parametrize("server", OPEN.values(), ids=OPEN)
def test_an_open_private_page_blocks(internet: Internet, server: str) -> None:
    found = [one for one in audited(internet, server).findings if one.check == "private-page-open"]
    assert [(one.subject, one.severity) for one in found] == [(f"{DOMAIN}/chat", Severity.BLOCKER)]
    assert "Ada" not in found[0].evidence


@pytest.mark.parametrize("server", CLOSED.values(), ids=CLOSED)
def test_a_closed_one_passes(internet: Internet, server: str) -> None:
    assert "private-page-open" in audited(internet, server).passed


@pytest.mark.parametrize("server", UNKNOWN.values(), ids=UNKNOWN)
def test_one_of_which_nothing_can_be_said_is_unknown(internet: Internet, server: str) -> None:
    report = audited(internet, server)
    assert [one.subject for one in report.unknown if one.check == "private-page-open"] == [f"{DOMAIN}/chat"]
    assert not [one for one in report.findings if one.check == "private-page-open"]

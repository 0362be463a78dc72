"""Files, error pages, cookies, origins and health on real servers: each check on its faults and their look-alikes."""

import asyncio
import io
import sqlite3
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from launchready.audit import audit
from launchready.known.exposed_paths import PATHS
from launchready.model.finding import Finding, Report, Severity
from launchready.model.launch import Host, Launch, Role
from tests.box.internet import Internet
from tests.box.raw_server import Peer, RawServer

DOMAIN = "parley.dev"
OURS = frozenset(
    {
        "exposed-file",
        "source-map-published",
        "error-page-leaks",
        "cookie-insecure",
        "cors-allows-any-origin",
        "health-endpoint-missing",
        "health-endpoint-lies",
    }
)
PAGE = "<!doctype html><title>Parley</title><h1>hello</h1>"
NOT_FOUND = "location / { return 404 '<title>Nothing here</title>'; }"
HOME = f"location = / {{ return 200 '{PAGE}'; }}"
HEALTHY = 'location = /healthz { default_type application/json; return 200 \'{"status":"ok"}\'; }'


def audited(
    internet: Internet,
    server: str,
    *,
    files: Mapping[str, bytes | str] | None = None,
    role: Role = Role.APP,
    health: str | None = None,
    listen: str = "ssl",
) -> Report:
    """What an audit says of one host; `server` is its nginx server block, `files` are in $root."""
    here, pair, root = internet.ipv4(), internet.ca.issue(DOMAIN), internet.folder / "root"
    for name, content in (files or {}).items():
        path = root / name.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    internet.zone(DOMAIN, f"@ 5 A {here}\n")
    internet.nginx(
        f"server {{ listen {here}:443 {listen}; ssl_certificate {pair.certificate}; ssl_certificate_key {pair.key};"
        f" ssl_protocols TLSv1.2 TLSv1.3; root {root}; {server} }}"
    )
    host = Host(name=DOMAIN, role=role, health=health)
    launch = Launch(domain=DOMAIN, name="Parley", hosts=(host,), network=internet.serve_dns())
    return asyncio.run(audit(launch, datetime.now(UTC)))[1]


def found(
    internet: Internet,
    server: str,
    *,
    files: Mapping[str, bytes | str] | None = None,
    role: Role = Role.APP,
    health: str | None = None,
) -> list[Finding]:
    """What our checks find on one host, of which nothing may stay unseen."""
    report = audited(internet, server, files=files, role=role, health=health)
    assert not [one for one in report.unknown if one.check in OURS]
    return [finding for finding in report.findings if finding.check in OURS]


def ids(findings: list[Finding]) -> list[str]:
    return [finding.check for finding in findings]


def serving(name: str) -> str:
    return f"{HOME} {HEALTHY} location = {name} {{ try_files $uri =404; }} {NOT_FOUND}"


def a_zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("app.py", "print()")
    return buffer.getvalue()


def a_database(folder: Path) -> bytes:
    path = folder / "made.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE people (name)")
    connection.close()
    return path.read_bytes()


COMPOSE = "services:\n  db:\n    image: postgres:16\n    environment:\n      POSTGRES_PASSWORD: {}\n"


@pytest.mark.parametrize(
    ("name", "content", "severity"),
    [
        ("/.env", "# keys\nexport STRIPE_KEY='x1y2z3'\nDEBUG=false\n", Severity.BLOCKER),
        ("/.env.production", "OPENAI_API_KEY=abc\n", Severity.BLOCKER),
        ("/.env.local", "NODE_ENV=production\nVITE_API_URL=https://api.parley.dev\n", Severity.MAJOR),
        ("/.git/HEAD", "ref: refs/heads/main\n", Severity.BLOCKER),
        ("/.git/config", "[core]\n\trepositoryformatversion = 0\n\tbare = false\n", Severity.BLOCKER),
        ("/backup.sql", "-- MySQL dump 10.13\n\nINSERT INTO `users` VALUES (1,'a');\n", Severity.BLOCKER),
        ("/dump.sql", "--\n-- PostgreSQL database dump\n--\nCREATE TABLE a (b int);\n", Severity.MAJOR),
        ("/docker-compose.yml", COMPOSE.format("hunter2"), Severity.BLOCKER),
        ("/docker-compose.yml", COMPOSE.format("${DB_PASSWORD}"), Severity.MAJOR),
        ("/config.json", '{"db": {"password": "hunter22"}}', Severity.BLOCKER),
        ("/.DS_Store", b"\0\0\0\1Bud1\0\0\x10\0", Severity.MINOR),
        ("/phpinfo.php", "<html><head><title>PHP 8.3.6 - phpinfo()</title></head></html>", Severity.MAJOR),
        ("/server-status", "<html><head><title>Apache Status</title></head></html>", Severity.MAJOR),
        ("/debug", "PATH=/usr/bin\nHOME=/root\nSECRET=x\n", Severity.BLOCKER),
        ("/backup.zip", a_zip(), Severity.BLOCKER),
    ],
)
def test_a_private_file_is_found(internet: Internet, name: str, content: str | bytes, severity: Severity) -> None:
    findings = found(internet, serving(name), files={name: content})
    assert ids(findings) == ["exposed-file"]
    assert findings[0].severity is severity
    assert f"https://{DOMAIN}{name}" in findings[0].evidence
    assert findings[0].remedy


def test_a_database_is_found(internet: Internet, tmp_path: Path) -> None:
    findings = found(internet, serving("/db.sqlite3"), files={"/db.sqlite3": a_database(tmp_path)})
    assert ids(findings) == ["exposed-file"]


ABOUT = "<!doctype html><title>What is .env?</title><pre>\nDB_PASSWORD=hunter2\nSTRIPE_KEY=sk\n</pre>"


@pytest.mark.parametrize(
    "server",
    [
        pytest.param(f"{HEALTHY} location / {{ return 200 '{PAGE}'; }}", id="a single-page app"),
        pytest.param(f"{HEALTHY} location / {{ return 200 '{ABOUT}'; }}", id="a page about .env"),
        pytest.param(
            f"{HEALTHY} {HOME} location / {{ default_type text/plain; return 200 'ASKED=$uri\\nSECRET=x\\n'; }}",
            id="an echo that always looks like an env file",
        ),
        pytest.param(f"{HEALTHY} {HOME} location / {{ return 302 /login; }}", id="redirects"),
        pytest.param(f"{HEALTHY} {HOME} location ~ /\\. {{ return 444; }} {NOT_FOUND}", id="hanging up on dot files"),
        pytest.param(f"{HEALTHY} {HOME} location ~ /\\. {{ return 403 'A=1'; }} {NOT_FOUND}", id="forbidden"),
        pytest.param(
            f"{HEALTHY} {HOME} location = /config.json {{ default_type application/json;"
            ' return 200 \'{"apiUrl":"https://a","publicKey":"pk_live_1234","passwordMinLength":8,'
            '"resetPassword":"/reset"}\'; } '
            f"{NOT_FOUND}",
            id="settings for the browser",
        ),
        pytest.param(f"{HEALTHY} {HOME} location = /debug {{ return 200 'debug: off'; }} {NOT_FOUND}", id="/debug"),
    ],
)
def test_what_only_looks_like_a_private_file_is_none(internet: Internet, server: str) -> None:
    assert found(internet, server) == []


SCRIPT = "console.log(1)\n//# sourceMappingURL=app.js.map\n"
MAP = '{{"version":3,"sources":["a.ts"],{}"mappings":"AAAA"}}'


@pytest.mark.parametrize(
    ("script", "source_map", "checks"),
    [
        (SCRIPT, MAP.format('"sourcesContent":["secret()"],'), ["source-map-published"]),
        (SCRIPT, MAP.format(""), []),
        (SCRIPT, MAP.format('"sourcesContent":[null],'), []),
        (SCRIPT.replace("app.js.map", "https://cdn.example/app.js.map"), MAP.format('"sourcesContent":["x"],'), []),
        ("console.log('//# sourceMappingURL=app.js.map')\nlast()", MAP.format('"sourcesContent":["x"],'), []),
    ],
)
def test_source_maps_with_sources(internet: Internet, script: str, source_map: str, checks: list[str]) -> None:
    page = "<!doctype html><title>Parley</title><script type=module src=/assets/app.js></script>"
    files = {"/assets/app.js": script, "/assets/app.js.map": source_map}
    server = f"{HEALTHY} location = / {{ return 200 '{page}'; }} location /assets/ {{ }} {NOT_FOUND}"
    findings = found(internet, server, files=files)
    assert ids(findings) == checks
    assert all(finding.severity is Severity.MINOR for finding in findings)


TRACE = 'Traceback (most recent call last):\n  File "/srv/app/main.py", line 3, in index\n'
EXPRESS = "<pre>URIError: Failed to decode<br> &nbsp; &nbsp;at decode_param (/app/node_modules/a/l.js:1:2)<br></pre>"


@pytest.mark.parametrize(
    ("server", "severity"),
    [
        (f"location / {{ return 500 '{TRACE}'; }}", Severity.MAJOR),
        (f"location ~ /launchready-check/ {{ return 400 '{EXPRESS}'; }} {NOT_FOUND}", Severity.MAJOR),
        ("location / { server_tokens on; return 404; }", Severity.MINOR),
        (f"location / {{ return 404 '<title>{PAGE}</title><p>no route in /var/www/app/index.php'; }}", Severity.MAJOR),
    ],
)
def test_error_pages_that_tell_too_much(internet: Internet, server: str, severity: Severity) -> None:
    findings = found(internet, f"{HOME} {HEALTHY} {server}")
    assert ids(findings) == ["error-page-leaks"]
    assert findings[0].severity is severity


@pytest.mark.parametrize(
    "server",
    [
        "location / { return 404; }",
        "location / { return 404 'Cannot GET $request_uri'; }",
        "location / { return 404 'Nothing here. Learn Python 3.12, or SELECT a plan from the list.'; }",
        "location / { return 200 '<title>Docs</title><pre>nginx/1.22.1</pre>'; }",
    ],
)
def test_error_pages_that_tell_nothing(internet: Internet, server: str) -> None:
    assert found(internet, f"{HOME} {HEALTHY} {server}") == []


@pytest.mark.parametrize(
    ("cookie", "checks"),
    [
        ("sessionid=abc; Path=/", ["cookie-insecure"]),
        ("connect.sid=s%3Aabc; Path=/; HttpOnly; SameSite=Lax", ["cookie-insecure"]),
        ("auth_token=abc; Secure; HttpOnly", ["cookie-insecure"]),
        ("__Host-session=abc; Secure; HttpOnly; SameSite=Lax; Path=/app", ["cookie-insecure"]),
        ("__Secure-session=abc; HttpOnly; SameSite=Lax", ["cookie-insecure"]),
        ("__Host-session=abc; Secure; HttpOnly; SameSite=Lax; Path=/", []),
        ("SESSIONID=abc;secure;HTTPONLY;samesite=STRICT", []),
        ("XSRF-TOKEN=abc; Path=/; Secure; SameSite=Lax", []),
        ("csrftoken=abc; Path=/; Secure; SameSite=Lax", []),
        ("theme=dark", []),
        ("sessionid=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT", []),
        ("sessionid=; Max-Age=0", []),
    ],
)
def test_cookies(internet: Internet, cookie: str, checks: list[str]) -> None:
    home = f"location = / {{ add_header Set-Cookie '{cookie}'; return 200 '{PAGE}'; }}"
    assert ids(found(internet, f"{home} {HEALTHY} {NOT_FOUND}")) == checks


WITH_CREDENTIALS = "add_header Access-Control-Allow-Credentials true always;"


@pytest.mark.parametrize(
    ("headers", "checks"),
    [
        (f"add_header Access-Control-Allow-Origin $http_origin always; {WITH_CREDENTIALS}", ["cors-allows-any-origin"]),
        (f"add_header Access-Control-Allow-Origin null always; {WITH_CREDENTIALS}", ["cors-allows-any-origin"]),
        (
            "set $ours ''; if ($http_origin ~ 'parley.dev$') { set $ours $http_origin; }"
            f" add_header Access-Control-Allow-Origin $ours always; {WITH_CREDENTIALS}",
            ["cors-allows-any-origin"],
        ),
        ("add_header Access-Control-Allow-Origin * always;", []),
        (f"add_header Access-Control-Allow-Origin * always; {WITH_CREDENTIALS}", []),
        ("add_header Access-Control-Allow-Origin $http_origin always;", []),
        (f"add_header Access-Control-Allow-Origin https://app.parley.dev always; {WITH_CREDENTIALS}", []),
        (
            "set $ours ''; if ($http_origin ~ '^https://[a-z]+[.]parley[.]dev$') { set $ours $http_origin; }"
            f" add_header Access-Control-Allow-Origin $ours always; {WITH_CREDENTIALS}",
            [],
        ),
    ],
)
def test_origins(internet: Internet, headers: str, checks: list[str]) -> None:
    home = f"location = / {{ {headers} return 200 '{PAGE}'; }}"
    assert ids(found(internet, f"{home} {HEALTHY} {NOT_FOUND}")) == checks


def test_a_redirect_host_that_serves_the_site_is_looked_at_too(internet: Internet) -> None:
    assert ids(found(internet, serving("/.env"), files={"/.env": "A=1"}, role=Role.REDIRECT)) == ["exposed-file"]


def test_hanging_up_over_http_2_hides_no_other_file(internet: Internet) -> None:
    server = (
        f"{HEALTHY} {HOME} location ~ /[.] {{ return 444; }} location ~ sql$ {{ try_files $uri =404; }} {NOT_FOUND}"
    )
    report = audited(internet, server, files={"/dump.sql": "-- MySQL dump\n"}, listen="ssl http2")
    assert [one.subject for one in report.findings if one.check == "exposed-file"] == [DOMAIN]
    assert "exposed-file" not in {one.check for one in report.unknown}


def test_few_requests_are_made(internet: Internet) -> None:
    log = internet.folder / "access.log"
    assert found(internet, f"access_log {log}; {HEALTHY} {HOME} {NOT_FOUND}") == []
    asked = [line.split('"')[1] for line in log.read_text().splitlines()]
    assert all(line.startswith("GET ") for line in asked)
    ours = [line for line in asked if not line.startswith("GET / ")]
    assert len(ours) <= len(PATHS) + 3  # a missing page, a malformed one, and /healthz


def test_what_is_answered_with_too_many_requests_is_unknown(internet: Internet) -> None:
    report = audited(internet, f"{HEALTHY} {HOME} location ~ /\\. {{ return 429; }} {NOT_FOUND}")
    assert [one.check for one in report.findings if one.check in OURS] == []
    assert ("exposed-file", f"{DOMAIN} answered too many requests (429)") in [
        (one.check, one.reason) for one in report.unknown
    ]


def test_a_host_that_falls_silent_is_unknown_and_asked_no_more(internet: Internet) -> None:
    """Firewalls drop whoever asks for such a file; what was found before is still said."""
    here, pair = internet.ipv4(), internet.ca.issue(DOMAIN)
    internet.zone(DOMAIN, f"@ 5 A {here}\n")
    launch = Launch(
        domain=DOMAIN, name="Parley", hosts=(Host(name=DOMAIN, role=Role.SITE),), network=internet.serve_dns()
    )
    with RawServer(here, 443, silent_about_dot_files, pair) as server:
        launch = replace(launch, network=replace(launch.network, deadline_s=12.0))
        _, report = asyncio.run(audit(launch, datetime.now(UTC)))
    assert "exposed-file" in {one.check for one in report.unknown}
    assert "exposed-file" not in report.passed
    assert server.connections < 60


def silent_about_dot_files(peer: Peer) -> None:
    while target := peer.request():
        if target.startswith("/."):
            peer.linger()
        status = "200 OK" if target == "/" else "404 Not Found"
        peer.send(f"HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nhi".encode())

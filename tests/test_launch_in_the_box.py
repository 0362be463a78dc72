"""The whole command against whole launches: a clean one, a broken one, and sites that mean harm."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.box.internet import Internet
from tests.box.zones import mail_records
from tests.measured import Done, launchready

DOMAIN = "parley.example"
DEADLINE_S = 6


def audited(internet: Internet, *options: str, cwd: Path) -> tuple[Done, dict[str, Any]]:
    """One `launchready audit`, with its JSON report."""
    address, port = internet.resolver
    road = ("--resolver", f"{address}:{port}", "--ca", str(internet.ca.root_file))
    done = launchready("audit", DOMAIN, "--format", "json", *road, *options, cwd=cwd)
    assert done.stderr == ""
    return done, json.loads(done.stdout)


def serve(internet: Internet, *, plain: str, secure: str, caa: str = '0 issue "letsencrypt.org"') -> None:
    """The apex and www over HTTP and HTTPS, behind an edge; what stands in the server blocks is the test's."""
    here = internet.ipv4("104.16.0.0")  # an address of Cloudflare's
    pair = internet.ca.issue(DOMAIN, f"www.{DOMAIN}")
    hosts = f"@ 5 A {here}\nwww 5 A {here}\n@ 5 CAA {caa}\n"
    internet.zone(DOMAIN, hosts + mail_records(DOMAIN), signed=True)
    tls = f"ssl_certificate {pair.certificate}; ssl_certificate_key {pair.key}; ssl_protocols TLSv1.2 TLSv1.3;"
    tls += " add_header CF-Ray 8e5-AMS always; add_header ETag '\"1\"' always;"
    internet.nginx(
        f"server {{ listen {here}:80; server_name {DOMAIN} www.{DOMAIN}; {plain} }}"
        f"server {{ listen {here}:443 ssl; server_name {DOMAIN}; {tls} {secure} }}"
        f"server {{ listen {here}:443 ssl; server_name www.{DOMAIN}; {tls}"
        f' add_header Strict-Transport-Security "max-age=31536000" always;'
        f" return 301 https://{DOMAIN}$request_uri; }}"
    )
    internet.serve_dns()


HSTS = 'add_header Strict-Transport-Security "max-age=31536000; includeSubDomains" always;'


def test_a_clean_launch_is_ready_and_nothing_is_said_against_it(internet: Internet, tmp_path: Path) -> None:
    page = f"<title>Parley</title><link rel=canonical href=https://{DOMAIN}/><a href=http://old.example/>http://x</a>"
    serve(internet, plain="return 308 https://$host$request_uri;", secure=f"{HSTS} return 200 '{page}';")
    done, report = audited(internet, cwd=tmp_path)
    assert report["findings"] == []
    assert (done.code, report["verdict"]) == (0, "ready")
    assert {one["check"] for one in report["unknown"]} == {
        *("domain-expires-soon", "domain-lock-missing"),
        *("dkim-missing", "dkim-syntax", "dkim-key-weak", "dkim-key-revoked"),
    }
    assert "record-differs" in report["not_applicable"]
    assert [path.name for path in tmp_path.iterdir()] == ["internet"]  # the box's own folder


def test_each_fault_of_a_broken_launch_is_named(internet: Internet, tmp_path: Path) -> None:
    page = (
        f"<title>Parley</title><script src=http://cdn.example/a.js></script><link rel=canonical href=http://{DOMAIN}/>"
    )
    serve(internet, plain="return 200 'plain';", secure=f"return 200 '{page}';")
    done, report = audited(internet, cwd=tmp_path)
    assert (done.code, report["verdict"]) == (1, "not-ready")
    assert {one["check"] for one in report["findings"]} == {
        "http-not-redirected",
        "hsts-missing",
        "mixed-content",
        "canonical-link-wrong",
    }
    assert report["findings"][0]["severity"] == "blocker"


@pytest.mark.parametrize("caa", ['0 issue "digicert.com"', '0 issue ";"'])
def test_a_caa_record_that_stops_the_next_renewal_is_named(internet: Internet, tmp_path: Path, caa: str) -> None:
    serve(internet, plain="return 301 https://$host$request_uri;", secure=f"{HSTS} return 200 'hello';", caa=caa)
    _, report = audited(internet, cwd=tmp_path)
    assert {one["check"] for one in report["findings"]} == {"caa-forbids-issuer"}


def test_facts_are_judged_again_without_a_network(internet: Internet, tmp_path: Path) -> None:
    serve(internet, plain="return 200 'plain';", secure="return 200 'secure';")
    facts = tmp_path / "facts.json"
    done, report = audited(internet, "--facts-out", str(facts), cwd=tmp_path)
    again = subprocess.run(
        ["unshare", "-n", sys.executable, "-m", "launchready", "audit", "--facts", str(facts), "--format", "json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert again.returncode == done.code == 1
    assert json.loads(again.stdout)["findings"] == report["findings"]


def test_a_second_audit_says_what_changed_since_the_first(internet: Internet, tmp_path: Path) -> None:
    (tmp_path / "launch.toml").write_text(f'[launch]\ndomain = "{DOMAIN}"\n')
    here, pair = internet.ipv4(), internet.ca.issue(DOMAIN)
    internet.zone(DOMAIN, f"@ 5 A {here}\n" + mail_records(DOMAIN))
    internet.serve_dns()
    tls = f"listen {here}:443 ssl; ssl_certificate {pair.certificate}; ssl_certificate_key {pair.key};"
    redirect = f"server {{ listen {here}:80; return 301 https://$host$request_uri; }}"
    with internet.stopping_again():
        internet.nginx(f"{redirect} server {{ {tls} return 200 hello; }}")
        _, first = audited(internet, cwd=tmp_path)
    assert first["changes"] is None
    assert "hsts-missing" in {one["check"] for one in first["findings"]}
    internet.nginx(f"server {{ {tls} ssl_protocols TLSv1.2 TLSv1.3; {HSTS} return 500; }}")
    _, second = audited(internet, cwd=tmp_path)
    assert {one["check"] for one in second["changes"]["mended"]} >= {"hsts-missing"}
    assert {one["check"] for one in second["changes"]["new"]} == {"server-error"}
    with closing(sqlite3.connect(tmp_path / ".launchready" / "ledger.db")) as ledger:
        (started,) = ledger.execute("SELECT min(started) FROM run").fetchone()
    _, third = audited(internet, "--since", started, cwd=tmp_path)
    assert third["changes"]["since"] == first["at"]
    assert {one["check"] for one in third["changes"]["new"]} == {"server-error"}


@pytest.mark.parametrize(
    ("since", "said"),
    [("yesterday", "is no day"), ("1999-01-01", "holds no audit of parley.example from before")],
)
def test_a_since_that_leads_nowhere_is_one_sentence(tmp_path: Path, since: str, said: str) -> None:
    (tmp_path / "launch.toml").write_text(f'[launch]\ndomain = "{DOMAIN}"\n')
    done = launchready("audit", "--since", since, cwd=tmp_path)
    assert (done.code, done.stdout) == (2, "")
    assert said in done.stderr
    assert "\n" not in done.stderr.strip()


def test_a_dead_resolver_passes_nothing(internet: Internet, tmp_path: Path) -> None:
    internet.resolver = (internet.silent(), 53)
    done, report = audited(internet, "--deadline", str(DEADLINE_S), cwd=tmp_path)
    assert (done.code, report["verdict"], report["passed"]) == (3, "unknown", [])
    assert done.seconds < DEADLINE_S + 1 + 2  # the interpreter's own start and a busy machine
    assert done.peak_mib < 200


def test_a_hostile_page_does_not_reach_the_terminal(internet: Internet, tmp_path: Path) -> None:
    link = '<link rel=canonical href="https://evil.example/\u202e\x1b[2J">'
    serve(internet, plain="return 301 https://$host$request_uri;", secure=f"{HSTS} return 200 '{link}';")
    address, port = internet.resolver
    command = [sys.executable, "-m", "launchready", "audit", DOMAIN, "--resolver", f"{address}:{port}"]
    done = subprocess.run(
        [*command, "--ca", str(internet.ca.root_file)], cwd=tmp_path, capture_output=True, timeout=60, check=False
    )
    assert b"evil.example" in done.stdout
    assert not {byte for byte in done.stdout if byte < 32} - {10}
    assert "\u202e".encode() not in done.stdout

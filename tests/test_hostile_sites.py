"""Sites that mean harm: the audit ends in time, passes nothing it did not see, and still judges the other hosts."""

import json
from pathlib import Path

import pytest

from tests.box.hostile import TALKS
from tests.box.internet import Internet
from tests.box.raw_server import RawServer
from tests.measured import launchready

DOMAIN, WWW = "parley.example", "www.parley.example"
DEADLINE_S = 4
START_S = 2  # the interpreter's own start on a busy machine


@pytest.mark.parametrize("name", TALKS)
def test_the_audit_survives(internet: Internet, tmp_path: Path, name: str) -> None:
    harm, good = internet.ipv4(), internet.ipv4()
    pair = internet.ca.issue(DOMAIN, WWW)
    internet.zone(DOMAIN, f"@ 5 A {harm}\nwww 5 A {good}\n")
    internet.nginx(
        f"server {{ listen {good}:80; return 301 https://$host$request_uri; }}"
        f"server {{ listen {good}:443 ssl; ssl_certificate {pair.certificate}; ssl_certificate_key {pair.key};"
        f" ssl_protocols TLSv1.2 TLSv1.3; return 200 good; }}"
    )
    internet.serve_dns()
    resolver, port = internet.resolver
    with RawServer(harm, 80, TALKS[name]), RawServer(harm, 443, TALKS[name], pair):
        done = launchready(
            *("audit", DOMAIN, "--format", "json", "--deadline", str(DEADLINE_S)),
            *("--resolver", f"{resolver}:{port}", "--ca", str(internet.ca.root_file)),
            cwd=tmp_path,
        )
    assert done.stderr == ""
    assert done.code in (0, 1, 3)
    assert done.seconds < DEADLINE_S + 1 + START_S
    assert done.peak_mib < 200
    report = json.loads(done.stdout)
    said = [(one["check"], one["subject"]) for one in (*report["findings"], *report["unknown"])]
    assert ("hsts-missing", WWW) in said  # the other host is judged all the same
    assert ("certificate-expired", WWW) not in said
    assert all(one["reason"] for one in report["unknown"])

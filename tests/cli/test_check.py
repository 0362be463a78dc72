"""`launchready check` on real servers: a line for each core route and health address, and exit codes by what blocks."""

import json
from pathlib import Path

import pytest

from tests.box.internet import Internet
from tests.measured import Done, launchready

DOMAIN, APP = "parley.dev", "app.parley.dev"
TOML = f"""
[launch]
name = "Parley"
domain = "{DOMAIN}"

[hosts."{DOMAIN}"]
role = "site"
routes = ["/", "/pricing"]

[hosts."{APP}"]
role = "app"
routes = ["/login"]
health = "/healthz"
"""
WELL = "location / { return 200 '<title>Parley</title>hello'; }"
HEALTHY = 'location = /healthz { default_type application/json; return 200 \'{"status":"ok"}\'; }'


def checked(internet: Internet, folder: Path, *arguments: str, app: str = "", days_left: float = 61) -> Done:
    """The command in a folder with a launch.toml; `app` is what the app's server says besides."""
    here, pair = internet.ipv4(), internet.ca.issue(DOMAIN, APP, days_left=days_left + 0.5)
    internet.zone(DOMAIN, f"@ 5 A {here}\napp 5 A {here}\n")
    tls = f"listen {here}:443 ssl; ssl_certificate {pair.certificate}; ssl_certificate_key {pair.key};"
    plain = f"server {{ listen {here}:80; return 301 https://$host$request_uri; }}"
    servers = [
        f"server {{ {tls} server_name {DOMAIN}; {WELL} }}",
        f"server {{ {tls} server_name {APP}; {app} {WELL} }}",
    ]
    internet.nginx(f"{plain} {' '.join(servers)}")
    network = internet.serve_dns()
    assert network.resolver
    (folder / "launch.toml").write_text(TOML)
    road = ("--resolver", f"{network.resolver[0]}:53", "--ca", str(internet.ca.root_file))
    return launchready("check", *road, *arguments, cwd=folder)


def test_all_is_well_in_lines_of_eighty_columns(internet: Internet, tmp_path: Path) -> None:
    done = checked(internet, tmp_path, app=HEALTHY)
    assert (done.code, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    rows = [line.split() for line in lines if line.startswith((DOMAIN, APP))]
    assert [(row[0], row[1], row[-2:]) for row in rows] == [
        (name, "200", ["61", "d"]) for name in (DOMAIN, f"{DOMAIN}/pricing", f"{APP}/login", f"{APP}/healthz")
    ]
    assert all(len(line) <= 80 for line in lines)
    assert all(value.isdigit() for row in rows for value in row[1:6])
    assert "READY" in done.stdout
    assert not (tmp_path / ".launchready").exists()


@pytest.mark.parametrize(
    ("app", "days_left", "check"),
    [
        ("location = /login { return 404; }" + HEALTHY, 61, "core-route-fails"),
        ("location = /login { return 502; }" + HEALTHY, 61, "server-error"),
        ("location = /healthz { return 503; }", 61, "server-error"),
        (HEALTHY, -2, "certificate-expired"),
    ],
)
def test_what_blocks_is_named_in_every_format(
    internet: Internet, tmp_path: Path, app: str, days_left: float, check: str
) -> None:
    done = checked(internet, tmp_path, "--format", "json", app=app, days_left=days_left)
    assert done.code == 1
    report = json.loads(done.stdout)
    assert check in [one["check"] for one in report["findings"] if one["severity"] == "blocker"]
    assert [one["address"] for one in report["routes"] if one["kind"] == "health"][:1] == [f"{APP}/healthz"]


@pytest.mark.parametrize("format_", ["text", "github", "junit", "sarif"])
def test_other_formats_carry_the_same_ids(internet: Internet, tmp_path: Path, format_: str) -> None:
    app = "location = /login { return 404; }" + HEALTHY
    done = checked(internet, tmp_path, "--format", format_, "--no-color", app=app)
    assert done.code == 1
    assert "core-route-fails" in done.stdout
    assert "spf-missing" not in done.stdout


def test_a_health_address_that_is_missing_does_not_block(internet: Internet, tmp_path: Path) -> None:
    done = checked(internet, tmp_path, "--format", "json", app="location = /healthz { return 404; }")
    assert [one["check"] for one in json.loads(done.stdout)["findings"]] == ["health-endpoint-missing"]
    assert done.code == 0


def test_a_domain_alone_is_enough(internet: Internet, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    done = checked(internet, tmp_path, DOMAIN, "--config", "launch.toml", app=HEALTHY)
    assert done.code == 0
    assert DOMAIN in done.stdout


def test_nothing_that_answers_is_unknown_not_well(internet: Internet, tmp_path: Path) -> None:
    done = checked(internet, tmp_path, "--connect-to", f"::{internet.ipv4()}:1", app=HEALTHY)
    assert done.code in (1, 3)
    assert "–" in done.stdout
    assert "READY" not in done.stdout.replace("NOT READY", "")


def test_quiet_says_nothing_when_all_is_well(internet: Internet, tmp_path: Path) -> None:
    done = checked(internet, tmp_path, "--quiet", app=HEALTHY)
    assert (done.code, done.stdout, done.stderr) == (0, "", "")

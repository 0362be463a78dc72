"""`journey run --probe-login` and the audit after it: what is found, and that no password, cookie or token is left."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

import pytest
from starlette.responses import HTMLResponse, Response

from tests.box.internet import Internet
from tests.journeys.login_apps import LOGIN_PAGE, USER, Doors, serving

DOMAIN, HOST = "parley.example", "app.parley.example"
LAUNCH = f"""
[launch]
name = "Parley"
domain = "{DOMAIN}"

[hosts."{HOST}"]
role = "app"
private = ["/chat"]

[journeys]
login = "login"

[environments.staging]
url = "https://{HOST}"
"""
LOGIN = f"""
[journey]
name = "login"

[[step]]
name = "form"
get = "/login"
capture.csrf = {{ css = "input[name=csrf]", attribute = "value", secret = true }}

[[step]]
name = "log in"
post = "/login"
form = {{ email = "{USER}", password = "${{env:TEST_PASSWORD}}", csrf = "${{csrf}}" }}

[[step]]
name = "token"
post = "/api/login"
json = {{ email = "{USER}", password = "${{env:TEST_PASSWORD}}" }}
capture.token = {{ json = "token", secret = true }}

[[step]]
name = "leave"
post = "/logout"
expect = {{ status = 303 }}
"""


def repeats(doors: Doors, user: str) -> Response:
    """A page that gives back what it was given, the session's tokens too."""
    said = f"{user} {doors.password} {' '.join(doors.sessions)}"
    return HTMLResponse(LOGIN_PAGE.format(problem=said, csrf="x", field="password"), status_code=401)


@contextmanager
def project(internet: Internet, folder: Path, doors: Doors, launch: str = LAUNCH) -> Iterator[tuple[str, ...]]:
    """A folder with a launch and its login; the options that lead to the app."""
    address, pair = internet.ipv4(), internet.ca.issue(HOST)
    internet.zone(DOMAIN, f"@ 5 A {address}\napp 5 A {address}\n")
    (folder / "journeys").mkdir()
    (folder / "journeys" / "login.toml").write_text(LOGIN)
    (folder / "launch.toml").write_text(launch)
    network = internet.serve_dns()
    assert network.resolver
    with serving(doors.app(), address, pair):
        yield ("--resolver", f"{network.resolver[0]}:53", "--ca", str(internet.ca.root_file), "--deadline", "15")


def launchready(folder: Path, doors: Doors, *arguments: str) -> "subprocess.CompletedProcess[str]":
    done = subprocess.run(
        [sys.executable, "-W", "default", "-m", "launchready", *arguments],
        cwd=folder,
        env={**os.environ, "TEST_PASSWORD": doors.password},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    for secret in (doors.password, *doors.given):
        assert secret not in done.stdout + done.stderr
        for path in (path for path in folder.rglob("*") if path.is_file()):
            assert secret.encode() not in path.read_bytes(), path
    return done


@pytest.mark.parametrize("format_", ["text", "json"])
def test_what_a_probe_found_is_judged_by_the_next_audit(internet: Internet, tmp_path: Path, format_: str) -> None:
    doors = Doors(password=token_hex(12), any_password=True, shows_everybody=True, keeps_sessions=True)
    with project(internet, tmp_path, doors) as road:
        done = launchready(tmp_path, doors, "journey", "run", "--probe-login", "--format", format_, *road)
        assert (done.returncode, done.stderr) == (1, "")
        assert "login-accepts-wrong-password" in done.stdout
        assert len(doors.given) > 4
        audit = launchready(tmp_path, doors, "audit", *road, "--format", "json", "--facts-out", "facts.json")
        board = launchready(tmp_path, doors, "board", "--format", "json")
    report = json.loads(audit.stdout)
    found = {one["check"]: one["severity"] for one in report["findings"]}
    assert found["login-accepts-wrong-password"] == "blocker"
    assert found["login-not-rate-limited"] == "minor"
    assert found["private-page-open"] == "blocker"
    assert "LoginFacts" in (tmp_path / "facts.json").read_text()
    assert board.returncode == audit.returncode == 1


def test_a_page_that_gives_secrets_back_leaves_none(internet: Internet, tmp_path: Path) -> None:
    doors = Doors(password=token_hex(12))
    doors.opened()
    doors.after = repeats
    with project(internet, tmp_path, doors) as road:
        done = launchready(tmp_path, doors, "journey", "run", "login", "--probe-login", *road)
    assert done.returncode == 1
    assert "itself fails" in " ".join(done.stdout.split())


def test_what_was_never_tried_is_unknown_and_says_how_to_try_it(internet: Internet, tmp_path: Path) -> None:
    doors = Doors(password=token_hex(12))
    with project(internet, tmp_path, doors) as road:
        report = json.loads(launchready(tmp_path, doors, "audit", *road, "--format", "json").stdout)
    reasons = {one["check"]: one["reason"] for one in report["unknown"]}
    assert "launchready journey run login --probe-login" in reasons["login-accepts-wrong-password"]
    assert {"login-not-rate-limited", "session-survives-logout", "login-journey-blind"} <= set(reasons)
    assert "private-page-open" in report["passed"]
    assert not doors.tried, "an audit alone only looks"


@pytest.mark.parametrize(
    ("launch", "arguments", "told"),
    [
        (LAUNCH.partition("[environments")[0], ("--probe-login",), f"{HOST} is production"),
        (LAUNCH.replace('login = "login"', ""), ("--probe-login",), "[journeys] login"),
        (LAUNCH.replace('login = "login"', 'login = "lost"'), ("--probe-login",), "no journey 'lost'"),
        (LAUNCH, (), "Name a journey"),
    ],
)
def test_bad_usage_is_one_sentence_and_nothing_is_asked(
    internet: Internet, tmp_path: Path, launch: str, arguments: tuple[str, ...], told: str
) -> None:
    doors = Doors(password=token_hex(12))
    with project(internet, tmp_path, doors, launch) as road:
        done = launchready(tmp_path, doors, "journey", "run", *arguments, *road)
    assert done.returncode == 2
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not done.stdout
    assert not doors.tried

"""Parley's own login, tried by the command: without faults it passes, and each fault of the way in is named."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from secrets import token_hex

import pytest

from parley.faults import Fault
from parley.settings import Settings
from trial.inside import Inside, inside
from trial.visitor import Visitor

EMAIL = "ada@example.com"
LOGIN = f"""
[journey]
name = "login"
base = "http://localhost:PORT"
parameters = {{ email = "{EMAIL}", password = "${{env:TEST_PASSWORD}}" }}

[[step]]
name = "form"
get = "/login"
capture.csrf = {{ css = "input[name=csrf]", attribute = "value", secret = true }}

[[step]]
name = "log in"
post = "/login"
form = {{ email = "${{email}}", password = "${{password}}", csrf = "${{csrf}}" }}
expect = {{ status = 303, redirect = "/chat" }}

[[step]]
name = "chats"
get = "/chat"
expect = {{ body_contains = "Log out" }}

[[step]]
name = "log out"
post = "/logout"
form = {{ csrf = "${{csrf}}" }}
expect = {{ status = 303 }}
"""
LAUNCH = """
[launch]
name = "Parley"
domain = "parley.example"

[environments.staging]
url = "http://localhost:PORT"

[journeys]
login = "login"
"""


def tried(parley: Inside, folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """`journey run --probe-login` beside a launch.toml, against a member of this Parley."""
    password = token_hex(12)
    Visitor(parley.port).sign_up(EMAIL, password=password)
    (folder / "journeys").mkdir()
    (folder / "journeys" / "login.toml").write_text(LOGIN.replace("PORT", str(parley.port)))
    (folder / "launch.toml").write_text(LAUNCH.replace("PORT", str(parley.port)))
    done = subprocess.run(
        [sys.executable, "-m", "launchready", "journey", "run", "--probe-login", *arguments],
        cwd=folder,
        env={**os.environ, "TEST_PASSWORD": password},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert not done.stderr
    searched(done, folder, [password, *tokens(parley)])
    return done


def tokens(parley: Inside) -> Iterable[str]:
    """What the database keeps of sessions: hashes, which are as little for others to read."""
    row = parley.row("SELECT token_sha256 FROM sessions")
    return [row[0]] if row else []


def searched(done: "subprocess.CompletedProcess[str]", folder: Path, secrets: list[str]) -> None:
    """No secret stands in anything that was printed or written."""
    ledgers = list((folder / ".launchready").iterdir())
    assert "ledger.db" in {path.name for path in ledgers}
    for secret in secrets:
        assert secret not in done.stdout + done.stderr
        for path in ledgers:
            assert secret.encode() not in path.read_bytes(), path


@pytest.mark.parametrize(
    ("faults", "code", "expected"),
    [
        ((), 0, []),
        ((Fault.ANY_PASSWORD,), 1, [("login-accepts-wrong-password", "blocker")]),
        ((Fault.SESSION_KEPT,), 0, [("session-survives-logout", "major")]),
        ((Fault.NO_LIMIT,), 0, [("login-not-rate-limited", "minor")]),
        ((Fault.NO_CSRF, Fault.SESSION_FIXED, Fault.COOKIE_INSECURE), 0, []),  # wrong too, but none of these checks'
    ],
)
def test_each_fault_of_the_way_in_is_named(
    tmp_path: Path, faults: tuple[Fault, ...], code: int, expected: list[tuple[str, str]]
) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    with inside(Settings(database=str(tmp_path / "parley.db"), faults=frozenset(faults))) as parley:
        done = tried(parley, folder, "--format", "json")
    assert done.returncode == code, done.stdout
    login = json.loads(done.stdout)["login"]
    assert [(one["check"], one["severity"]) for one in login["findings"]] == expected
    assert len(login["passed"]) == 4 - len(expected)
    assert not login["unknown"]


def test_a_broken_login_fails_its_own_journey_and_leaves_the_rest_unknown(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    settings = Settings(database=str(tmp_path / "parley.db"), faults=frozenset({Fault.LOGIN_BROKEN}))
    with inside(settings) as parley:
        done = tried(parley, folder, "login")
    assert done.returncode == 1
    assert "login" in done.stdout and "FAILED" in done.stdout
    assert "the journey login itself fails, at step 'log in'" in " ".join(done.stdout.split())
    assert all(len(line) <= 80 for line in done.stdout.splitlines() if "repeat" not in line)

"""`launchready journey run` over real TLS: worked examples, quiet faults, hung servers, cleanup whatever happens."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from launchready.cli import run
from launchready.ledger.store import opened
from launchready.model.facts import JourneyFacts
from tests.box.internet import Internet, listens
from tests.journeys.app import CLIENT, EMAIL, PASSWORD

ROOT = Path(__file__).parents[2]
APP, SITE = "app.parley.example", "parley.example"
VARIABLES = {
    "TEST_EMAIL": EMAIL,
    "TEST_PASSWORD": PASSWORD,
    "CLIENT_ID": CLIENT[0],
    "CLIENT_SECRET": CLIENT[1],
}
SECRETS = (PASSWORD, "correct+horse+%26+battery", "correct%20horse", CLIENT[1], "s3cret%2F%2B%3D")
USER = """
[journey]
name = "user"
parameters = { email = "${unique:email}" }
[[step]]
name = "sign up"
post = "/signup"
form = { email = "${email}", password = "${env:TEST_PASSWORD}" }
[[step]]
name = "go on"
get = "/%s"
[[cleanup]]
name = "leave"
delete = "/users/${email}"
"""


class World:
    """The application behind its names, and a project that declares it."""

    def __init__(self, folder: Path, internet: Internet) -> None:
        self.folder, self._internet = folder, internet
        self._address, self._pair = internet.ipv4(), internet.ca.issue(APP, SITE)
        internet.zone(SITE, f"@ 5 A {self._address}\napp 5 A {self._address}\n")
        network = internet.serve_dns()
        assert network.resolver
        self.road = ("--resolver", f"{network.resolver[0]}:{network.resolver[1]}", "--ca", str(network.ca))
        (folder / "launch.toml").write_text(
            f'[launch]\ndomain = "{SITE}"\n[hosts."{APP}"]\n[journeys]\n'
            f'files = ["journeys/*.toml"]\nlogin = "csrf-login"\nfirst_chat = "first-chat"\n'
        )
        (folder / "journeys").mkdir()
        for path in (ROOT / "examples" / "journeys").glob("*.toml"):
            (folder / "journeys" / path.name).write_bytes(path.read_bytes())

    def serve(self, *faults: str) -> None:
        address, pair = self._address, self._pair
        environ = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")])}
        arguments = ("-m", "tests.journeys.app", address, str(pair.certificate), str(pair.key), *faults)
        self._internet.start(sys.executable, *arguments, env=environ)
        self._internet.wait_for(lambda: listens((address, 443)), "the application")

    def write(self, text: str, name: str = "user") -> None:
        (self.folder / "journeys" / f"{name}.toml").write_text(text)

    def walk(self, *names: str) -> int:
        return run(["journey", "run", *names, "--i-own-this", *self.road])

    def started(self, name: str, *more: str) -> subprocess.Popen[str]:
        """The same in a process of its own."""
        command = [sys.executable, "-m", "launchready", "journey", "run", name, "--i-own-this", *self.road, *more]
        environ = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
        return subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def users(self) -> list[str]:
        """The users that a journey has made and not put away."""
        listed = httpx.get(f"https://{self._address}/users", verify=False).json()
        return [user for user in listed if user != EMAIL]


@pytest.fixture
def world(tmp_path: Path, internet: Internet, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Afterwards nothing that was written may hold a secret."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    yield World(folder, internet)
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not any(secret.encode() in content for secret in SECRETS), path


def spoken(capsys: pytest.CaptureFixture[str]) -> str:
    """What was printed, which never holds a secret."""
    said = capsys.readouterr()
    assert not any(secret in said.out + said.err for secret in SECRETS)
    return said.out + said.err


def test_the_worked_examples_are_walked(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.serve()
    names = ("visit", "csrf-login", "first-chat", "jwt-bearer", "oauth-client-credentials")
    assert world.walk(*names) == 0
    told = spoken(capsys)
    assert told.count("passed") == len(names)
    assert "3 pieces" in told
    assert "cleanup: put the note away" in told
    assert max(map(len, told.splitlines())) <= 80


@pytest.mark.parametrize(
    ("fault", "journey", "step", "expected"),
    [
        ("session-lost", "csrf-login", "what only members see", "a body that contains 'New chat'"),
        ("stream-cut", "first-chat", "send", "a stream that ends with [DONE]"),
    ],
)
def test_what_is_wrong_though_every_status_is_200(
    world: World, fault: str, journey: str, step: str, expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    world.serve(fault)
    assert world.walk(journey) == 1
    told = " ".join(spoken(capsys).split())
    assert f"✗ {step}" in told
    assert f"expected {expected}" in told
    with opened(world.folder / ".launchready") as ledger:
        (fact,) = ledger.newest(SITE, [JourneyFacts])
    assert isinstance(fact, JourneyFacts) and fact.failed
    assert (fact.failed.name, fact.failed.of_a_stream) == (step, fault == "stream-cut")


def test_a_refused_password_is_told_without_it(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    world.serve()
    monkeypatch.setenv("TEST_EMAIL", "nobody@parley.example")
    monkeypatch.setenv("CLIENT_ID", "nobody")
    assert world.walk("csrf-login", "jwt-bearer", "oauth-client-credentials") == 1
    told = spoken(capsys)
    assert "came      status 200" in told
    assert '"$TEST_PASSWORD"' in told
    assert "password=" in told


def test_a_hung_server_hangs_no_journey(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.serve()
    world.write((USER % "hang").replace("[[cleanup]]", "timeout_s = 1\n[[cleanup]]"))
    assert world.walk("user") == 1
    told = spoken(capsys)
    assert "✗ go on" in told
    assert "no answer from" in told
    assert "✓ cleanup: leave" in told
    assert world.users() == []


def test_what_a_failed_journey_made_is_put_away(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.serve()
    world.write(USER % "there-is-no-such-page")
    assert world.walk("user") == 1
    assert "✓ cleanup: leave" in spoken(capsys)
    assert world.users() == []


def until_it_hangs(world: World, process: subprocess.Popen[str]) -> None:
    """Return once the user is made: then the next step hangs."""
    while not world.users():
        assert process.poll() is None, process.communicate()


def test_ctrl_c_puts_away_what_was_made(world: World) -> None:
    world.serve()
    world.write(USER % "hang")
    with world.started("user") as process:
        until_it_hangs(world, process)
        process.send_signal(signal.SIGINT)
        said = "".join(process.communicate(timeout=30))
    assert process.returncode == 130
    assert not any(secret in said for secret in SECRETS)
    assert world.users() == []


def test_after_a_kill_the_next_run_cleans_first(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.serve()
    world.write(USER % "hang")
    with world.started("user") as process:
        until_it_hangs(world, process)
        process.kill()
    assert len(world.users()) == 1
    capsys.readouterr()
    assert world.walk("visit") == 0
    assert "Cleaned up after user of" in spoken(capsys)
    assert world.users() == []
    assert world.walk("visit") == 0
    assert "Cleaned up" not in spoken(capsys)


def test_what_a_killed_run_made_at_staging_is_put_away_there(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.serve()
    with (world.folder / "launch.toml").open("a") as file:
        file.write(f'[environments.staging]\nurl = "https://{SITE}"\n')
    world.write(USER % "hang")
    with world.started("user", "--base", f"https://{SITE}") as process:
        until_it_hangs(world, process)
        process.kill()
    assert run(["journey", "run", "visit", *world.road]) == 0  # nothing may be written to the app host itself
    assert "Cleaned up after user of" in spoken(capsys)
    assert world.users() == []


def test_what_cannot_be_put_away_is_said_with_the_reason(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.serve()
    world.write(USER % "hang")
    with world.started("user") as process:
        until_it_hangs(world, process)
        process.kill()
    world.write((USER % "hang").replace('delete = "/users/${email}"', 'delete = "/gone/${email}"'))
    assert world.walk("visit") == 0
    told = " ".join(spoken(capsys).split())
    assert "made is still there: step leave: expected status 2xx, and status 404 came" in told
    assert len(world.users()) == 1


def test_production_is_not_written_to_without_consent(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.serve()
    world.write(USER % "")
    assert run(["journey", "run", "user", *world.road]) == 2
    assert f"{APP} is production: this writes to it, so that it needs --i-own-this" in spoken(capsys)
    assert run(["journey", "run", "visit", *world.road]) == 0
    assert world.users() == []


def test_staging_is_walked_by_the_same_file_and_not_remembered(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.serve()
    with (world.folder / "launch.toml").open("a") as file:
        file.write(f'[environments.staging]\nurl = "https://{SITE}"\n')
    world.write(USER % "")
    assert run(["journey", "run", "user", *world.road]) == 2  # the app host is production
    assert run(["journey", "run", "user", "--base", f"https://{SITE}/", *world.road]) == 0
    assert "✓ cleanup: leave" in spoken(capsys)
    with opened(world.folder / ".launchready") as ledger:
        assert ledger.newest(SITE, [JourneyFacts]) == ()
    assert run(["journey", "run", "user", "--base", "staging", *world.road]) == 2
    assert "--base 'staging' is an address without http(s)://" in spoken(capsys)


def test_an_unlisted_host_is_refused_even_with_consent(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.serve()
    world.write((USER % "").replace('name = "user"', f'name = "user"\nbase = "https://{SITE}"'))
    assert world.walk("user") == 2
    assert f"{SITE} is not listed in launch.toml" in spoken(capsys)

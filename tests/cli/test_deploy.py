"""`launchready deploy`: real commands on a real nginx; what fails its smoke test is taken back, and told so."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from launchready.cli import run
from launchready.ledger import deploys
from launchready.ledger.store import opened
from launchready.model.deployment import Outcome
from tests.box.internet import Internet
from tests.cli.test_gate import certificate, saved

APP = "app.parley.example"
SWITCH = "ln -sfn ../releases/{version} site/next && mv -T site/next site/live"
TO_NEW = SWITCH.format(version="$LAUNCHREADY_VERSION")
TO_OLD = SWITCH.format(version="$LAUNCHREADY_PREVIOUS_VERSION")
TOKEN = "tok-3f9c2a7b55"


class Site:
    """An app behind nginx, whose releases are folders and whose live one is a link."""

    def __init__(self, folder: Path, internet: Internet) -> None:
        self.folder = folder
        for version, pages in {"v1": ("index", "login"), "v2": ("index", "login"), "v3": ("index",)}.items():
            release = folder / "releases" / version
            release.mkdir(parents=True)
            for page in pages:
                (release / f"{page}.html").write_text(f"<title>Parley {version}</title>")
            (release / "version").write_text(f"{version}\n")
        (folder / "releases" / "v4").mkdir()
        for page in ("index", "login", "version"):
            (folder / "releases" / "v4" / f"{page}.html").write_text("<title>Back soon</title>")
        (folder / "site").mkdir()
        (folder / "site" / "live").symlink_to("../releases/v1")
        here, pair = internet.ipv4(), internet.ca.issue(APP)
        internet.zone("parley.example", f"app 5 A {here}\n")
        internet.nginx(
            f"server {{ listen {here}:80; return 301 https://$host$request_uri; }}"
            f"server {{ listen {here}:443 ssl; ssl_certificate {pair.certificate}; ssl_certificate_key {pair.key};"
            f" root {folder}/site/live; location = /login {{ try_files /login.html =500; }} }}"
        )
        network = internet.serve_dns()
        assert network.resolver
        self.road = ("--resolver", f"{network.resolver[0]}:{network.resolver[1]}", "--ca", str(network.ca))
        self.declare()

    def declare(
        self,
        command: str | list[str] = TO_NEW,
        rollback: str | None = TO_OLD,
        version: str | None = f"https://{APP}/version",
        block: str = "certificate-expired",
    ) -> None:
        saved(self.folder, "facts.json", certificate(60, subject=APP))
        lines = [f"command = {json.dumps(command)}"]
        lines += [f"rollback = {json.dumps(rollback)}"] if rollback else []
        lines += [f"version = {json.dumps(version)}"] if version else []
        (self.folder / "launch.toml").write_text(
            f'[launch]\ndomain = "parley.example"\n[hosts."{APP}"]\nroutes = ["/", "/login"]\n'
            f'[edge]\ntoken = "${{env:EDGE_TOKEN}}"\n[gate]\nblock = "{block}"\n[deploy]\n' + "\n".join(lines) + "\n"
        )

    def deploy(self, version: str, *more: str) -> int:
        facts = ("--facts", "facts.json", "--patience", "0")
        return run(["deploy", "run", "--version", version, *facts, *self.road, *more])

    @property
    def live(self) -> str:
        return os.readlink(self.folder / "site" / "live").rpartition("/")[2]

    def outcomes(self) -> list[tuple[str | None, Outcome | None]]:
        with deploys.opened(self.folder / ".launchready") as log:
            return [(one.version, one.outcome) for one in log.all("parley.example")]


@pytest.fixture
def site(tmp_path: Path, internet: Internet, monkeypatch: pytest.MonkeyPatch) -> Site:
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("EDGE_TOKEN", TOKEN)
    return Site(folder, internet)


def test_a_good_version_goes_out_and_is_recorded(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    assert site.deploy("v2") == 0
    assert site.live == "v2"
    printed = capsys.readouterr().out
    assert printed == "Deployed: v2 is out, and the smoke test passes.\nLive now: v2 (the new version).\n"
    assert site.outcomes() == [("v2", Outcome.DEPLOYED)]


def journey(site: Site, step: str) -> None:
    """Name a login journey of one step in launch.toml."""
    (site.folder / "journeys").mkdir()
    (site.folder / "journeys" / "login.toml").write_text(f'[journey]\nname = "login"\n[[step]]\n{step}\n')
    with (site.folder / "launch.toml").open("a") as file:
        file.write('[journeys]\nlogin = "login"\n')


def test_a_version_whose_login_fails_is_taken_back_though_every_page_answers_200(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    journey(site, 'name = "form"\nget = "/login"\nexpect = { body_contains = "Parley" }')
    assert site.deploy("v2") == 0
    assert site.deploy("v4") == 1
    assert site.live == "v2"
    told = " ".join(capsys.readouterr().out.split())
    assert "journey login, step form: expected a body that contains 'Parley', and <title>Back soon</title> came" in told
    assert site.outcomes() == [("v4", Outcome.ROLLED_BACK), ("v2", Outcome.DEPLOYED)]


def test_what_a_smoke_journey_could_not_put_away_is_owed(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """As after a run of its own: the next journey tries again, and so does one after a kill -9."""
    journey(site, 'name = "form"\nget = "/login"\n[[cleanup]]\nname = "gone"\ndelete = "/login"')
    assert site.deploy("v2", "--i-own-this") == 0  # nginx answers a DELETE of a file with 405
    with opened(site.folder / ".launchready") as ledger:
        assert [one.journey for one in ledger.owing(datetime.now(UTC))] == ["login"]
    capsys.readouterr()
    assert site.deploy("v1", "--i-own-this") == 0
    assert "What login of" in capsys.readouterr().err


def test_a_journey_that_writes_to_production_needs_consent_before_anything_is_deployed(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    journey(site, 'name = "log in"\npost = "/login"\nform = { email = "a@parley.example" }')
    assert site.deploy("v2") == 2
    assert f"{APP} is production: this writes to it, so that it needs --i-own-this" in capsys.readouterr().err
    assert site.live == "v1"
    assert site.deploy("v2", "--i-own-this") == 1  # nginx takes no POST here, and so the journey fails
    assert "journey login, step log in: expected status 2xx, and status 405 came" in " ".join(
        capsys.readouterr().out.split()
    )


def test_a_journey_that_waits_for_a_mail_needs_a_mailbox_before_anything_is_deployed(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    journey(site, 'name = "code"\nmail = { to = "a@parley.example" }')
    assert site.deploy("v2") == 2
    assert "[journeys] mailbox of launch.toml names none" in capsys.readouterr().err
    assert site.live == "v1"


def test_a_journey_that_is_named_and_not_there_is_told_before_anything_is_deployed(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    with (site.folder / "launch.toml").open("a") as file:
        file.write('[journeys]\nlogin = "sign-in"\n')
    assert site.deploy("v2") == 2
    assert "[journeys] of launch.toml names sign-in, which no file in journeys/ holds" in capsys.readouterr().err
    assert site.live == "v1"


def test_a_version_that_fails_its_smoke_test_is_taken_back(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    assert site.deploy("v2") == 0
    capsys.readouterr()
    assert site.deploy("v3") == 1
    assert site.live == "v2"
    printed = capsys.readouterr().out
    assert printed.startswith("Rolled back: v3 failed and was taken back.\n")
    assert f"{APP}/login" in printed
    assert "500" in printed
    assert "The rollback ran, and the smoke test passes again.\nLive now: v2 (the version before).\n" in printed
    assert site.outcomes() == [("v3", Outcome.ROLLED_BACK), ("v2", Outcome.DEPLOYED)]


def test_the_version_before_is_known_from_the_log_too(site: Site) -> None:
    site.declare(version=None)
    assert run(["deploy", "record", "--version", "v1"]) == 0
    assert site.deploy("v3") == 1
    assert site.live == "v1"


def test_when_the_gate_blocks_nothing_is_run(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    saved(site.folder, "facts.json", certificate(-4, subject=APP))
    assert site.deploy("v2") == 1
    printed = capsys.readouterr()
    assert "certificate-expired" in printed.out
    assert printed.err.strip() == "Nothing was deployed: the gate blocks."
    assert site.live == "v1"
    assert run(["deploy", "list"]) == 0
    assert "no deploy is recorded yet" in capsys.readouterr().out


def test_facts_that_are_missing_block_with_3(site: Site) -> None:
    assert run(["deploy", "run", "--version", "v2", *site.road]) == 3
    assert site.live == "v1"


def test_a_command_that_fails_is_taken_back(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.declare(command=[TO_NEW, "echo half done; exit 7"])
    assert site.deploy("v2") == 1
    assert site.live == "v1"
    printed = capsys.readouterr().out
    assert printed.startswith("half done\nRolled back: v2")
    assert "ended with exit code 7" in printed


def test_without_a_rollback_it_says_so_and_how_to_add_one(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.declare(rollback=None)
    assert site.deploy("v3") == 1
    assert site.live == "v3"
    printed = capsys.readouterr().out
    assert printed.startswith("NOT ROLLED BACK: v3 failed")
    assert '[deploy]\n  rollback = "' in printed
    assert "Live now: v3 (the new version). It fails the smoke test" in printed
    assert site.outcomes() == [("v3", Outcome.NOT_ROLLED_BACK)]


def test_a_command_that_did_nothing_leaves_a_site_that_works(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.declare(command="exit 1", rollback=None)
    assert site.deploy("v2") == 1
    assert "Live now: v1 (the version before). It passes the smoke test." in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("rollback", ["exit 9", "true"])
def test_a_rollback_that_does_not_work_is_told(site: Site, capsys: pytest.CaptureFixture[str], rollback: str) -> None:
    site.declare(rollback=rollback)
    assert site.deploy("v3") == 1
    printed = capsys.readouterr().out
    assert printed.startswith("ROLLBACK FAILED: v3 failed")
    assert ("exit code 9" if rollback == "exit 9" else "after the rollback: ") in printed
    assert "Somebody must look at production now" in printed
    assert "Live now: v3" in printed
    assert site.outcomes() == [("v3", Outcome.ROLLBACK_FAILED)]


def test_a_deploy_that_took_no_effect_is_told(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.declare(command="true")
    assert site.deploy("v2") == 0
    assert "Live now: v1. It is not v2: look whether the deploy took effect." in capsys.readouterr().out


def test_a_server_that_needs_a_moment_is_waited_for(site: Site) -> None:
    late = f"({TO_NEW}; chmod 000 site; sleep 1; chmod 755 site) > later 2>&1 &"
    site.declare(command=f"{late} while [ $(stat -c %a site) != 0 ]; do :; done")
    assert site.deploy("v2", "--patience", "20") == 0
    assert site.live == "v2"


def test_quiet_says_nothing_unless_it_fails(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.declare(command=f"echo building; {TO_NEW}")
    assert site.deploy("v2", "--quiet") == 0
    assert capsys.readouterr() == ("", "")
    assert site.deploy("v3", "--quiet") == 1
    printed = capsys.readouterr()
    assert printed.err == "building\n"
    assert printed.out.startswith("Rolled back: v3")


def test_json_is_alone_on_stdout(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.declare(command=f"echo building; {TO_NEW}")
    assert site.deploy("v3", "--format", "json") == 1
    (one,) = json.loads(capsys.readouterr().out)["deploys"]
    assert (one["version"], one["outcome"], one["previous"], one["live"]) == ("v3", "rolled-back", "v1", "v1")


def test_no_secret_is_left_anywhere(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.declare(command="echo using $EDGE_TOKEN; exit 1", rollback="echo $EDGE_TOKEN >&2", version="echo $EDGE_TOKEN")
    assert site.deploy(f"v2-{TOKEN}") == 1
    assert run(["deploy", "record", "--note", f"used {TOKEN}"]) == 0
    assert run(["deploy", "list"]) == 0
    printed = capsys.readouterr()
    assert "using ***\n" in printed.out
    assert TOKEN not in printed.out + printed.err
    for path in site.folder.rglob("*"):
        assert not path.is_file() or TOKEN.encode() not in path.read_bytes(), path


def test_the_list_is_newest_first_at_80_columns(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    assert site.deploy("v2") == 0
    assert site.deploy("v3") == 1
    assert run(["deploy", "record", "--rollback", "--version", "v1", "--note", "v2 lost mails " * 8]) == 0
    capsys.readouterr()
    assert run(["deploy", "list"]) == 0
    printed = capsys.readouterr().out
    lines = printed.splitlines()
    assert lines[0] == "parley.example · 3 deploys, newest first"
    entries = [line[19:].split() for line in lines if line[:2].isdigit()]
    assert entries == [["v1", "rolled", "back"], ["v3", "rolled", "back"], ["v2", "deployed"]]
    assert "note: v2 lost mails" in printed
    assert max(map(len, lines)) <= 80
    assert run(["deploy", "list", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "launchready.deploys/1"
    assert [one["outcome"] for one in document["deploys"]] == ["recorded-rollback", "rolled-back", "deployed"]


@contextmanager
def in_hand(site: Site) -> Iterator[subprocess.Popen[str]]:
    """A deploy whose command has begun and does not end by itself."""
    site.declare(command=f"{TO_NEW}; echo $$ > begun; exec sleep 600")
    command = [sys.executable, "-m", "launchready", "deploy", "run", "--version", "v2", "--facts", "facts.json"]
    with subprocess.Popen(
        [*command, *site.road], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        ends = time.monotonic() + 30
        begun = site.folder / "begun"
        while not (begun.exists() and begun.read_text().strip()):
            assert process.poll() is None and time.monotonic() < ends, process.communicate()
            time.sleep(0.01)
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):  # nobody ends the command of a deploy that was killed
                os.kill(int(begun.read_text()), signal.SIGKILL)


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_ends_the_command_and_says_where_it_was(
    site: Site, capsys: pytest.CaptureFixture[str], sent: signal.Signals
) -> None:
    with in_hand(site) as process:
        process.send_signal(sent)
        printed, errors = process.communicate(timeout=30)
    assert process.returncode == 130, errors
    assert "Traceback" not in errors
    assert "interrupted while its command ran" in printed
    assert "or take it back:\n  ln -sfn" in printed
    assert "not known" in printed
    assert site.outcomes() == [("v2", Outcome.INTERRUPTED)]
    assert run(["deploy", "list"]) == 0
    assert capsys.readouterr().err == ""  # it was told at once


def test_while_one_runs_no_other_begins(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    with in_hand(site) as process:
        assert site.deploy("v3") == 2
        assert "another deploy of this launch is running" in capsys.readouterr().err
        assert run(["deploy", "list"]) == 0
        assert "now: its command runs" in capsys.readouterr().out
        process.terminate()
        process.communicate(timeout=30)


def test_a_killed_deploy_is_told_at_the_next_command_once(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    with in_hand(site) as process:
        process.kill()
        process.communicate(timeout=30)
    assert run(["deploy", "list"]) == 0
    printed = capsys.readouterr()
    assert "was killed while its command ran; what it left live is not known" in printed.err
    assert "interrupted" in printed.out
    assert run(["deploy", "list"]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("section", ["", '[deploy]\nrollback = "x"\n'])
def test_without_a_command_it_says_what_to_add(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], section: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["deploy", "run"]) == 2
    (tmp_path / "launch.toml").write_text(f'[launch]\ndomain = "parley.example"\n{section}')
    capsys.readouterr()
    assert run(["deploy", "run"]) == 2
    assert "[deploy] command" in capsys.readouterr().err
    assert not (tmp_path / ".launchready").exists()


def test_the_log_survives_beside_an_older_ledger(site: Site) -> None:
    with deploys.opened(site.folder / ".launchready"):
        pass
    with sqlite3.connect(site.folder / ".launchready" / "ledger.db") as database:
        database.execute("DROP TABLE deploy")
    database.close()
    assert site.outcomes() == []

"""`launchready gate`: a clear verdict in a shallow clone, without network, without ledger, from several runs."""

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from launchready.cli import run
from launchready.ledger import facts_file
from launchready.ledger.store import opened
from launchready.model.facts import Fact, Sight
from launchready.model.launch import Launch
from tests.test_audit import host, tls

NAME = "parley.example"
NOW = datetime.now(UTC).replace(microsecond=0)
LAUNCH = Launch(domain=NAME, name="Parley")
POLICY = '[gate]\nblock = ["certificate-expired", "certificate-expires-soon"]\n'
FORMATS = ["text", "json", "github", "sarif", "junit", "markdown"]


def certificate(days_left: int, *, seen: datetime = NOW, subject: str = NAME) -> Fact:
    """A certificate as of today, whatever day it is."""
    fact = tls(subject)
    end = NOW + timedelta(days=days_left, hours=1)
    chain = tuple(replace(one, not_before=NOW - timedelta(days=30), not_after=end) for one in fact.chain)
    return replace(fact, chain=chain, at=seen)


def saved(folder: Path, name: str, *facts: Fact, launch: Launch = LAUNCH) -> str:
    (folder / name).write_text(facts_file.dump(Sight(launch=launch, at=NOW, facts=facts)), "utf-8")
    return name


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    declare(tmp_path)
    return tmp_path


def declare(folder: Path, rest: str = POLICY) -> None:
    (folder / "launch.toml").write_text(f'[launch]\ndomain = "{NAME}"\nname = "Parley"\n{rest}')


def gate(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = run(["gate", *arguments])
    printed = capsys.readouterr()
    assert printed.err == ""
    return code, printed.out


def test_it_passes_in_one_line_and_says_nothing_when_quiet(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    facts = saved(project, "facts.json", certificate(60), host(NAME))
    code, printed = gate(capsys, "--facts", facts)
    assert (code, len(printed.splitlines())) == (0, 1)
    assert printed.startswith(f"Gate passed: nothing blocks {NAME} (")
    for format_ in FORMATS:
        assert gate(capsys, "--facts", facts, "--quiet", "--format", format_) == (0, "")


def test_it_prints_only_what_blocks_and_how_to_pass(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    unprotected = replace(host(NAME), at=NOW)
    code, printed = gate(capsys, "--facts", saved(project, "facts.json", certificate(-4), unprotected))
    assert code == 1
    for said in ("BLOCKED   1 finding blocks", "certificate-expired", "expired", "certbot renew", "about 10 minutes"):
        assert said in printed
    assert "launchready audit --facts-out audit.json\n  launchready gate --facts audit.json" in printed
    assert "caa" not in printed.lower()
    assert max(map(len, printed.splitlines())) <= 80


def test_the_acceptance_that_it_offers_lets_by(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    facts = saved(project, "facts.json", certificate(-4))
    _, printed = gate(capsys, "--facts", facts)
    declare(project, POLICY + printed.partition("in launch.toml:\n")[2])
    assert gate(capsys, "--facts", facts)[0] == 0


@pytest.mark.parametrize("format_", FORMATS)
def test_an_expired_acceptance_blocks_again_and_says_so(
    project: Path, capsys: pytest.CaptureFixture[str], format_: str
) -> None:
    accepted = f'[[accepted]]\ncheck = "certificate-expired"\nsubject = "{NAME}"\nreason = "moving"\nexpires = '
    facts = saved(project, "facts.json", certificate(-4))
    declare(project, POLICY + accepted + f"{NOW.date() + timedelta(days=1)}\n")
    assert gate(capsys, "--facts", facts)[0] == 0
    declare(project, POLICY + accepted + "2026-11-20\n")
    code, printed = gate(capsys, "--facts", facts, "--format", format_)
    assert code == 1
    flat = " ".join(printed.replace("\\", "").split())
    assert "the acceptance of this risk ran out on 2026-11-20: moving" in flat


def test_facts_of_two_runs_and_the_newer_ledger_are_one(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = saved(project, "old.json", certificate(-4, seen=NOW - timedelta(hours=2)), host(NAME))
    good = saved(project, "new.json", certificate(60, seen=NOW - timedelta(hours=1)))
    assert gate(capsys, "--facts", bad)[0] == 1
    assert gate(capsys, "--facts", bad, "--facts", good)[0] == 0
    with opened(project / ".launchready") as ledger:
        ledger.finish(ledger.begin("audit", NAME, NOW), (certificate(-4),), NOW)
    assert gate(capsys, "--facts", bad, "--facts", good)[0] == 1
    assert gate(capsys)[0] == 1


def test_without_ledger_and_facts_it_says_which_command_looks(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, printed = gate(capsys)
    assert code == 3
    assert "there is nothing to judge" in printed
    assert "launchready audit --facts-out audit.json" in printed
    assert not (project / ".launchready").exists()


def test_a_required_kind_that_is_missing_names_its_command(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    declare(project, POLICY + 'require = ["journeys"]\n')
    code, printed = gate(capsys, "--facts", saved(project, "facts.json", certificate(60)))
    assert code == 3
    assert "journeys (parley.example)" in printed
    assert "launchready journey run NAME --facts-out journey.json" in printed


def test_what_is_older_than_max_age_was_not_looked_at(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    facts = saved(project, "facts.json", certificate(60, seen=NOW - timedelta(days=3)))
    assert gate(capsys, "--facts", facts)[0] == 0
    declare(project, POLICY + 'max_age = "24h"\n')
    code, printed = gate(capsys, "--facts", facts)
    assert code == 3
    assert "[gate] max_age" in " ".join(printed.split())


def test_todays_launch_toml_judges(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    facts = saved(project, "facts.json", certificate(-4))
    declare(project, '[gate]\nblock = ["deploy-without-rollback"]\n[deploy]\ncommand = "fly deploy"\n')
    code, printed = gate(capsys, "--facts", facts)
    assert code == 1
    assert "rollback =" in printed
    assert "certificate" not in printed
    declare(
        project,
        '[gate]\nblock = ["deploy-without-rollback"]\n[deploy]\ncommand = "fly deploy"\nrollback = "./back.sh"\n',
    )
    assert gate(capsys, "--facts", facts)[0] == 0


def test_without_launch_toml_what_was_declared_then_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert gate(capsys, "--facts", saved(tmp_path, "facts.json", certificate(-4)))[0] == 1
    assert run(["gate"]) == 2


@pytest.mark.parametrize(
    ("rest", "facts", "said"),
    [
        (POLICY, "other.json", "are about other.example, not parley.example"),
        (POLICY, "none.json", "none.json"),
        (POLICY, "launch.toml", "is not JSON"),
        ('[gate]\nblock = "blokcer"\n', "good.json", "did you mean 'blocker'"),
        ('[gate]\nmax_age = "soon"\n', "good.json", "launch.toml:5"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_sentence(
    project: Path, capsys: pytest.CaptureFixture[str], rest: str, facts: str, said: str
) -> None:
    declare(project, rest)
    saved(project, "good.json", certificate(60))
    saved(project, "other.json", certificate(60), launch=Launch(domain="other.example", name="Other"))
    assert run(["gate", "--facts", facts]) == 2
    printed = capsys.readouterr()
    assert said in printed.err
    assert (printed.out, len(printed.err.splitlines())) == ("", 1)


def test_facts_without_a_time_zone_are_read_as_utc(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = project / saved(project, "facts.json", certificate(60))
    path.write_text(path.read_text().replace("+00:00", ""))
    assert gate(capsys, "--facts", "facts.json")[0] == 0


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("facts", [(), ("one.json", "two.json")])
def test_the_same_facts_give_the_same_bytes(project: Path, format_: str, facts: tuple[str, ...]) -> None:
    saved(project, "one.json", certificate(-4), host(NAME), host(f"app.{NAME}"))
    saved(project, "two.json", certificate(-3, seen=NOW - timedelta(minutes=5)), tls(f"app.{NAME}", -9))
    declare(project, '[gate]\nblock = "minor"\nrequire = "journeys"\n')
    printed = {
        apart(project, *given(order), "--format", format_, seed=seed).stdout
        for order, seed in ((facts, "1"), (facts[::-1], "2"), (facts, "3"))
    }
    assert len(printed) == 1
    assert printed.pop()


def given(files: Iterable[str]) -> list[str]:
    return [word for file in files for word in ("--facts", file)]


def apart(folder: Path, *arguments: str, seed: str = "0") -> subprocess.CompletedProcess[bytes]:
    """The gate in a process of its own, hashes seeded otherwise each time."""
    command = [sys.executable, "-m", "launchready", "gate", *arguments]
    path = {"PYTHONPATH": ":".join(sys.path), "PATH": "/usr/bin:/bin", "PYTHONHASHSEED": seed}
    return subprocess.run(command, cwd=folder, capture_output=True, env=path, timeout=60, check=False)


def test_in_a_shallow_clone_it_gives_the_same_verdict(project: Path) -> None:
    """The checkout of a CI server: one commit, no ledger; the process has no network either."""
    saved(project, "facts.json", certificate(-4))
    with opened(project / ".launchready"):
        pass
    for arguments in (
        ["init", "-q", "-b", "main"],
        ["add", "."],
        ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "one"],
        ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "two", "--allow-empty"],
        ["clone", "-q", "--depth", "1", f"file://{project}", "clone"],
    ):
        subprocess.run(["git", *arguments], cwd=project, check=True, capture_output=True)
    clone = project / "clone"
    assert not (clone / ".launchready").exists()
    before = sorted(clone.rglob("*"))
    without_network = ["unshare", "-n", sys.executable, "-m", "launchready", "gate", "--facts", "facts.json"]
    done = subprocess.run(without_network, cwd=clone, capture_output=True, timeout=60, check=False)
    assert done.returncode == 1, done.stderr
    assert b"certificate-expired" in done.stdout
    assert done.stdout == apart(project, "--facts", "facts.json").stdout
    assert sorted(clone.rglob("*")) == before


def test_machine_formats_hold_what_blocks_and_nothing_else(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    facts = saved(project, "facts.json", certificate(10), host(NAME))
    declare(project, POLICY + '[[accepted]]\ncheck = "dnssec-missing"\nsubject = "x.example"\nreason = "gone"\n')
    document = json.loads(gate(capsys, "--facts", facts, "--format", "json")[1])
    assert document["schema"] == "launchready.report/1"
    assert document["verdict"] == "not-ready"
    assert (document["unknown"], document["stages"], document["unmatched_acceptances"]) == ([], [], [])
    assert [(one["check"], one["severity"]) for one in document["findings"]] == [
        ("certificate-expires-soon", "blocker")
    ]
    assert document["gate"] == {"passes": False, "commands": ["launchready audit"]}
    sarif = json.loads(gate(capsys, "--facts", facts, "--format", "sarif")[1])
    assert [(one["ruleId"], one["level"]) for one in sarif["runs"][0]["results"]] == [
        ("certificate-expires-soon", "error")
    ]
    junit = ElementTree.fromstring(gate(capsys, "--facts", facts, "--format", "junit")[1])
    assert [one.get("type") for one in junit.iter("failure")] == ["blocker"]
    github = gate(capsys, "--facts", facts, "--format", "github")[1]
    assert [line.partition(" ")[0] for line in github.splitlines()] == ["::error", "::error"]


def test_it_can_be_written_to_a_file(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    facts = saved(project, "facts.json", certificate(60))
    assert gate(capsys, "--facts", facts, "--output", "gate.txt") == (0, "")
    assert (project / "gate.txt").read_text().startswith("Gate passed")

"""`launchready secrets scan`: what it finds and says of it, what is accepted; and no value in any byte it leaves."""

import hashlib
import hmac
import json
import os
import secrets
import string
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from launchready.cli import _defect, run

LETTERS = string.ascii_letters + string.digits
HEAD = '[launch]\ndomain = "parley.example"\nname = "Parley"\n'
KEYED = '[secrets]\nfingerprint_key = "${env:FP_KEY}"\n'


def value(start: str = "sk_live_", length: int = 24) -> str:
    return start + "".join(secrets.choice(LETTERS) for _ in range(length))


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=Ann", "-c", "user.email=ann@parley.example", "-c", "commit.gpgsign=false"]
    done = subprocess.run(
        ["git", *identity, "-C", str(folder), *arguments], check=True, capture_output=True, text=True, timeout=60
    )
    return done.stdout.strip()


def commit(folder: Path, **files: str) -> str:
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_text(content)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "x")
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty repository of its own, in which the command runs."""
    here = tmp_path / "parley"
    here.mkdir()
    git(here, "init", "-q", "-b", "main")
    monkeypatch.chdir(here)
    monkeypatch.setenv("FP_KEY", "the team's own")
    return here


def scanned(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    code = run(["secrets", "scan", "--format", "json", *arguments])
    printed = capsys.readouterr()
    assert printed.err == ""
    return code, json.loads(printed.out)


def told(report: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["check"], one["subject"]) for one in report["findings"] if not one["accepted"]]


def fingerprint(of: str, key: str = "the team's own") -> str:
    return hmac.new(key.encode(), of.encode(), hashlib.sha256).hexdigest()


def accepting(of: str, check: str = "secret-in-tree") -> str:
    return f'[[accepted]]\ncheck = "{check}"\nfingerprint = "{fingerprint(of)}"\nreason = "revoked in March"\n'


def test_a_key_in_the_tree(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = value()
    commit(project, pay__py=f'import stripe\n\nstripe.api_key = "{key}"\n')
    code, report = scanned(capsys)
    assert code == 1
    assert report["verdict"] == "not-ready"
    (finding,) = report["findings"]
    assert finding["check"] == "secret-in-tree"
    assert finding["subject"] == "pay.py:3"
    assert finding["verdict"] == "secret"
    assert finding["severity"] == "blocker"
    assert "stripe" in finding["kind"]
    assert "fingerprint" not in finding
    assert report["public"] == []
    assert not list(project.glob(".launchready*"))


def test_nothing_found_is_passed_and_silent_when_quiet(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commit(project, pay__py="import os\nkey = os.environ['STRIPE_SECRET_KEY']\n")
    code, report = scanned(capsys, "--history")
    assert code == 0
    assert {"secret-in-tree", "secret-in-history", "history-not-visible"} <= set(report["passed"])
    assert run(["secrets", "scan", "--quiet"]) == 0
    assert capsys.readouterr().out == ""


def test_a_key_for_tests_alone_and_a_public_one(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    django = f'SECRET_KEY = "django-insecure-{secrets.token_hex(25)}"\n'
    commit(project, a__py=f'TEST = "{value("sk_test_")}"\nPUBLIC = "{value("pk_live_")}"\n{django}')
    code, report = scanned(capsys)
    assert code == 0
    assert [(one["subject"], one["severity"]) for one in report["findings"]] == [
        ("a.py:1", "minor"),
        ("a.py:3", "minor"),
    ]
    (public,) = report["public"]
    assert (public["subject"], public["verdict"]) == ("a.py:2", "public")
    assert public["why"]
    run(["secrets", "scan"])
    assert "Made to be seen, and no finding: Stripe publishable key." in capsys.readouterr().out


def test_an_env_file_in_git_is_no_blocker_by_itself(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / ".env").write_text(f"STRIPE_SECRET_KEY={value('sk_test_')}\n")
    commit(project)
    code, report = scanned(capsys)
    assert (code, report["verdict"]) == (0, "ready")
    severities = {one["check"]: one["severity"] for one in report["findings"]}
    assert severities == {"secret-in-tree": "minor", "env-file-committed": "major"}


def test_a_removed_key_is_in_the_history_with_its_commit(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = commit(project, a__py=f'KEY = "{value()}"\n')
    commit(project, a__py="KEY = None\n")
    assert scanned(capsys)[0] == 0
    code, report = scanned(capsys, "--history")
    assert code == 1
    assert told(report) == [("secret-in-history", f"{first[:12]} a.py:1")]
    (finding,) = report["findings"]
    assert "by Ann" in finding["evidence"]
    assert "git filter-repo" in finding["remedy"]["text"]


def test_a_shallow_clone_vouches_for_nothing(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commit(project, a__py="1\n")
    commit(project, a__py="2\n")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--depth", "1", project.as_uri(), str(clone))
    code, report = scanned(capsys, str(clone), "--history")
    assert code == 3
    assert told(report) == [("history-not-visible", "clone")]
    assert [one["check"] for one in report["unknown"]] == ["secret-in-history"]


def test_a_bare_clone_has_a_history_alone(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = commit(project, a__py=f'KEY = "{value()}"\n')
    git(tmp_path, "clone", "-q", "--bare", str(project), str(tmp_path / "bare.git"))
    code, report = scanned(capsys, str(tmp_path / "bare.git"), "--history")
    assert (code, told(report)) == (1, [("secret-in-history", f"{first[:12]} a.py:1")])
    assert report["unknown"] == []


def test_what_is_staged_and_nothing_else(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commit(project, a__py=f'OLD = "{value()}"\n')
    (project / "b.py").write_text(f'NEW = "{value()}"\n')
    assert scanned(capsys, "--staged")[0] == 0
    git(project, "add", "b.py")
    (project / "b.py").write_text("NEW = None\n")
    code, report = scanned(capsys, "--staged")
    assert (code, told(report)) == (1, [("secret-in-tree", "b.py:1")])


def test_a_file_that_was_deleted_is_no_longer_looked_for(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commit(project, a__py="1\n", b__py="2\n")
    (project / "b.py").unlink()
    code, report = scanned(capsys)
    assert (code, report["unknown"]) == (0, [])
    (project / "c.py").symlink_to(project.parent / "outside")
    (project / "outside").symlink_to("..")
    git(project, "config", "core.worktree", str(project))
    assert scanned(capsys)[0] == 0


def test_what_cannot_be_read_is_unknown(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commit(project, a__py="1\n")
    clone = project / "theirs"
    git(project, "clone", "-q", ".", str(clone))
    git(project, "-c", "advice.addEmbeddedRepo=false", "add", "theirs")
    code, report = scanned(capsys)
    assert code == 3
    assert [one["check"] for one in report["unknown"]] == ["secret-in-tree", "env-file-committed"]
    assert report["unknown"][0]["reason"].startswith("theirs: ")


def test_one_file(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "a.py").write_text(f'KEY = "{value()}"\n')
    (project / "b.py").write_text(f'KEY = "{value()}"\n')
    assert told(scanned(capsys, "b.py")[1]) == [("secret-in-tree", "b.py:1")]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "nowhere: there is no such file or folder"),
        (["loop"], "loop: there is no such file or folder"),
        (["--url", "ftp://parley.example/"], "--url"),
        (["--output", "no/such/place"], "there is no folder"),
    ],
)
def test_bad_usage(project: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str) -> None:
    (project / "loop").symlink_to("loop")
    assert run(["secrets", "scan", *arguments]) == 2
    printed = capsys.readouterr()
    assert said in printed.err
    assert printed.out == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ["scan", "--url", "https://ann:{}@parley.example/"],
        ["scan", "--url", "https://parley example/?key={}"],
        ["scan", "no/{}"],
        ["scan", "--log", "no/{}"],
        ["inventory", "--source", "{}"],
        ["inventory", "--source", "STRIPE_SECRET_KEY={}"],
    ],
)
def test_a_value_where_a_name_belongs_is_not_repeated(
    project: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    key = value()
    (project / "launch.toml").write_text(HEAD)
    assert run(["secrets", *(one.format(key) for one in arguments)]) in (2, 3)
    printed = capsys.readouterr()
    assert printed.out + printed.err
    assert key not in printed.out + printed.err
    assert not any(key.encode() in path.read_bytes() for path in project.rglob("*") if path.is_file())


def test_history_without_a_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["secrets", "scan", "--history"]) == 2
    assert "git cannot open a repository here" in capsys.readouterr().err


# What is accepted -------------------------------------------------------------------------------------------------


def test_an_acceptance_by_fingerprint_outlives_moved_lines_and_new_history(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key, other = value(), value()
    toml = HEAD + KEYED + accepting(key) + accepting(key, "secret-in-history")
    commit(project, launch__toml=toml, a__py=f'KEY = "{key}"\n', __gitignore=".launchready\n")
    code, report = scanned(capsys, "--history")
    assert code == 0
    assert {one["fingerprint"] for one in report["findings"]} == {fingerprint(key)}
    assert {one["accepted"]["reason"] for one in report["findings"]} == {"revoked in March"}
    git(project, "mv", "a.py", "c.py")
    git(project, "checkout", "-q", "--orphan", "squashed")
    commit(project, c__py=f'\n\n\n# moved\nKEY = "{key}"  # and more\n')
    git(project, "branch", "-q", "-D", "main")
    code, report = scanned(capsys, "--history")
    assert (code, told(report)) == (0, [])
    commit(project, c__py=f'KEY = "{key}"\nOTHER = "{other}"\n')
    code, report = scanned(capsys)
    assert (code, told(report)) == (1, [("secret-in-tree", "c.py:2")])


@pytest.mark.parametrize("declared", [KEYED, ""])
def test_without_the_key_nothing_can_be_matched(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, declared: str
) -> None:
    monkeypatch.delenv("FP_KEY")
    commit(project, launch__toml=HEAD + declared + accepting(value()), a__py="1\n")
    assert run(["secrets", "scan"]) == 3
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert "fingerprint_key" in printed.err


def test_a_blank_key_makes_no_fingerprints(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    key = value()
    monkeypatch.setenv("FP_KEY", " ")
    commit(project, launch__toml=HEAD + KEYED, a__py=f'KEY = "{key}"\n')
    assert run(["secrets", "scan", "--format", "json"]) == 1
    printed = capsys.readouterr()
    assert "is blank" in printed.err
    assert "fingerprint" not in json.loads(printed.out)["findings"][0]


def test_a_mark_accepts_with_its_reason_alone(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = value()
    lines = [
        f'A = "{key}"  # launchready:allow revoked in March',
        f'B = "{key}"  # launchready:allow',
        f'C = "{key}"  # gitleaks:allow',
        f'D = "{key}"  # pragma: allowlist secret',
        "# pragma: allowlist nextline secret",
        f'E = "{key}"',
        f'F = "{key}"  # trufflehog:ignore',
        f'G = "{key}"  # launchready:allow as {key} was revoked',
    ]
    commit(project, a__py="\n".join(lines))
    code, report = scanned(capsys)
    assert (code, told(report)) == (1, [("secret-in-tree", "a.py:2")])
    reasons = {one["subject"]: one["accepted"]["reason"] for one in report["findings"] if one["accepted"]}
    assert reasons["a.py:1"] == "revoked in March"
    assert reasons["a.py:3"] == "marked gitleaks:allow in the file"
    assert {"a.py:4", "a.py:6", "a.py:7", "a.py:8"} < reasons.keys()
    assert "gives no reason" in next(one["evidence"] for one in report["findings"] if one["subject"] == "a.py:2")
    assert key not in json.dumps(report)


def test_paths_that_are_not_searched(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    toml = HEAD + '[secrets]\npaths_out = ["fixtures/**"]\n'
    (project / "fixtures").mkdir()
    (project / "fixtures" / "a.py").write_text(f'KEY = "{value()}"\n')
    commit(project, launch__toml=toml, b__py=f'KEY = "{value()}"\n')
    code, report = scanned(capsys, "--history")
    assert code == 1
    assert [subject.rpartition(" ")[2] for _, subject in told(report)] == ["b.py:1", "b.py:1"]


# What stays -------------------------------------------------------------------------------------------------------


def test_the_gate_blocks_on_what_was_scanned(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy = '[gate]\nrequire = ["secrets"]\n'
    commit(project, launch__toml=HEAD + policy, a__py=f'KEY = "{value()}"\n')
    assert run(["gate", "--format", "json"]) == 3
    commands = json.loads(capsys.readouterr().out)["gate"]["commands"]
    assert "launchready secrets scan --history" in commands
    assert scanned(capsys, "--history")[0] == 1
    assert run(["gate"]) == 1
    assert "secret-in-tree" in capsys.readouterr().out
    commit(project, a__py="KEY = None\n")
    assert scanned(capsys)[0] == 0
    assert run(["gate", "--format", "json"]) == 1
    blocking = json.loads(capsys.readouterr().out)["findings"]
    assert [one["check"] for one in blocking] == ["secret-in-history"]


def test_the_gate_wants_a_history_only_where_a_policy_does(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commit(project, launch__toml=HEAD, a__py="1\n")
    assert scanned(capsys)[0] == 0
    assert run(["gate"]) == 0
    commit(project, launch__toml=HEAD + '[gate]\nrequire = ["secrets"]\n')
    capsys.readouterr()
    assert run(["gate", "--format", "json"]) == 3
    unknown = json.loads(capsys.readouterr().out)["unknown"]
    assert {one["check"] for one in unknown} == {"secret-in-history", "history-not-visible"}


def test_a_part_does_not_hide_the_rest(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commit(project, launch__toml=HEAD, a__py=f'KEY = "{value()}"\n', b__py="1\n")
    assert scanned(capsys)[0] == 1
    assert scanned(capsys, "b.py")[0] == 0
    assert scanned(capsys, "--staged")[0] == 0
    assert run(["gate"]) == 1
    capsys.readouterr()


FORMATS = ["text", "json", "markdown", "html", "sarif", "junit", "github"]


@pytest.mark.parametrize(("format_", "deep"), [("json", ("--deep",)), *((one, ()) for one in FORMATS)])
def test_no_byte_holds_a_value(project: Path, tmp_path: Path, format_: str, deep: tuple[str, ...]) -> None:
    keys = {name: value() for name in ("code", "name", "gone", "zip", "reason", "log", "author", "env", "utf16")}
    (project / "launch.toml").write_text(HEAD + KEYED)
    (project / "a.py").write_text(f'KEY = "{keys["code"]}"  # launchready:allow not {keys["reason"]} alone\n')
    (project / f"{keys['name']}.txt").write_text(f'x = "{keys["name"]}"\n')
    (project / ".env").write_text(f"STRIPE_SECRET_KEY={keys['env']}\n")
    (project / "utf16.txt").write_text(f"KEY={keys['utf16']}\r\n", "utf-16")
    with zipfile.ZipFile(project / "old.zip", "w") as archive:
        archive.writestr(f"{keys['name']}/.env", f"KEY={keys['zip']}\n")
    (project / "gone.py").write_text(f'KEY = "{keys["gone"]}"\n')
    git(project, "add", "-A")
    git(project, "-c", f"user.name={keys['author']}", "commit", "-q", "-m", keys["gone"])
    (project / "gone.py").unlink()
    git(project, "commit", "-q", "-a", "-m", "y")
    log = tmp_path / "app.log"
    log.write_text(f"GET /pay?key={keys['log']} 200\nmail to someone@parley-mail.com\n")
    home = tmp_path / "home"
    home.mkdir()
    known = {name: one for name, one in os.environ.items() if not name.startswith("XDG_")}
    done = subprocess.run(
        [
            sys.executable, "-X", "dev", "-m", "launchready", "secrets", "scan", "--history", "--unreachable",
            "--log", str(log), ".", "--format", format_, "--facts-out", "facts.json", *deep,
        ],
        cwd=project, env={**known, "HOME": str(home)}, capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    left = {path: path.read_bytes() for path in (*project.rglob("*"), *home.rglob("*")) if path.is_file()}
    ours = {path: text for path, text in left.items() if ".launchready" in path.parts or path.name == "facts.json"}
    assert {"facts.json", "ledger.db"} <= {path.name for path in ours}
    ours |= {path: text for path, text in left.items() if home in path.parents}
    for name, key in keys.items():
        for where, content in (("stdout", done.stdout), ("stderr", done.stderr), *ours.items()):
            assert key.encode() not in content, (name, where)
    assert b"someone@" not in done.stdout
    if format_ == "json":
        report = json.loads(done.stdout)
        assert {one["fingerprint"] for one in report["findings"] if one["check"].startswith("secret")} == {
            fingerprint(keys[name]) for name in ("code", "name", "gone", "zip", "reason", "log", "env", "utf16")
        }


# Other commands ---------------------------------------------------------------------------------------------------


def audited(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    run(["audit", "--format", "json", "--resolver", "127.0.0.1:9", "--deadline", "0.5"])
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    return report


def of_secrets(report: dict[str, Any]) -> dict[str, str]:
    """What the audit says of the two checks that look at a repository."""
    said = {one["check"]: one["reason"] for one in report["unknown"]}
    said |= {one["check"]: one["subject"] for one in report["findings"]}
    said |= dict.fromkeys(report["passed"], "passed") | dict.fromkeys(report["not_applicable"], "n/a")
    return {check: said[check] for check in ("secret-in-tree", "secret-in-history")}


def test_an_audit_looks_at_its_files_and_says_what_nobody_looked_at(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commit(project, launch__toml=HEAD, a__py=f'KEY = "{value()}"\n')
    never = "nobody has searched git's history for keys yet: launchready secrets scan --history"
    assert of_secrets(audited(capsys)) == {"secret-in-tree": "a.py:1", "secret-in-history": never}
    commit(project, a__py="KEY = None\n")
    assert scanned(capsys, "--history")[0] == 1
    said = of_secrets(audited(capsys))
    assert said["secret-in-tree"] == "passed"
    assert said["secret-in-history"].endswith(" a.py:1")
    git(project, "checkout", "-q", "--orphan", "new")
    commit(project, a__py="KEY = None\n")
    for line in ("reflog expire --expire=now --all", "branch -q -D main"):
        git(project, *line.split())
    assert scanned(capsys, "--history")[0] == 0
    assert of_secrets(audited(capsys)) == {"secret-in-tree": "passed", "secret-in-history": "passed"}


def test_without_a_repository_there_is_nothing_to_know(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "launch.toml").write_text(HEAD)
    (tmp_path / "a.py").write_text(f'KEY = "{value()}"\n')
    assert of_secrets(audited(capsys)) == {"secret-in-tree": "n/a", "secret-in-history": "n/a"}


def test_an_audit_without_the_key_knows_what_it_does_not_know(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    toml = HEAD + accepting(value())
    commit(project, launch__toml=toml, a__py=f'KEY = "{value()}"\n')
    assert "fingerprint_key" in of_secrets(audited(capsys))["secret-in-tree"]


def test_the_inventory_of_a_pipe(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = value()
    commit(project, launch__toml=HEAD + KEYED, a__py="import os\nos.environ['STRIPE_SECRET_KEY']\n")
    command = [sys.executable, "-m", "launchready", "secrets", "inventory", "--format", "json"]
    piped = json.dumps({"STRIPE_SECRET_KEY": key, "PORT": "80"})
    done = subprocess.run(
        [*command, "--source", "production=-"], input=piped, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    (one,) = json.loads(done.stdout)["secrets"]
    assert one["name"] == "STRIPE_SECRET_KEY"
    assert one["environments"]["production"][0]["fingerprint"] == fingerprint(key)
    for content in (done.stdout, done.stderr):
        assert key not in content
    assert not any(key.encode() in path.read_bytes() for path in project.rglob("*") if path.is_file())


def test_a_pipe_into_which_nothing_came_is_unknown(project: Path) -> None:
    commit(project, launch__toml=HEAD, a__py="import os\nos.environ['STRIPE_SECRET_KEY']\n")
    command = [sys.executable, "-m", "launchready", "secrets", "inventory", "--source", "production=-"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)
    assert "standard input is empty" in done.stdout
    assert done.returncode == 3, done.stderr


@pytest.mark.parametrize("text", ["production", "=x", "production="])
def test_a_source_that_is_none(project: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    assert run(["secrets", "inventory", "--source", text]) == 2
    assert "write --source production=.env" in capsys.readouterr().err


def test_without_kingfisher_the_command_that_installs_it_is_said(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "kingfisher_sdk", None)
    monkeypatch.delitem(sys.modules, "launchready.gather.secrets.deep", raising=False)
    assert run(["secrets", "scan", "--deep"]) == 2
    assert capsys.readouterr().err == "--deep needs Kingfisher: pip install 'launchready[deep-secrets]'\n"


def test_a_defect_of_ours_repeats_nothing() -> None:
    key = value()
    try:
        raise ValueError(f"invalid literal: {key}")
    except ValueError as error:
        told = _defect(error)
    assert "ValueError" in told
    assert key not in told

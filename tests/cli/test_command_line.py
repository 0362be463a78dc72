"""What a person meets at the prompt: one clear sentence, the right exit code, nothing written."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from launchready.checks import TOPICS
from launchready.checks.registry import registered
from launchready.cli import COMMANDS, options
from launchready.errors import UsageError


def launchready(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "launchready", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def refused(*arguments: str, cwd: Path) -> str:
    """The one message of a command that must exit 2, print nothing else and write nothing."""
    before = sorted(cwd.rglob("*"))
    done = launchready(*arguments, cwd=cwd)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert sorted(cwd.rglob("*")) == before
    return done.stderr


def test_help_lists_every_command_and_imports_none(tmp_path: Path) -> None:
    done = launchready("--help", cwd=tmp_path)
    assert done.returncode == 0
    for name in COMMANDS:
        assert f"\n  {name} " in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str, tmp_path: Path) -> None:
    done = launchready(name, "--help", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"Usage: launchready {name}")
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_help_stays_light(tmp_path: Path) -> None:
    """Start-up must not import what only a running command needs."""
    script = "import sys; from launchready.cli import run; run(['--help']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert not loaded & {"pydantic", "dns", "pycurl", "cryptography", "asyncio", "ssl", "sqlite3", "launchready.audit"}


def test_no_such_command_names_the_nearest(tmp_path: Path) -> None:
    assert "Did you mean `launchready audit`?" in refused("audti", cwd=tmp_path)
    assert "launchready --help" in refused("zzz", cwd=tmp_path)


def test_explain_knows_every_check(tmp_path: Path) -> None:
    listed = launchready("explain", cwd=tmp_path).stdout
    for id_ in registered(TOPICS):
        assert id_ in listed


def test_explain_names_why_how_and_source(tmp_path: Path) -> None:
    done = launchready("explain", "certificate-expired", cwd=tmp_path)
    assert done.returncode == 0
    for heading in ("Why", "How it is checked", "How to mend it", "Source", "RFC 5280"):
        assert heading in done.stdout


def test_explain_of_an_unknown_check_names_the_nearest(tmp_path: Path) -> None:
    assert "Did you mean 'certificate-expired'?" in refused("explain", "certificate-expirde", cwd=tmp_path)


@pytest.mark.parametrize(
    ("argument", "said"),
    [
        ("https://parley.example/pricing", "launchready audit parley.example"),
        ("parley.example:8443", "parley.example"),
        ("192.0.2.1", "address"),
        ("2001:db8::1", "address"),
        ("me@parley.example", "parley.example"),
        ("*.parley.example", "*"),
        ("parley.example.", "launchready audit parley.example"),
        ("bücher.example", "launchready audit xn--bcher-kva.example"),
        ("localhost", "localhost"),
        ("parley example", "parley example"),
        ("", "domain"),
        ("-parley.example", ""),
    ],
)
def test_what_is_not_a_domain_is_refused_in_words(argument: str, said: str, tmp_path: Path) -> None:
    message = refused("audit", "--", argument, cwd=tmp_path)
    assert said in message
    assert len(message.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--resolver", "one.one.one.one"), "one.one.one.one"),
        (("--resolver", "1.1.1.1:99999"), "99999"),
        (("--deadline", "0"), "deadline"),
        (("--deadline", "nan"), "deadline"),
        (("--deadline", "soon"), "soon"),
        (("--ca", "no-such.pem"), "no-such.pem"),
        (("--connect-to", "parley.example:443"), "connect"),
        (("--config", "no-such.toml"), "no-such.toml"),
        (("--output", "no/such/folder/report.txt"), "no/such/folder"),
        (("--output", ""), "is empty"),
        (("--facts", "no-such.json"), "no-such.json"),
        (("--facts", ""), "is empty"),
        (("--facts", "/dev/zero"), "this is no facts file"),
        (("--config", ""), "is empty"),
        (("--format", "pdf"), "pdf"),
        (("--no-such-option",), "--no-such-option"),
    ],
)
def test_a_bad_option_is_refused_in_words(options: tuple[str, ...], said: str, tmp_path: Path) -> None:
    assert said in refused("audit", "parley.example", *options, cwd=tmp_path)


def test_without_a_domain_or_a_launch_toml_it_says_what_to_type(tmp_path: Path) -> None:
    assert "launchready audit" in refused("audit", cwd=tmp_path)


def test_every_problem_of_a_launch_toml_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "launch.toml").write_text(
        '[launch]\ndomian = "parley.example"\n\n[hosts."app.parley.example"]\nrole = "application"\nroutes = "/"\n'
    )
    message = refused("audit", cwd=tmp_path)
    for said in ("launch.toml:2", "domain", "launch.toml:5", "application", "launch.toml:6"):
        assert said in message


def test_a_launch_toml_that_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "launch.toml").mkdir()
    assert "launch.toml" in refused("audit", "--config", "launch.toml", cwd=tmp_path)


def test_output_keeps_links_and_modes_and_writes_to_pipes_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    report = tmp_path / "real" / "report.json"
    report.write_text("old")
    report.chmod(0o600)
    (tmp_path / "link.json").symlink_to(report)
    options.write("new", str(tmp_path / "link.json"))
    assert (tmp_path / "link.json").is_symlink()
    assert (report.read_text(), report.stat().st_mode & 0o777) == ("new", 0o600)
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    options.write("through", str(tmp_path / "pipe"))
    assert (os.read(reader, 100), (tmp_path / "pipe").is_fifo()) == (b"through", True)
    os.close(reader)
    with pytest.raises(UsageError, match="cannot be written"):
        options.write("x", "/proc/no-such-thing")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.json", "pipe", "real"]


def test_a_full_disk_is_one_sentence(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "launchready", "explain"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.strip() == "The result cannot be written: No space left on device."


def test_a_reader_that_has_gone_is_no_verdict(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as nobody:
        command = [sys.executable, "-m", "launchready", "explain"]
        done = subprocess.run(command, stdout=nobody, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "")


# Root may write anywhere; without its capabilities it is held to the modes of its own files (capabilities(7)).
POWERLESS = ("setpriv", "--inh-caps=-all", "--bounding-set=-all") if os.geteuid() == 0 else ()


def test_in_a_folder_that_cannot_be_written_it_looks_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "launch.toml").write_text('[launch]\ndomain = "parley.example"\n')
    assert launchready("audit", "--resolver", "127.0.0.1:9", "--deadline", "1", cwd=tmp_path).returncode == 3
    before = sorted(tmp_path.rglob("*"))
    for folder in (tmp_path / ".launchready", tmp_path):
        folder.chmod(0o555)
    try:
        audit, board, since = (
            subprocess.run(
                [*POWERLESS, sys.executable, "-m", "launchready", *arguments],
                cwd=tmp_path,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            for arguments in (
                ("audit", "--resolver", "127.0.0.1:9", "--deadline", "1"),
                ("board",),
                ("audit", "--since", "2026-01-01"),
            )
        )
    finally:
        tmp_path.chmod(0o755)
        (tmp_path / ".launchready").chmod(0o755)
    assert (audit.returncode, audit.stderr.count("\n")) == (3, 1), audit.stderr
    assert "cannot be written, so this run will not be remembered" in audit.stderr
    assert (board.returncode, board.stderr) == (3, "")
    assert "Nobody has looked yet" not in board.stdout
    assert since.returncode == 2
    assert sorted(tmp_path.rglob("*")) == before

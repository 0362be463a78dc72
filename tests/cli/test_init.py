"""`launchready init` at the prompt: asks on a terminal only, never overwrites, leaves nothing half-written."""

import fcntl
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import time
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from launchready import __version__
from launchready.cli import options
from launchready.cli.init import _likely_domain, _valid
from launchready.errors import LaunchReadyError, UsageError
from launchready.model.repository import Repository, Sighting
from tests.box.internet import Internet
from tests.measured import launchready

DEAD = ("--resolver", "127.0.0.1:9")  # nothing listens there: nothing can be seen, at once
PATIENCE_S = 20
GITHUB, GITLAB, PRE_COMMIT = ".github/workflows/launchready.yml", ".gitlab-ci.yml", ".pre-commit-config.yaml"


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def refused(*arguments: str, cwd: Path) -> str:
    """The one line of a command that must exit 2 and write nothing."""
    before = {path: (cwd / path).read_bytes() for path in files(cwd)}
    done = launchready("init", *arguments, *DEAD, cwd=cwd)
    assert (done.code, done.stdout) == (2, "")
    assert {path: (cwd / path).read_bytes() for path in files(cwd)} == before
    assert len(done.stderr.splitlines()) == 1
    return done.stderr


def test_without_a_network_the_file_is_written_and_says_so(tmp_path: Path) -> None:
    done = launchready("init", "parley.example", *DEAD, cwd=tmp_path)
    assert (done.code, done.stderr, files(tmp_path)) == (0, "", ["launch.toml"])
    assert tomllib.loads((tmp_path / "launch.toml").read_text()) == {"launch": {"domain": "parley.example"}}
    assert "Nothing could be seen of parley.example" in done.stdout
    assert "launchready audit" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert (tmp_path / "launch.toml").stat().st_mode & 0o777 == 0o644


def test_the_summary_as_json_and_none_when_quiet(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    done = launchready("init", "parley.example", "--config", "sub/launch.toml", "--format", "json", *DEAD, cwd=tmp_path)
    said = json.loads(done.stdout)
    assert (said["schema"], said["written"]) == ("launchready.init/1", ["sub/launch.toml"])
    assert (said["domain"], said["hosts"], said["mail"]) == ("parley.example", [], [])
    assert said["notes"]
    quiet = launchready("init", "parley.example", "--quiet", *DEAD, cwd=tmp_path)
    assert (quiet.code, quiet.stdout, quiet.stderr) == (0, "", "")


def test_what_is_there_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "launch.toml").write_text("mine")
    assert "launch.toml exists and stays as it is" in refused("parley.example", cwd=tmp_path)
    (tmp_path / "gone.toml").symlink_to("nowhere")
    assert "gone.toml exists" in refused("parley.example", "--config", "gone.toml", cwd=tmp_path)
    below = tmp_path / "apps" / "web"
    below.mkdir(parents=True)
    assert "../../launch.toml exists and counts for this folder too" in refused("parley.example", cwd=below)
    done = launchready("init", "parley.example", "--config", "launch.toml", *DEAD, cwd=below)
    assert (done.code, files(tmp_path)) == (0, ["apps/web/launch.toml", "launch.toml"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "No file here names a domain; give yours: launchready init your-domain.com"),
        (("https://parley.example/x",), "give the domain alone: launchready init parley.example"),
        (("www.parley.example",), "launchready init parley.example"),
        (("",), "launchready init your-domain.com"),
        (("parley.example", "--deadline", "0"), "is not a deadline"),
        (("parley.example", "--connect-to", "x"), "is not HOST:PORT:HOST2:PORT2"),
        (("parley.example", "--ci", "jenkins"), "'github', 'gitlab', 'pre-commit'"),
        (("parley.example", "--config", "README/launch.toml"), "is not a folder"),
        (("parley.example", "--config", ".git"), "is a folder; name a file in it, such as .git/launch.toml"),
        (("parley.example", "--config", ""), "is empty"),
        (("parley.example", "--config", "a b/launch.toml", "--ci", "github"), "rename the folder"),
    ],
)
def test_bad_input_is_one_sentence(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    (tmp_path / "README").write_text("x")
    (tmp_path / ".git").mkdir()
    assert said in refused(*arguments, cwd=tmp_path)


def test_a_file_that_appears_meanwhile_stays(tmp_path: Path) -> None:
    path = tmp_path / "launch.toml"

    def meanwhile(_: Path) -> None:
        path.write_text("theirs")

    with pytest.raises(UsageError, match="exists already"):
        options.create("ours", path, check=meanwhile)
    assert (path.read_text(), files(tmp_path)) == ("theirs", ["launch.toml"])


def test_what_is_not_valid_is_not_put_in_place(tmp_path: Path) -> None:
    with pytest.raises(LaunchReadyError, match="has a defect") as caught:
        options.create("[launch]\n", tmp_path / "launch.toml", check=_valid)
    assert (caught.value.exit_code, files(tmp_path)) == (70, [])


def test_control_c_leaves_nothing_behind(internet: Internet, tmp_path: Path) -> None:
    here = tmp_path / "here"
    here.mkdir()
    command = [sys.executable, "-m", "launchready", "init", "parley.example", "--resolver", internet.silent()]
    running = subprocess.Popen(command, cwd=here, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    internet.wait_for(lambda: _sockets(running.pid) > 0, "the look at the domain")
    running.send_signal(signal.SIGINT)
    stdout, stderr = running.communicate(timeout=20)
    assert (running.returncode, stdout, files(here)) == (130, "", [])
    assert stderr.strip() == "Interrupted; nothing was left half-written."


def _sockets(pid: int) -> int:
    """How many datagram sockets a process has open: it has begun to ask DNS."""
    inodes = {line.split()[9] for line in Path(f"/proc/{pid}/net/udp").read_text().splitlines()[1:]}
    try:
        links = [os.readlink(link) for link in Path(f"/proc/{pid}/fd").iterdir()]
    except OSError:
        return 0
    return len({f"socket:[{inode}]" for inode in inodes} & set(links))


class Terminal:
    """A command at a pseudo-terminal, typed to and read from."""

    def __init__(self, *arguments: str, cwd: Path) -> None:
        self.screen = ""
        self._ours, theirs = pty.openpty()
        environ = {**os.environ, "TERM": "dumb"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "launchready", *arguments],
            cwd=cwd,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=environ,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # Ctrl-C at a terminal of its own is a signal
        )
        os.close(theirs)

    def until(self, words: str) -> None:
        """Read until `words` are on the screen."""
        while words not in self.screen:
            assert self._read(), self.screen

    def type(self, line: str) -> None:
        self.screen = ""
        os.write(self._ours, line.encode())

    def ended(self, key: str = "") -> int:
        """The exit code, once everything is read; `key` is pressed, and again where nobody was waiting for it yet."""
        os.write(self._ours, key.encode())
        while self._read(key):
            pass
        os.close(self._ours)
        return self.process.wait(PATIENCE_S)

    def _read(self, key: str = "") -> bool:
        """Whether there is more to come."""
        ends = time.monotonic() + PATIENCE_S
        while not select.select([self._ours], [], [], PATIENCE_S / 5)[0]:
            os.write(self._ours, key.encode())
            if time.monotonic() > ends:
                self.process.kill()
                raise AssertionError(f"nothing more came after: {self.screen}")
        try:
            piece = os.read(self._ours, 4096)
        except OSError:  # EIO: nobody has the other end open any more
            return False
        self.screen += piece.decode()
        return bool(piece)


def test_on_a_terminal_the_domain_is_asked_for_until_it_is_one(tmp_path: Path) -> None:
    terminal = Terminal("init", *DEAD, cwd=tmp_path)
    terminal.until("Which domain do you launch")
    terminal.type("https://parley.example/\n")
    terminal.until("give the domain alone: launchready init parley.example")
    terminal.until("Which domain do you launch")
    terminal.type("parley.example\n")
    terminal.until("Wrote launch.toml")
    assert terminal.ended() == 0
    assert tomllib.loads((tmp_path / "launch.toml").read_text())["launch"] == {"domain": "parley.example"}


def test_on_a_terminal_nothing_is_asked_when_the_domain_is_given(tmp_path: Path) -> None:
    terminal = Terminal("init", "parley.example", *DEAD, cwd=tmp_path)
    assert terminal.ended() == 0
    assert "Which domain" not in terminal.screen


@pytest.mark.parametrize("key", ["\x03", "\x04"])  # Ctrl-C, Ctrl-D
def test_a_question_may_be_left(tmp_path: Path, key: str) -> None:
    terminal = Terminal("init", *DEAD, cwd=tmp_path)
    terminal.until("Which domain do you launch")
    assert (terminal.ended(key), files(tmp_path)) == (130, [])


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ((), None),
        (("app.parley.example", "parley.example", "other.example"), "parley.example"),
        (("parley.fly.dev",), "parley.fly.dev"),
        (("parley.fly.dev", "x.fly.dev", "app.parley.example"), "parley.example"),
        (("app.parley.co.uk",), "parley.co.uk"),
        (("localhost", "127.0.0.1", "not a name", "co.uk"), None),
    ],
)
def test_the_domain_that_a_repository_names(names: tuple[str, ...], expected: str | None) -> None:
    assert _likely_domain(Repository(domains=tuple(Sighting(name, "fly.toml:1") for name in names))) == expected


# The gate in CI ---------------------------------------------------------------------------------------------------


def gate(cwd: Path, system: str, path: str) -> Any:
    done = launchready("init", "parley.example", "--ci", system, *DEAD, cwd=cwd)
    assert (done.code, done.stderr) == (0, "")
    assert path in done.stdout
    return yaml.safe_load((cwd / path).read_text())


def test_the_gate_of_github(tmp_path: Path) -> None:
    workflow = gate(tmp_path, "github", GITHUB)
    assert files(tmp_path) == [GITHUB, "launch.toml"]
    assert set(workflow[True]) == {"schedule", "deployment_status", "push", "workflow_dispatch"}  # YAML 1.1: on is True
    assert workflow["permissions"] == {}
    job = workflow["jobs"]["audit"]
    assert job["permissions"] == {"contents": "read", "security-events": "write"}
    assert all(re.fullmatch(r"[a-z-]+/[a-z/-]+@v\d+", step["uses"]) for step in job["steps"] if "uses" in step)
    runs = [step["run"] for step in job["steps"] if "run" in step]
    assert runs[0] == f'pip install "launchready[code]=={__version__}"'
    looks = [run.split(" --facts-out")[0] for run in runs[1:4]]
    assert looks == ["launchready env check", "launchready secrets scan --history", "launchready audit"]
    assert runs[4] == "launchready gate --format github $(printf -- '--facts %s ' launchready-*.json)"
    assert "secrets." not in (tmp_path / GITHUB).read_text()


def test_the_gate_of_gitlab(tmp_path: Path) -> None:
    job = gate(tmp_path, "gitlab", GITLAB)["launchready"]
    assert job["script"][-1] == "launchready audit --facts-out launchready-facts.json"
    assert job["artifacts"] == {"when": "always", "reports": {"junit": "launchready.xml"}}


def test_the_gate_of_pre_commit(tmp_path: Path) -> None:
    (repository,) = gate(tmp_path, "pre-commit", PRE_COMMIT)["repos"]
    (hook,) = repository["hooks"]
    assert (repository["repo"], hook["entry"], hook["pass_filenames"]) == ("local", "launchready audit --quiet", False)


def test_every_line_of_a_gate_is_a_command_that_exists(tmp_path: Path) -> None:
    """What CI will run is run here, against nothing: each must get as far as "could not look", never to "bad usage"."""
    lines: list[str] = []
    for system, path in (("github", GITHUB), ("gitlab", GITLAB), ("pre-commit", PRE_COMMIT)):
        launchready("init", "parley.example", "--ci", system, *DEAD, cwd=tmp_path)
        lines += re.findall(r"launchready audit [^|\n]+", (tmp_path / path).read_text().replace("|| true", ""))
    assert len(lines) >= 5
    for line in lines:
        looks = () if "--facts " in line else (*DEAD, "--deadline", "5")
        done = launchready(*line.split()[1:], *looks, cwd=tmp_path)
        assert done.code == 3, (line, done.stderr)
    assert {"launchready.sarif", "launchready.xml", "launchready-facts.json"} <= set(files(tmp_path))


def test_the_gate_stands_where_the_repository_begins_and_leads_to_launch_toml(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    below = tmp_path / "apps" / "web"
    below.mkdir(parents=True)
    done = launchready("init", "parley.example", "--ci", "github", *DEAD, cwd=below)
    assert (done.code, files(tmp_path)) == (0, [GITHUB, "apps/web/launch.toml"])
    assert "launchready audit --config apps/web/launch.toml --facts-out" in (tmp_path / GITHUB).read_text()


def test_beside_a_launch_toml_only_the_gate_is_written(tmp_path: Path) -> None:
    (tmp_path / "launch.toml").write_text('[launch]\ndomain = "parley.example"\n')
    done = launchready("init", "--ci", "gitlab", cwd=tmp_path)
    assert (done.code, done.stdout) == (0, "Wrote .gitlab-ci.yml; launch.toml stays as it is.\n")
    assert (tmp_path / "launch.toml").read_text() == '[launch]\ndomain = "parley.example"\n'


def test_a_gate_that_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / ".github" / "workflows").mkdir(parents=True)
    (tmp_path / GITHUB).write_text("mine")
    assert "stays as it is" in refused("parley.example", "--ci", "github", cwd=tmp_path)


@pytest.mark.parametrize(("system", "path"), [("gitlab", GITLAB), ("pre-commit", PRE_COMMIT)])
def test_a_file_that_others_write_too_gets_its_lines_by_hand(tmp_path: Path, system: str, path: str) -> None:
    (tmp_path / path).write_text("mine")
    done = launchready("init", "parley.example", "--ci", system, *DEAD, cwd=tmp_path)
    assert (done.code, files(tmp_path), (tmp_path / path).read_text()) == (2, [path], "mine")
    assert "the lines above are what to add" in done.stderr
    assert "launchready audit" in str(yaml.safe_load(done.stdout))

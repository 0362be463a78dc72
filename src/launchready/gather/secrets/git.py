"""Git, asked so that a stranger's repository can neither run a program nor reach the network."""

import fcntl
import io
import os
import select
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from time import monotonic
from typing import IO, TYPE_CHECKING

from launchready.errors import LaunchReadyError, UsageError
from launchready.formats.printable import printable

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

PATIENCE_S = 120.0
_PIPE_BYTES = 256 * 1024
_LOOK_UP_MS = 100  # while git says nothing
# What of the caller's own settings about git is kept: where its configuration is, and how far up to look.
_KEPT = ("GIT_CONFIG_", "GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM")
_SAFE = {
    "LC_ALL": "C",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",  # what GIT_NO_LAZY_FETCH does for a git before 2.39.4
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_LITERAL_PATHSPECS": "1",
}
# Options that name a program, or a file that could be out of step with the objects.
_SETTINGS = ("core.fsmonitor=false", f"core.hooksPath={os.devnull}", "core.commitGraph=false", "core.quotePath=false")


class GitFailed(LaunchReadyError):
    """Git ended with an error; the message is its last line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Git:
    """Git in one folder. `index` is the file of a commit under way, which hooks are told of.

    `go_on` is asked while a long command runs; what it raises ends it.
    """

    folder: Path
    index: Path | None = None
    patience_s: float = PATIENCE_S
    go_on: Callable[[], None] = lambda: None

    @classmethod
    def of(cls, folder: Path, *, index: Path | None = None, patience_s: float = PATIENCE_S) -> "Git":
        """Git for the repository that `folder` is in; UsageError where there is none, or git refuses to open it."""
        git = cls(folder=folder, index=index, patience_s=patience_s)
        try:
            git.output("rev-parse", "--git-dir")
        except GitFailed as failed:
            if "dubious ownership" in str(failed) or "safe.directory" in str(failed):
                raise UsageError(
                    f"{folder}: the repository belongs to another user, so git does not open it; if you trust it: "
                    f"git config --global --add safe.directory {folder.absolute()}"
                ) from None
            raise UsageError(f"{folder}: git cannot open a repository here ({failed})") from None
        return git

    def output(self, *arguments: str) -> bytes:
        """What a short command prints; GitFailed when it ends with an error or does not end."""
        try:
            done = subprocess.run(
                self._command(arguments),
                env=self._environ(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=self.patience_s,
                check=False,
            )
        except FileNotFoundError:
            raise UsageError("git is not installed: its program was not found on PATH") from None
        except OSError as error:
            raise UsageError(f"the program git on PATH cannot be run: {error.strerror}") from None
        except subprocess.TimeoutExpired:
            raise GitFailed(f"git {arguments[0]} did not end within {self.patience_s:.0f} s") from None
        if done.returncode:
            raise GitFailed(_said(done.stderr, arguments[0]))
        return done.stdout

    def has_setting(self, pattern: str) -> bool:
        """Whether the configuration has a setting whose name, in small letters, matches."""
        try:
            return bool(self.output("config", "--get-regexp", pattern))
        except GitFailed:
            return False

    def says(self, question: str) -> bool:
        """Git's answer to a question of `git rev-parse` that is true or false."""
        return self.output("rev-parse", question).strip() == b"true"

    @contextmanager
    def stream(self, *arguments: str, stdin: IO[bytes] | int = subprocess.DEVNULL) -> Iterator[IO[bytes]]:
        """What a long command prints, while it runs; GitFailed when it fails, or says nothing for too long.

        Whoever stops reading early ends it, and that is no error.
        """
        with (
            TemporaryFile() as complaints,
            subprocess.Popen(
                self._command(arguments),
                env=self._environ(),
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=complaints,
                bufsize=0,
            ) as process,
        ):
            assert process.stdout is not None
            is_whole = False
            try:
                with io.BufferedReader(_Pipe(process.stdout, self), _PIPE_BYTES) as answer:
                    yield answer
                    is_whole = not answer.read(1)
            finally:
                if not is_whole:
                    process.kill()
            if is_whole and process.wait():
                complaints.seek(0)
                raise GitFailed(_said(complaints.read(_PIPE_BYTES), arguments[0]))

    def _command(self, arguments: Sequence[str]) -> list[str]:
        settings = [word for setting in _SETTINGS for word in ("-c", setting)]
        return ["git", "--no-pager", "-C", os.fspath(self.folder), *settings, *arguments]

    def _environ(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        kept |= {name: value for name, value in os.environ.items() if name.startswith(_KEPT)}
        if self.index:
            kept["GIT_INDEX_FILE"] = os.fspath(self.index.absolute())
        return kept | _SAFE


class _Pipe(io.RawIOBase):
    """A pipe that gives up on a writer who stays silent."""

    def __init__(self, pipe: IO[bytes], git: Git) -> None:
        self._pipe = pipe
        self._git = git
        self._poll = select.poll()
        self._poll.register(pipe, select.POLLIN)
        if sys.platform == "linux":
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)  # fewer switches between git and us

    def readable(self) -> bool:
        return True

    def readinto(self, into: "WriteableBuffer") -> int:
        self._git.go_on()
        until = monotonic() + self._git.patience_s
        while not self._poll.poll(_LOOK_UP_MS):
            self._git.go_on()
            if monotonic() > until:
                raise GitFailed(f"git said nothing for {self._git.patience_s:.0f} s")
        return os.readv(self._pipe.fileno(), [into])


def _said(complaints: bytes, command: str) -> str:
    lines = complaints.decode("utf-8", "replace").strip().splitlines()
    telling = next((line for line in lines if line.startswith(("fatal:", "error:"))), lines[-1] if lines else "")
    return printable(telling.removeprefix("fatal: ").removeprefix("error: ")) or f"git {command} failed"


def words(answer: IO[bytes]) -> Iterator[bytes]:
    """What stands before each NUL byte of git's answer."""
    rest = b""
    while chunk := answer.read(_PIPE_BYTES):
        *whole, rest = (rest + chunk).split(b"\0")
        yield from whole

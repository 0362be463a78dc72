"""Keys made for one test, what finds them, and repositories to plant them in."""

import os
import re
import secrets
import subprocess
from collections.abc import Callable
from pathlib import Path

from launchready.gather.secrets.reading import Reader
from launchready.model.secret import SecretHit, SecretKind, SecretVerdict

_SHAPES = {
    "door": re.compile(rb"door_[0-9a-f]{32}"),
    "lift": re.compile(rb"lift_[0-9a-f]{24}"),
    "gate": re.compile(rb"-----BEGIN GATE KEY-----"),
}
_KINDS = {
    name: SecretKind(id=name, title=name, verdict=SecretVerdict.SECRET, opens="it", rotate="it", source="here")
    for name in _SHAPES
}


def look(data: bytes) -> list[SecretHit]:
    """Every planted key of a text."""
    hits = [
        SecretHit(kind=_KINDS[name], verdict=SecretVerdict.SECRET, start=match.start(), end=match.end())
        for name, shape in _SHAPES.items()
        for match in shape.finditer(data)
    ]
    return sorted(hits, key=lambda hit: hit.start)


def reader(fingerprint: Callable[[bytes], str] | None = None) -> Reader:
    """Reads planted keys; the mark is a word on the same text."""
    return Reader(
        look=look, marks=lambda data, hit: "fine" if b"marked-as-fine" in data else None, fingerprint=fingerprint
    )


def key() -> str:
    """A key that was never seen before."""
    return f"door_{secrets.token_hex(16)}"


class Repository:
    """A repository of this test's own, with nobody's settings."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._ticks = 1_700_000_000
        self.git("init", "-q", "-b", "main", *options)

    def git(self, *arguments: str, stdin: bytes | None = None) -> str:
        self._ticks += 60
        when = f"{self._ticks} +0000"
        environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "Ada",
            "GIT_AUTHOR_EMAIL": "ada@parley.example",
            "GIT_COMMITTER_NAME": "Ada",
            "GIT_COMMITTER_EMAIL": "ada@parley.example",
            "GIT_AUTHOR_DATE": when,
            "GIT_COMMITTER_DATE": when,
        }
        command = ["git", "-C", str(self.folder), "-c", "protocol.file.allow=always", *arguments]
        done = subprocess.run(command, env=environ, input=stdin, capture_output=True, check=True)
        return done.stdout.decode().strip()

    def write(self, path: str, content: str | bytes) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())

    def commit(self, message: str = "more", **files: str | bytes) -> str:
        """Everything in the tree, committed; the files' names have `_` for `.`. Returns the commit's hash."""
        for name, content in files.items():
            self.write(name.replace("_", "."), content)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

"""A repository to measure history with: a big clone that is named, or one made of 50,000 commits."""

import os
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

# A clone of any size: `git clone --bare https://…/ansible /somewhere && SECRETS_REPOSITORY=/somewhere make bench`.
NAMED_BY = "SECRETS_REPOSITORY"
COMMITS = 50_000
_FILES = 500
_LINES = 80
_WORDS = ("the", "route", "answers", "with", "settings", "token", "is", "none", "return", "self", "await", "session")


def repository(folder: Path) -> Path:
    """The one that SECRETS_REPOSITORY names, else one that is made in `folder`."""
    named = os.environ.get(NAMED_BY)
    if named:
        return Path(named)
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(folder)], check=True)
    fast_import = ["git", "-C", str(folder), "fast-import", "--quiet", "--depth=50"]
    with subprocess.Popen(fast_import, stdin=subprocess.PIPE) as importing:
        assert importing.stdin
        for part in _commits():
            importing.stdin.write(part)
    if importing.returncode:
        raise RuntimeError("git fast-import failed")
    subprocess.run(["git", "-C", str(folder), "repack", "-adfq"], check=True)  # as a clone is packed
    return folder


def _commits() -> Iterator[bytes]:
    """Commits that each change three lines of one file, as `git fast-import` reads them."""
    chance = random.Random(20261124)
    files = [[_line(chance) for _ in range(_LINES)] for _ in range(_FILES)]
    for number in range(COMMITS):
        place = chance.randrange(_FILES)
        for _ in range(3):
            files[place][chance.randrange(_LINES)] = _line(chance)
        content = b"".join(files[place])
        yield b"commit refs/heads/main\ncommitter Ada <ada@parley.example> %d +0000\n" % (1_500_000_000 + number * 600)
        yield b"data 4\nmore\nM 100644 inline src/part%d/file%d.py\n" % (place % 25, place)
        yield b"data %d\n%s\n" % (len(content), content)


def _line(chance: random.Random) -> bytes:
    return " ".join(chance.choices(_WORDS, k=10)).encode() + b" %d\n" % chance.randrange(10**6)

"""A PostgreSQL of our own: a fresh cluster in a temporary folder, on a Unix socket, gone in the end."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

_NO_ROOT = "nobody"  # initdb refuses to run as root
_FAST = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=60"


@contextmanager
def cluster() -> Iterator[str]:
    """The folder of the socket of a cluster that runs until the end of the block."""
    with TemporaryDirectory(prefix="parley-pg-", dir="/tmp") as name:  # a socket's path has 107 characters at most
        folder = Path(name)
        if os.geteuid() == 0:
            os.chown(folder, pwd.getpwnam(_NO_ROOT).pw_uid, -1)
        data = folder / "data"
        _run("initdb", "--pgdata", str(data), "--username", "parley", "--auth", "trust", "--no-sync", "--encoding=UTF8")
        options = f"-c listen_addresses= -k {folder} {_FAST}"
        control = ("pg_ctl", "--pgdata", str(data), "--wait", "--log", str(folder / "log"))
        _run(*control, "--options", options, "start")
        try:
            yield name
        finally:
            _run(*control, "--mode", "immediate", "stop")


def new_database(folder: str, name: str) -> str:
    """The URL of a new, empty database."""
    with psycopg.connect(host=folder, user="parley", dbname="postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    return f"postgresql://parley@/{name}?host={folder}"


def _run(program: str, *arguments: str) -> None:
    user = ["setpriv", f"--reuid={_NO_ROOT}", "--clear-groups"] if os.geteuid() == 0 else []
    ended = subprocess.run(
        [*user, _found(program), *arguments], cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stderr


def _found(program: str) -> str:
    """Debian keeps the servers of each version in a folder of their own, outside PATH."""
    known = shutil.which(program)
    if known:
        return known
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))
    assert found, f"{program} is missing: install the Debian package postgresql"
    return str(found[-1])

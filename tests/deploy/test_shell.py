"""Commands are run by a real shell, as in CI: in order, until one fails, ended with all that they started."""

import asyncio
import os
import time
from pathlib import Path

import pytest

from launchready.deploy.mask import Mask
from launchready.deploy.shell import Failed, run


def ran(*commands: str, folder: Path, secrets: tuple[str, ...] = (), **environ: str) -> tuple[Failed | None, str]:
    said = bytearray()
    failed = asyncio.run(
        run(commands, folder=folder, environ={**os.environ, **environ}, mask=Mask(secrets), show=said.extend)
    )
    return failed, said.decode()


@pytest.mark.parametrize(
    ("commands", "code", "said"),
    [
        (("echo one", "echo two"), None, "one\ntwo\n"),
        (("echo one; exit 3", "echo two"), 3, "one\n"),
        (("false\necho on",), 1, ""),  # the first line that fails ends it
        (("false | true\necho on",), 1, ""),
        (("echo out; echo err >&2; echo out",), None, "out\nerr\nout\n"),
        (("cd sub && pwd | xargs basename",), None, "sub\n"),
        (("no-such-command-at-all",), 127, None),
        (("kill -TERM $$",), -15, ""),
    ],
)
def test_what_the_shell_does_counts(tmp_path: Path, commands: tuple[str, ...], code: int | None, said: str) -> None:
    (tmp_path / "sub").mkdir()
    failed, printed = ran(*commands, folder=tmp_path)
    assert (failed.code if failed else None) == code
    assert said is None or printed == said


@pytest.mark.parametrize(
    ("failed", "said"),
    [
        (Failed(command="make deploy", code=2), "`make deploy` ended with exit code 2"),
        (Failed(command="a\nb", code=-9), "`a …` was ended by SIGKILL"),
        (Failed(command="fly", code=127), "`fly` ended with exit code 127 (no such command; a list"),
    ],
)
def test_a_failure_is_told_in_words(failed: Failed, said: str) -> None:
    assert str(failed).startswith(said)


def test_secrets_are_masked_in_what_is_printed_and_in_what_failed(tmp_path: Path) -> None:
    command = 'printf "key %s" "${KEY:0:4}"; printf "%s\n" "${KEY:4}"; echo hunter22 >&2; exit 1'
    failed, printed = ran(command, folder=tmp_path, secrets=("hunter22",), KEY="hunter22")
    assert printed == "key ***\n***\n"
    assert "hunter22" not in str(failed)


def test_a_server_that_is_left_running_holds_nothing_up(tmp_path: Path) -> None:
    failed, printed = ran("sleep 60 & echo $!", folder=tmp_path)
    assert failed is None
    os.kill(int(printed), 15)


def test_cancelled_it_ends_the_command_and_all_that_it_started(tmp_path: Path) -> None:
    pids = tmp_path / "pids"

    async def cancelled() -> None:
        command = f"sleep 61 & echo $! >> {pids}; echo $$ >> {pids}; echo ready; wait"
        started = asyncio.Event()
        work = asyncio.create_task(
            run([command], folder=tmp_path, environ=os.environ, mask=Mask(()), show=lambda said: started.set())
        )
        await started.wait()
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work

    asyncio.run(cancelled())
    for pid in pids.read_text().split():
        assert gone(int(pid))


def gone(pid: int) -> bool:
    """Whether a process has ended, given a moment; one that nobody has reaped yet has."""
    ends = time.monotonic() + 5
    while time.monotonic() < ends:
        try:
            if ") Z " in Path(f"/proc/{pid}/stat").read_text():
                return True
        except FileNotFoundError:
            return True
    return False

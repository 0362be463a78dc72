"""The stage: Parley behind real names and certificates, and nothing left of it in the end."""

import asyncio
import os
import signal
import ssl
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from launchready.demo.declared import APP, DOMAIN, SITE, WWW
from launchready.demo.process import ParleyFailed, running
from launchready.demo.stage import Flaw, opened
from launchready.model.launch import Launch
from launchready.wire.routes import Routes

NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this test's temporary files go, so that what is left can be seen."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def children(of: int | None = None) -> list[int]:
    """The ids of the processes that one has started and not yet seen end (proc(5))."""
    pid = of or os.getpid()
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def environment_of(child: int) -> bytes:
    return Path(f"/proc/{child}/environ").read_bytes()


async def first_line(launch: Launch, host: str, port: int = 443) -> str:
    """The status line for `/`, over a connection whose certificate was verified."""
    address, mapped = Routes(launch.network.connect_to).target(host, port)
    context = ssl.create_default_context(cafile=launch.network.ca)
    reader, writer = await asyncio.open_connection(address, mapped, ssl=context, server_hostname=host)
    writer.write(f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    line = await reader.readline()
    await reader.read()
    writer.close()
    await writer.wait_closed()
    return line.decode().strip()


def test_each_host_has_a_certificate_of_its_own(own_temporary_folder: Path) -> None:
    async def play() -> None:
        async with opened(NOW) as stage:
            async with stage.parley(faults="launch") as launch:
                assert await first_line(launch, SITE) == "HTTP/1.1 200 OK"
                assert await first_line(launch, WWW) == "HTTP/1.1 308 Permanent Redirect"
                assert await first_line(launch, APP) == "HTTP/1.1 303 See Other"
            flaws = {SITE: Flaw.WRONG_NAME, WWW: Flaw.ENDS_SOON, APP: Flaw.EXPIRED}
            async with stage.parley(faults="demo", flaws=flaws) as launch:
                with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
                    await first_line(launch, SITE)
                assert await first_line(launch, WWW) == "HTTP/1.1 200 OK"
                with pytest.raises(ssl.SSLCertVerificationError, match="expired"):
                    await first_line(launch, APP)

    asyncio.run(play())
    assert not list(own_temporary_folder.iterdir())
    assert not children()


def test_every_connection_stays_on_this_machine() -> None:
    async def play() -> None:
        async with opened(NOW) as stage, stage.parley(faults="launch") as launch:
            roads = Routes(launch.network.connect_to)
            for host, port in ((SITE, 443), ("rdap.example.org", 443), ("9.9.9.9", 53), ("parley.fly.dev", 80)):
                assert roads.target(host, port)[0] == "127.0.0.1"

    asyncio.run(play())


def test_parley_gets_no_key_and_no_database_of_whoever_runs_the_demo(
    own_temporary_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DATABASE_URL", "OPENAI_API_KEY", "PARLEY_SMTP", "STRIPE_API_KEY"):
        monkeypatch.setenv(name, "theirs")
    monkeypatch.setenv("LANG", "C")

    async def play() -> bytes:
        async with opened(NOW) as stage, stage.parley(faults="launch"):
            (child,) = children()
            return environment_of(child)

    held = asyncio.run(play())
    assert b"theirs" not in held
    assert b"LANG=C" in held


@pytest.mark.parametrize("interruption", [RuntimeError, KeyboardInterrupt, asyncio.CancelledError])
def test_nothing_is_left_when_it_is_cut_short(own_temporary_folder: Path, interruption: type[BaseException]) -> None:
    async def play() -> None:
        async with opened(NOW) as stage, stage.parley(faults="demo"):
            raise interruption

    with pytest.raises(interruption):
        asyncio.run(play())
    assert not list(own_temporary_folder.iterdir())
    assert not children()


def test_a_parley_that_cannot_start_is_told_in_one_sentence(own_temporary_folder: Path) -> None:
    async def play() -> None:
        async with running(DOMAIN, {}, "no-such-thing", own_temporary_folder, ""):
            pass

    with pytest.raises(ParleyFailed, match=r"^Parley did not start: .*no such fault: no-such-thing") as failure:
        asyncio.run(play())
    assert "\n" not in str(failure.value)
    assert not children()


def test_a_python_that_cannot_be_run_is_told_in_one_sentence(
    own_temporary_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def play() -> None:
        async with running(DOMAIN, {}, "launch", own_temporary_folder, ""):
            pass

    monkeypatch.setattr(sys, "executable", str(own_temporary_folder / "python"))
    with pytest.raises(ParleyFailed, match=r"^Parley did not start: .*/python: No such file or directory$"):
        asyncio.run(play())


def test_a_parley_that_will_not_stop_is_killed() -> None:
    async def play() -> None:
        async with opened(NOW) as stage, stage.parley(faults="launch"):
            (child,) = children()
            os.kill(child, signal.SIGSTOP)

    asyncio.run(play())
    assert not children()


def test_parley_ends_when_the_demo_is_killed(tmp_path: Path) -> None:
    script = (
        "import asyncio, datetime\n"
        "from launchready.demo.stage import opened\n"
        "async def play():\n"
        "    async with opened(datetime.datetime.now(datetime.UTC)) as stage, stage.parley(faults='launch'):\n"
        "        print('ready', flush=True)\n"
        "        await asyncio.Event().wait()\n"
        "asyncio.run(play())\n"
    )

    async def play() -> None:
        demo = await asyncio.create_subprocess_exec(
            sys.executable, "-c", script, stdout=asyncio.subprocess.PIPE, env={**os.environ, "TMPDIR": str(tmp_path)}
        )
        assert demo.stdout
        assert await demo.stdout.readline() == b"ready\n"
        (parley,) = children(demo.pid)
        ended = os.pidfd_open(parley)
        demo.kill()
        await demo.wait()
        loop, gone = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(ended, gone.set)
        await asyncio.wait_for(gone.wait(), 20)
        loop.remove_reader(ended)
        os.close(ended)

    asyncio.run(play())

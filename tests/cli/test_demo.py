"""`launchready demo` leaves a report behind, and never writes over what is not its own."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from launchready.cli import run


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_it_ends_in_a_report_that_the_next_run_replaces(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["demo"]) == 0
    assert "open report.html in a browser" in capsys.readouterr().out
    first = (here / "report.html").read_text("utf-8")
    assert "The certificate has expired" in first
    assert run(["demo"]) == 0
    assert (here / "report.html").read_text("utf-8") != first
    assert [path.name for path in here.iterdir()] == ["report.html"]


def test_a_cancelled_ci_job_leaves_nothing_behind(here: Path) -> None:
    environ = {**os.environ, "TMPDIR": str(here)}
    with subprocess.Popen(
        [sys.executable, "-m", "launchready", "demo", "--output", os.devnull],
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as demo:
        while not list(here.glob("launchready-demo-*/*")):
            assert demo.poll() is None
        demo.send_signal(signal.SIGTERM)
        _, said = demo.communicate(timeout=30)
    assert (demo.returncode, said.strip()) == (130, "Interrupted; nothing was left half-written.")
    assert not list(here.iterdir())


def test_a_file_that_is_no_report_is_left_alone(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "report.html").write_text("<h1>Quarterly report</h1>")
    assert run(["demo"]) == 2
    assert "--output" in capsys.readouterr().err
    assert (here / "report.html").read_text() == "<h1>Quarterly report</h1>"


def test_a_place_that_cannot_be_written_is_told_before_the_work(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["demo", "--output", "nowhere/report.html"]) == 2
    said = capsys.readouterr()
    assert "there is no folder nowhere" in said.err
    assert not said.out

"""A deploy step by step, with a log of its own kind; the commands are real."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from launchready.deploy.mask import Mask
from launchready.deploy.means import means
from launchready.deploy.run import deploy
from launchready.errors import NoAnswer, UsageError
from launchready.ledger import deploys
from launchready.model.deployment import Deployment, Outcome, Step
from launchready.model.launch import Deploy, Launch

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
Smoke = Callable[[], Awaitable[tuple[str, ...]]]


async def fine() -> tuple[str, ...]:
    return ()


async def silent() -> tuple[str, ...]:
    raise NoAnswer("no answer from 192.0.2.1")


async def defect() -> tuple[str, ...]:
    raise ZeroDivisionError


def deployed(folder: Path, declared: Deploy, smoke: Smoke = fine, version: str | None = "v2") -> Deployment:
    minutes = count()
    with deploys.opened(folder / ".launchready") as log:
        made = means(
            Launch(domain="parley.example", name="Parley", deploy=declared),
            folder,
            Mask(()),
            smoke=smoke,
            show=lambda printed: None,
            tell=lambda step: None,
            clock=lambda: NOW + timedelta(minutes=next(minutes)),
            patience_s=0,
        )
        try:
            return asyncio.run(deploy(declared, "parley.example", version, made, log))
        finally:
            if newest := log.all("parley.example")[:1]:
                assert newest[0].outcome is not None  # whatever happened, it is told


def test_both_commands_find_the_versions(tmp_path: Path) -> None:
    told = 'echo "$0 $LAUNCHREADY_VERSION from $LAUNCHREADY_PREVIOUS_VERSION" >> told'
    (tmp_path / "live").write_text("v1")
    done = deployed(tmp_path, Deploy(command=(told, "exit 1"), rollback=(told,), version="cat live"))
    assert [line.split()[1:] for line in (tmp_path / "told").read_text().splitlines()] == [["v2", "from", "v1"]] * 2
    assert (done.outcome, done.previous, done.live) == (Outcome.ROLLED_BACK, "v1", "v1")
    assert done.finished and done.finished > done.started


def test_a_rollback_that_needs_an_unknown_version_is_refused_before_anything_runs(tmp_path: Path) -> None:
    declared = Deploy(command=("touch ran",), rollback=("./to $LAUNCHREADY_PREVIOUS_VERSION",))
    with pytest.raises(UsageError, match="deploy record --version V"):
        deployed(tmp_path, declared)
    assert not (tmp_path / "ran").exists()
    now = Deployment(domain="parley.example", started=NOW, step=Step.COMMAND, version="v1", outcome=Outcome.RECORDED)
    with deploys.opened(tmp_path / ".launchready") as log:
        log.add(now)
    assert deployed(tmp_path, declared).outcome is Outcome.DEPLOYED


def test_a_smoke_test_that_cannot_look_has_not_passed(tmp_path: Path) -> None:
    done = deployed(tmp_path, Deploy(command=("true",), rollback=("touch back",)), silent)
    assert done.outcome is Outcome.ROLLBACK_FAILED
    assert "could not look: no answer" in done.problems[0]
    assert done.works is None
    assert (tmp_path / "back").exists()


def test_a_defect_of_ours_is_told_in_the_log(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        deployed(tmp_path, Deploy(command=("true",), rollback=("touch back",)), defect)
    with deploys.opened(tmp_path / ".launchready") as log:
        (told,) = log.all("parley.example")
    assert told.problems == ("launchready itself failed while its smoke test ran",)
    assert told.outcome is Outcome.INTERRUPTED
    assert not (tmp_path / "back").exists()

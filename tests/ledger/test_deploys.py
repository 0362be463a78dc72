"""The log of deploys, and the newest facts of several runs, in one ledger."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from launchready.errors import UsageError
from launchready.ledger import deploys
from launchready.ledger.store import opened
from launchready.model.deployment import Deployment, Outcome, Step
from launchready.model.facts import Fact
from tests.test_audit import host, tls

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
FULL = Deployment(
    domain="parley.example",
    started=AT,
    step=Step.SMOKE_AFTER,
    version="v3",
    previous="v2",
    finished=AT + timedelta(minutes=2),
    outcome=Outcome.ROLLED_BACK,
    problems=("one", "two"),
    live="v2",
    works=True,
    note="n",
)


def test_a_deploy_survives_the_journey_newest_first(tmp_path: Path) -> None:
    least = Deployment(domain="parley.example", started=AT + timedelta(days=1), step=Step.COMMAND)
    with deploys.opened(tmp_path / ".launchready") as log:
        log.add(FULL)
        log.add(replace(FULL, domain="other.example"))
        log.update(log.add(FULL), least)
    with deploys.opened(tmp_path / ".launchready") as log:
        assert log.all("parley.example") == (least, FULL)


def test_only_one_may_run_and_the_killed_are_told_once(tmp_path: Path) -> None:
    unfinished = replace(FULL, outcome=None, finished=None, problems=(), step=Step.ROLLBACK)
    with deploys.opened(tmp_path / ".launchready") as log:
        log.add(FULL)
        with log.running() as killed:
            assert killed == ()
            log.add(unfinished)
            assert log.cut_short() == ()  # it is running
            with pytest.raises(UsageError, match="another deploy"), log.running():
                pass
        (told,) = log.cut_short()
        assert told == replace(unfinished, outcome=Outcome.INTERRUPTED, problems=("killed while its rollback ran",))
        assert log.cut_short() == ()


@pytest.mark.parametrize(
    ("outcome", "live", "left"),
    [
        (Outcome.DEPLOYED, None, "v3"),
        (Outcome.DEPLOYED, "v3-told", "v3-told"),
        (Outcome.RECORDED, None, "v3"),
        (Outcome.RECORDED_ROLLBACK, None, "v3"),
        (Outcome.ROLLED_BACK, None, "v2"),
        (Outcome.ROLLBACK_FAILED, None, None),
        (Outcome.NOT_ROLLED_BACK, "v3", "v3"),
        (Outcome.INTERRUPTED, None, None),
        (None, None, None),
    ],
)
def test_what_should_be_live_since(outcome: Outcome | None, live: str | None, left: str | None) -> None:
    assert replace(FULL, outcome=outcome, live=live).left_live == left


def test_of_the_ledger_the_newest_of_each_thing_counts_and_of_audits_only_the_last(tmp_path: Path) -> None:
    domain = "parley.example"
    runs: tuple[tuple[str, tuple[Fact, ...]], ...] = (
        ("audit", (tls(domain, -4), host("gone.parley.example"))),
        ("journey run", (host("a.parley.example"), tls("x.parley.example", 5))),
        ("journey run", (tls("x.parley.example", 60),)),
        ("audit", (tls(domain, 60),)),
    )
    with opened(tmp_path / ".launchready") as ledger:
        for minutes, (command, facts) in enumerate(runs):
            at = AT + timedelta(minutes=minutes)
            ledger.finish(ledger.begin(command, domain, at), facts, at)
        ledger.finish(ledger.begin("audit", "other.example", AT), (host("other.example"),), AT)
        ledger.begin("audit", domain, AT + timedelta(days=1))  # never finished
        newest = {tls(domain, 60), tls("x.parley.example", 60), host("a.parley.example")}
        assert set(ledger.newest_of_all(domain)) == newest
        assert ledger.newest_of_all("unheard-of.example") == ()

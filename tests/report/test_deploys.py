"""What became of a deploy, in words that fit the screen and leave no doubt about what is live."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from launchready.model.deployment import Deployment, Outcome, Step
from launchready.report import deploys

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ONE = Deployment(
    domain="parley.example",
    started=AT,
    step=Step.COMMAND,
    version="v2",
    previous="v1",
    outcome=Outcome.DEPLOYED,
    problems=("`make` ended with exit code 2",),
)


def words(rollback: tuple[str, ...] = ("./back.sh",), **changed: object) -> str:
    return deploys.render(replace(ONE, **changed), rollback, colour=False)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"live": "v2"}, "Live now: v2 (the new version)."),
        ({"live": "2"}, "Live now: 2 (the new version)."),
        ({"version": "7f3c9d1", "live": "7f3c9d1aa0"}, "(the new version)."),
        ({"version": "v1", "live": "v12"}, "It is not v1"),
        ({"live": "v1"}, "Live now: v1. It is not v2: look whether the deploy took effect."),
        ({"live": None}, "Live now should be v2; [deploy] version"),
        ({"outcome": Outcome.ROLLED_BACK, "live": "v1"}, "Live now: v1 (the version before)."),
        ({"outcome": Outcome.ROLLED_BACK, "live": None}, "Live now should be v1;"),
        ({"outcome": Outcome.ROLLED_BACK, "live": "v0"}, "Live now: v0."),
        ({"outcome": Outcome.NOT_ROLLED_BACK, "works": False}, "is not known; [deploy] version"),
        ({"outcome": Outcome.NOT_ROLLED_BACK, "works": False}, "It fails the smoke test: visitors see it broken."),
        ({"outcome": Outcome.NOT_ROLLED_BACK, "works": True}, "It passes the smoke test."),
        ({"outcome": Outcome.INTERRUPTED}, "or take it back: ./back.sh"),
        ({"outcome": Outcome.INTERRUPTED, "rollback": ()}, "Look at production, then deploy again. Tell"),
        ({"outcome": Outcome.ROLLBACK_FAILED}, "Somebody must look at production now"),
        ({"version": None, "live": "v9"}, "Deployed: This version is out"),
    ],
)
def test_it_says_what_is_live(changed: dict[str, object], said: str) -> None:
    printed = words(**changed)  # type: ignore[arg-type]
    assert said in " ".join(printed.split())
    assert max(map(len, printed.splitlines())) <= 80
    assert printed.endswith("\n") and not printed.endswith("\n\n")


def test_nothing_from_outside_steers_the_terminal() -> None:
    evil = "\x1b[2Jv2\n"
    for outcome in (*Outcome, None):
        one = replace(ONE, version=evil, previous=evil, live=evil, note=evil, problems=(evil,), outcome=outcome)
        printed = [deploys.render(one, (evil,), colour=False), deploys.render_list("parley.example", (one,))]
        assert not any("\x1b" in text for text in (*printed, deploys.render_json([one]), deploys.cut_short(one)))


def test_a_long_version_keeps_the_list_at_80_columns() -> None:
    one = replace(ONE, version="v" * 200, live="x" * 100)
    assert "vvv…" in deploys.render_list("parley.example", (one,)).splitlines()[2]
    assert len(deploys.render_list("parley.example", (one,)).splitlines()[2]) <= 80

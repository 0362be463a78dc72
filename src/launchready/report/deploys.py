"""What became of a deploy, and the list of them, in words: what failed, what was done, what is live now."""

from collections.abc import Iterable, Iterator
from json import dumps
from typing import Any

from launchready.formats.printable import printable
from launchready.model.deployment import Deployment, Outcome, Step
from launchready.report.text import WIDTH, block, many, paint

SCHEMA = "launchready.deploys/1"
_WORD: dict[Outcome | None, str] = {
    Outcome.DEPLOYED: "deployed",
    Outcome.ROLLED_BACK: "rolled back",
    Outcome.ROLLBACK_FAILED: "rollback failed",
    Outcome.NOT_ROLLED_BACK: "not rolled back",
    Outcome.INTERRUPTED: "interrupted",
    Outcome.RECORDED: "deployed",
    Outcome.RECORDED_ROLLBACK: "rolled back",
    None: "running",
}
_WHEN, _VERSION = 19, 30
_NO_ROLLBACK = (
    "launch.toml states no rollback; add the command that puts a version back, as",
    "  [deploy]",
    '  rollback = "./deploy.sh $LAUNCHREADY_PREVIOUS_VERSION"',
)


def render(one: Deployment, rollback: tuple[str, ...], *, colour: bool) -> str:
    """How one deploy ended, as text that ends in a newline; `rollback` are the commands that launch.toml states."""
    painted = paint(_headline(one), "32;1" if one.outcome is Outcome.DEPLOYED else "31;1", colour=colour)
    lines = [painted, *(line for problem in one.problems for line in block(printable(problem), indent=2, hang=2))]
    if one.outcome is Outcome.ROLLED_BACK:
        lines.append("The rollback ran, and the smoke test passes again.")
    if one.outcome is Outcome.NOT_ROLLED_BACK:
        lines += _NO_ROLLBACK
    if one.outcome in (Outcome.INTERRUPTED, Outcome.ROLLBACK_FAILED):
        lines += _by_hand(one, rollback)
    return "\n".join([*lines, *block(_live(one), indent=0)]) + "\n"


def _headline(one: Deployment) -> str:
    what = printable(one.version) if one.version else "This version"
    return {
        Outcome.DEPLOYED: f"Deployed: {what} is out, and the smoke test passes.",
        Outcome.ROLLED_BACK: f"Rolled back: {what} failed and was taken back.",
        Outcome.ROLLBACK_FAILED: f"ROLLBACK FAILED: {what} failed, and taking it back did not work.",
        Outcome.NOT_ROLLED_BACK: f"NOT ROLLED BACK: {what} failed, and nothing was taken back.",
        Outcome.INTERRUPTED: f"Interrupted: {what} was cut short, and nothing more was done.",
    }.get(one.outcome or Outcome.RECORDED, f"Recorded: {what}.")


def _by_hand(one: Deployment, rollback: tuple[str, ...]) -> Iterator[str]:
    """What somebody has to do now, since nothing was done, or it did not work."""
    if one.outcome is Outcome.ROLLBACK_FAILED:
        yield "Somebody must look at production now, and put a version back by hand."
    elif not rollback:
        yield "Look at production, then deploy again."
    else:
        yield "Look at production, then deploy again, or take it back:"
        yield from (f"  {printable(line, 4000)}" for command in rollback for line in command.splitlines())
    yield 'Tell what you did: launchready deploy record --note "what was done"'


def _live(one: Deployment) -> str:
    """What is live, by production's own word; else what should be, or that nobody knows. Then whether it works."""
    should = one.left_live
    if one.live:
        told = f"Live now: {printable(one.live)}{_which(one, one.live)}"
    elif should:
        told = f"Live now should be {printable(should)}; [deploy] version in launch.toml would let production say it."
    else:
        told = "Which version is live now is not known; [deploy] version in launch.toml would let production say it."
    if one.outcome in (Outcome.NOT_ROLLED_BACK, Outcome.ROLLBACK_FAILED) and one.works is not None:
        told += " It passes the smoke test." if one.works else " It fails the smoke test: visitors see it broken."
    return told


def _which(one: Deployment, live: str) -> str:
    """Which of the two versions it is that answers."""
    if one.version is not None and _alike(live, one.version):
        return " (the new version)."
    if one.version is not None and one.outcome is Outcome.DEPLOYED:
        return f". It is not {printable(one.version)}: look whether the deploy took effect."
    return " (the version before)." if live == one.previous else "."


def _alike(one: str, other: str) -> bool:
    """Whether two names mean one version: `v1.2` and `1.2`, a commit and its first characters."""
    one, other = one.removeprefix("v"), other.removeprefix("v")
    return one == other or (min(len(one), len(other)) >= 7 and (one.startswith(other) or other.startswith(one)))


def cut_short(one: Deployment) -> str:
    """One sentence about a deploy whose process was killed."""
    what = f"The deploy of {printable(one.version)}" if one.version else "The deploy"
    return (
        f"{what} started {one.started:%d %b %Y %H:%M} UTC was killed while {one.step.value}; "
        "what it left live is not known, and what it started may run still."
    )


# The list -------------------------------------------------------------------------------------------------------


def render_list(domain: str, deployments: tuple[Deployment, ...]) -> str:
    """All deploys at 80 columns, newest first, as text that ends in a newline."""
    if not deployments:
        return f"{domain}: no deploy is recorded yet. `launchready deploy run` does one, `deploy record` notes one.\n"
    lines = [f"{domain} · {many(len(deployments), 'deploy')}, newest first", ""]
    for one in deployments:
        lines += _entry(one)
    return "\n".join(lines) + "\n"


def _entry(one: Deployment) -> Iterator[str]:
    version = printable(one.version or "-", _VERSION - 2)
    yield f"{one.started:%d %b %Y %H:%M}  {version:<{_VERSION}}{_WORD[one.outcome]}"[:WIDTH]
    about = [*one.problems]
    if one.outcome is None:
        about.append(f"now: {_now(one.step)}")
    if one.live and one.live != one.version:
        about.append(f"live afterwards: {one.live}")
    if one.note:
        about.append(f"note: {one.note}")
    for text in about:
        yield from block(printable(text), indent=_WHEN, hang=2)


def _now(step: Step) -> str:
    return step.value.replace(" ran", " runs")


def render_json(deployments: Iterable[Deployment]) -> str:
    """The deploys as one JSON document, schema launchready.deploys/1."""
    return dumps({"schema": SCHEMA, "deploys": list(map(_document, deployments))}, indent=2) + "\n"


def _document(one: Deployment) -> dict[str, Any]:
    return {
        "version": one.version,
        "started": f"{one.started:%Y-%m-%dT%H:%M:%SZ}",
        "finished": f"{one.finished:%Y-%m-%dT%H:%M:%SZ}" if one.finished else None,
        "outcome": one.outcome.value if one.outcome else "running",
        "previous": one.previous,
        "live": one.live,
        "works": one.works,
        "problems": list(one.problems),
        "note": one.note,
    }

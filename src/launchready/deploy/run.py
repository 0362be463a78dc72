"""One deploy from its command to its record: what fails is taken back by the stated rollback, and looked at again."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from launchready.deploy.shell import Failed
from launchready.errors import LaunchReadyError, UsageError
from launchready.model.deployment import Deployment, Outcome, Step
from launchready.model.launch import Deploy

# What a look at production finds broken; nothing means that it works.
Smoke = Callable[[], Awaitable[tuple[str, ...]]]
_BETWEEN_S = 2.0
# What the commands find in their environment.
NEW, PREVIOUS = "LAUNCHREADY_VERSION", "LAUNCHREADY_PREVIOUS_VERSION"


class Log(Protocol):
    """Where deploys are noted."""

    def all(self, domain: str) -> tuple[Deployment, ...]: ...
    def add(self, deployment: Deployment) -> int: ...
    def update(self, number: int, deployment: Deployment) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What a deploy is done with; `smoke` is repeated until it passes or `patience_s` are over; `tell` is of steps."""

    run: Callable[[tuple[str, ...], Deployment], Awaitable[Failed | None]]
    smoke: Smoke
    version: Callable[[], Awaitable[str | None]]
    tell: Callable[[str], None]
    clock: Callable[[], datetime]
    patience_s: float


async def deploy(declared: Deploy, domain: str, version: str | None, means: Means, log: Log) -> Deployment:
    """Run the command and the smoke test, take back what fails, and note each step before it begins.

    Cancelled, it ends what runs, notes that it was interrupted, and lets the cancellation go on. Raises `UsageError`,
    before anything is run, when the rollback needs the version before and nobody knows it.
    """
    before = await means.version() or next((one.left_live for one in log.all(domain)), None)
    if before is None and any(PREVIOUS in command for command in declared.rollback):
        raise UsageError(
            f"the rollback needs ${PREVIOUS}, and nobody knows which version is live: state [deploy] version in "
            "launch.toml, or tell it once with `launchready deploy record --version V`"
        )
    now = Deployment(domain=domain, started=means.clock(), step=Step.COMMAND, version=version, previous=before)
    attempt = _Attempt(now, log.add(now), declared, means, log)
    try:
        return await attempt.go()
    except BaseException as error:
        why = "interrupted" if isinstance(error, asyncio.CancelledError) else "launchready itself failed"
        attempt.end(Outcome.INTERRUPTED, f"{why} while {attempt.now.step.value}")
        raise


class _Attempt:
    """A deploy in hand; `now` is what the log says of it."""

    def __init__(self, now: Deployment, number: int, declared: Deploy, means: Means, log: Log) -> None:
        self.now = now
        self._number = number
        self._declared = declared
        self._means = means
        self._log = log

    async def go(self) -> Deployment:
        self._means.tell("Deploying")
        failed = await self._means.run(self._declared.command, self.now)
        problems = (str(failed),) if failed else await self._smoke(Step.SMOKE)
        if not problems:
            return await self._ended(Outcome.DEPLOYED)
        self._note(problems=problems)
        if not self._declared.rollback:
            if failed:
                await self._look()
            return await self._ended(Outcome.NOT_ROLLED_BACK)
        return await self._take_back()

    async def _take_back(self) -> Deployment:
        self._note(step=Step.ROLLBACK)
        self._means.tell(f"Taking it back: {self.now.problems[0]}")
        failed = await self._means.run(self._declared.rollback, self.now)
        if failed:
            self._note(problems=(*self.now.problems, f"the rollback: {failed}"))
            await self._look()
            return await self._ended(Outcome.ROLLBACK_FAILED)
        left = await self._smoke(Step.SMOKE_AFTER)
        self._note(problems=(*self.now.problems, *(f"after the rollback: {problem}" for problem in left)))
        return await self._ended(Outcome.ROLLBACK_FAILED if left else Outcome.ROLLED_BACK)

    async def _smoke(self, step: Step) -> tuple[str, ...]:
        """What is still broken when patience ends: a server may need a moment to start."""
        self._note(step=step)
        self._means.tell("Looking whether it works")
        clock = asyncio.get_running_loop().time
        ends = clock() + self._means.patience_s
        while problems := await self._look():
            if clock() + _BETWEEN_S > ends:
                break
            await asyncio.sleep(_BETWEEN_S)
        return problems

    async def _look(self) -> tuple[str, ...]:
        """One smoke test; whether production works is noted."""
        try:
            problems = await self._means.smoke()
        except LaunchReadyError as error:
            return (f"the smoke test could not look: {error}",)
        self._note(works=not problems)
        return problems

    async def _ended(self, outcome: Outcome) -> Deployment:
        self._note(live=await self._means.version())
        self.end(outcome)
        return self.now

    def end(self, outcome: Outcome, *problems: str) -> None:
        self._note(outcome=outcome, finished=self._means.clock(), problems=(*self.now.problems, *problems))

    def _note(self, **changed: object) -> None:
        self.now = replace(self.now, **changed)  # type: ignore[arg-type]
        self._log.update(self._number, self.now)

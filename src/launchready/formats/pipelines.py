"""CI as its files describe it, the same for every service: what starts it, its jobs, and which wait for which."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

_NOT_PRODUCTION = re.compile(
    r"(?<![a-z])(?:staging|stage|stg|previews?|dev|develop|development|qa|uat|docs?|documentation|storybook|pages|demo|sandbox"
    r"|playground|examples?|review|benchmarks?|nightly|canary|website|blog)(?![a-z])",
    re.IGNORECASE,
)
_PRODUCTION = re.compile(r"(?<![a-z])(?:production|prod|prd|live)(?![a-z])", re.IGNORECASE)


def is_production(words: Iterable[str]) -> bool:
    """Whether a deploy is to production: the first of the texts around it that says anything decides."""
    for text in words:
        if _PRODUCTION.search(text):
            return True
        if _NOT_PRODUCTION.search(text):
            return False
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job. `needs` are the jobs it waits for; `deploys` the platform it deploys to by itself, and `tested_first`
    whether an earlier step of the same job tests. `calls` is another pipeline that it runs, by that one's path.

    `tests` counts only when a failure stops what waits. `by_hand` when a person starts or approves it; `words` is
    everything by which its environment may be told.
    """

    name: str
    line: int
    tests: bool = False
    may_test: bool = False  # runs what only another file would tell
    deploys: str | None = None
    tested_first: bool = False
    needs: tuple[str, ...] = ()
    calls: str | None = None
    by_hand: bool = False
    heedless: bool = False  # runs whether or not what it waits for has failed
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """One workflow. `pushed` when a push to the branch of production starts it, `proposed` when a pull request does;
    `after` are the pipelines whose success starts it, by name, and `called` when only others start it."""

    service: str
    path: str
    name: str
    jobs: tuple[Job, ...]
    pushed: bool = False
    proposed: bool = False
    called: bool = False
    after: tuple[str, ...] = ()
    partly: bool = False  # it includes files that are elsewhere

    def job(self, name: str) -> Job | None:
        return next((job for job in self.jobs if job.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deploy:
    """A job that a push starts and that deploys: whether tests come before it, and where the tests are that do not."""

    pipeline: Pipeline
    job: Job
    platform: str
    gated: bool


class Pipelines:
    """All pipelines of a repository, with what they call resolved."""

    def __init__(self, every: tuple[Pipeline, ...]) -> None:
        self.every = every
        self._by_path = {one.path: one for one in every}

    def deploys(self) -> Iterator[Deploy]:
        """Every job that deploys by itself after a push, through the workflows that it calls too."""
        for pipeline in self.every:
            if pipeline.called or not (pipeline.pushed or pipeline.after):
                continue
            for job in pipeline.jobs:
                for inner, ran, platform, gated in self._ends(pipeline, job, 0):
                    yield Deploy(pipeline=inner, job=ran, platform=platform, gated=gated or self._after_tests(pipeline))

    def tests(self, *, pushed: bool) -> tuple[Pipeline, Job] | None:
        """The first job that tests on a push, or on a pull request."""
        for pipeline in self.every:
            if pipeline.pushed if pushed else pipeline.proposed:
                for job in pipeline.jobs:
                    if self._tests(job, 0):
                        return pipeline, job
        return None

    def _ends(self, pipeline: Pipeline, job: Job, depth: int) -> Iterator[tuple[Pipeline, Job, str, bool]]:
        if job.by_hand or depth > 4:
            return
        gated = not job.heedless and self._waits(pipeline, job, frozenset())
        if job.deploys is not None:
            yield pipeline, job, job.deploys, gated or job.tested_first
        called = self._by_path.get(job.calls or "")
        for inner in called.jobs if called is not None else ():
            for where, ran, platform, waits in self._ends(called or pipeline, inner, depth + 1):
                yield where, replace(ran, words=(*ran.words, *job.words)), platform, waits or gated

    def _waits(self, pipeline: Pipeline, job: Job, seen: frozenset[str]) -> bool:
        """Whether a job that tests must end well before this one."""
        for name in job.needs:
            needed = pipeline.job(name)
            if needed is None or name in seen:
                continue
            if self._tests(needed, 0) or self._waits(pipeline, needed, seen | {name}):
                return True
        return False

    def _tests(self, job: Job, depth: int) -> bool:
        if job.tests or depth > 4:
            return job.tests
        called = self._by_path.get(job.calls or "")
        return called is not None and any(self._tests(inner, depth + 1) for inner in called.jobs)

    def _after_tests(self, pipeline: Pipeline) -> bool:
        named = [one for one in self.every if one.name in pipeline.after]
        return any(self._tests(job, 0) for one in named for job in one.jobs)

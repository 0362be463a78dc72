"""What looks at a change, and what deploys it: whether the one comes before the other."""

import re
from collections.abc import Iterator

from launchready.formats import circleci_pipelines, github_workflows, gitlab_pipelines, yaml_tree
from launchready.formats.pipelines import Deploy, Job, Pipeline, Pipelines, is_production
from launchready.formats.printable import printable
from launchready.gather.repository import chores, platforms
from launchready.gather.repository.tree import Tree, line_at
from launchready.model.deploying import AutomaticDeploy
from launchready.model.gap import Gap, with_gaps
from launchready.model.repository import Sighting

_MOST_WORKFLOWS = 100
# Platforms that deploy every push by themselves once they are connected to the repository.
_BY_THEMSELVES = frozenset({
    "Vercel", "Netlify", "Render", "Railway", "AWS Amplify", "DigitalOcean App Platform", "AWS App Runner",
})  # fmt: skip
_NO_DEPLOYS = frozenset({"pre-commit"})


def read(tree: Tree) -> tuple[Pipeline, ...]:
    """Every pipeline of the services whose files are understood."""
    return tuple(_read(tree))


# Files of services that are not read here, and how people call those that keep theirs outside the repository.
_FILES = (
    "buildspec.yml", "cloudbuild.yaml", "cloudbuild.yml", ".drone.yml", ".woodpecker.yml", "appveyor.yml",
    ".cirrus.yml",
    ".semaphore/semaphore.yml", ".buildkite/pipeline.yml", ".buildkite/pipeline.yaml",
)  # fmt: skip
_NAMED = re.compile(r"\b(?:Concourse|Jenkins|Buildkite|TeamCity|Semaphore ?CI|Woodpecker|AppVeyor|CodeBuild|Bamboo)\b")


def services(tree: Tree, pipelines: tuple[Pipeline, ...]) -> tuple[Sighting, ...]:
    """The services that look at a change: those whose jobs test, and those whose files are not understood here."""
    understood = {one.path for one in pipelines}
    found = [Sighting(one.value, one.where) for one in chores.ci(tree) if one.value not in _NO_DEPLOYS]
    every = Pipelines(pipelines)
    testing = {at[0].path for pushed in (True, False) if (at := every.tests(pushed=pushed))}
    testing |= {one.path for one in pipelines if one.partly or any(map(_may_test, one.jobs))}
    found = [one for one in found if one.where not in understood or one.where in testing]
    return tuple(found) or tuple(_elsewhere(tree))


def _elsewhere(tree: Tree) -> Iterator[Sighting]:
    """Services whose files are not read here, or that only the team's own words tell of."""
    yield from (Sighting(path, path) for path in _FILES if tree.has(path))
    for path in tree.files:
        is_told = "/" not in path and path.startswith(("README", "CONTRIBUTING", "Makefile"))
        if is_told and (match := _NAMED.search(tree.text(path))):
            yield Sighting(match[0], f"{path}:{line_at(tree.text(path), match.start())}")


def _may_test(job: Job) -> bool:
    return job.tests or job.may_test or job.tested_first or job.calls is not None


def deploys(tree: Tree, pipelines: tuple[Pipeline, ...]) -> tuple[AutomaticDeploy, ...]:
    """What a push deploys to production, by CI or by the platform itself."""
    every = Pipelines(pipelines)
    found = [_deploy(one, every) for one in every.deploys() if is_production(one.job.words)]
    if not found:
        found = list(_unseen(tree))
    return tuple(dict.fromkeys(found))


def _read(tree: Tree) -> Iterator[Pipeline]:
    workflows = [path for path in tree.files if re.fullmatch(r"\.github/workflows/[^/]+\.ya?ml", path)]
    for path in workflows[:_MOST_WORKFLOWS]:
        try:
            if (found := github_workflows.read(path, tree.text(path))) is not None:
                yield found
        except yaml_tree.NotYaml as error:
            tree.leave(path, str(error))
    for path in (".gitlab-ci.yml", ".circleci/config.yml"):
        try:
            if tree.has(path) and path.startswith(".gitlab"):
                found = gitlab_pipelines.read(path, tree.text(path))
                yield from [found] if found is not None else []
            elif tree.has(path):
                yield from circleci_pipelines.read(path, tree.text(path))
        except yaml_tree.NotYaml as error:
            tree.leave(path, str(error))


def _deploy(one: Deploy, every: Pipelines) -> AutomaticDeploy:
    where = f"{one.pipeline.path}:{one.job.line}"
    what = f"{one.platform} (job `{printable(one.job.name, 60)}`)"
    beside = every.tests(pushed=True)
    before = every.tests(pushed=False)
    if one.gated or beside:
        return AutomaticDeploy(where=where, what=what, waits=one.gated, instead=_instead(one, beside))
    partly = [each for each in every.every if each.partly]
    if before or partly:
        reason = (
            f"{before[0].path} tests pull requests; whether a merge waits for it is a setting of the branch"
            if before
            else f"{partly[0].path} includes what is kept elsewhere"
        )
        return with_gaps(AutomaticDeploy, Gap(reason), where=where, what=what, instead="")
    return AutomaticDeploy(where=where, what=what, waits=False, instead=_instead(one, None))


def _instead(one: Deploy, tests: tuple[Pipeline, object] | None) -> str:
    """The lines that make the deploy wait."""
    job = getattr(tests[1], "name", "tests") if tests else "tests"
    if one.pipeline.service == "GitLab CI":
        return f"{one.job.name}:\n  needs: [{job}]"
    if one.pipeline.service == "CircleCI":
        return f"- {one.job.name}:\n    requires: [{job}]"
    if tests and tests[0].path != one.pipeline.path:
        return (
            f"on:\n  workflow_run:\n    workflows: [{tests[0].name!r}]\n    types: [completed]\n"
            f"jobs:\n  {one.job.name}:\n"
            "    if: github.event.workflow_run.conclusion == 'success'"
        )
    return f"jobs:\n  {one.job.name}:\n    needs: [{job}]"


def _unseen(tree: Tree) -> Iterator[AutomaticDeploy]:
    """A platform that deploys by itself, or in a way that no file tells."""
    for platform in platforms.read(tree):
        if platform.value not in _BY_THEMSELVES:
            continue
        text = tree.text(platform.where)
        if re.search(r"autoDeployTrigger:\s*['\"]?checksPass|\"?checkSuites\"?\s*[:=]\s*true", text):
            yield AutomaticDeploy(where=platform.where, what=platform.value, waits=True, instead="")
        elif not re.search(
            r"autoDeploy(?:Trigger)?:\s*['\"]?(?:false|off|no)\b|\"deploymentEnabled\"\s*:\s*false", text
        ):
            reason = f"{platform.value} deploys each push by itself: whether it waits for CI is a setting there"
            yield with_gaps(AutomaticDeploy, Gap(reason), where=platform.where, what=platform.value, instead="")

"""`.circleci/config.yml` as pipelines, one a workflow (circleci.com/docs/configuration-reference, 2026-11-24)."""

from collections.abc import Iterator

import yaml

from launchready.formats import ci_words, yaml_tree
from launchready.formats.pipelines import Job, Pipeline

_MOST = 200


def read(path: str, text: str) -> Iterator[Pipeline]:
    """Every workflow of the file. Raises `NotYaml`."""
    root = yaml_tree.compose(text)
    made = dict(yaml_tree.entries(yaml_tree.at(root, "jobs")))
    orbs = yaml_tree.at(root, "orbs") is not None
    for name, workflow in list(yaml_tree.entries(yaml_tree.at(root, "workflows")))[:_MOST]:
        listed = yaml_tree.items(yaml_tree.at(workflow, "jobs"))[:_MOST]
        if not listed or yaml_tree.at(workflow, "triggers") is not None:
            continue
        jobs = tuple(_approved([_job(item, made) for item in listed]))
        yield Pipeline(service="CircleCI", path=path, name=name, jobs=jobs, pushed=True, proposed=True, partly=orbs)


def _approved(jobs: list[Job]) -> Iterator[Job]:
    """The jobs; what waits for somebody's approval is started by hand."""
    approvals = {job.name for job in jobs if job.by_hand}
    for job in jobs:
        if approvals & set(job.needs):
            yield Job(name=job.name, line=job.line, needs=job.needs, by_hand=True, deploys=job.deploys, tests=job.tests)
        else:
            yield job


def _job(item: yaml.Node, made: dict[str, yaml.Node]) -> Job:
    called, given = yaml_tree.text(item), None
    if called is None:
        called, given = next(iter(yaml_tree.entries(item)), ("", None))
    name = yaml_tree.text(yaml_tree.at(given, "name")) or called
    tested = tested_first = False
    deploys: str | None = None
    line = yaml_tree.line(item)
    spoken = ""
    for step in yaml_tree.items(yaml_tree.at(made.get(called), "steps"))[:_MOST]:
        for command in _commands(step):
            if deploys is None and (deploys := ci_words.deploys(command)):
                tested_first, line, spoken = tested, yaml_tree.line(step), command
            tested = tested or ci_words.tests(command)
    if called not in made and deploys is None:
        deploys = "Heroku" if called.startswith("heroku/deploy") else None
    branches = yaml_tree.at(given, "filters", "branches", "only")
    only = yaml_tree.text(branches) or " ".join(yaml_tree.text(one) or "" for one in yaml_tree.items(branches))
    tagged = yaml_tree.at(given, "filters", "tags") is not None and "ignore" in str(
        [key for key, _ in yaml_tree.entries(yaml_tree.at(given, "filters", "branches"))]
    )
    return Job(
        name=name,
        line=line,
        tests=tested or (deploys is None and ci_words.tests_by_name(called)),
        deploys=deploys,
        tested_first=tested_first,
        needs=tuple(yaml_tree.text(one) or "" for one in yaml_tree.items(yaml_tree.at(given, "requires"))),
        by_hand=yaml_tree.text(yaml_tree.at(given, "type")) == "approval" or tagged,
        words=(name, only, spoken),
    )


def _commands(step: yaml.Node) -> Iterator[str]:
    run = yaml_tree.at(step, "run")
    if command := yaml_tree.text(run) or yaml_tree.text(yaml_tree.at(run, "command")):
        yield command
    for key, _ in yaml_tree.entries(step):
        if key.startswith("heroku/deploy"):
            yield "git push heroku"

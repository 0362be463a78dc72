"""`.gitlab-ci.yml` as a pipeline (docs.gitlab.com/ci/yaml, 2026-11-24)."""

import yaml

from launchready.formats import ci_words, yaml_tree
from launchready.formats.pipelines import Job, Pipeline

_MOST_JOBS = 200
_STAGES = (".pre", "build", "test", "deploy", ".post")
_NOT_JOBS = frozenset({
    "default", "include", "stages", "variables", "workflow", "image", "services", "cache", "before_script",
    "after_script", "pages", "spec",
})  # fmt: skip


def read(path: str, text: str) -> Pipeline | None:
    """The pipeline that the file describes; None when it has no jobs. Raises `NotYaml`."""
    root = yaml_tree.compose(text)
    named = [yaml_tree.text(item) or "" for item in yaml_tree.items(yaml_tree.at(root, "stages"))]
    stages = (".pre", *named, ".post") if named else _STAGES
    found = dict(yaml_tree.entries(root))
    nodes = {
        name: node
        for name, node in list(found.items())[:_MOST_JOBS]
        if name not in _NOT_JOBS and not name.startswith(".") and isinstance(node, yaml.MappingNode)
    }
    if not nodes:
        return None
    placed = {name: _stage(node, found) for name, node in nodes.items()}
    jobs = tuple(_job(name, node, found, placed, stages) for name, node in nodes.items())
    includes = yaml_tree.at(root, "include") is not None
    return Pipeline(service="GitLab CI", path=path, name=path, jobs=jobs, pushed=True, proposed=True, partly=includes)


def _said(node: yaml.Node, found: dict[str, yaml.Node], key: str) -> yaml.Node | None:
    """What a job says under a key, or what it extends."""
    for one in _with_extended(node, found):
        if (value := yaml_tree.at(one, key)) is not None:
            return value
    return None


def _with_extended(node: yaml.Node, found: dict[str, yaml.Node]) -> list[yaml.Node]:
    every = [node]
    for one in every:
        extended = yaml_tree.at(one, "extends")
        names = [yaml_tree.text(item) or "" for item in yaml_tree.items(extended)] or [yaml_tree.text(extended) or ""]
        every += [found[name] for name in names if name in found and found[name] not in every][: 10 - len(every)]
    return every


def _stage(node: yaml.Node, found: dict[str, yaml.Node]) -> str:
    return yaml_tree.text(_said(node, found, "stage")) or "test"


def _job(
    name: str, node: yaml.Node, found: dict[str, yaml.Node], placed: dict[str, str], stages: tuple[str, ...]
) -> Job:
    script = "\n".join(_lines(_said(node, found, "script")))
    deploys = ci_words.deploys(script)
    environment = _said(node, found, "environment")
    rules = "\n".join(_conditions(_said(node, found, "rules"), _said(node, found, "only")))
    manual = yaml_tree.text(_said(node, found, "when")) == "manual" or "when: manual" in rules
    soft = yaml_tree.text(_said(node, found, "allow_failure")) == "true"
    return Job(
        name=name,
        line=yaml_tree.line(node) - 1,
        tests=(ci_words.tests(script) or (deploys is None and ci_words.tests_by_name(name)))
        and not soft
        and not manual,
        deploys=deploys,
        tested_first=deploys is not None and ci_words.tests(script),
        needs=_needs(name, _said(node, found, "needs"), placed, stages),
        by_hand=manual or "$CI_COMMIT_TAG" in rules or "tags" in rules.split(),
        words=(
            yaml_tree.text(environment) or yaml_tree.text(yaml_tree.at(environment, "name")) or "",
            name,
            rules,
            script,
        ),
    )


def _needs(name: str, node: yaml.Node | None, placed: dict[str, str], stages: tuple[str, ...]) -> tuple[str, ...]:
    """The jobs that end first: those that `needs` names, else all of the stages before."""
    if node is not None:
        listed = yaml_tree.items(node)
        return tuple(yaml_tree.text(one) or yaml_tree.text(yaml_tree.at(one, "job")) or "" for one in listed)
    if placed[name] not in stages:
        return ()
    before = set(stages[: stages.index(placed[name])])
    return tuple(other for other, stage in placed.items() if stage in before)


def _lines(node: yaml.Node | None) -> list[str]:
    if (one := yaml_tree.text(node)) is not None:
        return [one]
    return [line for item in yaml_tree.items(node)[:200] for line in _lines(item)]


def _conditions(rules: yaml.Node | None, only: yaml.Node | None) -> list[str]:
    found = []
    for rule in yaml_tree.items(rules)[:50]:
        found += [f"{key}: {yaml_tree.text(value)}" for key, value in yaml_tree.entries(rule) if yaml_tree.text(value)]
    refs = yaml_tree.at(only, "refs") or only
    return found + _lines(refs)

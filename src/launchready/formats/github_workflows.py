"""A workflow of GitHub Actions as a pipeline (docs.github.com/actions/reference/workflow-syntax, 2026-11-24)."""

import re
from collections.abc import Iterator

import yaml

from launchready.formats import ci_words, yaml_tree
from launchready.formats.pipelines import Job, Pipeline, is_production

_MOST_JOBS = 100
_MOST_STEPS = 100
# Conditions under which a job runs for something else than a push to the branch of production.
_OTHER_EVENT = re.compile(
    r"event_name\s*==\s*['\"](?:pull_request\w*|workflow_dispatch|release|schedule|issue_comment|deployment)['\"]"
    r"|refs/tags/|ref_type\s*==\s*['\"]tag|event\.action\s*==|github\.event\.(?:release|pull_request|inputs)|^\s*false\s*$"
)


def read(path: str, text: str) -> Pipeline | None:
    """The workflow that a file describes; None when it is none. Raises `NotYaml`."""
    root = yaml_tree.compose(text)
    jobs = yaml_tree.at(root, "jobs")
    if jobs is None:
        return None
    starts = _starts(yaml_tree.at(root, "on"))
    push, name = starts.get("push"), yaml_tree.text(yaml_tree.at(root, "name")) or path
    words = _branches(push) if _only_others(push) else ()
    after = starts.get("workflow_run")
    heeded = "conclusion" in text
    return Pipeline(
        service="GitHub Actions",
        path=path,
        name=name,
        jobs=tuple(_jobs(jobs, (*words, name, path.rpartition("/")[2]))),
        pushed="push" in starts and not _only_tags(push),
        proposed=bool({"pull_request", "pull_request_target", "merge_group"} & starts.keys()),
        called=starts.keys() <= {"workflow_call", "workflow_dispatch"} and "workflow_call" in starts,
        after=_texts(yaml_tree.at(after, "workflows")) if heeded else (),
    )


def _starts(node: yaml.Node | None) -> dict[str, yaml.Node | None]:
    if (one := yaml_tree.text(node)) is not None:
        return {one: None}
    listed = {yaml_tree.text(item) or "": None for item in yaml_tree.items(node)}
    return {**listed, **dict(yaml_tree.entries(node))}


def _only_tags(push: yaml.Node | None) -> bool:
    return yaml_tree.at(push, "tags") is not None and yaml_tree.at(push, "branches") is None


def _branches(push: yaml.Node | None) -> tuple[str, ...]:
    return _texts(yaml_tree.at(push, "branches"))


def _only_others(push: yaml.Node | None) -> bool:
    """Whether the branches are named, and none of them is one that production is usually made of."""
    names = _branches(push)
    return bool(names) and not any(re.search(r"main|master|prod|release|trunk|live|\*", name) for name in names)


def _texts(node: yaml.Node | None) -> tuple[str, ...]:
    one = yaml_tree.text(node)
    return (one,) if one else tuple(filter(None, map(yaml_tree.text, yaml_tree.items(node)[:50])))


def _jobs(jobs: yaml.Node, words: tuple[str, ...]) -> Iterator[Job]:
    for (name, node), _ in zip(yaml_tree.entries(jobs), range(_MOST_JOBS), strict=False):
        yield _job(name, node, words)


def _job(name: str, node: yaml.Node, words: tuple[str, ...]) -> Job:
    tested = tested_first = may_test = False
    deploys: str | None = None
    line = yaml_tree.line(node) - 1
    spoken: list[str] = []
    for step in yaml_tree.items(yaml_tree.at(node, "steps"))[:_MOST_STEPS]:
        platform = _deploys(step)
        if platform and not _is_other(step) and (deploys is None or not is_production(spoken)):
            deploys, tested_first, line = platform, tested, yaml_tree.line(step)
            spoken = _spoken(step)
        tested = tested or _tests(step)
        may_test = may_test or ci_words.may_test(yaml_tree.text(yaml_tree.at(step, "run")) or "")
    calls = yaml_tree.text(yaml_tree.at(node, "uses"))
    condition = yaml_tree.text(yaml_tree.at(node, "if")) or ""
    soft = yaml_tree.text(yaml_tree.at(node, "continue-on-error")) == "true"
    shown = yaml_tree.text(yaml_tree.at(node, "name")) or ""
    environment = yaml_tree.at(node, "environment")
    placed = yaml_tree.text(environment) or yaml_tree.text(yaml_tree.at(environment, "name")) or ""
    by_name = bool(calls or yaml_tree.at(node, "steps")) and ci_words.tests_by_name(f"{name} {shown} {calls or ''}")
    return Job(
        name=name,
        line=line,
        tests=(tested or (by_name and deploys is None)) and not soft,
        may_test=may_test,
        deploys=deploys,
        tested_first=tested_first,
        needs=_texts(yaml_tree.at(node, "needs")),
        calls=calls.removeprefix("./").partition("@")[0] if calls and calls.startswith("./") else calls,
        by_hand=_is_other(node),
        heedless=bool(re.search(r"\balways\(\)|!\s*cancelled\(\)", condition)) and "needs." not in condition,
        words=(placed, name, shown, condition, *spoken, *words),
    )


def _spoken(step: yaml.Node) -> list[str]:
    said = [yaml_tree.text(yaml_tree.at(step, key)) or "" for key in ("if", "name", "run")]
    return said + [yaml_tree.text(value) or "" for _, value in yaml_tree.entries(yaml_tree.at(step, "with"))]


def _is_other(node: yaml.Node) -> bool:
    """Whether a condition keeps a job or step from running after a push."""
    condition = yaml_tree.text(yaml_tree.at(node, "if")) or ""
    pushed = re.search(r"==\s*['\"]push['\"]|refs/heads/(?:main|master|prod)", condition)
    return pushed is None and _OTHER_EVENT.search(condition) is not None


def _deploys(step: yaml.Node) -> str | None:
    given = {key: yaml_tree.text(value) or "" for key, value in yaml_tree.entries(yaml_tree.at(step, "with"))}
    if action := yaml_tree.text(yaml_tree.at(step, "uses")):
        return ci_words.deploys_by_action(action, given)
    environment = " ".join(yaml_tree.text(value) or "" for _, value in yaml_tree.entries(yaml_tree.at(step, "env")))
    return ci_words.deploys(f"{yaml_tree.text(yaml_tree.at(step, 'run')) or ''}\n{environment}")


def _tests(step: yaml.Node) -> bool:
    if yaml_tree.text(yaml_tree.at(step, "continue-on-error")) == "true":
        return False
    run = yaml_tree.text(yaml_tree.at(step, "run"))
    name = yaml_tree.text(yaml_tree.at(step, "name")) or ""
    if run is not None:
        return ci_words.tests(run)
    action = yaml_tree.text(yaml_tree.at(step, "uses")) or ""
    return ci_words.tests_by_action(action) or (action.startswith("./") and ci_words.tests_by_name(name))

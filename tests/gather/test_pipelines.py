"""Whether a deploy waits for the tests, by the files of three CI services and of the platforms."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from launchready.gather.repository import pipelines
from launchready.gather.repository.tree import Tree
from launchready.model.deploying import AutomaticDeploy
from launchready.model.gap import Gap, peek

Files = Mapping[str, str]
TEST = "  test:\n    steps:\n      - run: pytest\n"
WAITS, RUNS_AHEAD, UNKNOWN, NONE = True, False, "unknown", "none"


def written(root: Path, files: Files) -> Tree:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
    return Tree(root)


def seen(root: Path, files: Files) -> tuple[AutomaticDeploy, ...]:
    tree = written(root, files)
    return pipelines.deploys(tree, pipelines.read(tree))


def job(name: str = "deploy", run: str = "flyctl deploy", **keys: str) -> str:
    said = "".join(f"    {key}: {value}\n" for key, value in keys.items())
    return f"  {name}:\n{said}    steps:\n      - run: {run}\n"


def workflow(*jobs: str, on: str = "push", name: str = "Ship") -> str:
    return f"name: {name}\non: {on}\njobs:\n{''.join(jobs)}"


def one(*jobs: str, on: str = "push") -> Files:
    return {".github/workflows/ship.yml": workflow(*jobs, on=on)}


MAIN = "{push: {branches: [main]}}"
TESTS_FILE = {".github/workflows/tests.yml": workflow(TEST, on="[push, pull_request]", name="Tests")}
PULLS_FILE = {".github/workflows/tests.yml": workflow(TEST, on="pull_request", name="Tests")}
CALLED = {".github/workflows/called.yml": workflow(TEST, on="workflow_call", name="Called")}
CALLS = "  check_all:\n    uses: ./.github/workflows/called.yml\n"
GITLAB_TEST = "unit:\n  stage: test\n  script: [pytest]\n"
GITLAB = "ship:\n  stage: deploy\n  script:\n    - fly deploy\n"
CIRCLE = """\
version: 2.1
jobs:
  unit: {docker: [{image: cimg/python:3.13}], steps: [checkout, {run: pytest}]}
  ship: {docker: [{image: cimg/base:stable}], steps: [checkout, {run: {command: fly deploy}}]}
workflows:
  all:
    jobs:
      - unit
"""

CASES: list[tuple[str, Files, object]] = [
    ("tests in another job that it needs", one(TEST, job(needs="test")), WAITS),
    ("tests two jobs before", one(TEST, job("image", "docker build .", needs="[test]"), job(needs="[image]")), WAITS),
    ("tests in an earlier step", one("  ship:\n    steps:\n      - run: npm test\n      - run: fly deploy\n"), WAITS),
    ("tests in a workflow that is called", {**one(CALLS, job(needs="check_all")), **CALLED}, WAITS),
    (
        "after a workflow that tests",
        {
            **TESTS_FILE,
            **one(
                job(**{"if": "github.event.workflow_run.conclusion == 'success'"}),
                on="{workflow_run: {workflows: [Tests], types: [completed]}}",
            ),
        },
        WAITS,
    ),
    ("tests beside it", one(TEST, job()), RUNS_AHEAD),
    ("tests beside it, on main", one(TEST, job(), on=MAIN), RUNS_AHEAD),
    ("tests in another file", {**TESTS_FILE, **one(job(), on=MAIN)}, RUNS_AHEAD),
    ("tests after it", one("  ship:\n    steps:\n      - run: fly deploy\n      - run: npm test\n"), RUNS_AHEAD),
    (
        "tests that may fail",
        one(TEST.replace("    steps", "    continue-on-error: true\n    steps"), job(needs="test")),
        RUNS_AHEAD,
    ),
    ("tests whose end is ignored", one(TEST, job(needs="test", **{"if": "always()"})), RUNS_AHEAD),
    ("only a build before", one(job("build", "npm ci && npm run build"), job(needs="build")), RUNS_AHEAD),
    ("nothing tests at all", one(job()), RUNS_AHEAD),
    (
        "after a workflow, whatever became of it",
        {**TESTS_FILE, **one(job(), on="{workflow_run: {workflows: [Tests], types: [completed]}}")},
        NONE,
    ),
    ("staging first, production later", one(TEST, job("staging"), job("production", needs="test")), WAITS),
    ("tests of pull requests alone", {**PULLS_FILE, **one(job(), on=MAIN)}, UNKNOWN),
    ("by hand", one(job(), on="workflow_dispatch"), NONE),
    ("a release", one(job(), on="{release: {types: [published]}}"), NONE),
    ("a tag", one(job(), on="{push: {tags: ['v*']}}"), NONE),
    ("staging's branch", one(job(), on="{push: {branches: [staging]}}"), NONE),
    ("staging by its environment", one(job(environment="staging")), NONE),
    ("the docs", one(job("deploy-docs", "npx wrangler pages deploy site")), NONE),
    (
        "pull requests' previews",
        one(job(**{"if": "github.event_name == 'pull_request'"}), on="[push, pull_request]"),
        NONE,
    ),
    ("only for tags", one(job(**{"if": "startsWith(github.ref, 'refs/tags/')"})), NONE),
    ("Vercel alone", {"vercel.json": "{}"}, UNKNOWN),
    ("Vercel that is told not to", {"vercel.json": '{"git": {"deploymentEnabled": false}}'}, NONE),
    ("Render that waits", {"render.yaml": "services:\n  - type: web\n    autoDeployTrigger: checksPass\n"}, WAITS),
    ("Render that may not", {"render.yaml": "services:\n  - type: web\n"}, UNKNOWN),
    ("Fly.io from somebody's machine", {"fly.toml": 'app = "parrot"\n'}, NONE),
    ("GitLab's order of stages", {".gitlab-ci.yml": GITLAB_TEST + GITLAB}, WAITS),
    ("GitLab without the order", {".gitlab-ci.yml": GITLAB_TEST + GITLAB + "  needs: []\n"}, RUNS_AHEAD),
    (
        "GitLab with a test that may fail",
        {".gitlab-ci.yml": GITLAB_TEST + "  allow_failure: true\n" + GITLAB},
        RUNS_AHEAD,
    ),
    ("GitLab by hand", {".gitlab-ci.yml": GITLAB_TEST + GITLAB + "  needs: []\n  when: manual\n"}, NONE),
    ("GitLab with what is elsewhere", {".gitlab-ci.yml": "include:\n  - project: a/b\n" + GITLAB}, UNKNOWN),
    (
        "GitLab with a hidden job",
        {
            ".gitlab-ci.yml": ".ship:\n  script: [fly deploy]\n"
            + GITLAB_TEST
            + "live:\n  extends: .ship\n  stage: deploy\n"
        },
        WAITS,
    ),
    ("CircleCI that requires", {".circleci/config.yml": CIRCLE + "      - ship: {requires: [unit]}\n"}, WAITS),
    ("CircleCI that does not", {".circleci/config.yml": CIRCLE + "      - ship\n"}, RUNS_AHEAD),
    (
        "CircleCI after somebody's word",
        {".circleci/config.yml": CIRCLE + "      - hold: {type: approval}\n      - ship: {requires: [hold]}\n"},
        NONE,
    ),
]


@pytest.mark.parametrize(("files", "answer"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_whether_a_deploy_waits(tmp_path: Path, files: Files, answer: object) -> None:
    waits = [peek(one, "waits") for one in seen(tmp_path, files)]
    assert [UNKNOWN if isinstance(each, Gap) else each for each in waits] == ([] if answer == NONE else [answer])


def test_a_finding_names_the_step_and_the_lines_that_mend_it(tmp_path: Path) -> None:
    (found,) = seen(tmp_path, one(TEST, job()))
    assert found.where == ".github/workflows/ship.yml:9"
    assert found.instead == "jobs:\n  deploy:\n    needs: [test]"


@pytest.mark.parametrize(
    ("files", "count"),
    [
        (one(TEST), 1),
        (one(job("stale", "echo hello")), 0),
        (one(job("all", "make everything")), 1),  # what it makes is not known here
        (one("  label:\n    steps:\n      - uses: actions/labeler@v5\n"), 0),
        ({"Jenkinsfile": "pipeline {}"}, 1),
        ({"buildspec.yml": "version: 0.2\n"}, 1),
        ({".buildkite/pipeline.yml": "steps: []\n"}, 1),
        ({"README.md": "Concourse runs the tests.\n"}, 1),
        ({"README.md": "The tests are in tests/.\n"}, 0),
        ({".github/workflows/broken.yml": "a: [\n"}, 1),
        ({".pre-commit-config.yaml": "repos: []\n"}, 0),  # runs on the machine of whoever commits
        ({}, 0),
    ],
)
def test_which_services_look_at_a_change(tmp_path: Path, files: Files, count: int) -> None:
    tree = written(tmp_path, files)
    assert len(pipelines.services(tree, pipelines.read(tree))) == count

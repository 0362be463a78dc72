"""The gate in CI: the file of each system that runs the looks and lets their exit code decide."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """One CI system: the file it reads, whether others write into that file too, and what stands in it.

    `text` takes the version to install and the options that lead the audit to launch.toml.
    """

    path: str
    shared: bool
    text: Callable[[str, str], str]


# Majors of the actions as their own documentation has them on 2026-11-24: github.com/actions/checkout, setup-python,
# upload-artifact, github.com/github/codeql-action. Uploading SARIF needs security-events: write, as docs.github.com
# says under "Uploading a SARIF file to GitHub"; private repositories need GitHub Code Security for it.
_GITHUB = """\
# The launch audit as a gate, written by `launchready init --ci github`. It looks at the deployed site from
# outside: every morning, after a deployment that GitHub knows of, after a push, and by hand (Actions, Run workflow).
name: Launch Ready

on:
  schedule:
    - cron: "17 6 * * *"
  deployment_status:
  push:
    branches: [main, master]
  workflow_dispatch:

permissions: {{}}

concurrency:
  group: launchready-${{{{ github.ref }}}}

jobs:
  audit:
    if: github.event_name != 'deployment_status' || github.event.deployment_status.state == 'success'
    runs-on: ubuntu-latest
    timeout-minutes: 15
    permissions:
      contents: read
      security-events: write # for the upload to code scanning alone
    steps:
      - uses: actions/checkout@v7
        with:
          persist-credentials: false
          fetch-depth: 0 # keys are looked for in the whole history
      - uses: actions/setup-python@v7
        with:
          python-version: "3.13"
      - run: pip install "launchready[code]=={version}"
      # Each look keeps what it saw in a file, and the gate knows what nobody looked at.
      # Variables that a platform keeps: let it list their names into the file that launch.toml calls the source.
      - run: launchready env check{options} --facts-out launchready-env.json || true
      - run: launchready secrets scan{options} --history --facts-out launchready-keys.json || true
      - run: launchready audit{options} --facts-out launchready-audit.json || test $? -eq 1 -o $? -eq 3
      # The gate judges all of it by [gate] in launch.toml: 1 means blocked, 3 that too little could be seen.
      - run: launchready gate{options} --format github $(printf -- '--facts %s ' launchready-*.json)
      # The same once more, as SARIF; its exit code says nothing new.
      - if: always() && hashFiles('launchready-audit.json') != ''
        run: launchready audit{options} --facts launchready-audit.json --format sarif --output launchready.sarif || true
      - if: always() && hashFiles('launchready.sarif') != ''
        uses: actions/upload-artifact@v7
        with:
          name: launchready
          path: launchready.sarif
      # Private repositories have code scanning only with GitHub Code Security; without it this step may fail.
      - if: always() && hashFiles('launchready.sarif') != ''
        continue-on-error: true
        uses: github/codeql-action/upload-sarif@v4
        with:
          sarif_file: launchready.sarif
          category: launchready
"""

_GITLAB = """\
# The launch audit as a gate, written by `launchready init --ci gitlab`. It looks at the deployed site from outside:
# after a push to the default branch, in scheduled pipelines (Build, Pipeline schedules), and by hand.
launchready:
  image: python:3.13-slim
  # Where your pipeline deploys, let it run afterwards: stage: .post
  timeout: 15 minutes
  rules:
    - if: $CI_PIPELINE_SOURCE == "schedule" || $CI_PIPELINE_SOURCE == "web"
    - if: $CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
  script:
    - pip install --quiet launchready=={version}
    # Exit code 1 means not ready, 3 that too little could be seen: both stop the pipeline.
    - launchready audit{options} --facts-out launchready-facts.json
  after_script:
    # The same look once more, for GitLab's own view of it; what after_script exits with decides nothing.
    - launchready audit{options} --facts launchready-facts.json --format junit --output launchready.xml
  artifacts:
    when: always
    reports:
      junit: launchready.xml
"""

_PRE_COMMIT = """\
# The launch audit as a gate, written by `launchready init --ci pre-commit`. It looks at the deployed site from
# outside before every push; begin with: pip install launchready=={version} && pre-commit install -t pre-push
repos:
  - repo: local
    hooks:
      - id: launchready-audit
        name: launchready audit
        entry: launchready audit{options} --quiet
        language: system
        always_run: true
        pass_filenames: false
        stages: [pre-push, manual]
"""


def _filled(template: str) -> Callable[[str, str], str]:
    return lambda version, options: template.format(version=version, options=options)


GATES = {
    "github": Gate(path=".github/workflows/launchready.yml", shared=False, text=_filled(_GITHUB)),
    "gitlab": Gate(path=".gitlab-ci.yml", shared=True, text=_filled(_GITLAB)),
    "pre-commit": Gate(path=".pre-commit-config.yaml", shared=True, text=_filled(_PRE_COMMIT)),
}

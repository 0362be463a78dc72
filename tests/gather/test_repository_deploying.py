"""A repository as a whole: what its files lead to, planted faults and their look-alikes, content that must not harm."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from launchready.checks import TOPICS
from launchready.checks.registry import Judgement, judge, registered
from launchready.gather.repository import deploying
from launchready.known.development_servers import RULES, known
from launchready.model.facts import RepositoryFacts
from launchready.model.launch import Deploy, Launch

Files = Mapping[str, str]
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LAUNCH = Launch(domain="parrot.example", name="Parrot")
CHECKS = {id_: check for id_, check in registered(TOPICS).items() if check.topic == "repository"}


def seen(root: Path, files: Files) -> RepositoryFacts:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
    return deploying.look(root, LAUNCH, NOW)


def judged(root: Path, files: Files, launch: Launch = LAUNCH) -> Judgement:
    return judge(CHECKS.values(), [seen(root, files)], launch, NOW)


def found(root: Path, files: Files, check: str) -> list[str]:
    return [one.evidence for one in judged(root, files).findings if one.check == check]


def package(scripts: Mapping[str, str] = {}, engines: str = "") -> str:
    said = {"name": "parrot", "scripts": dict(scripts), "dependencies": {"next": "15.0.0"}}
    return json.dumps(said | ({"engines": {"node": engines}} if engines else {}), indent=1)


def image(*lines: str, base: str = "node:22") -> str:
    return "\n".join((f"FROM {base}", *lines, ""))


FLASK = "from flask import Flask\napp = Flask(__name__)\n"
FLASK_RUN = FLASK + "if __name__ == '__main__':\n    app.run({})\n"

# What starts, by the place that is told: None where nothing may be found.
STARTS: list[tuple[str, Files, str | None]] = [
    ("CMD", {"Dockerfile": image('CMD ["npx", "next", "dev"]')}, "Dockerfile:2"),
    (
        "the shell form",
        {"Dockerfile": image("CMD python manage.py migrate && python manage.py runserver")},
        "Dockerfile:2",
    ),
    (
        "ENTRYPOINT with CMD",
        {"Dockerfile": image('ENTRYPOINT ["python", "manage.py"]', 'CMD ["runserver"]')},
        "Dockerfile:3",
    ),
    (
        "npm start",
        {"Dockerfile": image('CMD ["npm", "start"]'), "package.json": package({"start": "nodemon a.js"})},
        "package.json:4",
    ),
    (
        "a script of a script",
        {"web/Dockerfile": image("CMD yarn start"), "web/package.json": package({"start": "yarn dev", "dev": "vite"})},
        "web/package.json:5",
    ),
    (
        "a shell script",
        {
            "Dockerfile": image("COPY start.sh /app/", 'CMD ["/app/start.sh"]'),
            "start.sh": "#!/bin/sh\nflask db upgrade\nexec flask run\n",
        },
        "start.sh:3",
    ),
    (
        "an entrypoint that ends in exec",
        {
            "Dockerfile": image('ENTRYPOINT ["./entrypoint.sh"]', 'CMD ["flask", "run"]'),
            "entrypoint.sh": 'flask db upgrade\nexec "$@"\n',
        },
        "Dockerfile:3",
    ),
    (
        "Python's own debugger",
        {"Dockerfile": image("CMD python app.py"), "app.py": FLASK_RUN.format("debug=True")},
        "app.py:4",
    ),
    (
        "Python's own run",
        {"Procfile": "web: python app.py\n", "app.py": FLASK_RUN.format("host='0.0.0.0'")},
        "app.py:4",
    ),
    (
        "run in a function that is called",
        {"Procfile": "web: python -m parrot.web\n", "parrot/web.py": FLASK + "def main():\n    app.run()\nmain()\n"},
        "parrot/web.py:4",
    ),
    (
        "uvicorn from Python",
        {"Dockerfile": image("CMD python main.py"), "main.py": "import uvicorn\nuvicorn.run('a:b', reload=True)\n"},
        "main.py:2",
    ),
    (
        "Procfile",
        {"Procfile": "release: python manage.py migrate\nweb: python manage.py runserver 0.0.0.0:$PORT\n"},
        "Procfile:2",
    ),
    ("fly.toml", {"fly.toml": 'app = "a"\n[processes]\nweb = "fastapi dev main.py"\n'}, "fly.toml:3"),
    (
        "render.yaml",
        {"render.yaml": "services:\n  - type: web\n    startCommand: uvicorn a:b --reload\n"},
        "render.yaml:3",
    ),
    ("railway.json", {"railway.json": '{"deploy": {\n"startCommand": "next dev"\n}}'}, "railway.json:2"),
    (
        "production's Compose file",
        {"compose.prod.yaml": "services:\n  web:\n    command: flask run\n"},
        "compose.prod.yaml:3",
    ),
    (
        "the last stage",
        {"Dockerfile": "FROM node AS build\nCMD vite\nFROM node AS runner\nCMD next dev\n"},
        "Dockerfile:4",
    ),
    (
        "a stage that starts it below one for developing",
        {"Dockerfile": "FROM node AS web\nCMD next dev\nFROM web AS dev-envs\nRUN apk add git\n"},
        "Dockerfile:2",
    ),
    (
        "a stage for developing in front",
        {"Dockerfile": "FROM node AS dev\nCMD next dev\nFROM node AS prod\nCMD next start\n"},
        None,
    ),
    (
        "a stage for developing at the end",
        {"Dockerfile": "FROM node AS prod\nCMD next start\nFROM node AS dev\nCMD next dev\n"},
        None,
    ),
    ("a Dockerfile for developing", {"Dockerfile.dev": image("CMD next dev")}, None),
    ("a folder for developing", {"docker/local/Dockerfile": image("CMD next dev")}, None),
    (
        "one beside that of production",
        {"Dockerfile": image("CMD next dev"), "Dockerfile.prod": image("CMD next start")},
        None,
    ),
    (
        "one beside a platform that builds from source",
        {"Dockerfile": image("CMD flask run"), "Procfile": "web: gunicorn a:b\n"},
        None,
    ),
    (
        "one that fly.toml overrides",
        {"Dockerfile": image("CMD next dev"), "fly.toml": '[processes]\nweb = "next start"\n'},
        None,
    ),
    ("the team's Compose file", {"compose.yaml": "services:\n  web:\n    command: flask run --debug\n"}, None),
    ("Procfile.dev", {"Procfile.dev": "web: flask run\n"}, None),
    ("scripts that nothing starts", {"package.json": package({"start": "next dev"})}, None),
    (
        "a script for developing beside it",
        {"Dockerfile": image("CMD npm start"), "package.json": package({"start": "next start", "dev": "next dev"})},
        None,
    ),
    (
        "a script that asks first",
        {
            "Dockerfile": image("CMD ./start.sh"),
            "start.sh": 'if [ "$DEBUG" = 1 ]; then\n  flask run\nelse\n  gunicorn a:b\nfi\n',
        },
        None,
    ),
    (
        "a file that does not run it",
        {"Dockerfile": image("CMD gunicorn app:app"), "app.py": FLASK_RUN.format("debug=True")},
        None,
    ),
    (
        "debug that is off",
        {"Procfile": "web: python app.py\n", "app.py": "import uvicorn\nuvicorn.run('a:b', reload=False)\n"},
        None,
    ),
    (
        "a run of something else",
        {"Procfile": "web: python app.py\n", "app.py": "import parrot\napp = parrot.App()\napp.run(debug=True)\n"},
        None,
    ),
    (
        "a run in a function that nothing calls",
        {"Procfile": "web: python app.py\n", "app.py": FLASK + "def main():\n    app.run()\n"},
        None,
    ),
    ("a RUN that builds", {"Dockerfile": image("RUN vite build", "CMD node server.js")}, None),
    ("an example", {"examples/a/Dockerfile": image("CMD next dev")}, None),
]


@pytest.mark.parametrize(("files", "where"), [case[1:] for case in STARTS], ids=[case[0] for case in STARTS])
def test_what_production_is_started_with(tmp_path: Path, files: Files, where: str | None) -> None:
    assert [one.where for one in seen(tmp_path, files).starts] == ([where] if where else [])


@pytest.mark.parametrize("rule", RULES, ids=[f"{number}-{rule.server}" for number, rule in enumerate(RULES)])
def test_every_rule_knows_its_examples_and_no_others(rule: object) -> None:
    (same,) = [one for one in RULES if one is rule]
    for command in same.bad:
        assert same.pattern.match(command), command
        assert known(command) is not None
        assert same.mend(command) != command
    for command in same.good:
        assert known(command) is None, command


def test_a_debugger_that_strangers_reach_blocks(tmp_path: Path) -> None:
    files = {"Dockerfile": image("CMD python app.py"), "app.py": FLASK_RUN.format("debug=True")}
    (finding,) = [one for one in judged(tmp_path, files).findings if one.check == "development-server-in-production"]
    assert finding.severity.value == "blocker"
    assert finding.place == ("app.py", 4)
    assert finding.remedy is not None
    assert finding.remedy.text == "gunicorn 'app:app' --bind 0.0.0.0:8000"


# What pins packages: the words of each finding, none where all is pinned.
LOCKS: list[tuple[str, Files, list[str]]] = [
    ("npm without", {"package.json": package(), "app/page.tsx": ""}, ["no lock file pins what package.json asks for"]),
    *(
        (name, {"package.json": package(), "app/page.tsx": "", name: ""}, [])
        for name in ("package-lock.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock", "bun.lockb", "npm-shrinkwrap.json")
    ),
    (
        "a workspace",
        {"package.json": "{}", "pnpm-lock.yaml": "", "apps/web/package.json": package(), "apps/web/app/page.tsx": ""},
        [],
    ),
    (
        "a lock of another folder",
        {"docs/package-lock.json": "", "package.json": package(), "app/page.tsx": ""},
        ["no lock file pins what package.json asks for"],
    ),
    (
        "pip without versions",
        {"a.py": FLASK, "requirements.txt": "flask\n"},
        ["no lock file pins what requirements.txt asks for"],
    ),
    ("pip with them", {"a.py": FLASK, "requirements.txt": "flask==3.1.0\n"}, []),
    (
        "pip with all but one",
        {"a.py": FLASK, "requirements.txt": "flask==3.1.0\nhttpx>=0.28\n"},
        ["requirements.txt names no one version of httpx (requirements.txt:2)"],
    ),
    (
        "pip with constraints",
        {"a.py": FLASK, "requirements.txt": "-c limits.txt\nflask\n", "limits.txt": "flask==3.1.0\n"},
        [],
    ),
    (
        "pip with another list",
        {"a.py": FLASK, "requirements.txt": "-r requirements/prod.txt\n", "requirements/prod.txt": "flask==3.1.0\n"},
        [],
    ),
    (
        "what developers need",
        {"a.py": FLASK, "requirements.txt": "flask==3.1.0\n", "requirements-dev.txt": "pytest\n"},
        [],
    ),
    ("a compiled list", {"a.py": FLASK, "requirements.in": "flask\n", "requirements.txt": "flask==3.1.0\n"}, []),
    (
        "a project with a compiled list",
        {
            "a.py": FLASK,
            "pyproject.toml": '[project]\nname = "a"\ndependencies = ["flask>=3"]\n',
            "requirements.txt": "flask==3.1.0\n",
        },
        [],
    ),
    (
        "a project alone",
        {"a.py": FLASK, "pyproject.toml": '[project]\nname = "a"\ndependencies = ["flask>=3"]\n'},
        ["no lock file pins what pyproject.toml asks for"],
    ),
    (
        "a project with exact versions",
        {"a.py": FLASK, "pyproject.toml": '[project]\nname = "a"\ndependencies = ["flask==3.1.0"]\n'},
        [],
    ),
    *(
        (name, {"a.py": FLASK, "pyproject.toml": '[project]\nname = "a"\ndependencies = ["flask>=3"]\n', name: ""}, [])
        for name in ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml")
    ),
    ("Pipenv", {"a.py": FLASK, "Pipfile": '[packages]\nflask = "*"\n', "Pipfile.lock": "{}"}, []),
    ("a library", {"package.json": json.dumps({"name": "a", "dependencies": {"lodash": "^4"}})}, []),
    (
        "tools of another language",
        {"a.py": FLASK, "requirements.txt": "flask==3.1.0\n", "package.json": '{"devDependencies": {"prettier": "3"}}'},
        [],
    ),
    ("Rails without", {"Gemfile": 'gem "rails"\n'}, ["no lock file pins what Gemfile asks for"]),
    ("Rails with", {"Gemfile": 'gem "rails"\n', "Gemfile.lock": ""}, []),
    (
        "Go without packages",
        {"go.mod": "module a\n", "a.go": 'package a\nfunc main() { http.ListenAndServe(":80", nil) }\n'},
        [],
    ),
]


@pytest.mark.parametrize(("files", "told"), [case[1:] for case in LOCKS], ids=[case[0] for case in LOCKS])
def test_what_pins_the_packages(tmp_path: Path, files: Files, told: list[str]) -> None:
    assert found(tmp_path, files, "lockfile-missing") == told


def ci_with(version: str, setup: str = "python") -> Files:
    text = (
        "on: push\njobs:\n  test:\n    strategy:\n      matrix:\n        v: [3.11, '3.12']\n    steps:\n"
        f"      - uses: actions/setup-{setup}@v6\n        with:\n          {setup}-version: {version}\n"
        "      - run: make test\n"
    )
    return {".github/workflows/tests.yml": text}


FROM_FILE = (
    "on: push\njobs:\n  a:\n    steps:\n    - uses: actions/setup-node@v6\n      with: {node-version-file: .nvmrc}\n"
)
IN_IMAGE = (
    "on: push\njobs:\n  a:\n    steps:\n    - uses: actions/setup-python@v6\n      with: {python-version: '3.12'}\n"
    "    - run: ruff check\n    - run: docker compose run web pytest\n"
)
PROJECT = '[project]\nname = "a"\nrequires-python = "{}"\n'
POSTGRES = "services:\n  db:\n    image: postgres:{}\n"
SERVICE = (
    "on: push\njobs:\n  test:\n    services:\n      db:\n        image: postgres:{}\n    steps: [{{run: pytest}}]\n"
)
VERSIONS: list[tuple[str, Files, bool]] = [
    ("tested with another", {"Dockerfile": "FROM python:3.13\n", **ci_with("'3.12'")}, True),
    ("tested with another of the matrix", {"Dockerfile": "FROM python:3.13\n", **ci_with("${{ matrix.v }}")}, True),
    ("out of its range", {"Dockerfile": "FROM python:3.10\n", "pyproject.toml": PROJECT.format(">=3.11")}, True),
    ("an argument", {"Dockerfile": "ARG V=3.10\nFROM python:${V}-slim\n", **ci_with("'3.12'")}, True),
    ("Node", {"Dockerfile": "FROM node:24\n", **ci_with("20", "node")}, True),
    (
        "Node that builds what nginx serves",
        {"Dockerfile": "FROM node:18 AS b\nFROM nginx\n", **ci_with("22", "node")},
        True,
    ),
    ("Node out of engines", {"Dockerfile": "FROM node:18\n", "package.json": package(engines=">=20")}, True),
    ("Heroku's file", {"Procfile": "web: gunicorn a:b\n", "runtime.txt": "python-3.10.4\n", **ci_with("'3.12'")}, True),
    (
        "Render's variable",
        {"render.yaml": "services:\n- envVars:\n  - key: PYTHON_VERSION\n    value: 3.10.1\n", **ci_with("'3.12'")},
        True,
    ),
    ("developers alone", {"Dockerfile": "FROM python:3.13\n", ".python-version": "3.12\n"}, True),
    ("PostgreSQL", {"compose.yaml": POSTGRES.format(17), ".github/workflows/a.yml": SERVICE.format(15)}, True),
    ("the same", {"Dockerfile": "FROM python:3.12.4-slim\n", **ci_with("'3.12'")}, False),
    ("one of the matrix", {"Dockerfile": "FROM python:3.11\n", **ci_with("${{ matrix.v }}")}, False),
    (
        "a file that CI reads",
        {"Dockerfile": "FROM node:22\n", ".nvmrc": "v22.1.0\n", ".github/workflows/a.yml": FROM_FILE},
        False,
    ),
    ("another minor of Node", {"Dockerfile": "FROM node:22.3\n", **ci_with("22.1", "node")}, False),
    ("lts", {"Dockerfile": "FROM node:lts\n", **ci_with("20", "node")}, False),
    ("tests in the image itself", {"Dockerfile": "FROM python:3.13\n", ".github/workflows/a.yml": IN_IMAGE}, False),
    ("another language", {"Dockerfile": "FROM python:3.13\n", **ci_with("20", "node")}, False),
    (
        "PostgreSQL's minor",
        {"compose.yaml": POSTGRES.format("17.6"), ".github/workflows/a.yml": SERVICE.format("17")},
        False,
    ),
    (
        "a range of another folder",
        {"Dockerfile": "FROM python:3.10\n", "lib/pyproject.toml": PROJECT.format(">=3.11")},
        False,
    ),
    ("a Dockerfile for developing", {"Dockerfile.dev": "FROM python:3.10\n", **ci_with("'3.12'")}, False),
]


@pytest.mark.parametrize(("files", "differs"), [case[1:] for case in VERSIONS], ids=[case[0] for case in VERSIONS])
def test_which_versions_contradict_each_other(tmp_path: Path, files: Files, differs: bool) -> None:
    assert len(found(tmp_path, files, "runtime-differs")) == differs


FLY: Files = {
    "a.py": FLASK,
    "fly.toml": 'app = "parrot"\n[env]\n  DATABASE_URL = "postgres://db.parrot.example/parrot"\n',
}
BACK: list[tuple[str, bool]] = [
    ("## Rolling back\n\nfly deploy --image the-one-before\n", True),
    ("To roll back a deploy, run `make rollback`.\n", True),
    ("If a release goes wrong, roll it back.\n", True),
    ("Redeploy the previous version from the dashboard.\n", True),
    ("`kubectl rollout undo deployment/web`\n", True),
    ("Call db.rollback() when the deploy of a row fails.\n", False),
    ("Every transaction is rolled back when a build of the index fails.\n", False),
    ("Run the migrations; `alembic downgrade -1` takes one back.\n", False),
    ("Deploy with `fly deploy`.\n", False),
]


@pytest.mark.parametrize(("readme", "told"), BACK)
def test_words_that_tell_a_way_back(tmp_path: Path, readme: str, told: bool) -> None:
    assert bool(found(tmp_path, {**FLY, "README.md": readme}, "rollback-undescribed")) is not told


def test_a_change_log_tells_no_way_back_and_launch_toml_is_judged_elsewhere(tmp_path: Path) -> None:
    files = {**FLY, "CHANGELOG.md": "## Rollback of the last release\n"}
    assert found(tmp_path, files, "rollback-undescribed")
    stated = Launch(domain=LAUNCH.domain, name="Parrot", deploy=Deploy(command=("fly deploy",)))
    assert "rollback-undescribed" in judged(tmp_path, files, stated).not_applicable


SERVICES = "- name: {}\n  envVars:\n  - key: DATABASE_URL\n    fromDatabase: {{name: db}}\n"
SECOND: list[tuple[str, Files, list[str]]] = [
    ("none", FLY, ["no file names a second environment"]),
    ("fly.staging.toml", {**FLY, "fly.staging.toml": 'app = "parrot-staging"\n'}, []),
    ("docs", {**FLY, "README.md": "Staging is https://staging.parrot.example\n"}, []),
    ("a branch in CI", {**FLY, ".github/workflows/a.yml": "on: {push: {branches: [staging]}}\njobs: {}\n"}, []),
    ("Vercel", {"a.py": FLASK, "vercel.json": "{}"}, []),
    ("git's own word", {**FLY, "README.md": "Add it to the staging area.\n"}, ["no file names a second environment"]),
    (
        "production's database",
        {**FLY, "fly.staging.toml": 'app = "b"\n[env]\n  DATABASE_URL = "postgres://db.parrot.example/parrot"\n'},
        ["staging (fly.staging.toml:3) uses DATABASE_URL, as production does (fly.toml:3)"],
    ),
    (
        "a database of its own",
        {**FLY, "fly.staging.toml": 'app = "b"\n[env]\n  DATABASE_URL = "postgres://db.staging.example/a"\n'},
        [],
    ),
    (
        "production's app",
        {**FLY, "fly.staging.toml": 'app = "parrot"\n'},
        ["staging (fly.staging.toml:1) uses the app `parrot`, as production does (fly.toml:1)"],
    ),
    (
        "one database in render.yaml",
        {"a.py": FLASK, "render.yaml": "services:\n" + SERVICES.format("web") + SERVICES.format("web-staging")},
        ["staging (render.yaml:9) uses the database `db`, as production does (render.yaml:5)"],
    ),
]


@pytest.mark.parametrize(("files", "told"), [case[1:] for case in SECOND], ids=[case[0] for case in SECOND])
def test_a_second_environment(tmp_path: Path, files: Files, told: list[str]) -> None:
    assert found(tmp_path, files, "staging-not-separated") == told


def test_no_value_of_a_variable_is_kept(tmp_path: Path) -> None:
    facts = seen(tmp_path, {**FLY, "fly.staging.toml": FLY["fly.toml"]})
    assert facts.shared
    assert "db.parrot.example" not in repr(facts)


def test_where_nothing_says_how_it_is_deployed_that_is_unknown(tmp_path: Path) -> None:
    unknown = {one.check for one in judged(tmp_path, {"a.py": FLASK}).unknown}
    assert unknown == {"rollback-undescribed", "staging-not-separated"}


def test_a_collection_of_texts_is_no_launch(tmp_path: Path) -> None:
    assert set(judged(tmp_path, {"README.md": "# Notes\n"}).not_applicable) >= {"ci-missing", "lockfile-missing"}


def test_a_workflow_that_is_no_yaml_is_named(tmp_path: Path) -> None:
    unknown = judged(tmp_path, {**FLY, ".github/workflows/a.yml": "a: [\n"}).unknown
    assert [one.reason for one in unknown if one.check == "ci-does-not-gate"] == [
        ".github/workflows/a.yml is not read: it is not YAML"
    ]


def test_containers_tell_who_they_run_as_and_what_they_stand_on(tmp_path: Path) -> None:
    one = seen(tmp_path, {"Dockerfile": "FROM python\nUSER root\n"}).containers[0]
    assert (one.base.value, one.pinned, one.user) == ("python", False, None)
    other = seen(tmp_path, {"Dockerfile": "FROM python:3.13 AS base\nUSER app\nFROM base\n"}).containers[0]
    assert (other.base.where, other.pinned, other.user) == ("Dockerfile:1", True, "app")


NAMES = (
    ".github/workflows/a.yml", ".gitlab-ci.yml", ".circleci/config.yml", "Dockerfile", "Procfile", "fly.toml",
    "fly.staging.toml", "render.yaml", "compose.prod.yml", "package.json", "requirements.txt", "pyproject.toml",
    "start.sh", ".nvmrc", "vercel.json", "README.md",
)  # fmt: skip
HOSTILE = st.text(alphabet="jobs:on pushtepruncmd-[]{}&*!|<>\n\"'\\$()=#0.é\x00\t", max_size=200)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(NAMES), HOSTILE, max_size=4))
def test_nothing_that_files_hold_raises(tmp_path: Path, files: dict[str, str]) -> None:
    for name in NAMES:
        (tmp_path / name).unlink(missing_ok=True)
    judge(CHECKS.values(), [seen(tmp_path, files)], LAUNCH, NOW)

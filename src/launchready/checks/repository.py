"""Do the files of the repository lead to a version that was tested, that is what was tested, and that can be undone?"""

from collections.abc import Iterable, Iterator

from launchready.checks.registry import DoesNotApply, check
from launchready.formats.runtime_versions import POSTGRESQL, allows, same, short
from launchready.model.deploying import DevelopmentServer, Lock, RuntimeVersion, Use
from launchready.model.facts import RepositoryFacts
from launchready.model.finding import Evidence, Impact, Item, Remedy, RemedyKind, Severity, Stage
from launchready.model.launch import Launch
from launchready.model.repository import Sighting

SHOWN = 3
_DEVELOPER = "whoever develops the app"
_DEPLOYER = "whoever deploys"


@check(
    stage=Stage.PRODUCTION_DEPLOY,
    impact=Impact.DOWNTIME,
    severity=Severity.MAJOR,
    title="Nothing tests a change before it reaches visitors",
    why="Without tests that run by themselves, the first to notice a broken login is a visitor who wanted to pay.",
    fix="Let a CI service run your tests on every push: on GitHub that is one file under .github/workflows.",
    source="Google SRE Book, chapter 8 (Release Engineering, continuous build and test)",
)
def ci_missing(repository: RepositoryFacts) -> Iterator[Evidence]:
    """The files of GitHub Actions, GitLab, CircleCI and a dozen other services are looked for; those of the first
    three are read, and count when a job of theirs tests, checks, or runs a script that may. A service that keeps its
    own elsewhere counts when the README names it."""
    _deployed(repository)
    if not repository.ci:
        yield Evidence("no file of a CI service here tests anything", remedy=_workflow(repository))


@check(
    stage=Stage.PRODUCTION_DEPLOY,
    impact=Impact.DOWNTIME,
    severity=Severity.MAJOR,
    title="A deploy does not wait for the tests",
    why="When tests run beside the deploy and not before it, a version that fails them is already with visitors.",
    fix="Let the job that deploys need the job that tests.",
    source="GitHub Docs, Workflow syntax, jobs.<job_id>.needs",
)
def ci_does_not_gate(repository: RepositoryFacts) -> Iterator[Evidence]:
    """Each job that a push starts and that deploys to production must come after a job, an earlier step or a workflow
    that tests. Where pull requests are tested and the push is not, or a platform deploys by itself, only a setting
    outside the files can tell: that is unknown."""
    if not repository.ci or not repository.deploys:
        raise DoesNotApply
    for one in repository.deploys:
        if not one.waits:
            remedy = Remedy(kind=RemedyKind.CODE, text=one.instead, who=_DEVELOPER, minutes=20)
            yield Evidence(
                f"{_line(one.where)}: {one.what} deploys without waiting for tests",
                remedy=remedy,
                item=_at(one.where, "deploy"),
            )


@check(
    stage=Stage.PRODUCTION_DEPLOY,
    impact=Impact.DOWNTIME,
    severity=Severity.MAJOR,
    title="The server may install other packages than those you tested",
    why="Without exact versions, each deploy takes what was published last night: it can break without your doing.",
    fix="Commit the lock file of your package manager.",
    source="The Twelve-Factor App, II. Dependencies; docs.npmjs.com, package-lock.json",
)
def lockfile_missing(repository: RepositoryFacts) -> Iterator[Evidence]:
    """Each application's folder and those above it are searched for the lock file of npm, pnpm, Yarn, Bun, uv, Poetry,
    PDM, Pipenv, Bundler, Go, Composer, Cargo or Mix. For pip a list that names one version of each package does; where
    a few are left open, that is minor."""
    if not repository.locks:
        raise DoesNotApply
    for one in repository.locks:
        if one.file is None:
            told = f"no lock file pins what {one.manifest} asks for"
            yield Evidence(told, remedy=_locked(one), item=_at(one.manifest, "lock-file"))
        elif one.loose:
            names = _listed([f"{each.value} ({each.where})" for each in one.loose])
            told = f"{one.file} names no one version of {names}"
            yield Evidence(
                told, remedy=_locked(one), severity=Severity.MINOR, item=_at(one.loose[0].where, "open-version")
            )


@check(
    stage=Stage.PRODUCTION_DEPLOY,
    impact=Impact.DOWNTIME,
    severity=Severity.MAJOR,
    title="No file says how a deploy is taken back",
    why="At night, whoever is awake needs one command that brings the old version back, not one person who knows.",
    fix="State the command under [deploy] in launch.toml as rollback, and try it on staging.",
    source="AWS Well-Architected Framework, OPS06-BP01 (plan for unsuccessful changes)",
)
def rollback_undescribed(repository: RepositoryFacts, launch: Launch) -> Iterator[Evidence]:
    """README, docs, runbooks, CI files, scripts and make targets are searched for a way back. Once launch.toml has a
    [deploy] section, `deploy-without-rollback` judges that instead. Minor on platforms that have a button for it."""
    if launch.deploy is not None:
        raise DoesNotApply
    _deployed(repository)
    if not repository.rollback:
        platform, command, easy = _way_back(repository.platforms)
        told = "no README, runbook, script or CI file says how to put the version before back"
        if easy:
            told += f"; {platform} can, and nobody is told how"
        remedy = Remedy(kind=RemedyKind.SETTING, text=f'[deploy]\nrollback = "{command}"', who=_DEPLOYER, minutes=30)
        yield Evidence(told, remedy=remedy, severity=Severity.MINOR if easy else None)


@check(
    stage=Stage.PRODUCTION_DEPLOY,
    impact=Impact.DATA_LOSS,
    severity=Severity.MINOR,
    title="There is no place to try a version before visitors get it",
    why="Whoever tries a change on production does so with your customers' data and in front of them.",
    fix="Deploy a second copy with a database of its own, and name it under [environments] in launch.toml.",
    source="The Twelve-Factor App, X. Dev/prod parity; Google SRE Book, chapter 17",
)
def staging_not_separated(repository: RepositoryFacts, launch: Launch) -> Iterator[Evidence]:
    """A second environment is looked for under [environments], in the names of platform, Compose and CI files, in
    previews, and in what the docs say. One that uses production's database or address is major: tests in it write
    where customers' data is."""
    _deployed(repository)
    for one in repository.shared:
        told = f"{one.environment} ({one.where}) uses {one.what}, as production does ({one.production})"
        remedy = _separate(one.environment, one.what)
        yield Evidence(told, remedy=remedy, severity=Severity.MAJOR, item=_at(one.where, "shared"))
    production = {one.url.rstrip("/") for one in launch.environments if one.is_production}
    for environment in launch.environments:
        if not environment.is_production and environment.url.rstrip("/") in production:
            told = f"[environments.{environment.name}] url is production's, {environment.url}"
            yield Evidence(told, remedy=_separate(environment.name, "that address"), severity=Severity.MAJOR)
    if (
        not repository.second
        and not repository.shared
        and not any(not one.is_production for one in launch.environments)
    ):
        yield Evidence("no file names a second environment", remedy=_separate("staging", ""))


@check(
    stage=Stage.PRODUCTION_DEPLOY,
    impact=Impact.DOWNTIME,
    severity=Severity.MAJOR,
    title="Production is started with a server made for developing",
    why="Such servers are slow with many visitors, restart while people chat, and may show strangers the app's inside.",
    fix="Start what the framework itself calls its production server.",
    source="docs.djangoproject.com, django-admin runserver; flask.palletsprojects.com, Deploying to Production",
)
def development_server_in_production(repository: RepositoryFacts) -> Iterator[Evidence]:
    """The commands of Dockerfiles, Procfile, fly.toml, render.yaml, railway and app files, and production's Compose
    files are followed through shell scripts, package.json and Python's own `run` to what they start. Files that are
    named for development, and Dockerfiles beside a platform that builds from source, are left alone. A debugger that
    strangers can reach blocks."""
    for one in repository.starts:
        told = f"{_line(one.where)} starts {one.server}: `{one.command}`"
        severity = Severity.BLOCKER if one.debugger else None
        yield Evidence(told, remedy=_started(one), severity=severity, item=_at(one.where, "development-server"))


@check(
    stage=Stage.PRODUCTION_DEPLOY,
    impact=Impact.DOWNTIME,
    severity=Severity.MAJOR,
    title="Visitors get a version of Python, Node.js or PostgreSQL that nobody tests with",
    why="Code that passes on one version can fail on the next one, and then it fails in front of visitors alone.",
    fix="Name the same version where it is deployed and where it is tested.",
    source="The Twelve-Factor App, X. Dev/prod parity",
)
def runtime_differs(repository: RepositoryFacts) -> Iterator[Evidence]:
    """What Dockerfiles and platform files deploy must be among what CI tests with, and within what pyproject.toml or
    package.json allow; without tests in CI, it must be what developers have. Python is compared to the second part of
    its version, Node.js and PostgreSQL to the first, and only as far as both files say. Where CI or the team's Compose
    file alone name PostgreSQL, a difference between them is minor."""
    told: set[tuple[str, str]] = set()
    for one in repository.runtimes:
        key = (one.runtime, short(one.runtime, one.version))
        if one.use is Use.DEPLOYED and key not in told:
            told.add(key)
            yield from _differs(one, repository.runtimes)
    yield from _databases(repository.runtimes)


# What differs ---------------------------------------------------------------------------------------------------


def _differs(deployed: RuntimeVersion, every: tuple[RuntimeVersion, ...]) -> Iterator[Evidence]:
    alike = [one for one in every if one.runtime == deployed.runtime]
    ranges = [one for one in alike if one.use is Use.ALLOWED]
    near = [one for one in ranges if _folder(one.where) == _folder(deployed.where)]
    for one in near or (ranges if len(ranges) == 1 and _folder(ranges[0].where) == "" else ()):
        if allows(one.version, deployed.version) is False:
            yield _different(deployed, f"{one.where} allows {one.version}", deployed.version)
            return
    tested = [one for one in alike if one.use is Use.TESTED]
    developed = [
        one for one in alike if one.use is Use.DEVELOPED and _folder(one.where) in ("", _folder(deployed.where))
    ]
    if tested and not any(same(one.runtime, one.version, deployed.version) for one in tested):
        yield _different(deployed, f"CI tests with {_versions(tested)}", deployed.version)
    elif not tested and developed and not any(same(one.runtime, one.version, deployed.version) for one in developed):
        told = f"developers have {_versions(developed)}, and CI names none"
        yield _different(deployed, told, deployed.version, severity=Severity.MINOR)


def _databases(every: tuple[RuntimeVersion, ...]) -> Iterator[Evidence]:
    alike = [one for one in every if one.runtime == POSTGRESQL]
    ours, tested = ([one for one in alike if one.use is use] for use in (Use.DEVELOPED, Use.TESTED))
    if any(one.use is Use.DEPLOYED for one in alike) or not ours or not tested:
        return
    if not any(same(POSTGRESQL, one.version, other.version) for one in ours for other in tested):
        told = f"{_line(ours[0].where)} runs {POSTGRESQL} {ours[0].version}, CI tests with {_versions(tested)}"
        yield Evidence(
            told,
            remedy=_version_named(tested[0], ours[0].version),
            severity=Severity.MINOR,
            item=_at(ours[0].where, POSTGRESQL.lower()),
        )


def _different(deployed: RuntimeVersion, other: str, version: str, severity: Severity | None = None) -> Evidence:
    told = f"{_line(deployed.where)} deploys {deployed.runtime} {deployed.version}; {other}"
    return Evidence(
        told,
        remedy=_version_named(deployed, version),
        severity=severity,
        item=_at(deployed.where, deployed.runtime.lower()),
    )


def _version_named(one: RuntimeVersion, version: str) -> Remedy:
    key = {"Python": "python-version", "Node.js": "node-version"}.get(one.runtime)
    value = short(one.runtime, version)
    text = (
        f'{key}: "{value}"  # in the workflow that tests'
        if key
        else f"image: postgres:{value}  # in the workflow that tests"
    )
    return Remedy(kind=RemedyKind.CODE, text=text, who=_DEVELOPER, minutes=20)


def _versions(every: Iterable[RuntimeVersion]) -> str:
    """Each version once, with the first place that names it."""
    first: dict[str, str] = {}
    for one in every:
        first.setdefault(short(one.runtime, one.version), one.where)
    return _listed([f"{version} ({where})" for version, where in first.items()])


def _line(where: str) -> str:
    """The line of a place whose file is the finding's subject."""
    return f"line {where.rpartition(':')[2]}" if ":" in where else where


def _folder(where: str) -> str:
    return where.partition(":")[0].rpartition("/")[0]


# What is to be done ---------------------------------------------------------------------------------------------


def _deployed(repository: RepositoryFacts) -> None:
    """Raise when the files hold nothing that could be deployed: a library, a collection of texts."""
    containers = ("Docker", "Docker Compose")
    if not repository.applications and all(one.value in containers for one in repository.platforms):
        raise DoesNotApply


def _at(where: str, kind: str) -> Item:
    path, _, line = where.partition(":")
    return Item(subject=path, kind=kind, place=(path, int(line) if line.isdigit() else 1))


_TESTING = {
    "Python": "      - uses: actions/setup-python@v7\n      - run: pip install -r requirements.txt pytest && pytest",
    "Node": "      - uses: actions/setup-node@v7\n      - run: npm ci && npm test",
}
_PYTHON_FRAMEWORKS = ("Django", "Flask", "FastAPI", "Starlette", "Quart", "Litestar", "Sanic", "Chainlit", "Streamlit")


def _workflow(repository: RepositoryFacts) -> Remedy:
    python = any(one.value in _PYTHON_FRAMEWORKS or one.where.endswith(".py") for one in repository.applications)
    text = (
        "# .github/workflows/tests.yml\non: [push, pull_request]\njobs:\n  tests:\n    runs-on: ubuntu-latest\n"
        "    steps:\n      - uses: actions/checkout@v7\n" + _TESTING["Python" if python else "Node"]
    )
    return Remedy(kind=RemedyKind.CODE, text=text, who=_DEVELOPER, minutes=60)


def _locked(one: Lock) -> Remedy:
    folder = one.manifest.rpartition("/")[0]
    command = f"cd {folder} && {one.command}" if folder and one.file is None else one.command
    return Remedy(kind=RemedyKind.COMMAND, text=command, who=_DEVELOPER, minutes=10)


def _separate(environment: str, what: str) -> Remedy:
    text = f'[environments.{environment}]\nurl = "https://staging.YOUR-DOMAIN"'
    if what:
        text += f"  # with {what} of its own"
    return Remedy(kind=RemedyKind.SETTING, text=text, who=_DEPLOYER, minutes=120)


def _started(one: DevelopmentServer) -> Remedy:
    return Remedy(kind=RemedyKind.CODE, text=one.instead, who=_DEVELOPER, minutes=30)


# Each platform's own command for it, and whether its dashboard has a button (2026-11-24: devcenter.heroku.com/articles
# /releases, vercel.com/docs/cli/rollback, docs.netlify.com/deploy/manage-deploys, render.com/docs/rollbacks,
# docs.railway.com/guides/deployment-actions, fly.io/docs/flyctl/deploy, developers.cloudflare.com/workers/versions,
# kamal-deploy.org/docs/commands/rollback, cloud.google.com/run/docs/rollouts-rollbacks-traffic-migration).
_BACK = {
    "Vercel": ("vercel rollback", True),
    "Netlify": ("netlify api restoreSiteDeploy --data '{…}'", True),
    "Heroku": ("heroku releases:rollback", True),
    "Render": ("render deploys create YOUR-SERVICE --commit $LAUNCHREADY_PREVIOUS_VERSION", True),
    "Railway": ("railway redeploy", True),
    "Cloudflare Workers": ("wrangler rollback", True),
    "Kamal": ("kamal rollback $LAUNCHREADY_PREVIOUS_VERSION", False),
    "Fly.io": ("fly deploy --image YOUR-IMAGE:$LAUNCHREADY_PREVIOUS_VERSION", False),
}


def _way_back(platforms: Iterable[Sighting]) -> tuple[str, str, bool]:
    """The first platform that has a command for it: its name, the command, and whether a button does the same."""
    for platform in platforms:
        if platform.value in _BACK:
            return platform.value, *_BACK[platform.value]
    return "", "git checkout $LAUNCHREADY_PREVIOUS_VERSION && ./deploy.sh", False


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more

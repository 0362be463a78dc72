"""What the checks of a repository accuse, and what they must leave alone."""

from typing import Any

from launchready.model.deploying import AutomaticDeploy, DevelopmentServer, Lock, RuntimeVersion, Shared, Use
from launchready.model.facts import RepositoryFacts
from launchready.model.gap import Gap, gap
from launchready.model.launch import Deploy, Environment, Launch
from launchready.model.repository import Sighting
from tests.checks.cases import LAUNCH, NOW, Cases

WORKFLOW = Sighting("GitHub", ".github/workflows/tests.yml")
FLY = Sighting("Fly.io", "fly.toml")
VERCEL = Sighting("Vercel", "vercel.json")
DOCKER = Sighting("Docker", "Dockerfile")
FLASK = Sighting("Flask", "app.py:3")
NEXT = Sighting("Next.js", "package.json:9")


def repository(**said: Any) -> tuple[RepositoryFacts]:
    known: dict[str, Any] = {
        "applications": (FLASK,), "platforms": (FLY,), "ci": (WORKFLOW,), "deploys": (), "locks": (),
        "rollback": (Sighting("## Rollback", "README.md:9"),), "second": (Sighting("staging", "fly.staging.toml"),),
        "shared": (), "starts": (), "runtimes": (), "containers": (), "migrations": None,
    }  # fmt: skip
    return (RepositoryFacts(subject=LAUNCH.domain, source="repository", at=NOW, **known | said),)


def deploy(waits: Any) -> tuple[AutomaticDeploy]:
    return (
        AutomaticDeploy(
            where=".github/workflows/deploy.yml:20", what="Fly.io (job `deploy`)", waits=waits, instead="needs: [tests]"
        ),
    )


def lock(manifest: str = "package.json", file: str | None = None, *loose: str) -> tuple[Lock]:
    return (
        Lock(
            ecosystem="npm",
            manifest=manifest,
            file=file,
            loose=tuple(Sighting(name, f"{manifest}:{line}") for line, name in enumerate(loose, 1)),
            command="npm install",
        ),
    )


def runtime(*named: tuple[str, str, str, Use]) -> tuple[RuntimeVersion, ...]:
    return tuple(
        RuntimeVersion(runtime=name, version=version, where=where, use=use) for name, version, where, use in named
    )


IMAGE = ("Python", "3.13.9", "Dockerfile:1", Use.DEPLOYED)
CI = ".github/workflows/tests.yml:12"
STARTED = DevelopmentServer(
    command="next dev", server="Next.js's development server", where="Dockerfile:9", instead="next start"
)
SHARED = Shared(what="DATABASE_URL", environment="staging", where="fly.staging.toml:4", production="fly.toml:4")
STAGING = Launch(
    domain=LAUNCH.domain,
    name="Parley",
    environments=(
        Environment(name="production", url="https://parley.example"),
        Environment(name="staging", url="https://staging.parley.example"),
    ),
)

CASES = {
    "ci-missing": Cases(
        bad=(repository(ci=()), repository(ci=(), applications=()), repository(ci=(), applications=(NEXT,))),
        good=(repository(),),
        near_misses=(
            repository(ci=(Sighting("Jenkins", "Jenkinsfile"),)),  # read by nobody here, and yet it is one
            repository(ci=(), applications=(), platforms=(DOCKER,)),  # a tool, not something that visitors use
            repository(ci=(), applications=(), platforms=()),
        ),
    ),
    "ci-does-not-gate": Cases(
        bad=(repository(deploys=deploy(False)), repository(deploys=(*deploy(True), *deploy(False)))),
        good=(repository(deploys=deploy(True)),),
        near_misses=(
            repository(deploys=deploy(gap("whether a merge waits is a setting"))),
            repository(deploys=()),  # deployed by hand
            repository(ci=(), deploys=deploy(False)),  # ci-missing says so
        ),
    ),
    "lockfile-missing": Cases(
        bad=(
            repository(locks=lock()),
            repository(locks=lock("web/package.json")),
            repository(locks=lock("requirements.txt", "requirements.txt", "httpx")),
        ),
        good=(repository(locks=lock(file="pnpm-lock.yaml")),),
        near_misses=(repository(locks=()), repository(locks=lock("requirements.txt", "requirements.txt"))),
    ),
    "rollback-undescribed": Cases(
        bad=(
            repository(rollback=()),
            repository(rollback=(), platforms=(VERCEL,)),
            repository(rollback=(), platforms=(), deploys=deploy(True)),
        ),
        good=(repository(),),
        near_misses=(
            repository(rollback=gap("no file here says how a version is deployed")),
            repository(rollback=(), applications=(), platforms=()),
        ),
    ),
    "staging-not-separated": Cases(
        bad=(repository(second=()), repository(shared=(SHARED,))),
        good=(repository(),),
        near_misses=(
            repository(second=(Sighting("Vercel's previews", "vercel.json"),)),
            repository(second=gap("no file here says how a version is deployed")),
            repository(second=(), applications=(), platforms=()),
        ),
    ),
    "development-server-in-production": Cases(
        bad=(repository(starts=(STARTED,)),),
        good=(repository(),),
        near_misses=(repository(applications=()), repository(platforms=())),
    ),
    "runtime-differs": Cases(
        bad=(
            repository(runtimes=runtime(IMAGE, ("Python", "3.12", CI, Use.TESTED))),
            repository(runtimes=runtime(IMAGE, ("Python", "3.12", ".python-version:1", Use.DEVELOPED))),
            repository(runtimes=runtime(IMAGE, ("Python", "<3.13", "pyproject.toml:5", Use.ALLOWED))),
            repository(
                runtimes=runtime(
                    ("Node.js", "20.11", "web/Dockerfile:1", Use.DEPLOYED),
                    ("Node.js", ">=22", "web/package.json:5", Use.ALLOWED),
                )
            ),
            repository(
                runtimes=runtime(
                    ("PostgreSQL", "17.6", "compose.yaml:9", Use.DEVELOPED), ("PostgreSQL", "16", CI, Use.TESTED)
                )
            ),
        ),
        good=(repository(runtimes=runtime(IMAGE, ("Python", "3.13", CI, Use.TESTED))),),
        near_misses=(
            repository(runtimes=runtime(IMAGE, *(("Python", one, CI, Use.TESTED) for one in ("3.12", "3.13")))),
            repository(runtimes=runtime(IMAGE, ("Python", "3", CI, Use.TESTED))),
            repository(
                runtimes=runtime(
                    IMAGE, ("Python", "3.13", CI, Use.TESTED), ("Python", "3.12", ".python-version:1", Use.DEVELOPED)
                )
            ),
            repository(
                runtimes=runtime(IMAGE, ("Python", "<3.13", "other/pyproject.toml:5", Use.ALLOWED))
            ),  # of another program
            repository(
                runtimes=runtime(
                    ("Node.js", "20.11", "Dockerfile:1", Use.DEPLOYED),
                    ("Node.js", "20.18.1", ".nvmrc:1", Use.TESTED),
                    ("Node.js", "^18 || >=20", "package.json:5", Use.ALLOWED),
                )
            ),
            repository(runtimes=runtime(("Python", "3.12", CI, Use.TESTED))),  # nothing says what is deployed
            repository(
                runtimes=runtime(
                    ("PostgreSQL", "17.6", "compose.yaml:9", Use.DEVELOPED), ("PostgreSQL", "17", CI, Use.TESTED)
                )
            ),
        ),
    ),
}

# What launch.toml declares decides too: see test_repository.py.
DEPLOYS = Launch(domain=LAUNCH.domain, name="Parley", deploy=Deploy(command=("fly deploy",)))
UNREAD = Gap("it is not YAML")

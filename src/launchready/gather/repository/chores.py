"""What looks after the product: the tool that changes its database, and the services that check every change."""

from launchready.gather.repository.packages import Packages
from launchready.gather.repository.tree import Tree
from launchready.model.repository import Sighting

# File or folder that only the tool makes → the tool; the end of a path, the surest first.
_MIGRATIONS = (
    ("alembic.ini", "Alembic"),
    ("prisma/schema.prisma", "Prisma"),
    ("schema.prisma", "Prisma"),
    ("drizzle.config.ts", "Drizzle"),
    ("drizzle.config.js", "Drizzle"),
    ("drizzle.config.mjs", "Drizzle"),
    ("flyway.conf", "Flyway"),
    ("flyway.toml", "Flyway"),
    ("liquibase.properties", "Liquibase"),
    ("knexfile.js", "Knex"),
    ("knexfile.ts", "Knex"),
    ("db/schema.rb", "Rails"),
    ("db/migrate", "Rails"),
    ("database/migrations", "Laravel"),
    ("priv/repo/migrations", "Ecto"),
    ("supabase/migrations", "Supabase"),
    ("atlas.hcl", "Atlas"),
    ("dbmate.yml", "dbmate"),
    ("ormconfig.json", "TypeORM"),
    (".sequelizerc", "Sequelize"),
)
_CI = (
    (".gitlab-ci.yml", "GitLab"),
    (".pre-commit-config.yaml", "pre-commit"),
    (".pre-commit-config.yml", "pre-commit"),
    (".circleci/config.yml", "CircleCI"),
    ("azure-pipelines.yml", "Azure Pipelines"),
    ("bitbucket-pipelines.yml", "Bitbucket"),
    ("Jenkinsfile", "Jenkins"),
    (".travis.yml", "Travis CI"),
)


def migrations(tree: Tree, packages: Packages) -> Sighting | None:
    """The tool that changes the database step by step, with the file that shows it."""
    for mark, tool in _MIGRATIONS:
        for path in tree.files:
            if _is_below(path, mark) and (tool != "Laravel" or path.endswith(".php")) and not tree.is_aside(path):
                return Sighting(tool, path)
    for path in tree.ending("env.py"):
        if "alembic" in tree.text(path) and not tree.is_aside(path):
            return Sighting("Alembic", path)
    for path in tree.ending(".py"):
        if "/migrations/0001" in f"/{path}" and not tree.is_aside(path):
            return Sighting("Django", path)
    for folder in dict.fromkeys(one.folder for one in packages.files):
        if asked := packages.find(folder, "pypi", ("alembic", "flask-migrate")):
            return Sighting("Alembic", f"{asked[0].path}:{asked[1].line}")
    return None


def ci(tree: Tree) -> tuple[Sighting, ...]:
    """Every service that runs checks on a change, with its file."""
    found = [Sighting("GitHub", path) for path in tree.files if path.startswith(".github/workflows/") and ".y" in path]
    return (*found[:50], *(Sighting(service, name) for name, service in _CI if tree.has(name)))


def _is_below(path: str, mark: str) -> bool:
    return path == mark or path.endswith(f"/{mark}") or path.startswith(f"{mark}/") or f"/{mark}/" in path

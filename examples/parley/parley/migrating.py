"""The schema, brought to where this Parley needs it: Alembic's migrations, all or none of them."""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.engine import Connection

from parley.database import Database
from parley.faults import Fault

FOLDER = Path(__file__).parent / "migrations"
HEAD = "0007"

# Where a careless deploy stopped: the last migration was never run.
FORGOTTEN = {Fault.SERVER_ERROR: "0006"}


def migrate(database: Database, faults: frozenset[Fault] = frozenset()) -> None:
    """Bring the schema up to date, or to where a fault stopped. Raises SQLAlchemyError."""
    target = next((until for fault, until in FORGOTTEN.items() if fault in faults), HEAD)
    found = revision(database)
    if found == HEAD and target != HEAD:
        go_back(database, target)
    elif found != target:
        _run(database, lambda config: command.upgrade(config, target))
    database.index(missing=Fault.MISSING_INDEX in faults)


def go_back(database: Database, target: str) -> None:
    """Undo migrations down to a revision; "base" is an empty database. Raises SQLAlchemyError."""
    _run(database, lambda config: command.downgrade(config, target))


def revision(database: Database) -> str:
    """How far this database is migrated; empty for a new one. Raises SQLAlchemyError when it cannot be opened."""
    with database.reading() as connection:
        if not connection.dialect.has_table(connection, "alembic_version"):
            return ""
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""


def known_head() -> str | None:
    """The newest migration in the folder."""
    return ScriptDirectory.from_config(_config(None)).get_current_head()


def _run(database: Database, step: Callable[[Config], None]) -> None:
    """One step in one transaction; a second Parley that starts at the same time waits for it."""
    try:
        with database.writing() as connection:
            database.alone(connection, "parley migrations")
            step(_config(connection))
    finally:
        database.engine.dispose()  # connections that saw the old schema


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config

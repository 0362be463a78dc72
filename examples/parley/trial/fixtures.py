"""The databases that Parley is tried out on."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from trial.postgres import cluster, new_database


@pytest.fixture(scope="session")
def postgres() -> Iterator[Callable[[], str]]:
    """Makes new, empty PostgreSQL databases: their URLs."""
    numbers = count()
    with cluster() as folder:
        yield lambda: new_database(folder, f"parley{next(numbers)}")


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new database of each kind in turn: a path or a URL."""
    if request.param == "sqlite":
        return str(tmp_path / "parley.db")
    made: Callable[[], str] = request.getfixturevalue("postgres")
    return made()

"""All tests run inside the box: a network namespace where any public address may be ours and nothing can leave."""

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.box import namespace
from tests.box.certificates import Authority
from tests.box.internet import Internet

hypothesis.settings.register_profile("unhurried", deadline=None)  # how long an example takes is the machine's affair
hypothesis.settings.load_profile("unhurried")


def pytest_configure(config: pytest.Config) -> None:
    """Each process that runs tests gets a box of its own."""
    runs_tests = os.environ.get("PYTEST_XDIST_WORKER") or not getattr(config.option, "numprocesses", None)
    if runs_tests:
        try:
            namespace.enter()
        except OSError as error:
            pytest.exit(f"the tests need a network namespace of their own: {error}", returncode=4)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """The certificate authority that the box's clients trust."""
    return Authority.new("Let's Encrypt", tmp_path_factory.mktemp("authority"))


@pytest.fixture
def internet(tmp_path: Path, authority: Authority) -> Iterator[Internet]:
    """An internet of this test's own: addresses, DNS, web servers."""
    with Internet(tmp_path / "internet", authority) as opened:
        yield opened

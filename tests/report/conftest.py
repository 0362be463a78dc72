"""A browser for each module that looks at reports."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.chromium import launched


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Closed with its module: while it is open, no other test of this process could run an event loop."""
    with launched() as opened:
        yield opened

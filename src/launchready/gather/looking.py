"""A look that fails is a Gap with its reason, never an exception."""

from collections.abc import Awaitable
from typing import TypeVar

from launchready.errors import WireError
from launchready.model.gap import Gap

T = TypeVar("T")


async def or_gap(look: Awaitable[T]) -> T | Gap:
    """What the look returns, or the Gap that says why it returned nothing."""
    try:
        return await look
    except WireError as error:
        return Gap(str(error))

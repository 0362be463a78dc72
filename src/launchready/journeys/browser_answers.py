"""What the browser got, in the engine's words: the answers of a chain of redirects, and why there is none."""

import re

from playwright.async_api import Error
from playwright.async_api import Request as Asked
from playwright.async_api import Response as Answered

from launchready.formats.printable import printable
from launchready.journeys.exchange import Answer, server_timing
from launchready.model.journey import Timing


async def hops_of(request: Asked) -> list[tuple[Asked, Answered]]:
    """A request and those that its redirects led to, each with its answer."""
    hops: list[tuple[Asked, Answered]] = []
    following: Asked | None = request
    while following is not None:
        response = await following.response()
        if response is None:
            break
        hops.append((following, response))
        following = following.redirected_to
    return hops


async def redirect(asked: Asked, response: Answered) -> Answer:
    headers = await headers_of(response)
    return Answer(status=response.status, headers=headers, body=b"", timing=timing_of(asked, headers))


async def headers_of(response: Answered) -> tuple[tuple[str, str], ...]:
    pairs = [(one["name"].lower(), one["value"]) for one in await response.headers_array()]
    return tuple((name, line) for name, value in pairs for line in value.split("\n"))


def timing_of(asked: Asked, headers: tuple[tuple[str, str], ...]) -> Timing:
    """Milliseconds from the request, as the browser's own clock has them."""
    times = asked.timing
    first = max(0.0, times["responseStart"])
    return Timing(first_byte_ms=first, total_ms=max(first, times["responseEnd"]), server=server_timing(headers))


_NET = {
    "ERR_NAME_NOT_RESOLVED": "its name has no address",
    "ERR_CONNECTION_REFUSED": "it refuses connections",
    "ERR_CERT_AUTHORITY_INVALID": "its certificate is from an authority that the browser does not know",
    "ERR_CERT_DATE_INVALID": "its certificate is not valid at this date",
    "ERR_CERT_COMMON_NAME_INVALID": "its certificate is for another name",
    "ERR_EMPTY_RESPONSE": "it closed the connection without an answer",
    "ERR_CONNECTION_RESET": "it broke the connection off",
    "ERR_TOO_MANY_REDIRECTS": "redirects without end",
    "ERR_BLOCKED_BY_CLIENT": "it was not asked, for want of consent",
}


def in_words(error: Error) -> str:
    """What Chromium calls it, and what that means."""
    code = re.search(r"net::(ERR_\w+)", error.message)
    if code is None:
        return f"the browser failed: {printable(error.message.strip().partition(chr(10))[0], 200)}"
    return f"{_NET[code[1]]} ({code[1]})" if code[1] in _NET else f"the browser could not open it ({code[1]})"

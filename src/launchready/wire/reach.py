"""Can a TCP connection be made, and has this machine a way there at all?"""

import asyncio
import socket

from launchready.errors import NoAnswer, Refused
from launchready.wire.deadline import Deadline

CONNECT_S = 5.0


def has_route(address: str) -> bool:
    """Whether this machine knows a way to an address; nothing is sent (connecting UDP only chooses a route)."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((address, 53))
    except OSError:
        return False
    return True


async def connect(address: str, port: int, deadline: Deadline) -> None:
    """Connect by TCP and hang up; raises NoAnswer for silence, Refused when the other side or the network says no."""
    try:
        async with asyncio.timeout(deadline.left_s(CONNECT_S)):
            _, writer = await asyncio.open_connection(address, port)
    except TimeoutError:
        raise NoAnswer(f"no answer from {address}") from None
    except OSError as error:
        raise Refused(f"{address} refuses connections to port {port} ({error.strerror or error})") from None
    writer.transport.abort()

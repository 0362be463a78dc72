"""One process, several listeners: plain HTTP, and HTTPS for each host with that host's own certificate."""

import asyncio
import json
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from parley.doors import BehindProxy


class CannotStart(Exception):
    """A port or a certificate cannot be used; the message says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """A port of 0 is any free one; `host` None is plain HTTP, `behind_proxy` when somebody else ends TLS."""

    port: int
    host: str | None = None
    certificate: Path | None = None
    key: Path | None = None
    behind_proxy: bool = False


async def serve(app: ASGIApp, bind: str, listeners: Iterable[Listener], *, with_parent: bool) -> None:
    """Serve until SIGTERM or SIGINT, or, `with_parent`, until standard input closes.

    When every listener answers, one line of JSON is printed: `{"http": PORT, "https": {HOST: PORT, …}}`.
    Raises CannotStart.
    """
    async with AsyncExitStack() as stack:
        opened = [(listener, await stack.enter_async_context(_open(app, bind, listener))) for listener in listeners]
        stop = _until_told(with_parent=with_parent)
        print(json.dumps(_ports(opened)), flush=True)  # noqa: T201
        await stop.wait()


@asynccontextmanager
async def _open(app: ASGIApp, bind: str, listener: Listener) -> AsyncIterator[int]:
    """One listener that answers; its port. `Server.serve` would take the signals, so its parts are called instead."""
    config = _config(app, listener)
    with closing(listening(bind, listener.port)) as bound:
        port: int = bound.getsockname()[1]
        server = uvicorn.Server(config)
        server.lifespan = config.lifespan_class(config)
        await server.startup(sockets=[bound])
        running = asyncio.create_task(server.main_loop())
        try:
            yield port
        finally:
            server.should_exit = True
            await running
            await server.shutdown(sockets=[bound])


def _ports(opened: Iterable[tuple[Listener, int]]) -> dict[str, object]:
    ports = {listener.host: port for listener, port in opened}
    return {"http": ports.pop(None, None), "https": ports}


def listening(bind: str, port: int) -> socket.socket:
    """A socket that listens; raises CannotStart."""
    try:
        listener = socket.create_server((bind, port), backlog=100)
    except OSError as error:
        raise CannotStart(f"cannot listen on {bind}:{port}: {error.strerror}") from None
    # asyncio only sets this itself on sockets made for TCP by name; without it, the second answer on a connection
    # waits 40 ms for the acknowledgement of its own headers (Nagle, RFC 9293, section 3.7.4).
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _config(app: ASGIApp, listener: Listener) -> uvicorn.Config:
    config = uvicorn.Config(
        BehindProxy(app) if listener.behind_proxy else app,
        ssl_certfile=listener.certificate,
        ssl_keyfile=listener.key,
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=1,
    )
    try:
        config.load()  # reads the certificate
    except OSError as error:
        raise CannotStart(f"the certificate of {listener.host} cannot be used: {error.strerror or error}") from None
    return config


def _until_told(*, with_parent: bool) -> asyncio.Event:
    """Set by SIGTERM, by SIGINT, and by the parent's end of standard input closing."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if with_parent:
        try:
            loop.add_reader(sys.stdin, stop.set)
        except (OSError, ValueError):
            raise CannotStart("--with-parent needs a pipe as standard input") from None
    return stop

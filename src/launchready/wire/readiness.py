"""Which of libcurl's sockets can be read or written: an epoll of its own on Linux, the event loop's elsewhere."""

import asyncio
import select
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

import pycurl

Act = Callable[[int, int], None]  # a socket, and what it is ready for (CSELECT_IN, CSELECT_OUT)


class Readiness(Protocol):
    """Tells of sockets that are ready. libcurl closes sockets without saying so, some time after `forget`."""

    def watch(self, socket: int, reads: bool, writes: bool) -> None: ...
    def forget(self, socket: int) -> None: ...
    def close(self) -> None: ...


def readiness(loop: asyncio.AbstractEventLoop, act: Act) -> Readiness:
    """The fastest that this machine has."""
    return ByEpoll(loop, act) if hasattr(select, "epoll") else ByLoop(loop, act)


class ByLoop:
    """The event loop's own readers and writers; a socket that libcurl may close is taken out at once."""

    def __init__(self, loop: asyncio.AbstractEventLoop, act: Act) -> None:
        self._loop = loop
        self._act = act
        self._watched: set[int] = set()

    def watch(self, socket: int, reads: bool, writes: bool) -> None:
        self.forget(socket)
        self._watched.add(socket)
        if reads:
            self._loop.add_reader(socket, self._act, socket, pycurl.CSELECT_IN)
        if writes:
            self._loop.add_writer(socket, self._act, socket, pycurl.CSELECT_OUT)

    def forget(self, socket: int) -> None:
        if socket in self._watched:
            self._watched.discard(socket)
            self._loop.remove_reader(socket)
            self._loop.remove_writer(socket)

    def close(self) -> None:
        for socket in tuple(self._watched):
            self.forget(socket)


class ByEpoll:
    """One epoll inside the event loop's: a socket kept alive stays in it from one request to the next, and the kernel
    takes out what is closed (epoll(7), question 6)."""

    def __init__(self, loop: asyncio.AbstractEventLoop, act: Act) -> None:
        self._loop = loop
        self._act = act
        self._watched: set[int] = set()
        self._epoll = select.epoll()
        loop.add_reader(self._epoll.fileno(), self._ready)

    def watch(self, socket: int, reads: bool, writes: bool) -> None:
        self._watched.add(socket)
        events = (select.EPOLLIN if reads else 0) | (select.EPOLLOUT if writes else 0)
        try:
            self._epoll.modify(socket, events)
        except FileNotFoundError:  # a new one, perhaps under the number of one that is closed
            self._epoll.register(socket, events)

    def forget(self, socket: int) -> None:
        self._watched.discard(socket)

    def close(self) -> None:
        self._loop.remove_reader(self._epoll.fileno())
        self._epoll.close()

    def _ready(self) -> None:
        for socket, events in self._epoll.poll(0):
            if socket in self._watched:
                reads = pycurl.CSELECT_IN if events & ~select.EPOLLOUT else 0
                self._act(socket, reads | (pycurl.CSELECT_OUT if events & select.EPOLLOUT else 0))
            else:
                self._drop(socket)  # nobody waits: a connection kept for later has ended, or says something

    def _drop(self, socket: int) -> None:
        with suppress(OSError):  # the kernel was first
            self._epoll.unregister(socket)

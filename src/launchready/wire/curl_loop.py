"""libcurl's transfers driven by asyncio: sockets and timers are the event loop's, never a thread's."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pycurl


class CurlLoop:
    """Many transfers at once on one event loop (libcurl's multi_socket interface)."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._due = False
        self._watched: set[int] = set()
        self._running: dict[pycurl.Curl, asyncio.Future[None]] = {}
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_SOCKETFUNCTION, self._watch)
        self._multi.setopt(pycurl.M_TIMERFUNCTION, self._set_timer)

    async def perform(self, curl: pycurl.Curl) -> None:
        """Carry out one transfer; raises pycurl.error as `Curl.perform` does."""
        async with self.carried(curl):
            return

    @asynccontextmanager
    async def carried(self, curl: pycurl.Curl) -> AsyncIterator[None]:
        """Carry out one transfer; its connection stays open until the end of the block (CONNECT_ONLY)."""
        done: asyncio.Future[None] = self._loop.create_future()
        self._running[curl] = done
        self._multi.add_handle(curl)
        try:
            if self._due:  # at once instead of in the loop's next round, which every request would pay for
                self._set_timer(-1)
                self._act(pycurl.SOCKET_TIMEOUT, 0)
            await done
            yield
        finally:
            del self._running[curl]
            self._multi.remove_handle(curl)

    def close(self) -> None:
        if self._timer:
            self._timer.cancel()
        for socket in self._watched:
            self._loop.remove_reader(socket)
            self._loop.remove_writer(socket)
        self._multi.close()

    def _watch(self, event: int, socket: int, multi: object, data: object) -> None:
        """libcurl says which readiness of a socket it wants to hear of."""
        if socket in self._watched:
            self._loop.remove_reader(socket)
            self._loop.remove_writer(socket)
            self._watched.discard(socket)
        if event & pycurl.POLL_REMOVE == pycurl.POLL_REMOVE:
            return
        self._watched.add(socket)
        if event & pycurl.POLL_IN:
            self._loop.add_reader(socket, self._act, socket, pycurl.CSELECT_IN)
        if event & pycurl.POLL_OUT:
            self._loop.add_writer(socket, self._act, socket, pycurl.CSELECT_OUT)

    def _set_timer(self, after_ms: int) -> None:
        self._due = after_ms == 0
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if after_ms >= 0:
            self._timer = self._loop.call_later(after_ms / 1000, self._act, pycurl.SOCKET_TIMEOUT, 0)

    def _act(self, socket: int, what: int) -> None:
        self._multi.socket_action(socket, what)
        more = 1
        while more:
            more, finished, failed = self._multi.info_read()
            for curl in finished:
                self._settle(curl, None)
            for curl, code, message in failed:
                self._settle(curl, pycurl.error(code, message))

    def _settle(self, curl: pycurl.Curl, error: pycurl.error | None) -> None:
        done = self._running.get(curl)
        if done is None or done.done():
            return
        if error:
            done.set_exception(error)
        else:
            done.set_result(None)

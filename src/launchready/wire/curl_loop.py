"""libcurl's transfers driven by asyncio: sockets and timers are the event loop's, never a thread's."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pycurl

from launchready.wire.readiness import Readiness, readiness


class CurlLoop:
    """Many transfers at once on one event loop (libcurl's multi_socket interface)."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._due: float | None = None  # when libcurl wants to be called, on the loop's clock
        self._beginning = False
        self._sockets: Readiness = readiness(self._loop, self._act)
        self._running: dict[pycurl.Curl, asyncio.Future[None]] = {}
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_SOCKETFUNCTION, self._watch)
        self._multi.setopt(pycurl.M_TIMERFUNCTION, self._set_timer)

    async def perform(self, curl: pycurl.Curl) -> None:
        """Carry out one transfer; raises pycurl.error as `Curl.perform` does."""
        done = self._begin(curl)
        try:
            await done
        finally:
            self._end(curl)

    @asynccontextmanager
    async def carried(self, curl: pycurl.Curl) -> AsyncIterator[None]:
        """Carry out one transfer; its connection stays open until the end of the block (CONNECT_ONLY)."""
        done = self._begin(curl)
        try:
            await done
            yield
        finally:
            self._end(curl)

    def close(self) -> None:
        self._multi.close()  # which still asks for sockets, and for a call that nobody will make
        self._sockets.close()
        if self._timer:
            self._timer.cancel()

    def _begin(self, curl: pycurl.Curl) -> asyncio.Future[None]:
        done = self._running[curl] = self._loop.create_future()
        self._beginning = True  # libcurl wants to be called at once, which it is
        self._multi.add_handle(curl)
        self._beginning = False
        self._act(pycurl.SOCKET_TIMEOUT, 0)
        return done

    def _end(self, curl: pycurl.Curl) -> None:
        del self._running[curl]
        self._multi.remove_handle(curl)

    def _watch(self, event: int, socket: int, multi: object, data: object) -> None:
        """libcurl says which readiness of a socket it wants to hear of."""
        if event == pycurl.POLL_REMOVE:
            self._sockets.forget(socket)
        else:
            self._sockets.watch(socket, bool(event & pycurl.POLL_IN), bool(event & pycurl.POLL_OUT))

    def _set_timer(self, after_ms: int) -> None:
        """libcurl says when it wants to be called; one timer that rings too early is set again, not one a request."""
        if after_ms < 0 or self._beginning:
            self._due = None
            return
        self._due = self._loop.time() + after_ms / 1000
        if self._timer and self._timer.when() > self._due:
            self._timer.cancel()
            self._timer = None
        if self._timer is None:
            self._timer = self._loop.call_at(self._due, self._ring)

    def _ring(self) -> None:
        self._timer = None
        if self._due is None:
            return
        if self._due > self._loop.time():
            self._timer = self._loop.call_at(self._due, self._ring)
            return
        self._due = None
        self._act(pycurl.SOCKET_TIMEOUT, 0)

    def _act(self, socket: int, what: int) -> None:
        _, running = self._multi.socket_action(socket, what)
        if running == len(self._running):
            return
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

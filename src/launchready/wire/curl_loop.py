"""libcurl's transfers driven by asyncio: sockets and timers are the event loop's, never a thread's."""

import asyncio
from collections.abc import Callable

import pycurl

from launchready.wire.readiness import Act, Readiness, readiness


class CurlLoop:
    """Many transfers at once on one event loop (libcurl's multi_socket interface)."""

    def __init__(self, watching: Callable[[asyncio.AbstractEventLoop, Act], Readiness] = readiness) -> None:
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._due: float | None = None  # when libcurl wants to be called, on the loop's clock
        self._beginning = False
        self._sockets = watching(self._loop, self._act)
        self._running: dict[pycurl.Curl, asyncio.Future[None]] = {}
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_SOCKETFUNCTION, self._watch)
        self._multi.setopt(pycurl.M_TIMERFUNCTION, self._set_timer)

    def begin(self, curl: pycurl.Curl) -> asyncio.Future[None]:
        """Begin one transfer; what it gives is done when the transfer is, or raises as `Curl.perform` does.

        Whoever begins one must `end` it, however it went: until then its connection is nobody else's.
        """
        done = self._running[curl] = self._loop.create_future()
        self._beginning = True  # libcurl wants to be called at once, which it is
        self._multi.add_handle(curl)
        self._beginning = False
        self._act(pycurl.SOCKET_TIMEOUT, 0)
        return done

    def end(self, curl: pycurl.Curl) -> None:
        """Let go of a transfer; one that was not done is broken off, and one that was never begun is nothing."""
        if self._running.pop(curl, None):
            self._multi.remove_handle(curl)

    def close(self) -> None:
        self._multi.close()  # which still asks for sockets, and for a call that nobody will make
        self._sockets.close()
        if self._timer:
            self._timer.cancel()

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

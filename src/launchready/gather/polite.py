"""One host asked many small questions: a few at a time, and no more of them once it stops answering."""

import asyncio

from launchready.errors import Garbled, NoAnswer
from launchready.wire.http import Http, Response

AT_ONCE = 6  # as many connections as a browser opens to one host
ANSWER_S = 5.0
SILENCES = 3  # after which nothing more is asked
BODY_LIMIT_BYTES = 4 * 1024


class PoliteHost:
    """Asks one host over HTTPS; redirects are not followed."""

    def __init__(self, host: str, http: Http) -> None:
        self.host = host
        self._http = http
        self._places = asyncio.Semaphore(AT_ONCE)
        self._silences = 0

    async def ask(
        self, path: str, *headers: str, body_limit_bytes: int = BODY_LIMIT_BYTES, again: bool = False
    ) -> Response | None:
        """One answer; None when the host hangs up without one, also when asked `again`. Raises WireError.

        nginx's `return 444` and many firewalls hang up on addresses that nobody has any business with. Over HTTP/2 that
        ends other requests too, so the second time each has a connection of its own.
        """
        async with self._places:
            if self._silences >= SILENCES:
                raise NoAnswer(f"{self.host} stopped answering")
            try:
                return await self._http.fetch(
                    f"https://{self.host}{path}",
                    headers=headers,
                    timeout_s=ANSWER_S,
                    body_limit_bytes=body_limit_bytes,
                    own_connection=again,
                )
            except NoAnswer:
                self._silences += 1
                raise
            except Garbled:
                if again:
                    return None
        return await self.ask(path, *headers, body_limit_bytes=body_limit_bytes, again=True)

"""One host asked many small questions: a few at a time, and no more of them once it stops answering."""

import asyncio

from launchready.errors import Garbled, NoAnswer
from launchready.wire.http import Http, Response

AT_ONCE = 4
ANSWER_S = 5.0
BODY_LIMIT_BYTES = 4 * 1024


class PoliteHost:
    """Asks one host over HTTPS; redirects are not followed. `hung_up` answers stand for a connection that it closed."""

    def __init__(self, host: str, http: Http) -> None:
        self.host = host
        self._http = http
        self._places = asyncio.Semaphore(AT_ONCE)
        self._silent: NoAnswer | None = None

    async def ask(
        self, path: str, *headers: str, body_limit_bytes: int = BODY_LIMIT_BYTES, asked_before: bool = False
    ) -> Response | None:
        """One answer; None when the host hangs up, twice, without one. Raises WireError.

        nginx's `return 444` and many firewalls hang up on addresses that nobody has any business with.
        """
        async with self._places:
            if self._silent:
                raise self._silent
            try:
                return await self._http.fetch(
                    f"https://{self.host}{path}",
                    headers=headers,
                    timeout_s=ANSWER_S,
                    body_limit_bytes=body_limit_bytes,
                )
            except NoAnswer as error:
                self._silent = error
                raise
            except Garbled:
                if asked_before:
                    return None
        return await self.ask(path, *headers, body_limit_bytes=body_limit_bytes, asked_before=True)

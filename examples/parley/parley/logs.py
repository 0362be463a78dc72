"""The log: one line of JSON each, with the request it belongs to, and without secrets or what visitors write."""

import json
import logging
import re
import secrets
import sys
import time
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from parley.faults import Fault
from parley.settings import Settings

REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)
_GIVEN_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_log = logging.getLogger("parley")


class Lines(logging.Formatter):
    """`extra={"facts": {…}}` of a record become keys of its line."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"at": at, "level": record.levelname.lower(), "event": record.getMessage()}
        if request_id := REQUEST_ID.get():
            line["request_id"] = request_id
        line |= getattr(record, "facts", {})
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["trace"] = "".join(traceback.format_tb(record.exc_info[2]))  # places, never messages with values
        return json.dumps(line, ensure_ascii=False)


def to_stderr() -> None:
    """Everything that is logged goes to standard error; libraries are heard from warnings upwards."""
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(Lines())
    logging.basicConfig(level=logging.WARNING, handlers=[lines], force=True)
    _log.setLevel(logging.INFO)


def note(event: str, level: int = logging.INFO, *, error: BaseException | None = None, **facts: object) -> None:
    """One line; `error` adds its kind and where it happened."""
    _log.log(level, event, extra={"facts": facts}, exc_info=error)


class RequestLines:
    """Gives each request an id, answers with it, and writes one line when the answer is complete."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _GIVEN_ID.fullmatch(given) else secrets.token_hex(8)
        REQUEST_ID.set(request_id)
        status, began = 0, time.monotonic()

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = request_id
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        except Exception as error:
            if not self._settings.has(Fault.ERRORS_UNLOGGED):
                note("request failed", logging.ERROR, error=error, method=scope["method"], path=scope["path"])
            if not status:
                raise
        finally:
            took_ms = round((time.monotonic() - began) * 1000, 1)
            note("request", method=scope["method"], path=scope["path"], status=status, ms=took_ms)

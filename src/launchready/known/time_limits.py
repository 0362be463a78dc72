"""Calls of Python libraries that go out of the machine, and whether they end by themselves.

Sources, not each opened again on 2026-11-24: requests.readthedocs.io (Timeouts: "requests do not time out unless a
timeout value is set"), docs.python.org (urllib.request.urlopen, smtplib.SMTP, socket, http.client, ftplib, imaplib,
poplib: the global default timeout, which is none), www.python-httpx.org/advanced/timeouts (5 s by default; None
disables it), docs.aiohttp.org (ClientTimeout: 5 minutes in total by default; None disables it), www.postgresql.org/docs
(libpq connect_timeout: "Zero, negative, or not specified means wait indefinitely"). pymysql connects within 10 s by
default: it has no entry.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How a call is given its time limit; `is_limited` when it has one unless it is told None."""

    keyword: str = "timeout"
    position: int | None = None
    is_limited: bool = False
    instead: str = "timeout=10"


_VERBS = ("get", "options", "head", "post", "put", "patch", "delete")
_REQUESTS = Limit(instead="timeout=(5, 30)")
_HTTPX = Limit(is_limited=True, instead="timeout=httpx.Timeout(30, connect=5)")
_AIOHTTP = Limit(is_limited=True, instead="timeout=aiohttp.ClientTimeout(total=30)")
_PSYCOPG = Limit(keyword="connect_timeout", instead="connect_timeout=5")

TIME_LIMITS: dict[str, Limit] = {
    **{f"requests.{verb}": _REQUESTS for verb in (*_VERBS, "request")},
    **{f"requests.api.{verb}": _REQUESTS for verb in (*_VERBS, "request")},
    **{
        f"requests.{session}.{verb}": _REQUESTS
        for session in ("Session()", "session()", "sessions.Session()")
        for verb in (*_VERBS, "request", "send")
    },
    **{f"httpx.{verb}": _HTTPX for verb in (*_VERBS, "request", "stream", "Client", "AsyncClient")},
    **{
        f"httpx.{client}().{verb}": _HTTPX
        for client in ("Client", "AsyncClient")
        for verb in (*_VERBS, "request", "stream")
    },
    "aiohttp.ClientSession": _AIOHTTP,
    "aiohttp.request": _AIOHTTP,
    **{f"aiohttp.ClientSession().{verb}": _AIOHTTP for verb in (*_VERBS, "request", "ws_connect")},
    "urllib.request.urlopen": Limit(position=2),
    "smtplib.SMTP": Limit(position=3),
    "smtplib.SMTP_SSL": Limit(position=5),
    "socket.create_connection": Limit(position=1),
    "http.client.HTTPConnection": Limit(position=2),
    "http.client.HTTPSConnection": Limit(),
    "ftplib.FTP": Limit(position=4),
    "ftplib.FTP_TLS": Limit(),
    "imaplib.IMAP4": Limit(position=2),
    "imaplib.IMAP4_SSL": Limit(),
    "poplib.POP3_SSL": Limit(),
    "psycopg.connect": _PSYCOPG,
    "psycopg.AsyncConnection.connect": _PSYCOPG,
    "psycopg2.connect": _PSYCOPG,
}

# Objects that hold a limit for what is made with them; told None they hold none.
UNLIMITED_OBJECTS = {"httpx.Timeout": ("timeout", 0), "aiohttp.ClientTimeout": ("total", 0)}

# Calls that put an end to whatever is done inside them or below them.
DEADLINES = frozenset({
    "asyncio.timeout", "asyncio.timeout_at", "asyncio.wait_for", "async_timeout.timeout", "anyio.fail_after",
    "anyio.move_on_after", "trio.fail_after", "trio.move_on_after", "gevent.Timeout", "eventlet.Timeout",
})  # fmt: skip

# These follow socket.setdefaulttimeout; requests, httpx and libpq do not.
FOLLOW_SOCKET_DEFAULT = ("urllib.", "smtplib.", "socket.", "http.client.", "ftplib.", "imaplib.", "poplib.")

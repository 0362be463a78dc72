"""What a stranger who tries the usual addresses gets to see: files, error pages, cookies, foreign origins, health."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from launchready.model.facts.web import PhaseTimes
from launchready.model.gap import seen


class FileKind(Enum):
    """What a file proved to be by its content."""

    ENV = "env"
    GIT = "git"
    SQL_DUMP = "sql-dump"
    DATABASE = "database"
    ARCHIVE = "archive"
    SOURCE_CODE = "source-code"
    CREDENTIALS = "credentials"
    COMPOSE = "compose"
    CONFIG = "config"
    CONSOLE = "console"
    DEBUG_PAGE = "debug-page"
    SERVER_STATUS = "server-status"
    FOLDER_LIST = "folder-list"
    SOURCE_MAP = "source-map"


@seen
class LookedAt:
    """One address that should hold nothing for strangers, redirects not followed.

    `kind` is None when what answers is not the file. `secret` tells whether it may hold what only the team should
    know, `names` how many variables an env file sets. No part of the content is kept. `status` 0: it hung up.
    """

    path: str
    status: int
    kind: FileKind | None
    secret: bool
    size_bytes: int | None
    names: int | None


@seen
class ExposureFacts:
    """What one host hands out at addresses where files are often forgotten (subject: the host)."""

    subject: str
    source: str
    at: datetime
    files: tuple[LookedAt, ...]


class LeakKind(Enum):
    """What an error page gives away, worst first."""

    DEBUG_PAGE = "debug-page"
    STACK_TRACE = "stack-trace"
    SQL = "sql"
    FILE_PATH = "file-path"
    VERSION = "version"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """One thing that an error page gives away; `what` names the framework, the file or the version, never a value."""

    kind: LeakKind
    what: str


@seen
class ErrorPage:
    """The answer to a request that had to fail; `status` 0 when the server hung up instead."""

    path: str
    status: int
    leaks: tuple[Leak, ...]


@seen
class ErrorPageFacts:
    """How one host says that something went wrong (subject: the host)."""

    subject: str
    source: str
    at: datetime
    pages: tuple[ErrorPage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CookieSeen:
    """A cookie that a host sets, as RFC 6265bis reads it, without its value; `path` is where it was set."""

    name: str
    path: str
    secure: bool
    http_only: bool
    same_site: str | None
    rejected: str | None


@seen
class CookieFacts:
    """The cookies that a stranger gets on one host's core routes over HTTPS (subject: the host)."""

    subject: str
    source: str
    at: datetime
    cookies: tuple[CookieSeen, ...]


@seen
class CorsAnswer:
    """What a host lets a page of `origin` do with the answer at `path` (Fetch standard, HTTP-CORS protocol)."""

    path: str
    origin: str
    allow_origin: str | None
    allow_credentials: bool


@seen
class CorsFacts:
    """How one host answers pages of origins that nobody has (subject: the host)."""

    subject: str
    source: str
    at: datetime
    answers: tuple[CorsAnswer, ...]


class Says(Enum):
    """What the body of a health answer says. PAGE: it is what the host answers to any address."""

    WELL = "well"
    DEGRADED = "degraded"
    UNWELL = "unwell"
    PAGE = "page"


@seen
class HealthAnswer:
    """One health address, redirects not followed; `status` 0 when the server hung up.

    `because` is the part that made it UNWELL or DEGRADED. `cached_s` is how old the answer is or may become in a
    cache, None when none may keep it. `phases` is None where nothing but the answer was wanted.
    """

    path: str
    status: int
    says: Says
    because: str | None
    cached_s: int | None
    phases: PhaseTimes | None = None


@seen
class HealthFacts:
    """The health addresses of one host (subject: the host): the declared one, or the usual ones up to the first hit.

    `missing_status` is what the host answers for an address that does not exist.
    """

    subject: str
    source: str
    at: datetime
    declared: bool
    missing_status: int
    answers: tuple[HealthAnswer, ...]


class Shows(Enum):
    """What a private address shows a visitor without a session."""

    CLOSED = "closed"  # it refuses, leads elsewhere, or asks to log in
    CONTENT = "content"
    SHELL = "shell"  # the page that an app answers to any address, or one with nothing in it yet


@seen
class PrivatePageFacts:
    """One address that the launch calls private, asked for without a session (subject: host and path).

    `url` is where it ended, without query. No part of the content is kept.
    """

    subject: str
    source: str
    at: datetime
    host: str
    url: str
    status: int
    shows: Shows

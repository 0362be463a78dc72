"""Does the site hand strangers what only its team should see?"""

from collections.abc import Iterator

from launchready.checks.registry import DoesNotApply, check
from launchready.formats.set_cookie import is_session
from launchready.model.facts import (
    CookieFacts,
    CookieSeen,
    CorsFacts,
    ErrorPageFacts,
    ExposureFacts,
    FileKind,
    Leak,
    LeakKind,
    LookedAt,
)
from launchready.model.finding import Evidence, Impact, Remedy, RemedyKind, Severity, Stage
from launchready.model.gap import Gap, peek
from launchready.model.launch import Launch, Role

PATHS_SHOWN = 3

_SERVER = "whoever runs the server"
_DEVELOPER = "whoever develops the app"

_CALLED = {
    FileKind.ENV: "the settings file of the app",
    FileKind.GIT: "the history of your source code (with it, all of the code can be downloaded)",
    FileKind.SQL_DUMP: "a dump of a database",
    FileKind.DATABASE: "a whole database",
    FileKind.ARCHIVE: "a backup archive",
    FileKind.SOURCE_CODE: "code that the server should run, not show",
    FileKind.CREDENTIALS: "a file of credentials",
    FileKind.COMPOSE: "the description of your services",
    FileKind.CONFIG: "settings with a secret in them",
    FileKind.CONSOLE: "a console that runs code on the server",
    FileKind.DEBUG_PAGE: "a debug page",
    FileKind.SERVER_STATUS: "the server's status page: who visits which address",
    FileKind.FOLDER_LIST: "a list of the names of all files in the folder",
}
_MINOR = frozenset({FileKind.FOLDER_LIST})


@check(
    stage=Stage.EMAIL_AND_SECRETS,
    impact=Impact.SECRET_EXPOSURE,
    severity=Severity.BLOCKER,
    title="A private file can be read by anyone",
    why="Robots try these addresses on every site, all day long: keys found there are used within minutes, "
    "and data that was downloaded cannot be called back.",
    fix="First replace every key and password that stood in it, since somebody may have them; then stop serving it.",
    source="OWASP Web Security Testing Guide, WSTG-CONF-02 and WSTG-CONF-04",
)
def exposed_file(exposure: ExposureFacts) -> Iterator[Evidence]:
    """The addresses where such files are often forgotten are asked for; what answers must prove by its content to be
    the file, so a page that answers every address is none. Only names, sizes and counts are kept."""
    found: dict[FileKind, list[LookedAt]] = {}
    for look in exposure.files:
        if not isinstance(peek(look, "kind"), Gap) and look.kind in _CALLED:
            found.setdefault(look.kind, []).append(look)
    for kind, looks in found.items():
        yield _exposed(exposure.subject, kind, looks)
    for look in exposure.files:  # what could not be seen may be one
        _ = look.kind


def _exposed(host: str, kind: FileKind, looks: list[LookedAt]) -> Evidence:
    paths = [f"https://{host}{look.path}" for look in looks[:PATHS_SHOWN]]
    more = f" and {len(looks) - PATHS_SHOWN} more" if len(looks) > PATHS_SHOWN else ""
    details = _details(looks[0])
    text = f"{', '.join(paths)}{more}: {_CALLED[kind]}{f' ({details})' if details else ''}"
    return Evidence(text, remedy=_hidden(kind, looks), severity=_file_severity(kind, looks))


def _details(look: LookedAt) -> str:
    counted = f"{look.names} {'variable' if look.names == 1 else 'variables'}" if look.names else ""
    size = f"{look.size_bytes:,} bytes" if look.size_bytes else ""
    return ", ".join(part for part in (counted, size) if part)


def _file_severity(kind: FileKind, looks: list[LookedAt]) -> Severity:
    if kind in _MINOR:
        return Severity.MINOR
    return Severity.BLOCKER if any(look.secret for look in looks) else Severity.MAJOR


_ROTATE = "# First replace every key and password that is in it, at the service that issued it.\n"
_TELL = "# Find out whose data is in it: you may have to tell them, and in the EU the authority within 72 hours.\n"
_DATA = frozenset({FileKind.SQL_DUMP, FileKind.DATABASE, FileKind.ARCHIVE})

_NO_DOT_FILES = "location ~ /\\.(?!well-known/) { return 404; }"
_SWITCHED_OFF = {
    "/server-status": 'location = /server-status { return 404; }  # Apache: <Location "/server-status"> Require local',
    "/console": "FLASK_DEBUG=0 gunicorn app:app  # never Werkzeug's own server where others can reach it",
    "/_profiler": "APP_ENV=prod\nAPP_DEBUG=0  # Symfony: the profiler belongs to development alone",
    "/__debug__/": "DEBUG = False  # Django settings.py; and take debug_toolbar out of INSTALLED_APPS",
    "/actuator/env": "management.endpoints.web.exposure.include=health  # Spring Boot application.properties",
    "/debug/pprof/": 'Serve net/http/pprof on its own port: http.ListenAndServe("127.0.0.1:6060", nil)',
}


def _hidden(kind: FileKind, looks: list[LookedAt]) -> Remedy:
    """The rule that stops serving the file, after the advice to replace what stood in it."""
    path, secret = looks[0].path, any(look.secret for look in looks)
    if path.startswith("/."):
        rule, who = _NO_DOT_FILES, f"{_SERVER} (nginx)"
    elif path in _SWITCHED_OFF:
        rule, who = _SWITCHED_OFF[path], _DEVELOPER
    else:
        rule, who = f"location = {path} {{ return 404; }}  # and delete the file from the folder", f"{_SERVER} (nginx)"
    first = _ROTATE if secret or kind is FileKind.DEBUG_PAGE else ""
    first += _TELL if secret and kind in _DATA else ""
    return Remedy(kind=RemedyKind.SETTING, text=first + rule, who=who, minutes=60 if secret else 10)


_LEAKED = {
    LeakKind.DEBUG_PAGE: "the debug page of {}",
    LeakKind.STACK_TRACE: "a stack trace ({})",
    LeakKind.SQL: "{}",
    LeakKind.FILE_PATH: "the path of a file on the server ({})",
    LeakKind.VERSION: "a version ({})",
}


@check(
    stage=Stage.EMAIL_AND_SECRETS,
    impact=Impact.SECRET_EXPOSURE,
    severity=Severity.MAJOR,
    title="Error pages tell how the server works",
    why="Stack traces and debug pages show code, paths and often settings; versions tell which known holes to try.",
    fix="Switch the framework's debug mode off in production and show a plain page for every error.",
    source="OWASP Web Security Testing Guide, WSTG-ERRH-01 and WSTG-ERRH-02",
)
def error_page_leaks(errors: ErrorPageFacts) -> Iterator[Evidence]:
    """An address that does not exist and one that is malformed are asked for; their error pages, and those of core
    routes that fail, are searched for debug pages, stack traces, SQL, file paths and versions of servers."""
    seen = [page for page in errors.pages if not isinstance(peek(page, "leaks"), Gap)]
    worst = sorted((leak for page in seen for leak in page.leaks), key=lambda leak: list(LeakKind).index(leak.kind))
    said: set[Leak] = set()
    for page in seen:
        new = [leak for leak in page.leaks if leak not in said]
        said.update(new)
        if new:
            shown = _listed([_LEAKED[leak.kind].format(leak.what) for leak in new[:PATHS_SHOWN]])
            severity = Severity.MINOR if all(leak.kind is LeakKind.VERSION for leak in new) else None
            text = f"https://{errors.subject}{page.path} answers {page.status} and shows {shown}"
            yield Evidence(text, remedy=_plain_errors(worst[0]), severity=severity)
    for page in errors.pages:  # one that could not be seen may tell something
        _ = page.leaks


_DEBUG_OFF = {
    "Django": "DEBUG = False  # settings.py",
    "Flask (Werkzeug debugger)": "FLASK_DEBUG=0 gunicorn app:app",
    "Laravel": "APP_DEBUG=false  # .env on the server, then: php artisan config:cache",
    "PHP": "display_errors = Off  ; php.ini",
    "PHP (Whoops)": "APP_DEBUG=false",
    "PHP (Xdebug)": "display_errors = Off  ; php.ini",
    "Symfony": "APP_ENV=prod\nAPP_DEBUG=0",
    "Rails": "config.consider_all_requests_local = false  # config/environments/production.rb",
    "ASP.NET": "ASPNETCORE_ENVIRONMENT=Production",
    ".NET": "ASPNETCORE_ENVIRONMENT=Production",
    "JavaScript": "NODE_ENV=production",
    "Next.js in development": "next build && next start",
    "Java": "server.error.include-stacktrace=never  # application.properties",
    "Starlette in debug mode": "Starlette(debug=False)  # FastAPI(debug=False)",
    "Python": "debug = False  # the setting of that name: Django DEBUG, FastAPI(debug=False), FLASK_DEBUG=0",
}


def _plain_errors(leak: Leak) -> Remedy:
    if leak.kind is LeakKind.VERSION:
        text = "ServerTokens Prod\nServerSignature Off" if leak.what.startswith("Apache") else "server_tokens off;"
        return Remedy(kind=RemedyKind.SETTING, text=text, who=_SERVER, minutes=10)
    text = _DEBUG_OFF.get(leak.what, "proxy_intercept_errors on;\nerror_page 400 404 500 502 503 504 /error.html;")
    return Remedy(kind=RemedyKind.SETTING, text=text, who=_DEVELOPER, minutes=20)


@check(
    stage=Stage.EMAIL_AND_SECRETS,
    impact=Impact.SECRET_EXPOSURE,
    severity=Severity.MAJOR,
    title="A session cookie can be stolen or misused",
    why="Whoever gets this cookie is logged in as your customer: without HttpOnly any script in the page can read it, "
    "without Secure anyone on the same network can, and without SameSite other sites can use it in some browsers.",
    fix="Set the cookie with Secure, HttpOnly and SameSite=Lax.",
    source="RFC 6265bis, sections 4.1.2, 4.1.3 and 8",
)
def cookie_insecure(seen: CookieFacts) -> Iterator[Evidence]:
    """The cookies that the host sets on its core routes for somebody without an account: those that by their name hold
    a session need Secure, HttpOnly and SameSite; tokens against forged forms may be readable. What browsers throw away
    is named too. Values are never kept."""
    concerned = [cookie for cookie in seen.cookies if is_session(cookie.name) or cookie.rejected]
    if not seen.cookies:
        raise DoesNotApply
    for cookie in concerned:
        missing = _missing(cookie)
        if cookie.rejected:
            text = f"browsers throw `{cookie.name}` away, set at {cookie.path}: {cookie.rejected}"
            severity = None if is_session(cookie.name) else Severity.MINOR
            yield Evidence(text, remedy=_set_cookie(cookie), severity=severity)
        elif missing:
            text = f"`{cookie.name}`, set at {cookie.path}, lacks {_listed(missing)}"
            severity = Severity.MINOR if missing == ["SameSite"] else None
            yield Evidence(text, remedy=_set_cookie(cookie), severity=severity)


def _missing(cookie: CookieSeen) -> list[str]:
    wanted = (("Secure", cookie.secure), ("HttpOnly", cookie.http_only), ("SameSite", cookie.same_site is not None))
    return [name for name, there in wanted if not there]


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _set_cookie(cookie: CookieSeen) -> Remedy:
    same_site = cookie.same_site if cookie.same_site and not cookie.rejected else "Lax"
    text = f"Set-Cookie: {cookie.name}=…; Path=/; Secure; HttpOnly; SameSite={same_site}"
    return Remedy(kind=RemedyKind.HEADER, text=text, who=_DEVELOPER, minutes=15)


@check(
    stage=Stage.EMAIL_AND_SECRETS,
    impact=Impact.SECRET_EXPOSURE,
    severity=Severity.MAJOR,
    title="Any website may act as your logged-in customers",
    why="A page anywhere on the web can send requests with your customer's cookies and read the answers: "
    "their chats, their account, their keys.",
    fix="List the origins that may, compare the whole origin, and send the permission to no other.",
    source="Fetch standard, CORS protocol and credentials",
)
def cors_allows_any_origin(seen: CorsFacts, launch: Launch) -> Iterator[Evidence]:
    """Core routes are asked for in the name of pages that nobody has; an answer that allows such an origin, or null,
    together with credentials is a finding. `*` without credentials is fine for what everybody may read."""
    unseen = [answer for answer in seen.answers if isinstance(peek(answer, "allow_origin"), Gap)]
    for answer in seen.answers:
        if answer not in unseen and answer.allow_credentials and answer.allow_origin == answer.origin:
            text = f"https://{seen.subject}{answer.path} lets a page of {answer.origin} in, with cookies"
            yield Evidence(text, remedy=_only_ours(seen.subject, launch))
            return
    for answer in unseen:
        _ = answer.allow_origin


def _only_ours(host: str, launch: Launch) -> Remedy:
    ours = [one.name for one in launch.hosts if one.role in (Role.SITE, Role.APP, Role.ADMIN)] or [host]
    origins = ", ".join(f'"https://{name}"' for name in ours)
    text = (
        f"ALLOWED_ORIGINS = [{origins}]  # no more than those whose pages ask for it\n"
        "# FastAPI, Starlette: CORSMiddleware(app, allow_origins=ALLOWED_ORIGINS, allow_credentials=True)\n"
        "# Express: cors({ origin: ALLOWED_ORIGINS, credentials: true })"
    )
    return Remedy(kind=RemedyKind.CODE, text=text, who=_DEVELOPER, minutes=20)

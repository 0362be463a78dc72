"""What the checks of exposure and health accuse, and what they must leave alone."""

from dataclasses import replace
from typing import Any

from launchready.model.facts import (
    CookieFacts,
    CookieSeen,
    CorsAnswer,
    CorsFacts,
    ErrorPage,
    ErrorPageFacts,
    ExposureFacts,
    FileKind,
    HealthAnswer,
    HealthFacts,
    Leak,
    LeakKind,
    LookedAt,
    Says,
)
from launchready.model.launch import Host, Role
from tests.checks.cases import LAUNCH, NOW, Cases

NAME = LAUNCH.domain
KNOWN: dict[str, Any] = {"subject": NAME, "source": "probe", "at": NOW}


def nothing(path: str, status: int = 404) -> LookedAt:
    return LookedAt(path=path, status=status, kind=None, secret=False, size_bytes=None, names=None)


def there(path: str, kind: FileKind, *, secret: bool = True, names: int | None = None) -> LookedAt:
    return LookedAt(path=path, status=200, kind=kind, secret=secret, size_bytes=120, names=names)


def files(*looks: LookedAt) -> tuple[ExposureFacts]:
    return (ExposureFacts(**KNOWN, files=looks),)


def errors(*leaks: Leak, status: int = 404) -> tuple[ErrorPageFacts]:
    return (ErrorPageFacts(**KNOWN, pages=(ErrorPage(path="/launchready-check", status=status, leaks=leaks),)),)


def cookie(name: str, **changed: Any) -> tuple[CookieFacts]:
    usual = CookieSeen(name=name, path="/login", secure=True, http_only=True, same_site="Lax", rejected=None)
    return (CookieFacts(**KNOWN, cookies=(replace(usual, **changed),)),)


def cors(origin: str, allow_origin: str | None, *, credentials: bool) -> tuple[CorsFacts]:
    answer = CorsAnswer(path="/", origin=origin, allow_origin=allow_origin, allow_credentials=credentials)
    return (CorsFacts(**KNOWN, answers=(answer,)),)


def answer(path: str, status: int, says: Says = Says.WELL, because: str | None = None, **more: Any) -> HealthAnswer:
    return HealthAnswer(path=path, status=status, says=says, because=because, **{"cached_s": None, **more})


def health(*answers: HealthAnswer, declared: bool = True, missing_status: int = 404) -> tuple[HealthFacts]:
    return (HealthFacts(**KNOWN, declared=declared, missing_status=missing_status, answers=answers),)


FOREIGN = "https://parley.example.launchready-check.example"
API = replace(LAUNCH, hosts=(Host(name=NAME, role=Role.API),))

CASES = {
    "exposed-file": Cases(
        bad=(
            files(there("/.env", FileKind.ENV, names=12)),
            files(nothing("/.env"), there("/.git/HEAD", FileKind.GIT), there("/.git/config", FileKind.GIT)),
        ),
        good=(files(nothing("/.env"), nothing("/.git/HEAD", 403)),),
        near_misses=(
            files(nothing("/.env", 200), nothing("/backup.sql", 200)),  # a single-page app answers everything
            files(nothing("/.env", 301)),
            files(nothing("/.env", 0)),  # nginx's 444
        ),
    ),
    "error-page-leaks": Cases(
        bad=(
            errors(Leak(kind=LeakKind.DEBUG_PAGE, what="Django")),
            errors(Leak(kind=LeakKind.STACK_TRACE, what="Python"), status=500),
            errors(Leak(kind=LeakKind.VERSION, what="nginx 1.22.1")),
        ),
        good=(errors(),),
        near_misses=(errors(status=200), errors(status=0)),
    ),
    "cookie-insecure": Cases(
        bad=(
            cookie("sessionid", http_only=False),
            cookie("connect.sid", secure=False),
            cookie("auth_token", same_site=None),
            cookie("__Host-session", rejected="a name that begins with __Host- needs Path=/ and no Domain"),
        ),
        good=(cookie("sessionid"),),
        near_misses=(
            cookie("XSRF-TOKEN", http_only=False),
            cookie("csrftoken", http_only=False, same_site=None),
            cookie("theme", http_only=False, secure=False, same_site=None),
            cookie("__Host-session", same_site="None"),
        ),
    ),
    "cors-allows-any-origin": Cases(
        bad=(cors(FOREIGN, FOREIGN, credentials=True), cors("null", "null", credentials=True)),
        good=(cors(FOREIGN, None, credentials=False),),
        near_misses=(
            cors(FOREIGN, "*", credentials=False),
            cors(FOREIGN, "*", credentials=True),  # browsers refuse this
            cors(FOREIGN, FOREIGN, credentials=False),
            cors(FOREIGN, "https://app.parley.example", credentials=True),
        ),
    ),
    "health-endpoint-missing": Cases(
        launch=API,
        bad=(
            health(answer("/health", 404)),
            health(answer("/health", 401)),
            health(answer("/health", 302)),
            health(answer("/healthz", 404), answer("/health", 404), declared=False),
            health(answer("/healthz", 200, Says.PAGE), declared=False, missing_status=200),
        ),
        good=(health(answer("/health", 200)), health(answer("/healthz", 200), declared=False)),
        near_misses=(
            health(answer("/health", 204)),
            health(answer("/health", 503, Says.UNWELL, "status: fail")),
            health(answer("/healthz", 404), answer("/health", 503, Says.UNWELL, "status: fail"), declared=False),
            health(answer("/healthz", 401), declared=False),
            health(answer("/healthz", 503, Says.PAGE), declared=False, missing_status=503),
        ),
    ),
    "health-endpoint-lies": Cases(
        bad=(
            health(answer("/health", 200, Says.UNWELL, "database: down")),
            health(answer("/health", 200, Says.PAGE)),
            health(answer("/health", 200, cached_s=600)),
            health(answer("/health", 200, cached_s=0)),
        ),
        good=(health(answer("/health", 200)),),
        near_misses=(
            health(answer("/health", 200, Says.DEGRADED, "status: warn")),
            health(answer("/health", 503, Says.UNWELL, "status: fail")),
            health(answer("/health", 200, cached_s=5)),
            health(answer("/healthz", 200, Says.PAGE), declared=False, missing_status=200),
        ),
    ),
}

"""What the checks of routing accuse, and what they must leave alone."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

from launchready.model.facts import (
    Door,
    Hop,
    HstsFacts,
    InsecureResource,
    LatencyFacts,
    PageFacts,
    PlatformFacts,
    RouteFacts,
    SiteFacts,
    Walk,
)
from launchready.model.gap import gap
from launchready.model.launch import Host, Role
from tests.checks.cases import LAUNCH, NOW, Cases

NAME = LAUNCH.domain
DEEP = "/launchready/path-check?from=audit"
GONE_ROUND = gap("redirects without end")
HTTP, HTTPS = f"http://{NAME}/", f"https://{NAME}/"
WWW = f"https://www.{NAME}/"


def walk(*way: str, code: int = 301, end: int = 200, looped: bool = False, refused: bool = False) -> Walk:
    """A walk along these URLs; the last one answers with `end`."""
    steps = [Hop(url=url, status=code, location=to) for url, to in pairwise(way)]
    if not looped and not refused:
        steps.append(Hop(url=way[-1], status=end, location=None))
    stuck = GONE_ROUND if looped else gap(f"nothing answers HTTP on {NAME}") if refused else None
    return Walk(
        start=way[0],
        hops=tuple(steps),
        looped=looped,
        refused=refused,
        landed=stuck or way[-1],
        status=stuck or end,
    )


def routes(subject: str = NAME, **changed: Any) -> tuple[RouteFacts]:
    known: dict[str, Any] = {
        "http": walk(HTTP, HTTPS),
        "https": walk(HTTPS),
        "deep": walk(f"http://{NAME}{DEEP}", f"https://{NAME}{DEEP}", end=404),
    }
    return (RouteFacts(subject=subject, source="probe", at=NOW, **{**known, **changed}),)


def deep(*ways: str, code: int = 301) -> tuple[RouteFacts]:
    return routes(deep=walk(f"http://{NAME}{DEEP}", *ways, code=code, end=404))


def door(host: str, landed: str, status: int = 200) -> Door:
    return Door(host=host, landed=landed, status=status, canonical=())


def site(*doors: Door) -> tuple[SiteFacts]:
    return (SiteFacts(subject=NAME, source="probe", at=NOW, doors=doors),)


def page(**changed: Any) -> tuple[PageFacts]:
    known: dict[str, Any] = {
        "host": NAME,
        "url": HTTPS,
        "status": 200,
        "headers": (("content-type", "text/html"),),
        "title": "Parley",
        "canonical": (HTTPS,),
        "insecure": (),
        "served_plain": False,
        "subject": NAME,
    }
    return (PageFacts(source="probe", at=NOW, **{**known, **changed}),)


def hsts(max_age_s: int | None, *, covered_by: str | None = None) -> tuple[HstsFacts]:
    return (
        HstsFacts(
            subject=NAME, source="probe", at=NOW, max_age_s=max_age_s, include_subdomains=False, covered_by=covered_by
        ),
    )


def latency(n: int, p50_ms: float, p95_ms: float, measured_by: str = "probe") -> tuple[LatencyFacts]:
    return (
        LatencyFacts(subject=NAME, source="probe", at=NOW, measured_by=measured_by, n=n, p50_ms=p50_ms, p95_ms=p95_ms),
    )


def platform(*, serves_app: bool, name: str = "parley.fly.dev") -> tuple[PlatformFacts]:
    return (PlatformFacts(subject=name, source="probe", at=NOW, host=NAME, platform="Fly.io", serves_app=serves_app),)


API = replace(LAUNCH, hosts=(Host(name=NAME, role=Role.API),))

CASES = {
    "http-not-redirected": Cases(
        bad=(
            routes(http=walk(HTTP)),
            routes(http=walk(HTTP, end=404)),
            routes(http=walk(HTTP, f"http://www.{NAME}/")),
            routes(http=walk(HTTPS, HTTP, code=302)),
        ),
        good=(routes(),),
        near_misses=(
            routes(http=walk(HTTP, HTTPS, code=308)),
            routes(http=walk(HTTP, f"http://www.{NAME}/", WWW)),
            routes(http=walk(HTTP, refused=True)),
        ),
    ),
    "redirect-loop": Cases(
        bad=(
            routes(http=walk(HTTP, HTTPS, HTTP, looped=True)),
            routes(https=walk(HTTPS, f"{HTTPS}a", HTTPS, looped=True)),
        ),
        good=(routes(),),
        near_misses=(
            routes(http=walk(HTTP, HTTPS, WWW, f"{WWW}login")),
            routes(http=walk(HTTP, refused=True)),
        ),
    ),
    "redirect-chain-long": Cases(
        bad=(routes(http=walk(f"http://www.{NAME}/", HTTP, HTTPS, WWW)),),
        good=(routes(),),
        near_misses=(
            routes(http=walk(f"http://www.{NAME}/", WWW, HTTPS)),
            routes(http=walk(HTTP, HTTPS, f"{HTTPS}home", f"{HTTPS}login", f"{HTTPS}login?next=1")),
            routes(http=walk(HTTP, refused=True)),
        ),
    ),
    "redirect-downgrades": Cases(
        bad=(routes(https=walk(HTTPS, HTTP)), routes(http=walk(HTTP, HTTPS, f"http://www.{NAME}/", WWW))),
        good=(routes(),),
        near_misses=(
            routes(http=walk(HTTP, f"http://www.{NAME}/", WWW)),
            routes(https=walk(HTTPS, f"{HTTPS}?from=http://elsewhere.example/")),
        ),
    ),
    "redirect-loses-path": Cases(
        bad=(deep(HTTPS), deep(f"https://{NAME}/launchready/path-check"), deep(f"https://www.{NAME}/", code=308)),
        good=(deep(f"https://{NAME}{DEEP}"),),
        near_misses=(
            deep(f"https://www.{NAME}/en{DEEP}", code=307),
            deep(f"https://{NAME}{DEEP}", f"https://{NAME}/login"),
            deep(f"https://{NAME}/login?next=%2Flaunchready%2Fpath-check%3Ffrom%3Daudit", code=302),
            deep("https://status.elsewhere.example/"),
            deep(),
        ),
    ),
    "second-canonical-host": Cases(
        bad=(
            site(door(NAME, NAME), door(f"www.{NAME}", f"www.{NAME}")),
            site(door(NAME, f"www.{NAME}"), door(f"www.{NAME}", f"www.{NAME}"), door(f"go.{NAME}", f"go.{NAME}")),
        ),
        good=(site(door(NAME, NAME), door(f"www.{NAME}", NAME)),),
        near_misses=(
            site(door(NAME, f"www.{NAME}"), door(f"www.{NAME}", f"www.{NAME}")),
            site(door(NAME, NAME), door(f"www.{NAME}", f"www.{NAME}", status=404)),
            site(door(NAME, NAME), door(f"go.{NAME}", f"app.{NAME}")),
        ),
    ),
    "canonical-link-wrong": Cases(
        bad=(
            page(canonical=("https://parley-staging.fly.dev/",)),
            page(canonical=(HTTP,)),
            page(canonical=("http://localhost:3000/",)),
            page(canonical=(HTTPS, f"{HTTPS}home")),
            page(canonical=("https://[broken/",)),
        ),
        good=(page(),),
        near_misses=(
            page(canonical=()),
            page(url=f"{HTTPS}?ref=mail", canonical=(HTTPS,)),
            page(status=404, canonical=("https://elsewhere.example/",)),
        ),
    ),
    "platform-hostname-public": Cases(
        bad=(platform(serves_app=True),),
        good=(platform(serves_app=False),),
        near_misses=(
            platform(serves_app=False, name="parley.vercel.app"),
            platform(serves_app=False, name="x.github.io"),
        ),
    ),
    "hsts-missing": Cases(
        bad=(hsts(None), hsts(0), hsts(86_400), hsts(30 * 86_400)),
        good=(hsts(31_536_000),),
        near_misses=(hsts(15_768_000), hsts(None, covered_by=NAME)),
    ),
    "mixed-content": Cases(
        bad=(
            page(insecure=(InsecureResource(url="http://cdn.example/a.js", active=True),)),
            page(insecure=(InsecureResource(url="http://cdn.example/a.png", active=False),)),
        ),
        good=(page(),),
        near_misses=(page(title="http://parley.example/"), page(canonical=(HTTP,))),
    ),
    "server-error": Cases(
        bad=(page(status=500), page(status=503)),
        good=(page(),),
        near_misses=(page(status=404), page(status=401), page(status=499)),
    ),
    "core-route-fails": Cases(
        bad=(page(status=404), page(status=410), page(status=400)),
        good=(page(),),
        near_misses=(page(status=403), page(status=429), page(status=401), page(status=500)),
    ),
    "core-page-insecure": Cases(
        bad=(
            page(subject=f"{NAME}/login", url=f"http://{NAME}/login"),
            page(subject=f"{NAME}/login", url=f"https://{NAME}/login", served_plain=True),
        ),
        good=(page(subject=f"{NAME}/login", url=f"https://{NAME}/login"),),
        near_misses=(page(served_plain=True), page(url=HTTP)),
    ),
    "endpoint-slow": Cases(
        bad=(latency(5, 900, 1000), latency(1000, 300, 801, "rehearsal")),
        good=(latency(5, 90, 120),),
        near_misses=(latency(5, 120, 2500), latency(1000, 300, 800, "telemetry")),
    ),
}

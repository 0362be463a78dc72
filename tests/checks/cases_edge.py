"""What the checks of the edge and of caching accuse, and what they must leave alone."""

from dataclasses import replace
from typing import Any

from launchready.model.facts import Asset, CachingFacts, EdgeFacts, Origin
from launchready.model.launch import Host, Role
from tests.checks.cases import LAUNCH, NOW, Cases

NAME = LAUNCH.domain
APP = f"app.{NAME}"
HTML = (("content-type", "text/html; charset=utf-8"),)
SCRIPT = (("content-type", "text/javascript"),)
PACKED = (("content-encoding", "br"),)
YEAR = (("cache-control", "public, max-age=31536000"),)
TAGGED = (("etag", '"1"'),)


def edge(name: str | None = "Cloudflare", **changed: Any) -> tuple[EdgeFacts]:
    known: dict[str, Any] = {
        "subject": NAME,
        "source": "probe",
        "at": NOW,
        "addresses": ("104.16.0.1",) if name else ("192.0.2.10",),
        "edge": name,
        "by_header": name,
        "by_place": name,
        "elsewhere": (),
        "origins": (),
    }
    return (EdgeFacts(**{**known, **changed}),)


def asset(file: str, *headers: tuple[tuple[str, str], ...], size: int = 900, status: int = 200) -> Asset:
    sent = tuple(header for group in headers for header in group)
    return Asset(url=f"https://{NAME}/{file}", status=status, headers=sent, size_bytes=size)


def page(*headers: tuple[tuple[str, str], ...], **changed: Any) -> tuple[CachingFacts]:
    sent = tuple(header for group in (HTML, *headers) for header in group)
    known: dict[str, Any] = {
        "subject": NAME,
        "source": "probe",
        "at": NOW,
        "host": NAME,
        "private": False,
        "url": f"https://{NAME}/",
        "status": 200,
        "headers": sent,
        "cookies": (),
        "size_bytes": 900,
        "assets": (),
    }
    return (CachingFacts(**{**known, **changed}),)


def private(cache_control: str | None = None, *headers: tuple[tuple[str, str], ...], **changed: Any) -> Any:
    rule = ((("cache-control", cache_control),),) if cache_control else ()
    return page(*rule, *headers, private=True, **changed)


def with_assets(*assets: Asset) -> tuple[CachingFacts]:
    return page(assets=assets)


def rule(text: str) -> tuple[tuple[str, str], ...]:
    return (("cache-control", text),)


TWO = replace(LAUNCH, hosts=(Host(name=NAME, role=Role.SITE), Host(name=APP, role=Role.APP)))

CASES = {
    "edge-not-in-front": Cases(
        bad=(
            edge(None),
            edge(None, by_header="Cloudflare"),
            edge(None, by_place="Cloudflare"),
            edge(None, by_header="Fastly", by_place="Cloudflare"),
        ),
        good=(edge(), edge("Fly")),
        near_misses=(edge(None, elsewhere=(APP,)), edge(None, subject=APP)),
    ),
    "edge-bypassed": Cases(
        bad=(edge(None, subject=APP, elsewhere=(NAME,)), edge(None, elsewhere=(APP,))),
        good=(edge(subject=APP, elsewhere=(NAME,)),),
        near_misses=(edge(None, subject=APP), edge("Fastly", subject=APP, elsewhere=(NAME,))),
        launch=TWO,
    ),
    "origin-exposed": Cases(
        bad=(edge(origins=(Origin(address="192.0.2.9", found_by=f"mail.{NAME}"),)),),
        good=(edge(),),
        near_misses=(edge(None, addresses=("192.0.2.9",)), edge("Fly", addresses=("66.241.124.9",))),
    ),
    "static-assets-uncached": Cases(
        bad=(
            with_assets(asset("app.3f2a91bc.js", SCRIPT)),
            with_assets(asset("app.3f2a91bc.js", SCRIPT, TAGGED, rule("no-cache"))),
            with_assets(asset("app.3f2a91bc.js", SCRIPT, rule("max-age=60"))),
            with_assets(asset("app.js", SCRIPT, rule("no-store"), TAGGED)),
            with_assets(asset("app.js", SCRIPT)),
        ),
        good=(with_assets(asset("app.3f2a91bc.js", SCRIPT, YEAR)), with_assets(asset("app.js", SCRIPT, TAGGED))),
        near_misses=(
            with_assets(asset("app.3f2a91bc.js", SCRIPT, rule("max-age=31536000"))),
            with_assets(asset("app.js", SCRIPT, rule("max-age=300"))),
            with_assets(asset("app.js", SCRIPT, TAGGED, rule("no-cache"))),
            with_assets(asset("gone.3f2a91bc.js", SCRIPT, status=404)),
            with_assets(asset("app.js", SCRIPT, TAGGED), replace(asset("b.js", status=0), unseen="no answer")),
            page(),
        ),
    ),
    "public-page-uncached": Cases(
        bad=(page(), page(rule("no-store")), page(rule("no-store"), TAGGED), page(rule("max-age=0"))),
        good=(page(TAGGED), page(rule("public, max-age=60"))),
        near_misses=(
            page(rule("max-age=0, must-revalidate"), TAGGED),
            page((("cf-cache-status", "HIT"),)),
            page(rule("max-age=0, s-maxage=600")),
            page((("cdn-cache-control", "max-age=600"),)),
            page(rule("no-store"), cookies=("parley_session",)),
            page(status=404),
        ),
    ),
    "private-page-cached": Cases(
        bad=(
            private("public, max-age=600"),
            private("s-maxage=60"),
            private("max-age=600"),
            private(None, (("cf-cache-status", "HIT"),)),
            private("public, max-age=600", status=302),
            private('private="x-user", max-age=600'),
            page(rule("public, max-age=600"), cookies=("parley_session",)),
            private(None, (("expires", "Wed, 25 Nov 2026 09:00:00 GMT"), ("date", "Tue, 24 Nov 2026 09:00:00 GMT"))),
        ),
        good=(private("private, no-store"), private(None)),
        near_misses=(
            private("private, max-age=600"),
            private("no-cache, max-age=600"),
            private("max-age=0"),
            page(rule("public, max-age=600"), cookies=("_ga",)),
            page(rule('no-cache="Set-Cookie", max-age=600'), cookies=("parley_session",)),
            page(rule("public, max-age=600")),
            private("no-store", (("x-cache", "Miss from cloudfront"),)),
        ),
    ),
    "compression-missing": Cases(
        bad=(
            page(size_bytes=20_000),
            with_assets(asset("app.js", SCRIPT, size=90_000)),
            with_assets(asset("logo.svg", (("content-type", "image/svg+xml"),), size=9_000)),
        ),
        good=(page(PACKED, size_bytes=20_000),),
        near_misses=(
            page(size_bytes=1_400),
            with_assets(asset("logo.png", (("content-type", "image/png"),), size=90_000)),
            with_assets(asset("font.woff2", (("content-type", "font/woff2"),), size=90_000)),
            page((("content-encoding", "gzip"),), size_bytes=20_000),
            page(size_bytes=20_000, status=404),
        ),
    ),
}

"""What each core route, each private path and the files that pages load tell caches."""

from asyncio import gather as together
from datetime import datetime

from launchready.formats import set_cookie
from launchready.formats.headers import is_html, values
from launchready.formats.html import assets
from launchready.formats.urls import host_of
from launchready.gather.looking import or_gap
from launchready.gather.pages import subject
from launchready.gather.walks import walk
from launchready.model.facts import Asset, CachingFacts, Fact
from launchready.model.gap import Gap, with_gaps
from launchready.model.launch import Host, Launch, Role
from launchready.wire.dns import Dns
from launchready.wire.http import Http, Response

MOST_ROUTES = 4
MOST_PRIVATE = 6
MOST_ASSETS = 6
ASSET_S = 5.0
ASSET_BYTES = 256 * 1024
KEPT_HEADERS = frozenset(
    {
        *("cache-control", "cdn-cache-control", "expires", "date", "age", "etag", "last-modified", "vary"),
        *("cache-status", "cf-cache-status", "x-cache", "x-vercel-cache", "cdn-cache"),
        *("content-type", "content-encoding"),
    }
)


async def look(launch: Launch, dns: Dns, http: Http, now: datetime) -> tuple[Fact, ...]:
    """One CachingFacts for each core route of a site or app, and for each path that is declared private."""
    found = await together(*(_host(host, launch, dns, http, now) for host in launch.hosts))
    return tuple(fact for facts in found for fact in facts)


async def _host(host: Host, launch: Launch, dns: Dns, http: Http, now: datetime) -> tuple[Fact, ...]:
    routes = host.routes[:MOST_ROUTES] if host.role in (Role.SITE, Role.APP) else ()
    pages = [route for route in routes if route not in host.private]
    facts = [await _page(host, route, launch, dns, http, now, private=False) for route in pages]
    facts += await together(
        *(_page(host, path, launch, dns, http, now, private=True) for path in host.private[:MOST_PRIVATE])
    )
    return tuple(facts)


async def _page(
    host: Host, route: str, launch: Launch, dns: Dns, http: Http, now: datetime, *, private: bool
) -> CachingFacts:
    walked = await walk(f"https://{host.name}{route}", dns, http)
    landed = walked.answers[0] if private and walked.answers else walked.landed
    known = {"subject": subject(host.name, route), "source": "probe", "at": now, "host": host.name, "private": private}
    if isinstance(landed, Gap):
        return with_gaps(CachingFacts, landed, **known)
    return CachingFacts(
        **known,  # type: ignore[arg-type]
        url=landed.url,
        status=landed.status,
        headers=_kept(landed),
        cookies=_cookies(landed),
        size_bytes=len(landed.body),
        assets=() if private else await _assets(landed, launch, http),
    )


async def _assets(page: Response, launch: Launch, http: Http) -> tuple[Asset, ...]:
    """A sample of the files of our own that a page loads."""
    urls = assets(page.body, page.url) if is_html(page.headers) and page.status == 200 else ()
    own = [url for url in urls if url.startswith("https://") and launch.holds(host_of(url))][:MOST_ASSETS]
    fetched = await together(*(or_gap(http.fetch(url, timeout_s=ASSET_S, body_limit_bytes=ASSET_BYTES)) for url in own))
    return tuple(_asset(url, one) for url, one in zip(own, fetched, strict=True))


def _asset(url: str, answer: Response | Gap) -> Asset:
    if isinstance(answer, Gap):
        return Asset(url=url, status=0, headers=(), size_bytes=0, unseen=answer.reason)
    return Asset(url=answer.url, status=answer.status, headers=_kept(answer), size_bytes=len(answer.body))


def _kept(answer: Response) -> tuple[tuple[str, str], ...]:
    return tuple((name, value[:1024]) for name, value in answer.headers if name in KEPT_HEADERS)


def _cookies(answer: Response) -> tuple[str, ...]:
    """The names of the cookies that it sets; their values are nobody's business."""
    read = map(set_cookie.read, values(answer.headers, "set-cookie"))
    return tuple(dict.fromkeys(one.name for one in read if one is not None))

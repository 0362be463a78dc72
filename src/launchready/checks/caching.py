"""Are files and pages kept by caches where they may be, and nowhere else, and sent small?"""

from collections.abc import Iterator

from launchready.checks.registry import DoesNotApply, check
from launchready.formats import cache_control
from launchready.formats.headers import values
from launchready.formats.set_cookie import is_session
from launchready.formats.urls import is_fingerprinted
from launchready.model.facts import Asset, CachingFacts
from launchready.model.finding import Evidence, Impact, Remedy, RemedyKind, Severity, Stage
from launchready.model.gap import Gap, Unseen
from launchready.model.launch import Launch, Role

LASTING_S = 24 * 3600
SMALL_BYTES = 1400  # what fits into one packet anyway (MTU 1500): compressing it saves no round trip
TEXT_TYPES = ("text/", "application/javascript", "application/json", "application/xml", "image/svg+xml")
TEXT_SUFFIXES = ("+json", "+xml", "/manifest+json", "/wasm")

_SERVER = "whoever runs the server"
_ENCODED = frozenset({"br", "gzip", "x-gzip", "deflate", "zstd"})


@check(
    stage=Stage.PERFORMANCE,
    impact=Impact.SLOW,
    severity=Severity.MINOR,
    title="Files that never change are fetched again and again",
    why="Scripts and styles that the browser may not keep are loaded anew on every page: slow on a phone, and paid by "
    "you.",
    fix="Let files whose name changes with their content be kept for a year, and give the others an ETag.",
    source="RFC 9111, section 4.2; RFC 8246, section 2",
)
def static_assets_uncached(page: CachingFacts) -> Iterator[Evidence]:
    """A sample of the scripts, styles and pictures that each core page loads from your own hosts: one with a hash or
    version in its name must last a day, any other must at least allow the browser to ask whether it changed."""
    if page.private:
        raise DoesNotApply
    found = [asset for asset in page.assets if asset.status == 200]
    if not found and not any(asset.unseen for asset in page.assets):
        raise DoesNotApply
    for asset in found:
        if (why := _uncached(asset)) is not None:
            yield Evidence(f"{asset.url} {why}", remedy=_header(_lasting(asset), "for this kind of file"))
    _all_seen(page)


@check(
    stage=Stage.PERFORMANCE,
    impact=Impact.SLOW,
    severity=Severity.MINOR,
    title="The public page is built anew for everybody",
    why="Neither browser nor edge may keep the page, so that every visit on launch day costs the server a whole page.",
    fix="Let caches keep the page for a minute, or send an ETag so that they need only ask.",
    source="RFC 9111, section 5.2.2",
)
def public_page_uncached(page: CachingFacts, launch: Launch) -> Iterator[Evidence]:
    """Each core page of the site that sets no cookie must not be no-store, and must give a lifetime or something to
    ask by (ETag, Last-Modified); an answer out of a cache is good whatever it says."""
    host = launch.host(page.host)
    if page.private or (host is not None and host.role is not Role.SITE) or page.status != 200 or page.cookies:
        raise DoesNotApply
    caching = cache_control.read(page.headers)
    if caching.hit or caching.age_s or caching.shared:
        return
    if caching.no_store:
        yield Evidence(f"{page.url} says no-store", remedy=_header("Cache-Control: public, max-age=60", "for the page"))
    elif not caching.validator and not caching.lifetime_s and "private" not in caching.directives:
        text = f"{page.url} gives caches neither a lifetime nor an ETag"
        yield Evidence(text, remedy=_header("Cache-Control: public, max-age=60", "for the page"))


@check(
    stage=Stage.STABLE_INFRASTRUCTURE,
    impact=Impact.SECRET_EXPOSURE,
    severity=Severity.BLOCKER,
    title="A private answer may be kept by caches and shown to others",
    why="An edge or a company's proxy hands the page of one customer, or their session, to the next one who asks.",
    fix="Send Cache-Control: private, no-store on everything that depends on who asks.",
    source="RFC 9111, sections 3 and 7.3",
)
def private_page_cached(page: CachingFacts) -> Iterator[Evidence]:
    """Answers to paths that launch.toml declares private, and those that set a session cookie, must not allow caches
    between you and the visitor to keep them, and must not come out of one."""
    session = next((name for name in page.cookies if is_session(name)), None)
    if not page.private and session is None:
        raise DoesNotApply
    caching = cache_control.read(page.headers)
    remedy = _header("Cache-Control: private, no-store", "for this path")
    what = "is private" if page.private else f"sets the session cookie {session}"
    if caching.hit and page.status < 400:
        yield Evidence(f"{page.url} {what} and was answered by a cache", remedy=remedy)
    elif caching.shared and page.status < 500 and (page.private or "set-cookie" not in caching.guarded):
        rule = ", ".join(values(page.headers, "cache-control")) or "Expires"
        yield Evidence(f"{page.url} {what} and says “{rule}”", remedy=remedy)


@check(
    stage=Stage.PERFORMANCE,
    impact=Impact.SLOW,
    severity=Severity.MINOR,
    title="Text is sent without being compressed",
    why="Pages, scripts and styles are three to five times larger on the way than they need to be; on a phone that is "
    "seconds.",
    fix="Switch on gzip, Brotli or zstd at the server or the edge for text.",
    source="RFC 9110, section 8.4",
)
def compression_missing(page: CachingFacts) -> Iterator[Evidence]:
    """Each core page and a sample of its files are asked for as a browser asks; text of more than one packet must come
    compressed. Pictures and fonts are compressed already."""
    if page.private:
        raise DoesNotApply
    large = [("the page", page.headers, page.size_bytes)] if page.status == 200 else []
    large += [(asset.url, asset.headers, asset.size_bytes) for asset in page.assets if asset.status == 200]
    plain = [(what, size) for what, headers, size in large if size > SMALL_BYTES and _is_plain_text(headers)]
    if plain:
        more = f" and {len(plain) - 3} more" if len(plain) > 3 else ""
        shown = ", ".join(f"{what} ({size / 1000:.1f} kB)" for what, size in plain[:3])
        yield Evidence(
            f"{shown}{more}",
            remedy=Remedy(
                kind=RemedyKind.SETTING,
                text="gzip on; gzip_vary on; gzip_proxied any; gzip_types text/css text/plain text/javascript"
                " application/javascript application/json image/svg+xml;",
                who=f"{_SERVER} (nginx; Caddy: encode zstd gzip)",
                minutes=10,
            ),
        )
    _all_seen(page)


def _all_seen(page: CachingFacts) -> None:
    """Raises Unseen when a file could not be fetched."""
    missing = next((asset.unseen for asset in page.assets if asset.unseen), None)
    if missing:
        raise Unseen(Gap(missing))


def _uncached(asset: Asset) -> str | None:
    """Why a file is fetched more often than it needs to be."""
    caching = cache_control.read(asset.headers)
    if caching.no_store:
        return "says no-store"
    if is_fingerprinted(asset.url):
        if caching.asks_first:
            return "has its version in its name, and browsers must ask for it each time"
        if caching.lifetime_s is None:
            return "has its version in its name, and no lifetime"
        return None if caching.lifetime_s >= LASTING_S else f"has its version in its name, and lasts {_spell(caching)}"
    if caching.validator or caching.lifetime_s:
        return None
    return "has neither a lifetime nor an ETag"


def _spell(caching: cache_control.Caching) -> str:
    seconds = caching.lifetime_s or 0
    return f"only {seconds} seconds" if seconds < 120 else f"only {seconds // 60} minutes"


def _lasting(asset: Asset) -> str:
    if is_fingerprinted(asset.url):
        return "Cache-Control: public, max-age=31536000, immutable"
    return "Cache-Control: public, max-age=3600"


def _is_plain_text(headers: tuple[tuple[str, str], ...]) -> bool:
    encodings = {part.strip().lower() for value in values(headers, "content-encoding") for part in value.split(",")}
    kind = next(iter(values(headers, "content-type")), "").partition(";")[0].strip().lower()
    return not encodings & _ENCODED and (kind.startswith(TEXT_TYPES) or kind.endswith(TEXT_SUFFIXES))


def _header(text: str, where: str) -> Remedy:
    return Remedy(kind=RemedyKind.HEADER, text=text, who=f"{_SERVER}, {where}", minutes=10)

"""The addresses that launch.toml calls private, asked for as a visitor without a session asks."""

from asyncio import gather as together
from datetime import datetime
from urllib.parse import urlsplit

from launchready.formats.shown_to_strangers import shown
from launchready.formats.urls import host_of
from launchready.gather.exposed_files import NOBODY_HAS
from launchready.gather.looking import or_gap
from launchready.gather.pages import subject
from launchready.gather.polite import PoliteHost
from launchready.gather.walks import Walked, walk
from launchready.model.facts import Fact, PrivatePageFacts, Shows
from launchready.model.gap import Gap, with_gaps
from launchready.model.launch import Host, Launch
from launchready.wire.dns import Dns
from launchready.wire.http import BODY_LIMIT_BYTES, Http, Response

MOST_PAGES = 30


async def look(launch: Launch, dns: Dns, http: Http, now: datetime) -> tuple[Fact, ...]:
    """Every private path of every declared host; nothing is sent but GET."""
    hosts = [host for host in launch.hosts if host.private]
    found = await together(*(_host(host, dns, http, now) for host in hosts))
    return tuple(fact for facts in found for fact in facts)


async def _host(host: Host, dns: Dns, http: Http, now: datetime) -> list[PrivatePageFacts]:
    front, missing = await together(
        walk(f"https://{host.name}/", dns, http),
        or_gap(PoliteHost(host.name, http).ask(f"/{NOBODY_HAS}", body_limit_bytes=BODY_LIMIT_BYTES)),
    )
    facts = []
    for path in host.private[:MOST_PAGES]:  # one after another: an app that is asked for all at once may say 429
        walked = await walk(f"https://{host.name}{path}", dns, http)
        facts.append(_fact(host.name, path, walked, front, missing, now))
    return facts


def _fact(
    host: str, path: str, walked: Walked, front: Walked, missing: Response | Gap | None, now: datetime
) -> PrivatePageFacts:
    landed, known = walked.landed, {"subject": subject(host, path), "source": "probe", "at": now, "host": host}
    if isinstance(landed, Gap):
        return with_gaps(PrivatePageFacts, landed, **known)
    url = landed.url.partition("?")[0]
    seen = _seen(host, path, landed, front.landed, missing)
    return with_gaps(PrivatePageFacts, Gap(""), **known, url=url, status=landed.status, shows=seen)


def _seen(host: str, path: str, landed: Response, front: Response | Gap, missing: Response | Gap | None) -> Shows | Gap:
    if landed.status == 403 and _turns_all_away(front, missing):
        return Gap(f"{host} turns the audit away with 403")
    if landed.status in (407, 429) or landed.status >= 500:
        return Gap(f"{host} answers {landed.status}: whether the page is private cannot be told")
    if not 200 <= landed.status < 300 or not _arrived(host, path, landed):
        return Shows.CLOSED
    if missing is not None and isinstance(missing, Gap):
        return missing
    others = [missing.body] if missing else []
    if not isinstance(front, Gap) and _place(front.url) != _place(landed.url):
        others.append(front.body)
    return shown(landed.headers, landed.body, tuple(others))


def _turns_all_away(front: Response | Gap, missing: Response | Gap | None) -> bool:
    """Whether strangers like us get 403 wherever they ask: a bot filter, which says nothing of sessions."""
    return not isinstance(front, Gap) and isinstance(missing, Response) and front.status == missing.status == 403


def _arrived(host: str, path: str, landed: Response) -> bool:
    """Whether the walk ended at what was asked for: itself, below it, or in a folder of a language (/en/chat)."""
    here, asked = _place(landed.url)[1], path.partition("?")[0].rstrip("/")
    return host_of(landed.url) == host and (here.endswith(asked) or here.startswith(f"{asked}/"))


def _place(url: str) -> tuple[str, str]:
    return host_of(url), urlsplit(url).path.rstrip("/")

"""The health address of a host: the declared one, or the usual ones until one answers."""

from datetime import datetime

from launchready.formats import health as format_
from launchready.formats.cache_control import cached_s
from launchready.formats.headers import is_html
from launchready.formats.html import scripts
from launchready.formats.urls import host_of
from launchready.gather.looking import or_gap
from launchready.gather.pages import read_page, subject, to_keep
from launchready.gather.polite import PoliteHost
from launchready.known.exposed_paths import HEALTH_PATHS
from launchready.model.facts import Fact, HealthAnswer, HealthFacts, PageFacts, Says
from launchready.model.gap import Gap, gap, with_gaps
from launchready.model.launch import Host, Role
from launchready.wire.http import Response


async def health(
    polite: PoliteHost, host: Host, front: Response | None, missing: Response | Gap | None, now: datetime
) -> tuple[Fact, ...]:
    """What one host says of its own health; `missing` is its answer for an address that does not exist.

    A declared address that answers with a server error is a core route that does, so it becomes a page as well.
    """
    answers: list[HealthAnswer] = []
    failing: list[Fact] = []
    usual = HEALTH_PATHS if host.role in (Role.APP, Role.API) else ()
    for path in (host.health,) if host.health else usual:
        answer = await or_gap(polite.ask(path, body_limit_bytes=format_.READ_BYTES))
        answers.append(_seen(path, answer, front, missing))
        if isinstance(answer, Response) and _is_one(answer.status, answers[-1]):
            failing = [_page(host.name, path, answer, now)] if host.health and answer.status >= 500 else []
            break
    facts = HealthFacts(
        subject=host.name,
        source="probe",
        at=now,
        declared=host.health is not None,
        missing_status=gap(missing.reason) if isinstance(missing, Gap) else missing.status if missing else 0,
        answers=tuple(answers),
    )
    return (facts, *failing)


def _page(host: str, path: str, answer: Response, now: datetime) -> PageFacts:
    """The answer as that of any route; a page's links and parts are nothing that it has."""
    return PageFacts(
        subject=subject(host, path),
        source="probe",
        at=now,
        host=host,
        url=answer.url,
        status=answer.status,
        headers=to_keep(answer.headers),
        title=None,
        canonical=(),
        insecure=(),
        served_plain=False,
    )


def _is_one(status: int, seen: HealthAnswer) -> bool:
    """Whether this is a health address at all, well or not."""
    return (200 <= status < 300 or status >= 500) and seen.says is not Says.PAGE


def _seen(
    path: str, answer: Response | Gap | None, front: Response | None, missing: Response | Gap | None
) -> HealthAnswer:
    if isinstance(answer, Gap):
        return with_gaps(HealthAnswer, answer, path=path)
    if answer is None:
        return HealthAnswer(path=path, status=0, says=Says.WELL, because=None, cached_s=None)
    said = format_.read(answer.body)
    others = (front if path != "/" else None, None if isinstance(missing, Gap) else missing)
    page = any(other is not None and _alike(answer, other) for other in others)
    return HealthAnswer(
        path=path,
        status=answer.status,
        says=Says.PAGE if page else said.says,
        because=None if page else said.because,
        cached_s=cached_s(answer.headers),
    )


def _alike(one: Response, other: Response) -> bool:
    """Whether two answers are the same page: the same bytes, or HTML with the same title or scripts of its own."""
    if one.status != other.status or not one.body.strip():
        return False
    titles = read_page(one).title, read_page(other).title
    return one.body == other.body or (titles[0] is not None and titles[0] == titles[1]) or bool(_own(one) & _own(other))


def _own(answer: Response) -> set[str]:
    """The site's own scripts in a page: the app's page has them even when everything else in it changes."""
    if not is_html(answer.headers):
        return set()
    return {url for url in scripts(answer.body, answer.url) if host_of(url) == host_of(answer.url)}

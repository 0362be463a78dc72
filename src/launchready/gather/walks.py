"""Redirects followed as a browser would, one at a time, and never where an audit has no business."""

from dataclasses import dataclass, replace
from typing import cast

from launchready.errors import Closed, Refused, WireError
from launchready.formats.addresses import is_private
from launchready.formats.cookies import Jar, Place, kept, sent
from launchready.formats.urls import host_of, joined, parse
from launchready.model.facts import Hop, Walk
from launchready.model.gap import Gap, gap
from launchready.wire.dns import Dns
from launchready.wire.http import BODY_LIMIT_BYTES, Http, Response

LONGEST = 20  # hops after which browsers give up (Fetch standard, HTTP-redirect fetch)
REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """A walk with its answers: `answers[i]` is what `walk.hops[i]` got; `landed` the last one, or why there is none."""

    walk: Walk
    answers: tuple[Response, ...]
    landed: Response | Gap


async def walk(start: str, dns: Dns, http: Http, *, body_limit_bytes: int = BODY_LIMIT_BYTES) -> Walked:
    """Follow the redirects from `start` until a page answers, the walk goes round, or a hop cannot be taken."""
    url, jar = start, cast(Jar, {})
    answers: list[Response] = []
    been: set[tuple[str, frozenset[tuple[Place, str]]]] = set()
    while (here := (url, frozenset(jar.items()))) not in been and len(answers) <= LONGEST:
        been.add(here)
        try:
            if answers:
                await _fit_to_follow(url, start, dns)
            response = await _ask(url, jar, http, body_limit_bytes)
        except WireError as error:
            return _ended(start, answers, Gap(str(error)), refused=isinstance(error, Closed) and not answers)
        target = _target(response)
        if target is None:
            return _ended(start, [*answers, response], response)
        answers.append(replace(response, body=b""))  # nobody sees what stands in a redirect
        jar, url = kept(jar, url, response.headers), target
    return _ended(start, answers, Gap(f"{start} redirects without end"), looped=True)


async def _ask(url: str, jar: Jar, http: Http, body_limit_bytes: int) -> Response:
    cookies = sent(jar, url)
    headers = (f"Cookie: {cookies}",) if cookies else ()
    return await http.fetch(url, headers=headers, body_limit_bytes=body_limit_bytes)


async def _fit_to_follow(url: str, start: str, dns: Dns) -> None:
    """Refuse to be led off the web, or from outside into a private network; whoever began there is in it."""
    try:
        target = parse(url)
    except ValueError as error:
        raise Refused(f"a redirect leads to {error}; it was not followed") from None
    if dns.mapped(target.host, target.port) or target.host == host_of(start):
        return
    for address, _ in await dns.endpoints(target.host, target.port):
        if is_private(address):
            raise Refused(f"a redirect leads to {target.host}, inside a private network; it was not followed")


def _target(response: Response) -> str | None:
    """Where an answer sends the visitor (RFC 9110, section 15.4), without the fragment."""
    location = response.header("location")
    if response.status not in REDIRECTS or location is None:
        return None
    return joined(response.url, location.encode("latin-1").decode("utf-8", "replace")).partition("#")[0]


def _ended(
    start: str, answers: list[Response], landed: Response | Gap, *, looped: bool = False, refused: bool = False
) -> Walked:
    hops = tuple(Hop(url=one.url, status=one.status, location=_target(one)) for one in answers)
    return Walked(
        walk=Walk(
            start=start,
            hops=hops,
            looped=looped,
            refused=refused,
            landed=gap(landed.reason) if isinstance(landed, Gap) else landed.url,
            status=gap(landed.reason) if isinstance(landed, Gap) else landed.status,
        ),
        answers=tuple(answers),
        landed=landed,
    )

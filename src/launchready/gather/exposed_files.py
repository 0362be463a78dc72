"""Files and debug pages that a host hands out: recognised by their content, and only if nothing else answers so."""

from asyncio import gather as together
from datetime import datetime
from posixpath import dirname, splitext

from launchready.formats.exposed import Recognised, recognise
from launchready.formats.html import scripts
from launchready.formats.source_maps import map_reference
from launchready.formats.urls import host_of, joined
from launchready.gather.looking import or_gap
from launchready.gather.polite import PoliteHost
from launchready.known.exposed_paths import PATHS
from launchready.model.facts import ExposureFacts, FileKind, LookedAt, SourceMapFacts
from launchready.model.gap import Gap, with_gaps
from launchready.wire.http import BODY_LIMIT_BYTES, Response

SCRIPTS = 3  # of a page's own, the first ones: a bundler makes maps for all or for none
TOO_MANY_REQUESTS = 429  # RFC 6585, section 4: it says nothing of what stands there
PATH_SHOWN = 300
NOBODY_HAS = "launchready-check"


async def exposed_files(polite: PoliteHost, now: datetime) -> ExposureFacts:
    """What stands at every usual address of one host."""
    looks = await together(*(_look(polite, path, kinds) for path, kinds in PATHS))
    return ExposureFacts(subject=polite.host, source="probe", at=now, files=tuple(looks))


async def source_maps(polite: PoliteHost, front: Response | None, now: datetime) -> SourceMapFacts:
    """The source maps of a front page's own scripts."""
    return SourceMapFacts(subject=polite.host, source="probe", at=now, maps=await _source_maps(polite, front))


async def _look(polite: PoliteHost, path: str, kinds: tuple[FileKind, ...]) -> LookedAt:
    answer = await or_gap(polite.ask(path))
    if isinstance(answer, Gap):
        return with_gaps(LookedAt, answer, path=path)
    if answer and answer.status == TOO_MANY_REQUESTS:
        return with_gaps(LookedAt, Gap(f"{polite.host} answered too many requests (429)"), path=path)
    found = _recognised(answer, kinds)
    if found:
        # An echo, or an app that gives everybody the same file whatever is asked for, is no exposure.
        other = await or_gap(polite.ask(sibling(path)))
        if isinstance(other, Gap):
            return with_gaps(LookedAt, other, path=path)
        also = _recognised(other, kinds)
        found = None if also and also.kind is found.kind else found
    return _looked_at(path, answer, found)


def sibling(path: str) -> str:
    """An address beside `path` that nobody has, of the same folder and ending: /backup.sql → /launchready-check.sql."""
    name = path.rstrip("/").rpartition("/")[2]
    ending = splitext(name)[1] if not name.startswith(".") else ""
    dot = "." if name.startswith(".") else ""
    return f"{dirname(path.rstrip('/')).rstrip('/')}/{dot}{NOBODY_HAS}{ending}"


def _recognised(answer: Response | None, kinds: tuple[FileKind, ...]) -> Recognised | None:
    if answer is None or not 200 <= answer.status < 300:
        return None
    return recognise(answer.body, kinds, whole=not answer.truncated)


def _looked_at(path: str, answer: Response | None, found: Recognised | None) -> LookedAt:
    return LookedAt(
        path=path,
        status=answer.status if answer else 0,
        kind=found.kind if found else None,
        secret=bool(found and found.secret),
        size_bytes=_size(answer) if answer and found else None,
        names=found.names if found else None,
    )


def _size(answer: Response) -> int | None:
    """The whole size, as far as it was read or told."""
    if not answer.truncated:
        return len(answer.body)
    told = answer.header("content-length") or ""
    return (
        int(told)
        if told.isascii() and told.isdigit() and len(told) < 16 and not answer.header("content-encoding")
        else None
    )


async def _source_maps(polite: PoliteHost, front: Response | None) -> tuple[LookedAt, ...]:
    """The maps that the front page's own scripts point to, each looked at once."""
    own = [url for url in scripts(front.body, front.url) if host_of(url) == polite.host] if front else []
    references = await together(*(_reference(polite, url) for url in own[:SCRIPTS]))
    maps = dict.fromkeys(url for url in references if url and host_of(url) == polite.host)
    return tuple(await together(*(_look_at_map(polite, _path_of(url)) for url in maps)))


async def _reference(polite: PoliteHost, script: str) -> str | None:
    """Where a script says its source map is; None when it does not say, or cannot be read."""
    answer = await or_gap(polite.ask(_path_of(script), body_limit_bytes=BODY_LIMIT_BYTES))
    if isinstance(answer, Gap) or answer is None or answer.status != 200:
        return None
    reference = map_reference(answer.headers, answer.body)
    return joined(script, reference) if reference else None


async def _look_at_map(polite: PoliteHost, path: str) -> LookedAt:
    answer = await or_gap(polite.ask(path, body_limit_bytes=BODY_LIMIT_BYTES))
    shown = path.partition("?")[0][:PATH_SHOWN]  # what stands in a query may be a signature
    if isinstance(answer, Gap):
        return with_gaps(LookedAt, answer, path=shown)
    found = _recognised(answer, (FileKind.SOURCE_MAP,))
    return _looked_at(shown, answer, found)


def _path_of(url: str) -> str:
    """Path and query of a URL of this host."""
    _, _, rest = url.partition("://")
    return "/" + rest.partition("/")[2].partition("#")[0]

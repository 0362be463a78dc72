"""The core routes and health addresses alone: certificate, answer, and how long each phase of one request took."""

import asyncio
from asyncio import gather as together
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime
from typing import TypeVar

from launchready.errors import WireError
from launchready.gather import discovery, tls, web
from launchready.gather.exposed_files import NOBODY_HAS
from launchready.gather.health import health
from launchready.gather.looking import or_gap
from launchready.gather.polite import PoliteHost
from launchready.gather.walks import walk
from launchready.model.facts import Fact, HealthAnswer, HealthFacts, PageFacts, PhaseTimes, Sight
from launchready.model.gap import Gap, peek
from launchready.model.launch import Host, Launch, Role
from launchready.wire.deadline import Deadline
from launchready.wire.dns import Dns
from launchready.wire.http import Http, Phases, Response
from launchready.wire.tls import Tls

# The checks that need nothing else than what is gathered here, and are about these addresses.
JUDGED_BY = frozenset(
    {
        "core-route-fails",
        "server-error",
        "redirect-loop",
        "core-page-insecure",
        "https-not-answering",
        "certificate-expired",
        "certificate-expires-soon",
        "certificate-wrong-host",
        "certificate-untrusted",
        "certificate-chain-incomplete",
        "endpoint-slow",
        "health-endpoint-missing",
        "health-endpoint-lies",
    }
)
PROBE_BYTES = 64 * 1024
MISSING_BYTES = 64 * 1024
Record = TypeVar("Record")


async def gather(launch: Launch, now: datetime) -> Sight:
    """The web facts of every core route and health address; no mail, no registration, no file that is forgotten."""
    deadline = Deadline(launch.network.deadline_s)
    async with (
        Dns(launch.network, deadline) as dns,
        Http(launch.network, deadline, dns) as http,
        Tls(launch.network, deadline) as tls_wire,
    ):
        launch = await discovery.discover(launch, dns)
        names_ms = await _names_ms(launch, dns)
        pages, shown, well = await together(
            web.look(launch, dns, http, now),
            tls.look(launch, dns, tls_wire, http, now),
            _health(launch, dns, http, now),
        )
        facts = [*pages, *shown, *well]
        timed = [await _timed(fact, names_ms, http) for fact in facts]
    return Sight(launch=launch, at=now, facts=tuple(timed))


async def _names_ms(launch: Launch, dns: Dns) -> Mapping[str, float]:
    """How long the addresses of each host were looked for, each asked for once."""
    clock = asyncio.get_running_loop().time

    async def one(name: str) -> float:
        began_s = clock()
        await or_gap(dns.endpoints(name, 443))
        return (clock() - began_s) * 1000

    names = [host.name for host in launch.hosts]
    return dict(zip(names, await together(*map(one, names)), strict=True))


async def _health(launch: Launch, dns: Dns, http: Http, now: datetime) -> list[Fact]:
    asked = [host for host in launch.hosts if host.health or host.role in (Role.APP, Role.API)]
    found = await together(*(_health_of(host, dns, http, now) for host in asked))
    return [fact for facts in found for fact in facts]


async def _health_of(host: Host, dns: Dns, http: Http, now: datetime) -> tuple[Fact, ...]:
    polite = PoliteHost(host.name, http)
    front, missing = await together(
        walk(f"https://{host.name}/", dns, http),
        or_gap(polite.ask(f"/{NOBODY_HAS}", body_limit_bytes=MISSING_BYTES)),
    )
    page = front.landed if isinstance(front.landed, Response) and front.landed.status < 400 else None
    return await health(polite, host, page, missing, now)


async def _timed(fact: Fact, names_ms: Mapping[str, float], http: Http) -> Fact:
    """The fact with the phases of one more request, on a connection of its own."""
    if isinstance(fact, PageFacts):
        url = peek(fact, "url")
        return fact if isinstance(url, Gap) else _with(fact, "phases", await _phases(url, fact.host, names_ms, http))
    if isinstance(fact, HealthFacts):
        answers = [await _timed_answer(fact.subject, one, names_ms, http) for one in fact.answers]
        return _with(fact, "answers", tuple(answers))
    return fact


async def _timed_answer(host: str, answer: HealthAnswer, names_ms: Mapping[str, float], http: Http) -> HealthAnswer:
    status = peek(answer, "status")
    if isinstance(status, Gap) or not (200 <= status < 300 or status >= 500):
        return answer
    return _with(answer, "phases", await _phases(f"https://{host}{answer.path}", host, names_ms, http))


async def _phases(url: str, host: str, names_ms: Mapping[str, float], http: Http) -> PhaseTimes | Gap:
    try:
        answer = await http.fetch(url, own_connection=True, body_limit_bytes=PROBE_BYTES)
    except WireError as error:
        return Gap(str(error))
    return _times(answer.phases, names_ms.get(host, 0))


def _times(phases: Phases, name_ms: float) -> PhaseTimes:
    """Each phase by itself, where the wire tells when it had ended."""
    secured_ms = max(phases.connect_ms, phases.tls_ms)
    return PhaseTimes(
        connect_ms=round(name_ms + phases.connect_ms, 1),
        tls_ms=round(secured_ms - phases.connect_ms, 1),
        first_byte_ms=round(phases.first_byte_ms - secured_ms, 1),
        total_ms=round(name_ms + phases.total_ms, 1),
    )


def _with(record: Record, name: str, value: object) -> Record:
    """The record with one field changed, its Gaps in place."""
    make: Callable[..., Record] = type(record)
    values = {field.name: peek(record, field.name) for field in fields(record)}  # type: ignore[arg-type]
    return make(**{**values, name: value})

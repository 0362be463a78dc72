"""The smoke test: do the core routes and the health addresses answer as they should?"""

from asyncio import gather as together
from collections.abc import Iterable
from datetime import datetime

from launchready.checks import TOPICS
from launchready.checks.registry import judge, registered
from launchready.gather import discovery, web
from launchready.gather.health import health
from launchready.gather.polite import PoliteHost
from launchready.model.facts import Fact, HealthFacts
from launchready.model.finding import Finding, Severity
from launchready.model.launch import Launch
from launchready.wire.deadline import Deadline
from launchready.wire.dns import Dns
from launchready.wire.http import Http

_LONGEST_S = 30.0


async def core_routes(launch: Launch, now: datetime) -> tuple[str, ...]:
    """What of the core routes and declared health addresses is broken, or could not be seen; a sentence each."""
    deadline = Deadline(min(launch.network.deadline_s, _LONGEST_S))
    async with Dns(launch.network, deadline) as dns, Http(launch.network, deadline, dns) as http:
        launch = launch if launch.hosts else await discovery.discover(launch, dns)
        facts, *well = await together(
            web.look(launch, dns, http, now),
            *(health(PoliteHost(one.name, http), one, None, None, now) for one in launch.hosts if one.health),
        )
    return _problems(launch, (*facts, *(fact for host in well for fact in host)), now)


def _problems(launch: Launch, facts: Iterable[Fact], now: datetime) -> tuple[str, ...]:
    """Blockers and ailing health addresses, and blockers that could not be looked for."""
    facts = tuple(facts)
    types = {type(fact) for fact in facts}
    checks = {id_: check for id_, check in registered(TOPICS).items() if types.issuperset(check.fact_types)}
    judged = judge(checks.values(), facts, launch, now)
    grave = [one for one in judged.findings if one.blocks or _ails(one, checks[one.check].fact_types[0])]
    unseen = [one for one in judged.unknown if one.severity is Severity.BLOCKER]
    said = [f"{one.subject}: {one.evidence} ({one.check})" for one in grave]
    return tuple(dict.fromkeys([*said, *(f"{one.subject}: {one.reason}" for one in unseen)]))


def _ails(finding: Finding, about: type[object]) -> bool:
    return about is HealthFacts and finding.severity is not Severity.MINOR and finding.accepted is None
